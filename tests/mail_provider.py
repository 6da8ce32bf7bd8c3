"""A mail provider's HTTP interface on loopback, speaking as Postmark does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

INACTIVE = (
    "You tried to send to a recipient that has been marked as inactive. Found inactive addresses: gone@example.com. "
    "Inactive recipients are ones that have generated a hard bounce or a spam complaint."
)


@contextmanager
def provider() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Its address as COUNTERBELL_MAIL names it, and what it was asked to send; it knows no gone@example.com."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(told)
            inactive = told["To"] == "gone@example.com"
            answer = (
                {"ErrorCode": 406, "Message": INACTIVE}
                if inactive
                else {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a-e38e", "To": told["To"]}
            )
            body = json.dumps(answer).encode()
            self.send_response(422 if inactive else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"postmark://TOKEN?api_url=http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
