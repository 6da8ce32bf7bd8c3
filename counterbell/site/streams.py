"""Streams held open for pages that wait for news: one coroutine each, and one thread that looks for all of them.

Whether somebody may have a stream is decided by the page that opens it, and asked again of that page while it is open.
"""

import asyncio
import logging
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from counterbell.desk import live
from counterbell.desk.live import Viewer

from .gateway import Opening, Pages
from .gauges import STREAMS

logger = logging.getLogger("counterbell.streams")

MOST = 500
"""Streams of a process; further pages ask now and then instead."""
MOST_OF_A_PERSON = 10
LOOK_EVERY_SECONDS = 1.0
AFTER_TROUBLE_SECONDS = 5.0
BEAT_EVERY_SECONDS = 15.0
"""Without a word for so long, a stream says that it is there: proxies close what is silent."""
ASK_EVERY_SECONDS = 40.0
"""After so long, give or take a fifth, it is asked whether the person may still have the stream."""
PATIENCE_SECONDS = 20.0
"""Who takes in nothing for so long is gone."""


@dataclass(eq=False)
class Stream:
    """A page that listens."""

    opening: Opening
    news: str = ""
    ended: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def viewer(self) -> Viewer:
        """Whose page it is."""
        return self.opening.viewer

    def tell(self, events: str) -> None:
        """Say this with the next words."""
        self.news += events
        self.woken.set()

    def end(self) -> None:
        """Say nothing more."""
        self.ended = True
        self.woken.set()

    async def next_words(self) -> str:
        """What is to be sent now, after some time at the latest; nothing at the end."""
        try:
            await asyncio.wait_for(self.woken.wait(), BEAT_EVERY_SECONDS)
        except TimeoutError:
            return live.event("beat", self.viewer.seen)
        self.woken.clear()
        told, self.news = self.news, ""
        return "" if self.ended else told


class Streams:
    """All streams of this process."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._open: dict[Viewer, Stream] = {}
        self._watching = threading.Event()
        self._ending = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def hold(self, opening: Opening, protocol: Any) -> None:
        """Answer with a stream, until the page is closed, the person may no longer have it, or the server ends."""
        if self._ending or self._too_many(opening.viewer.user_id):
            protocol.response_empty(503, [("retry-after", "60")])
            return
        stream = Stream(opening)
        self._began(stream)
        gone = asyncio.ensure_future(protocol.client_disconnect())
        gone.add_done_callback(lambda _gone: stream.end())
        try:
            headers = [one for one in opening.headers if one[0].lower() != "content-length"]
            await self._talk(stream, protocol.response_stream(200, headers))
        finally:
            gone.cancel()
            del self._open[opening.viewer]
            STREAMS.dec()

    def end(self) -> None:
        """End all of them: the server is stopping."""
        self._ending = True
        for stream in self._open.values():
            stream.end()

    def _too_many(self, user_id: int) -> bool:
        return len(self._open) >= MOST or Counter(one.user_id for one in self._open)[user_id] >= MOST_OF_A_PERSON

    def _began(self, stream: Stream) -> None:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            threading.Thread(target=self._watch, name="streams", daemon=True).start()
        self._open[stream.viewer] = stream
        self._watching.set()
        STREAMS.inc()

    async def _talk(self, stream: Stream, transport: Any) -> None:
        loop = asyncio.get_running_loop()
        words, ask_at = stream.opening.first, loop.time() + _soon()
        while words:
            try:
                await asyncio.wait_for(transport.send_str(words), PATIENCE_SECONDS)
            except Exception:  # the connection is gone, whatever it says about that
                return
            words = await stream.next_words()
            if loop.time() > ask_at:
                ask_at = loop.time() + _soon()
                words = words if await self._pages.still_allows(stream.opening.environ) else ""

    def _watch(self) -> None:
        """Look for all viewers what is new; in a thread of its own, with a connection to the database of its own."""
        loop, pause = self._loop, threading.Event()
        while loop and not self._ending:
            pause.wait(self._look(loop))
            self._watching.clear()
            if not self._open:
                connection.close()
                self._watching.wait()

    def _look(self, loop: asyncio.AbstractEventLoop) -> float:
        """Returns how long to wait before the next look."""
        try:
            news = live.news(list(self._open), datetime.now(UTC))
        except Exception:  # whatever it is, the next look may go well
            logger.exception("no news")
            connection.close()
            return AFTER_TROUBLE_SECONDS
        if news:
            loop.call_soon_threadsafe(self._tell, news)
        return LOOK_EVERY_SECONDS

    def _tell(self, news: dict[Viewer, str]) -> None:
        for viewer, events in news.items():
            if stream := self._open.get(viewer):
                stream.tell(events)


def _soon() -> float:
    return ASK_EVERY_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311
