"""Streams of the server as people run it: they need no thread, they hear other processes, and they end."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from cli.programs import patched
from desk.desks import desk_shop
from django.conf import settings
from record.cast import message
from record.records import put
from web.people import person, signed_in
from web.test_serving import PATIENCE_SECONDS, serving

from counterbell.accounts.models import Membership, Role, User

IMPATIENT = """
from counterbell.cli import _web
from counterbell.site import streams
_web.gather_static_files = lambda: None
streams.ASK_EVERY_SECONDS = 0.5
streams.BEAT_EVERY_SECONDS = 0.2
streams.LOOK_EVERY_SECONDS = 0.1
streams.MOST_OF_A_PERSON = 3
"""


class Listening:
    """A page with a stream, read in a thread of its own."""

    def __init__(self, address: str, cookies: dict[str, str], rest: ExitStack) -> None:
        client = rest.enter_context(httpx.Client(cookies=cookies, timeout=PATIENCE_SECONDS))
        self.answer = rest.enter_context(client.stream("GET", address))
        self.events: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for line in self.answer.iter_lines():
            if line.startswith("event: "):
                self.events.append(line[7:])

    def hears(self, name: str) -> None:
        last = time.monotonic() + PATIENCE_SECONDS
        while name not in self.events:
            assert time.monotonic() < last, self.events
            time.sleep(0.02)

    def ends(self) -> None:
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()


@pytest.fixture
def rest() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def cookies(user: User) -> dict[str, str]:
    return {name: one.value for name, one in signed_in(user).cookies.items()}


def half_a_request(address: str) -> socket.socket:
    """A request that goes no further than the middle of what it says."""
    host, _colon, port = address.removeprefix("http://").partition(":")
    sender = socket.create_connection((host, int(port)))
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100"
    sender.sendall(f"POST /account/login/ HTTP/1.1\r\nHost: {host}:{port}\r\n{form}\r\n\r\nlogin=an".encode())
    return sender


def test_streams_need_no_thread_hear_other_processes_and_end(
    sqlite: Path, tmp_path: Path, rest: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERBELL_SECRET", settings.SECRET_KEY)  # so that the server knows who is signed in here
    shop = desk_shop()
    ann, ben = (person(shop, Role.AGENT, name=name, agent=name) for name in ("ann", "ben"))
    program = patched(tmp_path, IMPATIENT)
    address, server = rest.enter_context(serving(sqlite.parent, "--threads", "1", "--no-loops", program=program))
    inbox = f"{address}/shops/{shop.slug}/inbox/live/"
    pages = [Listening(inbox, cookies(who), rest) for who in (ann, ann, ann, ben)]
    for page in pages:
        page.hears("beat")
    half = rest.enter_context(half_a_request(address))
    assert httpx.get(f"{address}/healthz").status_code == 200, "four streams and somebody slow, one thread"
    half.close()
    assert "counterbell_open_streams 4.0" in httpx.get(f"{address}/metrics").text
    assert httpx.get(inbox, cookies=cookies(ann)).status_code == 503, "a fourth of the same person"

    put(shop, [message("m2", "t1", "03-03 09:05")])
    for page in pages:
        page.hears("inbox")

    Membership.objects.get(user=ben).delete()
    pages[3].ends()

    began = time.monotonic()
    server.send_signal(signal.SIGINT)
    assert server.wait(PATIENCE_SECONDS) == 0
    assert time.monotonic() - began < 10, "nobody had to be killed"
    for page in pages:
        page.ends()
