"""A mailbox on an IMAP server: what is new in it comes into the intake, and the mailbox stays as it is.

The place is the last UID that was taken, which holds while the server's UIDVALIDITY stays the same. Where that changes
the mailbox is gone through again; what is known is known by its digest, and what the server received before the mailbox
was added stays where it is.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop as later
from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from counterbell.errors import Problem
from counterbell.mail import oauth, servers
from counterbell.mail.message import LARGEST
from counterbell.mail.models import Consent
from counterbell.record.said import SaidHere, said_of

from . import _intake
from ._mailboxes import consent_of, secret_of
from .models import Mailbox

PATIENCE_SECONDS = 60
AT_ONCE = 200
"""Mails whose sizes are asked for in one command."""
BEGINNING = 4 << 20
"""Bytes taken of a mail that is larger than any that we read."""

TROUBLES = (imaplib.IMAP4.error, ImapToolsError, OSError)
"""What goes wrong with a server; a broken connection among it."""

NOT_BY_THIS_CONSENT = later(
    "%(host)s does not let %(user)s in by this consent. Check that it is the mailbox's own, and connect again."
)

_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')


class NotReached(Problem):
    """A mailbox that could not be looked into; the sentence says why, in the server's words."""


@dataclass(frozen=True)
class _Told:
    """What the server tells of a mail before it is fetched."""

    uid: int
    size: int
    received_at: datetime


@contextmanager
def opened(mailbox: Mailbox, *, at_a_page: bool = False) -> Iterator[BaseMailBox]:
    """The mailbox, open to be read and to nothing else. Raises NotReached.

    `at_a_page`: somebody waits for it, so that the server has less time.
    """
    named = {name: mailbox.settings[name] for name in ("host", "user", "folder")}
    told = {"address": mailbox.address, **named}
    try:
        box = _Box(mailbox, at_a_page=at_a_page)
        try:
            _log_in(box, mailbox)
            yield box
        finally:
            with suppress(*TROUBLES):
                box.logout()
            with suppress(OSError):  # where it did not come to that
                box.client.shutdown()
    except oauth.NoConsent as problem:
        raise NotReached(said_of(problem)) from None
    except MailboxLoginError:
        raise NotReached(
            SaidHere(later("%(host)s does not let %(user)s in. Check user and password of %(address)s."), **told)
        ) from None
    except MailboxFolderSelectError:
        words = later("There is no folder '%(folder)s' in %(address)s. Check how it is written there.")
        raise NotReached(SaidHere(words, **told)) from None
    except TROUBLES as error:
        why = servers.words(error, mailbox.settings["host"], mailbox.settings["port"])
        words = later("%(address)s cannot be read now: %(words)s")
        raise NotReached(SaidHere(words, address=mailbox.address, words=why)) from error


