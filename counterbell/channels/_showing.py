"""A mail as a page shows it: its HTML made safe, its pictures and attachments by our own addresses."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.mail.cleaning import Cleaned, clean
from counterbell.mail.headers import Address
from counterbell.record.models import Message

from ._handling import mail_of
from .models import Attached, Incoming


@dataclass(frozen=True)
class File:
    """An attachment: `url` is where it is downloaded, empty where it was not kept (`refused` says why, in words)."""

    name: str
    media_type: str
    size: int
    url: str
    inline: bool
    refused: str


@dataclass(frozen=True)
class Shown:
    """A mail as a page shows it. `html` is safe as it stands, and null where the mail has none: show the record's text.

    `text` is the whole text with all that it quotes. `blocked_pictures` of other servers were left out; ask again with
    `remote_pictures` to have them (and let the page's policy allow them). `unread` says what could not be read.
    """

    sender: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    html: str | None
    blocked_pictures: int = 0
    files: tuple[File, ...] = ()
    unread: tuple[str, ...] = ()
    why: str = ""
    """what kind of automatic mail it is, in words"""
    no_answer: str = ""
    """why automation must not answer it, in words"""


def shown(shop: Shop, message: Message, *, remote_pictures: bool = False) -> Shown | None:
    """The mail that a message of the record came from; null where it came from none, or the mail was erased."""
    incoming = Incoming.objects.select_related("shop").filter(shop=shop, message=message).first()
    if incoming is None:
        return None
    try:
        mail = mail_of(incoming)
    except FileNotFoundError:
        return None
    pictures = _pictures(shop, message)
    cleaned = _cleaned(mail.html, pictures, remote_pictures) if mail.html else None
    return Shown(
        sender=mail.sender,
        to=mail.to,
        cc=mail.cc,
        subject=mail.subject,
        text=mail.text,
        html=cleaned.html if cleaned else None,
        blocked_pictures=cleaned.blocked_pictures if cleaned else 0,
        files=tuple(files_of(shop, [message]).get(message.pk, ())),
        unread=(*mail.unread, *_cut(incoming, mail.size)),
        why=incoming.why,
        no_answer=incoming.no_answer,
    )


def _cleaned(html: str, pictures: dict[str, str], remote_pictures: bool) -> Cleaned:
    own = settings.PUBLIC_URL.hostname or ""
    return clean(html, picture=pictures.get, remote_pictures=remote_pictures, own_host=own)


def _cut(incoming: Incoming, size: int) -> list[str]:
    if incoming.size <= size:
        return []
    return [_("The mail is very large; only its beginning was taken, the whole of it is in the mailbox.")]


def _pictures(shop: Shop, message: Message) -> dict[str, str]:
    told = Attached.objects.filter(shop=shop, message=message, media_type__startswith="image/").exclude(cid="")
    return {one.cid: url_of(shop, one) for one in told if one.digest}


def sender_of(message: Message) -> str:
    """The address of whoever a mail says that it is from, in lower case; empty where nobody knows."""
    return (Incoming.objects.filter(message=message).values_list("sender", flat=True).first() or "").lower()


def no_answer(message: Message) -> str:
    """Why automation must not answer a message that came by mail (RFC 3834), in words; empty if it may."""
    return Incoming.objects.filter(message=message).values_list("no_answer", flat=True).first() or ""


def files_of(shop: Shop, messages: list[Message]) -> dict[int, list[File]]:
    """What hangs on each of these messages, by the message's number, in the order of the mail."""
    found: dict[int, list[File]] = {}
    for one in Attached.objects.filter(Q(message__in=messages), shop=shop).order_by("message_id", "number"):
        found.setdefault(one.message_id, []).append(_file(shop, one))
    return found


def _file(shop: Shop, one: Attached) -> File:
    words = {"": "", "large": _("too large to be kept apart from the mail"), "program": _("a program, not given out")}
    url = url_of(shop, one) if one.digest else ""
    return File(one.name, one.media_type, one.size, url, one.inline, words[one.refused])


def url_of(shop: Shop, one: Attached) -> str:
    """Where members of the shop download an attachment."""
    return reverse("attached", args=[shop.slug, one.pk])
