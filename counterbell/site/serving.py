"""The web process: the program that Granian calls, and the loops beside it."""

import asyncio
import logging.config
import os
import signal
import threading
import time
from multiprocessing.util import Finalize
from typing import Any

from .logs import LOGGING

WITH_LOOPS = "COUNTERBELL_WITH_LOOPS"
"""Set for a web process that also runs the loops."""
THREADS = "COUNTERBELL_THREADS"
"""How many requests a web process answers at once."""
END_STREAMS = signal.SIGUSR1
"""Told to a web process before it is stopped: it waits for all that is under way, and a stream has no end."""

_running = None


class Program:
    """Pages are answered by threads; a stream, once a page has allowed it, is held open without one."""

    def __init__(self, threads: int) -> None:
        from django.core.wsgi import get_wsgi_application

        from .gateway import Pages
        from .streams import Streams

        self._pages = Pages(get_wsgi_application(), threads)
        self._streams = Streams(self._pages)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.add_signal_handler(END_STREAMS, self._streams.end)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if opening := await self._pages.answer(scope, protocol):
            await self._streams.hold(opening, protocol)


def application() -> Program:
    """The program of this process; starts the loops where they belong here."""
    global _running
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterbell.site.settings")
    logging.config.dictConfig(LOGGING)
    program = Program(int(os.environ.get(THREADS, "4")))
    if os.environ.get(WITH_LOOPS):
        from .loops import Running

        _running = Running()
        _running.start()
        Finalize(None, _running.stop, exitpriority=10)
    threading.Thread(target=_end_with_the_server, args=[os.getppid()], daemon=True).start()
    return program


def _end_with_the_server(server: int) -> None:
    """A web process must not go on answering when the server that began it was killed."""
    while os.getppid() == server:
        time.sleep(1)
    os._exit(1)


def loops_go() -> bool:
    """Whether the loops of this process go, if it has any."""
    return _running is None or _running.alive()
