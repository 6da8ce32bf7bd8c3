"""A provider that gives tokens on loopback, as Google and Microsoft do, and tells a mail server whose they are."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from counterbell.mail import oauth
from counterbell.mail.oauth import Place

CLIENT = ("client-1", "client-secret-1")


@dataclass
class OAuthProvider:
    """What it knows: refresh tokens and whose they are, access tokens that hold; what it was asked."""

    url: str = ""
    refresh: dict[str, str] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """whose a code is, and the challenge that it was asked for with"""
    asked: list[dict[str, str]] = field(default_factory=list)
    rotates: bool = False
    """whether each token is given with a new refresh token"""

    def consent(self, url: str, user: str, code: str = "code-1") -> str:
        """Somebody consents at the address where that is asked; returns the state to come back with."""
        told = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (told["client_id"], told["code_challenge_method"]) == (CLIENT[0], "S256")
        self.codes[code] = (user, told["code_challenge"])
        return told["state"]

    def answer(self, path: str, told: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What is answered to a form."""
        if path == "/introspect":
            user = self.access.get(told["token"])
            return 200, {"active": user is not None, "username": user or ""}
        self.asked.append(told)
        if (told["client_id"], told["client_secret"]) != CLIENT:
            return 401, {"error": "invalid_client"}
        user = self._user(told)
        if user is None:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        number = len(self.asked)
        self.access[f"access-{number}"] = user
        given: dict[str, Any] = {"access_token": f"access-{number}", "expires_in": 3600, "token_type": "Bearer"}
        if self.rotates or told["grant_type"] == "authorization_code":
            self.refresh[f"refresh-of-{number}"] = user
            given["refresh_token"] = f"refresh-of-{number}"
        return 200, given

    def _user(self, told: dict[str, str]) -> str | None:
        if told["grant_type"] == "refresh_token":
            return self.refresh.get(told["refresh_token"])
        user, challenge = self.codes.pop(told["code"], (None, ""))
        made = base64.urlsafe_b64encode(hashlib.sha256(told["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        return user if made == challenge else None


@contextmanager
def oauth_provider() -> Iterator[OAuthProvider]:
    """One for as long as it is needed."""
    provider = OAuthProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer = provider.answer(self.path, told)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def stands_for_google(
    monkeypatch: pytest.MonkeyPatch, provider: OAuthProvider, *, imap_port: int = 1, smtp_port: int = 1
) -> None:
    """Let what is asked of Google be asked of this provider, and of mail servers on this machine."""
    here = replace(
        oauth.PROVIDERS["google"],
        tokens_at=f"{provider.url}/token",
        imap=Place("127.0.0.1", imap_port, "off"),
        smtp=Place("127.0.0.1", smtp_port, "off"),
    )
    monkeypatch.setitem(oauth.PROVIDERS, "google", here)
