"""A server on this machine that answers like a vendor's API, from objects that a test gives, with its troubles.

with VendorServer() as server:
    server.by_link("/admin/api/2025-10/orders.json", "orders", orders, per_page=2)
    server.drop_in_mid_page(request=2)
"""

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from counterbell.sources._api import FOR_TESTS

Objects = list[dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """A request: path, query, headers (names in lower case)."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What is answered: a JSON body, headers, and how much of the body is sent before the connection is dropped."""

    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    dropped_after: int | None = None


Route = Callable[[Asked], Reply]


class VendorServer:
    """The server; `asked` are the requests it has had. Every trouble is for the request of a number, from 1."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.routes: dict[str, Route] = {}
        self._troubles: dict[int, Reply] = {}
        self._before: dict[int, Callable[[], None]] = {}
        self._required: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def in_place(self, monkeypatch: Any) -> Iterator[Self]:
        """Within this every vendor's API is this server."""
        with self, monkeypatch.context() as patched:
            patched.setenv(FOR_TESTS, self.url)
            yield self

    # ---- what it lists

    def by_link(self, path: str, name: str, objects: Objects, *, per_page: int, again: int = 0) -> None:
        """Objects under a name, with a Link header to the next page (Shopify)."""

        def answer(asked: Asked) -> Reply:
            start = int(asked.query.get("page_info", 0))
            page, following = _cut(objects, start, per_page, again)
            more = urlencode({"limit": asked.query.get("limit", per_page), "page_info": following})
            link = {"Link": f'<{self.url}{path}?{more}>; rel="next"'} if following is not None else {}
            return Reply({name: page}, link)

        self.routes[path] = answer

    def by_page_number(self, path: str, choose: Callable[[Asked], Objects], *, per_page: int) -> None:
        """A bare list, by page and per_page, with the number of pages in a header (WooCommerce, Freshdesk)."""

        def answer(asked: Asked) -> Reply:
            objects = choose(asked)
            number = int(asked.query.get("page", 1))
            pages = max(1, -(-len(objects) // per_page))
            headers = {"X-WP-Total": str(len(objects)), "X-WP-TotalPages": str(pages)}
            return Reply(objects[(number - 1) * per_page : number * per_page], headers)

        self.routes[path] = answer

    def by_cursor(self, path: str, objects: Objects, *, per_page: int, again: int = 0) -> None:
        """Objects under `data`, with the next cursor in `meta` (Gorgias)."""

        def answer(asked: Asked) -> Reply:
            page, following = _cut(objects, int(asked.query.get("cursor", 0)), per_page, again)
            cursor = None if following is None else str(following)
            return Reply({"data": page, "meta": {"prev_cursor": None, "next_cursor": cursor}})

        self.routes[path] = answer

    def one(self, path: str, body: Any) -> None:
        """One answer, whatever is asked."""
        self.routes[path] = lambda _asked: Reply(body)

    # ---- whom it lets in, and its troubles

    def require(self, **headers: str) -> None:
        """Answer 401 to who does not send these headers (x_shopify_access_token="...")."""
        self._required = {name.replace("_", "-"): value for name, value in headers.items()}

    def require_basic(self, user: str, password: str) -> None:
        """Answer 401 to who is somebody else."""
        self.require(authorization="Basic " + b64encode(f"{user}:{password}".encode()).decode())

    def too_many(self, request: int, retry_after: str) -> None:
        """Answer that request with 429."""
        self._troubles[request] = Reply({"errors": "too many"}, {"Retry-After": retry_after}, 429)

    def fail(self, request: int, status: int) -> None:
        """Answer that request with an error."""
        self._troubles[request] = Reply({"errors": "trouble"}, {}, status)

    def fail_from(self, request: int, status: int) -> None:
        """Answer that request and all that follow with an error."""
        for number in range(request, request + 1000):
            self.fail(number, status)

    def drop_in_mid_page(self, request: int) -> None:
        """Close the connection in the middle of the answer to that request."""
        self._troubles[request] = Reply(None, dropped_after=10)

    def no_more_troubles(self) -> None:
        """From now on all goes well."""
        self._troubles.clear()

    def before(self, request: int, change: Callable[[], None]) -> None:
        """Change something just before that request is answered."""
        self._before[request] = change

    def reply_to(self, asked: Asked) -> Reply:
        """What a request is answered."""
        self.asked.append(asked)
        number = len(self.asked)
        self._before.get(number, lambda: None)()
        if any(asked.headers.get(name) != value for name, value in self._required.items()):
            return Reply({"errors": f"who is {sorted(asked.headers.values())}?"}, {}, 401)
        route = self.routes.get(asked.path)
        if trouble := self._troubles.get(number):
            if trouble.dropped_after is None:
                return trouble
            return Reply(route(asked).body if route else None, dropped_after=trouble.dropped_after)
        return route(asked) if route else Reply({"errors": "Not Found"}, {}, 404)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = server.reply_to(Asked(parts.path, dict(parse_qsl(parts.query)), headers))
                body = json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {**reply.headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body if reply.dropped_after is None else body[: reply.dropped_after])
                self.close_connection = reply.dropped_after is not None

            def log_message(self, format: str, *_: Any) -> None:
                """Nothing is printed."""

        return Handler


def _cut(objects: Objects, start: int, per_page: int, again: int) -> tuple[Objects, int | None]:
    """A page and where the next begins; `again`: so many objects come a second time on the following page."""
    end = start + per_page
    return objects[start:end], max(end - again, start + 1) if end < len(objects) else None


def changed_since(objects: Iterable[dict[str, Any]], field: str, since: str | None) -> Objects:
    """The objects that changed after a time, the earliest first, as an API lists them that sorts by change."""
    return sorted((one for one in objects if not since or one[field] > since), key=lambda one: str(one[field]))