class _Client(imaplib.IMAP4):
    """A connection that is made with care where the server was named on a page (`careful` in the settings)."""

    def __init__(self, mailbox: Mailbox, *, at_a_page: bool) -> None:
        self._careful = bool(mailbox.settings.get("careful"))
        self._longest = servers.LONGEST_SECONDS if at_a_page else None
        timeout = servers.PATIENCE_SECONDS if at_a_page else PATIENCE_SECONDS
        super().__init__(mailbox.settings["host"], mailbox.settings["port"], timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return servers.connected(self.host, self.port, timeout, careful=self._careful, longest=self._longest)


class _EncryptedClient(_Client):
    """The same, encrypted from the start."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return ssl.create_default_context().wrap_socket(super()._create_socket(timeout), server_hostname=self.host)


class _Box(BaseMailBox):
    def __init__(self, mailbox: Mailbox, *, at_a_page: bool) -> None:
        self._mailbox, self._at_a_page = mailbox, at_a_page
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        kind = _EncryptedClient if self._mailbox.settings["tls"] == "tls" else _Client
        client = kind(self._mailbox, at_a_page=self._at_a_page)
        if self._mailbox.settings["tls"] == "starttls":
            try:
                client.starttls(ssl.create_default_context())
            except TROUBLES:
                client.shutdown()
                raise
        return client


def _log_in(box: BaseMailBox, mailbox: Mailbox) -> None:
    if consent := consent_of(mailbox):
        _log_in_by_consent(box, mailbox, consent)
    else:
        user, password = mailbox.settings["user"], secret_of(mailbox)["password"]
        log_in = box.login if (user + password).isascii() else box.login_utf8
        log_in(user, password, initial_folder=None)
    box.folder.set(mailbox.settings["folder"], readonly=True)


def _log_in_by_consent(box: BaseMailBox, mailbox: Mailbox, consent: Consent) -> None:
    user, token = mailbox.settings["user"], oauth.access_token(consent, datetime.now(UTC))
    if _offers(box, "XOAUTH2") or not _offers(box, "OAUTHBEARER"):
        mechanism, said = "XOAUTH2", oauth.xoauth2(user, token)
    else:
        mechanism, said = "OAUTHBEARER", oauth.bearer(user, token, mailbox.settings["host"], mailbox.settings["port"])
    try:
        box.client.authenticate(mechanism, lambda challenge: said(challenge).encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        oauth.not_taken(consent)
        told = {name: mailbox.settings[name] for name in ("host", "user")}
        raise NotReached(SaidHere(NOT_BY_THIS_CONSENT, **told)) from None


def _offers(box: BaseMailBox, mechanism: str) -> bool:
    return f"AUTH={mechanism}" in (told.upper() for told in box.client.capabilities)


def take_new(box: BaseMailBox, mailbox: Mailbox, at: datetime) -> int:
    """Take what is new into the intake; returns how many mails are. The place moves with each mail that is kept."""
    _hold_to_validity(box, mailbox)
    since = mailbox.since - timedelta(days=1)  # servers compare days, of a zone that they do not tell
    criteria = f"UID {mailbox.place + 1}:* SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
    uids = sorted(uid for uid in map(int, box.uids(criteria)) if uid > mailbox.place)
    new = 0
    for start in range(0, len(uids), AT_ONCE):
        for told in _described(box, uids[start : start + AT_ONCE], at):
            new += told.received_at >= mailbox.since and _take(box, mailbox, told, at)
            _move(mailbox, told.uid)
    Mailbox.objects.filter(pk=mailbox.pk).update(fetched_at=at, error="", said=None)
    return new


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _hold_to_validity(box: BaseMailBox, mailbox: Mailbox) -> None:
    """Begin again where the server has numbered its mails anew."""
    status = box.folder.status(mailbox.settings["folder"], ["UIDVALIDITY"])
    validity = int(status["UIDVALIDITY"])
    mailbox.refresh_from_db(fields=["uid_validity", "place"])
    if mailbox.uid_validity != validity:
        mailbox.uid_validity, mailbox.place = validity, 0
        mailbox.save(update_fields=["uid_validity", "place"])


def _described(box: BaseMailBox, uids: list[int], at: datetime) -> list[_Told]:
    """The size and the time of receipt of these mails, in the order of their UIDs."""
    listed = ",".join(map(str, uids))
    answer = _asked(box, listed, "(UID RFC822.SIZE INTERNALDATE)")
    found = []
    for line in answer:
        text = line[0] if isinstance(line, tuple) else line
        if isinstance(text, bytes) and (uid := _UID.search(text)) and (size := _SIZE.search(text)):
            date = _DATE.search(text)
            found.append(_Told(int(uid[1]), int(size[1]), _instant(date[1].decode() if date else "", at)))
    return sorted(found, key=lambda told: told.uid)


def _instant(told: str, otherwise: datetime) -> datetime:
    try:
        return datetime.strptime(told.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return otherwise


def _take(box: BaseMailBox, mailbox: Mailbox, told: _Told, at: datetime) -> bool:
    """Fetch one mail into the intake; returns whether it is new. One that has gone meanwhile is none."""
    part = f"<0.{BEGINNING}>" if told.size > LARGEST else ""
    answer = _asked(box, str(told.uid), f"(BODY.PEEK[]{part})")
    raw = next((line[1] for line in answer if isinstance(line, tuple)), None)
    if raw is None:
        return False
    size = max(told.size, len(raw)) if part else len(raw)
    with transaction.atomic():
        _incoming, is_new = _intake.keep(
            mailbox.shop, raw, mailbox=mailbox, received_at=told.received_at, at=at, size=size
        )
        _move(mailbox, told.uid)
    return is_new


def _move(mailbox: Mailbox, uid: int) -> None:
    same = Mailbox.objects.filter(pk=mailbox.pk, uid_validity=mailbox.uid_validity, place__lt=uid)
    if same.update(place=uid):
        mailbox.place = uid


def _asked(box: BaseMailBox, uids: str, what: str) -> list[bytes | tuple[bytes, bytes] | None]:
    answer, lines = box.client.uid("fetch", uids, what)
    if answer != "OK":
        raise imaplib.IMAP4.error(f"FETCH: {answer}")
    return lines


def can_idle(box: BaseMailBox) -> bool:
    """Whether the server tells by itself of new mail."""
    _answer, told = box.client.capability()  # some say more once somebody has signed in
    return b"IDLE" in b" ".join(filter(None, told)).upper().split()


def wait(box: BaseMailBox, seconds: float) -> None:
    """Wait until the server tells of something new, at most so long."""
    box.idle.wait(timeout=seconds)
