"""A real mail server on loopback, which can be told to be difficult."""

import asyncio
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from servers import free_port


@dataclass
class MailServer:
    """What the server has taken, and what it answers: `answers` by recipient or, for the whole mail, to DATA."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    to_data: str = "250 taken"
    hangs_up: bool = False
    """whether it takes a mail and is gone before it says so"""
    takes_seconds: float = 0
    """how long it takes to say that it has taken a mail"""

    token: str = ""
    """the one that lets in by XOAUTH2"""

    delivers: Callable[[str, bytes], None] | None = None
    """what becomes of a mail taken for an address; nothing: it is only kept here"""

    @property
    def url(self) -> str:
        """As COUNTERBELL_MAIL names it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails taken, read."""
        return [message_from_bytes(_content(envelope), policy=policy.default) for envelope in self.taken]

    def to(self, address: str) -> list[EmailMessage]:
        """The mails taken for that address."""
        return [mail for mail, one in zip(self.mails, self.taken, strict=True) if address in one.rcpt_tos]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """As Google and Microsoft do it: what is wrong is told as a challenge, to which nothing is said."""
        told = b64decode(args[1]).decode()
        if told.endswith(f"\x01auth=Bearer {self.token}\x01\x01") and told.startswith("user="):
            return AuthResult(success=True)
        assert await server.challenge_auth('{"status":"400"}') == b""
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_data.startswith("250"):
            self.taken.append(envelope)
            self._deliver(envelope)
        await asyncio.sleep(self.takes_seconds)
        if self.hangs_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.to_data

    def _deliver(self, envelope: Envelope) -> None:
        if self.delivers:
            for address in envelope.rcpt_tos:
                self.delivers(address, _content(envelope))


def _content(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


@contextmanager
def mail_server(
    password: str = "", token: str = "", delivers: Callable[[str, bytes], None] | None = None
) -> Iterator[MailServer]:
    """A server for as long as it is needed; with a password it lets in nobody else, with a token (XOAUTH2) likewise."""
    server = MailServer(free_port(), token=token, delivers=delivers)

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, told: LoginPassword) -> AuthResult:
        return AuthResult(success=told.password.decode() == password, handled=False)

    wanted: dict[str, Any] = (
        {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False} if password or token else {}
    )
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **wanted)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
