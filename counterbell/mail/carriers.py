"""Who carries a mail out: a mail server, a provider, or a file; and what it means when they do not take it."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as ServerBackend
from django.core.mail.message import sanitize_address

from counterbell.errors import Problem
from counterbell.record.said import said_of

from . import oauth, servers
from .models import Consent
from .ways import Way

PATIENCE_SECONDS = 60
"""So long a server may take for one answer."""

WORDS = 500
"""Characters kept of what a server says."""


class NotCarried(Exception):
    """A mail that did not go out as it should; the text is in the server's words."""


class Refused(NotCarried):
    """It will never be taken."""


class NotNow(NotCarried):
    """It may be taken later."""


class NotKnown(NotCarried):
    """It was handed over, but nobody said whether it was taken."""


class NoWay(NotCarried):
    """Nothing can go out now: the server is not there, or does not let us in. The mail is not to blame."""


class Carrier(Protocol):
    def carry(self, message: EmailMultiAlternatives) -> str:
        """Hand a mail over; returns what is worth noting, such as an address of several that was refused.

        Raises NotCarried.
        """

    def close(self) -> None:
        """Take leave."""


@contextmanager
def carrier(way: Way) -> Iterator[Carrier]:
    """The carrier of that way, for as many mails as follow."""
    carrying = _MADE.get(way.scheme, Provider)(way)
    try:
        yield carrying
    finally:
        carrying.close()


class Server:
    """A mail server; one connection for all mails of a run, a new one after each trouble."""

    def __init__(self, way: Way) -> None:
        self._backend = _Backend(**{"timeout": PATIENCE_SECONDS, **way.given})

    def carry(self, message: EmailMultiAlternatives) -> str:
        """See Carrier."""
        server = self._opened()
        try:
            refused = server.sendmail(*_envelope(message))
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _meaning(error, handed_over=server.handed_over) from error
        return "; ".join(f"{address}: {_said(*answer)}" for address, answer in refused.items())

    def close(self) -> None:
        """See Carrier."""
        self._backend.close()

    def reach(self) -> None:
        """Connect and sign in, and hand nothing over. Raises NoWay."""
        self._opened()

    def _opened(self) -> "_Telling":
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError) as error:
            self._backend.connection = None
            raise NoWay(self._backend.words(error)) from error
        except Problem as problem:  # there is no consent any more
            raise NoWay(said_of(problem)) from problem
        server = self._backend.connection
        assert isinstance(server, _Telling)
        server.handed_over = False
        return server


class _Telling(smtplib.SMTP):
    """A conversation that knows whether a whole mail was handed over."""

    handed_over = False

    def __init__(self, *told: Any, careful: bool, longest: float | None, consent: Consent | None, **more: Any) -> None:
        self._careful, self._longest, self._consent = careful, longest, consent
        super().__init__(*told, **more)

    def login(self, user: str, password: str, **told: Any) -> tuple[int, bytes]:
        """Sign in by the password, or where there is a consent by the token that stands in its place."""
        if self._consent is None:
            return super().login(user, password, **told)
        self.ehlo_or_helo_if_needed()
        try:
            return self.auth("XOAUTH2", oauth.xoauth2(user, password))  # type: ignore[arg-type]
        except smtplib.SMTPAuthenticationError:
            oauth.not_taken(self._consent)
            raise

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return servers.connected(host, port, timeout, careful=self._careful, longest=self._longest)

    def send(self, s: Any) -> None:
        if isinstance(s, bytes | bytearray) and s.endswith(b"\r\n.\r\n"):
            self.handed_over = True
        super().send(s)


