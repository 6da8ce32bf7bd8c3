"""A server on this machine that takes webhooks, and checks their signatures as a receiver would."""

import hashlib
import hmac
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Receiver:
    """What has come, and with which statuses it is answered (then 200 for ever; 0: hangs up without a word)."""

    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if status == 0:
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def told(self) -> list[dict[str, Any]]:
        """What has come, as JSON."""
        return [json.loads(body) for body in self.bodies]

    def is_signed(self, place: int, secret: str) -> bool:
        """Whether the signature is that of the secret over time and body."""
        parts = dict(part.split("=") for part in self.headers[place]["counterbell-signature"].split(","))
        signed = hmac.new(secret.encode(), f"{parts['t']}.".encode() + self.bodies[place], hashlib.sha256)
        return hmac.compare_digest(signed.hexdigest(), parts["v1"])
