"""Pages on threads, behind an asynchronous server.

The pages are a WSGI program, which blocks: so many requests are answered at once as there are threads, the others wait.
They come by Granian's own interface (RSGI), so that an answer can also be a stream, which needs no thread.
"""

import asyncio
import io
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from counterbell.desk.live import Viewer

IN_ONE_PIECE_BYTES = 1_000_000
"""What says that it is no longer than this is sent, and read, as a whole; the rest as it is made, and as it comes."""

Environ = dict[str, Any]
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Opening:
    """The beginning of a stream that a page has allowed, and by which request."""

    headers: Headers
    first: str
    viewer: Viewer
    environ: Environ


class Body(io.RawIOBase):
    """What a browser sends, read by a thread as it comes. A browser that breaks off is an error, never an end."""

    def __init__(self, protocol: Any, loop: asyncio.AbstractEventLoop, length: int | None) -> None:
        self._chunks: Any = None
        self._protocol, self._loop, self._left = protocol, loop, length
        self._here = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._here:
            self._here = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            if self._left is not None:
                self._left -= len(self._here)
        if not self._here and self._left:
            raise ConnectionResetError("The browser has broken off.")
        count = min(len(buffer), len(self._here))
        buffer[:count], self._here = self._here[:count], self._here[count:]
        return count

    async def _next(self) -> bytes:
        if self._chunks is None:
            self._chunks = aiter(self._protocol)
        return bytes(await anext(self._chunks, b""))


class Pages:
    """The WSGI program on its threads."""

    def __init__(self, program: Callable[..., Any], threads: int) -> None:
        self._program = program
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def answer(self, scope: Any, protocol: Any) -> Opening | None:
        """Answer a request; returns a stream that is to be opened, which is not answered yet."""
        loop = asyncio.get_running_loop()
        environ = environ_of(scope)
        told = environ.get("CONTENT_LENGTH", "")
        length = int(told) if told.isdigit() else None
        if length is not None and length <= IN_ONE_PIECE_BYTES:  # whoever sends it slowly keeps no thread waiting
            body = bytes(await protocol())
            if len(body) < length:
                return None
            environ["wsgi.input"] = io.BytesIO(body)
        else:
            environ["wsgi.input"] = io.BufferedReader(Body(protocol, loop, length))
        return await loop.run_in_executor(self._threads, self._answer, environ, protocol, loop)

    async def still_allows(self, environ: Environ) -> bool:
        """Whether the request of a stream would be answered the same way now."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._allows, environ)

    def _allows(self, environ: Environ) -> bool:
        answer = self._program({**environ, "wsgi.input": io.BytesIO()}, lambda *_told: None)
        answer.close()
        return hasattr(answer, "viewer")

    def _answer(self, environ: Environ, protocol: Any, loop: asyncio.AbstractEventLoop) -> Opening | None:
        told: list[Any] = []
        answer = self._program(environ, lambda status, headers, _error=None: told.extend((int(status[:3]), headers)))
        try:
            status, headers = told
            if hasattr(answer, "viewer"):
                return Opening(headers, b"".join(answer).decode(), answer.viewer, environ)
            if not getattr(answer, "streaming", True) or _length(headers) <= IN_ONE_PIECE_BYTES:
                protocol.response_bytes(status, headers, b"".join(answer))
            else:
                _send_as_it_is_made(answer, protocol.response_stream(status, headers), loop)
        except ProtocolClosed:  # nobody waits for it any more
            pass
        finally:
            answer.close()
        return None


def _length(headers: Headers) -> float:
    return next((int(value) for name, value in headers if name.lower() == "content-length"), float("inf"))


def _send_as_it_is_made(answer: Any, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
    for part in answer:
        asyncio.run_coroutine_threadsafe(_send(transport, bytes(part)), loop).result()


async def _send(transport: Any, part: bytes) -> None:
    await transport.send_bytes(part)


def environ_of(scope: Any) -> Environ:
    """What WSGI calls the request.

    A header with an underscore in its name is left out: it would pass for the one with a hyphen, which a proxy sets.
    """
    server, _colon, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" not in name:
            _add(environ, name.upper().replace("-", "_"), value)
    return environ


def _add(environ: Environ, name: str, value: str) -> None:
    name = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
    between = "; " if name == "HTTP_COOKIE" else ","
    environ[name] = f"{environ[name]}{between}{value}" if name in environ and name != "HTTP_HOST" else value
