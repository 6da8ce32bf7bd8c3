"""A mail as it came in, read: who wrote to whom, when, in answer to what, what it says and what hangs on it.

`read(raw)` takes any bytes and never raises; what could not be read stands in `unread`, in words. The work is bounded:
in bytes, parts, depth and header fields. The original bytes are the caller's to keep.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message

from django.utils.translation import gettext as _

from . import headers
from .headers import Address, Fields
from .parts import Attachment, Contents, contents

LARGEST = 64 << 20
"""Bytes; of a larger mail only the header is read."""
HEADER_BYTES = 1 << 20

__all__ = ["Address", "Attachment", "Mail", "read", "read_header"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail, read. Ids stand without their angle brackets; times are in UTC.

    `id` is the Message-ID, or one made from the content where there is none (it ends with `@no.message.id`, and is
    the same whenever the same bytes are read). `sent_at` is what Date says, however absurd; `at` is what to go by.
    `text` is what there is to read: the plain text, else the HTML turned into text. `html` is as it came: never show
    it without `cleaning.clean`. `unread` says in words what could not be read.
    """

    id: str
    has_own_id: bool
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    sent_at: datetime | None
    received_at: datetime | None
    at: datetime | None
    subject: str
    text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    unread: tuple[str, ...] = ()
    fields: Fields = ()
    """the header fields in their order, not decoded"""
    size: int = 0
    by_name: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def author(self) -> Address | None:
        """Who wrote it; null where From tells nobody."""
        return self.sender[0] if self.sender else None

    @property
    def recipients(self) -> tuple[Address, ...]:
        """All to whom it was openly written."""
        return tuple(dict.fromkeys(self.to + self.cc))

    @property
    def parents(self) -> tuple[str, ...]:
        """The mails that it answers, the oldest first: References, then In-Reply-To."""
        return tuple(one for one in dict.fromkeys(self.references + self.in_reply_to) if one != self.id)

    def header(self, name: str) -> str:
        """The first field of that name, in one line; empty if there is none."""
        return self.by_name.get(name.lower(), ("",))[0]

    def all(self, name: str) -> list[str]:
        """All fields of that name."""
        return list(self.by_name.get(name.lower(), ()))

    def picture(self, cid: str) -> Attachment | None:
        """The attachment that HTML names as `cid:...`."""
        return next((one for one in self.attachments if one.cid == cid), None)


def read(raw: bytes, *, received_at: datetime | None = None) -> Mail:
    """The mail that these bytes are; `received_at` is when they reached us, where that is known better than by them."""
    if len(raw) > LARGEST:
        told = _("The mail is larger than %(limit)s MB; only its header was read.") % {"limit": LARGEST >> 20}
        return _mail(raw, _parsed(raw[:HEADER_BYTES], header_only=True)[0], Contents(unread=[told]), received_at)
    message, whole = _parsed(raw)
    inside = contents(message)
    if not whole:
        inside.unread.append(_("The mail's structure could not be read; it is kept as it came."))
    return _mail(raw, message, inside, received_at)


def read_header(raw: bytes, *, received_at: datetime | None = None) -> Mail:
    """The mail without its text and attachments: far quicker. `raw` must be the whole mail, for the sake of its id."""
    end = raw.find(b"\n\n", 0, HEADER_BYTES), raw.find(b"\n\r\n", 0, HEADER_BYTES)
    cut = min((one for one in end if one >= 0), default=HEADER_BYTES)
    return _mail(raw, _parsed(raw[: cut + 1], header_only=True)[0], Contents(), received_at)


def _parsed(raw: bytes, *, header_only: bool = False) -> tuple[Message, bool]:
    """The message, and whether it could be taken apart."""
    if header_only:
        from email.parser import BytesHeaderParser

        try:
            return BytesHeaderParser(policy=policy.compat32).parsebytes(raw), True
        except Exception:
            return Message(), False
    try:
        return message_from_bytes(_from_first_field(raw), policy=policy.compat32), True
    except Exception:  # parts within parts without end, and whatever else nobody has thought of
        return _parsed(raw[:HEADER_BYTES], header_only=True)[0], False


def _from_first_field(raw: bytes) -> bytes:
    """The mail from its first field on, without the blank lines that some programs put before it."""
    return raw.lstrip(b"\r\n") if raw[:1] in (b"\r", b"\n") else raw


def _mail(raw: bytes, message: Message, inside: Contents, received_at: datetime | None) -> Mail:
    told = headers.fields(message)
    by_name: dict[str, tuple[str, ...]] = {}
    for name, value in told:
        by_name[name] = (*by_name.get(name, ()), value)

    def all_of(name: str) -> list[str]:
        return list(by_name.get(name, ()))

    own = headers.ids(all_of("message-id"))[:1]
    sent = next(filter(None, map(headers.instant, all_of("date"))), None)
    got = received_at.astimezone(UTC) if received_at else headers.received(all_of("received"))
    return Mail(
        id=own[0] if own else made_id(raw),
        has_own_id=bool(own),
        in_reply_to=headers.ids(all_of("in-reply-to")),
        references=headers.ids(all_of("references")),
        sender=headers.addresses(all_of("from")) or headers.addresses(all_of("sender")),
        reply_to=headers.addresses(all_of("reply-to")),
        to=headers.addresses(all_of("to")),
        cc=headers.addresses(all_of("cc")),
        sent_at=sent,
        received_at=got,
        at=headers.likely(sent, got),
        subject=headers.words(next(iter(all_of("subject")), "")),
        text=inside.text,
        html=inside.html,
        attachments=tuple(inside.attachments),
        unread=tuple(dict.fromkeys(inside.unread + _unread_fields(all_of, sent, got))),
        fields=told,
        size=len(raw),
        by_name=by_name,
    )


def made_id(raw: bytes) -> str:
    """The id of a mail that has none: the same for the same lines, whatever their ends."""
    lines = raw.replace(b"\r\n", b"\n").strip(b"\n")
    return f"{hashlib.sha256(lines).hexdigest()[:40]}@no.message.id"


def _unread_fields(all_of: Callable[[str], list[str]], sent: datetime | None, got: datetime | None) -> list[str]:
    """What the header does not tell although it should."""
    told = []
    if not headers.addresses(all_of("from")):
        told.append(_("The sender (From) could not be read."))
    if sent is None:
        told.append(_("The date could not be read.") if all_of("date") else _("The mail has no date."))
    elif headers.likely(sent, got) != sent:
        told.append(_("The date of the mail cannot be right (%(date)s).") % {"date": all_of("date")[0][:80]})
    return told
