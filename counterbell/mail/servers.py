"""Connecting to mail servers that people name, and what went wrong in words that say what to look at.

A server that was named on a page is connected to with care: at the ports of mail only, and only on the open internet,
unless whoever runs the installation has allowed it by name.
"""

import imaplib
import smtplib
import socket
import ssl
import threading
from contextlib import suppress

from django.conf import settings
from django.utils.translation import gettext as _

from counterbell.errors import Problem
from counterbell.public_addresses import NoSuchName, NotPublic, public_address

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
        return _("There is no server called %(host)s. Check how its name is written.") % told
    if isinstance(error, NotPublic):
        return _(
            "%(host)s leads to a private address; only servers on the open internet are connected to. Whoever runs "
            "this installation can allow it (COUNTERBELL_PRIVATE_MAIL_SERVERS)."
        ) % {"host": host}
    if isinstance(error, NoMailPort):
        ports = ", ".join(map(str, sorted(PORTS)))
        return _("%(port)s is no port of a mail server. There are: %(ports)s.") % {"port": port, "ports": ports}
    if isinstance(error, ConnectionRefusedError):
        return _("%(host)s refuses connections at port %(port)s. Check the port.") % told
    if isinstance(error, TimeoutError):
        return _("%(host)s does not answer at port %(port)s in time. Check the name and the port.") % told
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("%(host)s does not let us in with this user and password.") % {"host": host}
    return _words_of_encryption(error, told) or _said_by(error)


def _words_of_encryption(error: BaseException, told: dict[str, object]) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = {"why": str(error.verify_message).rstrip(".")}
        return _("The certificate of %(host)s cannot be trusted: %(why)s.") % (told | why)
    if isinstance(error, ssl.SSLError):
        return _("%(host)s does not encrypt from the start at port %(port)s. Choose STARTTLS, or another port.") % told
    if isinstance(error, smtplib.SMTPNotSupportedError) or "TLS not supported" in str(error):
        return _("%(host)s does not encrypt at port %(port)s; nothing is sent in the clear.") % told
    return ""


def _said_by(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    if isinstance(error, imaplib.IMAP4.error) and error.args and isinstance(error.args[0], bytes):
        return error.args[0].decode(errors="replace")
    return str(error) or type(error).__name__