class _TellingEncrypted(_Telling, smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        return self.context.wrap_socket(plain, server_hostname=host)


class _Backend(ServerBackend):
    """`careful`: the server was named on a page; `longest`: seconds for all that is said to it; `consent`: what lets in
    instead of a password."""

    def __init__(
        self, *, careful: bool = False, longest: float | None = None, consent: Consent | None = None, **given: Any
    ) -> None:
        self.careful, self.longest, self.consent = careful, longest, consent
        super().__init__(**given)

    def open(self) -> bool | None:
        """Connect and sign in, if that is not done; with a token that is good now."""
        if self.consent is not None and not self.connection:
            self.password = oauth.access_token(self.consent, datetime.now(UTC))
        return super().open()

    @property
    def connection_class(self) -> Callable[..., smtplib.SMTP]:  # type: ignore[override]
        kind = _TellingEncrypted if self.use_ssl else _Telling
        return partial(kind, careful=self.careful, longest=self.longest, consent=self.consent)

    def words(self, error: Exception) -> str:
        """Why the server cannot be used: for whoever named it on a page, what to look at."""
        return servers.words(error, self.host, self.port) if self.careful else _words_of(error)

    def close(self) -> None:
        try:
            super().close()
        except (smtplib.SMTPException, OSError):  # it was gone already
            self.connection = None


def _envelope(message: EmailMultiAlternatives) -> tuple[str, list[str], bytes]:
    sender = sanitize_address(message.from_email, "utf-8")
    recipients = [sanitize_address(address, "utf-8") for address in message.recipients()]
    return sender, recipients, message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]


def _meaning(error: Exception, *, handed_over: bool) -> NotCarried:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        for_good = all(code >= 500 for code, _words in error.recipients.values())
        words = "; ".join(f"{address}: {_said(*answer)}" for address, answer in error.recipients.items())
        return (Refused if for_good else NotNow)(words)
    if isinstance(error, smtplib.SMTPResponseException):
        return (Refused if error.smtp_code >= 500 else NotNow)(_words_of(error))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Refused(_words_of(error))
    return (NotKnown if handed_over else NotNow)(_words_of(error))


def _words_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"


class Provider:
    """A provider's HTTP interface, as django-anymail speaks it."""

    GATEWAY = (502, 504)
    """A gateway that got no answer: nobody knows what happened behind it."""

    def __init__(self, way: Way) -> None:
        self._backend = get_connection(f"anymail.backends.{way.scheme}.EmailBackend", **way.given)

    def carry(self, message: EmailMultiAlternatives) -> str:
        """See Carrier."""
        from anymail.exceptions import AnymailError

        try:
            self._backend.send_messages([message])
        except AnymailError as error:
            raise self._meaning(error) from error
        return ""

    def close(self) -> None:
        """See Carrier."""
        self._backend.close()

    def _meaning(self, error: Any) -> NotCarried:
        from requests import ConnectTimeout, Timeout
        from requests.exceptions import ConnectionError as NotConnected

        cause, code = error.__cause__, getattr(error, "status_code", None)
        if isinstance(cause, ConnectTimeout):
            return NoWay(str(cause))
        words = self._words(error)
        if isinstance(cause, Timeout) or code in self.GATEWAY:
            return NotKnown(words)
        if isinstance(cause, NotConnected) or code in (401, 403):
            return NoWay(words)
        if code is not None and (code in (408, 429) or code >= 500):
            return NotNow(words)
        return Refused(words)

    def _words(self, error: Any) -> str:
        """What the provider itself says, where it has said something."""
        response = getattr(error, "response", None)
        told = "" if response is None else f"{response.status_code} {response.text}"
        return told or str(error.__cause__ or error)


class Files:
    """Nothing goes out: each mail becomes a file, for whoever tries things out."""

    def __init__(self, way: Way) -> None:
        self._backend = get_connection(
            "django.core.mail.backends.filebased.EmailBackend", file_path=str(way.given["directory"])
        )

    def carry(self, message: EmailMultiAlternatives) -> str:
        """See Carrier."""
        try:
            self._backend.send_messages([message])
        except OSError as error:
            raise NoWay(_words_of(error)) from error
        return ""

    def close(self) -> None:
        """See Carrier."""
        self._backend.close()


_MADE: dict[str, type[Server] | type[Provider] | type[Files]] = {"smtp": Server, "smtps": Server, "file": Files}
