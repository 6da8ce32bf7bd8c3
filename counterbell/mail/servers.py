"""Connecting to mail servers that people name, and what went wrong in words that say what to look at.

A server that was named on a page is connected to with care: at the ports of mail only, and only on the open internet,
unless whoever runs the installation has allowed it by name.
"""

import errno
import imaplib
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from counterbell.errors import Problem
from counterbell.public_addresses import NoSuchName, NotPublic, public_address
from counterbell.record.said import SaidHere

PORTS = frozenset((25, 143, 465, 587, 993, 2525))
"""The ports of mail: the only ones that are connected to for somebody at a page."""

PATIENCE_SECONDS = 10
"""So long a server may take for one answer while somebody waits before a page."""
LONGEST_SECONDS = 30
"""And so long for all of them."""


TLS = ("tls", "starttls", "off")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NoMailPort(OSError):
    """A port at which no mail server is looked for."""


def connected(
    host: str, port: int, timeout: float | None, *, careful: bool, longest: float | None = None
) -> socket.socket:
    """A connection to the server; after `longest` seconds it ends whatever it is in. Raises OSError.

    `careful` where the server was named on a page.
    """
    to = _looked_at(host, port) if careful else host
    made = socket.create_connection((to, port), timeout)
    if longest is not None:
        _end_after(longest, made.dup())
    return made


def check_encryption(host: str, tls: str) -> None:
    """Raise Problem for a way without encryption to another machine."""
    if tls not in TLS:
        raise Problem(_("'%(tls)s' is no kind of encryption; choose tls, starttls or off.") % {"tls": tls})
    if tls == "off" and host not in LOOPBACK:
        raise Problem(
            _("%(host)s is another machine: without encryption everybody on the way could read the password.")
            % {"host": host}
        )


def _looked_at(host: str, port: int) -> str:
    if f"{host.lower()}:{port}" in settings.PRIVATE_MAIL_SERVERS:
        return host
    if port not in PORTS:
        raise NoMailPort(port)
    return public_address(host, port)


def _end_after(seconds: float, connection: socket.socket) -> None:
    def end() -> None:
        with suppress(OSError):  # it has ended by itself
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def words(error: BaseException, host: str, port: int) -> str:
    """What went wrong with that server, in words that say what to look at."""
    told = {"host": host, "port": port}
    if isinstance(error, NoSuchName | socket.gaierror):
        return SaidHere(later("There is no server called %(host)s. Check how its name is written."), **told)
    if isinstance(error, NotPublic):
        return SaidHere(NOT_PUBLIC, host=host)
    if isinstance(error, NoMailPort):
        ports = ", ".join(map(str, sorted(PORTS)))
        return SaidHere(later("%(port)s is no port of a mail server. There are: %(ports)s."), port=port, ports=ports)
    if isinstance(error, ConnectionRefusedError):
        return SaidHere(later("%(host)s refuses connections at port %(port)s. Check the port."), **told)
    if isinstance(error, TimeoutError):
        return SaidHere(NOT_IN_TIME, **told)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return SaidHere(later("%(host)s does not let us in with this user and password. Check both."), host=host)
    return _words_of_encryption(error, told) or _words_of_the_line(error, told) or _said_by(error)


NOT_PUBLIC = later(
    "%(host)s leads to a private address; only servers on the open internet are connected to. Whoever runs "
    "this installation can allow it (COUNTERBELL_PRIVATE_MAIL_SERVERS)."
)
NOT_IN_TIME = later("%(host)s does not answer at port %(port)s in time. Check the name and the port.")
NOT_ENCRYPTED = later("%(host)s does not encrypt from the start at port %(port)s. Choose STARTTLS, or another port.")
NOT_IN_THE_CLEAR = later("%(host)s does not encrypt at port %(port)s; nothing is sent in the clear.")
BROKEN_OFF = later(
    "%(host)s broke the connection off at port %(port)s. Check the port and the encryption, or try again later."
)
NOT_ON_THE_WAY = later(
    "%(host)s cannot be reached from here. Try again later; if it stays so, ask whoever runs this installation whether "
    "its network lets mail through."
)

HAS_ENDED = later("The certificate of %(host)s has ended. Whoever runs that server has to renew it.")
SIGNED_BY_NOBODY = later(
    "The certificate of %(host)s is signed by nobody who is trusted. Ask whoever runs that server for a trusted one."
)
OF_ANOTHER_NAME = later("The certificate of %(host)s is for another name. Name the server as its provider does.")
CERTIFICATES = {
    10: HAS_ENDED,
    **dict.fromkeys((18, 19, 20, 21), SIGNED_BY_NOBODY),
    **dict.fromkeys((62, 64), OF_ANOTHER_NAME),
}
"""What OpenSSL finds wrong with a certificate, by its number (`man verify`)."""
UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN)


def _words_of_encryption(error: BaseException, told: dict[str, Any]) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = str(error.verify_message).rstrip(".")
        words = CERTIFICATES.get(getattr(error, "verify_code", 0), "")
        otherwise = later("The certificate of %(host)s cannot be trusted: %(why)s.")
        return SaidHere(words, host=told["host"]) if words else SaidHere(otherwise, host=told["host"], why=why)
    if isinstance(error, ssl.SSLError):
        return SaidHere(NOT_ENCRYPTED, **told)
    if isinstance(error, smtplib.SMTPNotSupportedError) or "TLS not supported" in str(error):
        return SaidHere(NOT_IN_THE_CLEAR, **told)
    return ""


def _words_of_the_line(error: BaseException, told: dict[str, Any]) -> str:
    """What is wrong between us and the server; nothing where the server itself has said something."""
    ended = "EOF" in str(error) and isinstance(error, imaplib.IMAP4.abort)
    if ended or isinstance(error, ConnectionResetError | BrokenPipeError | smtplib.SMTPServerDisconnected):
        return SaidHere(BROKEN_OFF, **told)
    if isinstance(error, OSError) and error.errno in UNREACHABLE:
        return SaidHere(NOT_ON_THE_WAY, host=told["host"])
    return ""


def _said_by(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    if isinstance(error, imaplib.IMAP4.error) and error.args and isinstance(error.args[0], bytes):
        return error.args[0].decode(errors="replace")
    return str(error) or type(error).__name__
