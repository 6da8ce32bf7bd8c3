"""The one way out for mail: `put` within the transaction that decides it; `sending.send_due` does the rest.

A mail is put under a key, and only once: doing it again is harmless. The key begins with the mail's kind and a colon,
as in `survey:17`; of some kinds (COUNTERBELL_MAIL_AGAIN) a mail is tried again when it is not known whether it went
out, all others wait for a person then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from counterbell.accounts.models import Shop

from . import addresses, senders
from .addresses import BadMail
from .models import Outgoing, Part, State

NO_DOMAIN = "counterbell.invalid"
"""The domain of a Message-ID where nobody has said from which address mails are sent."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Picture(Attachment):
    """A picture that the mail's HTML shows with `<img src="cid:...">`; the content id without brackets."""

    content_id: str


NO_HEADERS: Mapping[str, str] = {}


def put(
    shop: Shop | None,
    *,
    key: str,
    to: str | Iterable[str],
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    cc: str | Iterable[str] = (),
    headers: Mapping[str, str] = NO_HEADERS,
    pictures: Sequence[Picture] = (),
    attachments: Sequence[Attachment] = (),
    from_address: str = "",
    reply_to: str = "",
    message_id: str = "",
    due_at: datetime | None = None,
) -> Outgoing:
    """Put a mail into the outbox, in the caller's transaction; returns it, or the one that the key has already.

    It goes out at `due_at`, or now. Without `from_address` it is from the shop's sender, without `message_id` it gets
    one of its own. The subject is made one line. Raises BadMail for an address or header that cannot be.
    """
    sender = from_address or senders.sender_of(shop).from_
    content = {
        "kind": _kind(key),
        "to": _needed(addresses.addresses(to)),
        "cc": addresses.addresses(cc),
        "from_address": from_address and addresses.address(from_address),
        "reply_to": reply_to and addresses.address(reply_to),
        "subject": addresses.one_line(subject),
        "text": text,
        "html": html,
        "headers": addresses.headers(headers),
        "message_id": addresses.message_id(message_id or new_message_id(sender)),
        "put_at": at,
        "due_at": due_at or at,
    }
    with transaction.atomic():
        mail, is_new = Outgoing.objects.get_or_create(shop=shop, key=key, defaults=content)
        if is_new:
            Part.objects.bulk_create(_part(mail, file) for file in (*pictures, *attachments))
    return mail


def new_message_id(sender: str) -> str:
    """A Message-ID of its own for a mail from that address."""
    return f"<{uuid4().hex}@{addresses.domain_of(sender) or NO_DOMAIN}>"


def cancel(shop: Shop | None, key: str) -> bool:
    """Take a mail back that waits, with all that it says; returns whether one was. The key is free again."""
    _count, deleted = Outgoing.objects.filter(shop=shop, key=key, state=State.WAITING).delete()
    return deleted.get("mail.Outgoing", 0) > 0


def retry(mail: Outgoing, at: datetime) -> bool:
    """Try a mail again that failed, or of which it is not known whether it went out; returns whether it was such."""
    doubtful = Outgoing.objects.filter(pk=mail.pk, state__in=(State.FAILED, State.UNSURE)).exclude(to="")
    return doubtful.update(state=State.WAITING, due_at=at, tries=0, lease_holder="") > 0


@transaction.atomic
def arrived(mail: Outgoing, at: datetime) -> bool:
    """Take a mail of which nobody knew whether it went out as sent; returns whether it was such."""
    doubtful = Outgoing.objects.filter(pk=mail.pk, state=State.UNSURE)
    nothing = {"text": "", "html": "", "headers": {}}
    if not doubtful.update(state=State.SENT, sent_at=at, error="", lease_holder="", **nothing):
        return False
    Part.objects.filter(mail=mail).delete()
    return True


def is_ours(shop: Shop, message_id: str) -> bool:
    """Whether the mail with this Message-ID is one that the shop has sent."""
    return Outgoing.objects.filter(shop=shop, message_id=f"<{message_id.strip('<> ')}>").exists()


def came_back(shop: Shop, message_id: str, words: str) -> Outgoing | None:
    """Mark the mail with this Message-ID as one that came back, with the words of the server that gave up.

    Returns it if it was not known yet.
    """
    told = f"<{message_id.strip('<> ')}>"
    taken = Outgoing.objects.filter(shop=shop, message_id=told, state__in=(State.SENDING, State.SENT, State.UNSURE))
    if not taken.update(state=State.BOUNCED, error=addresses.one_line(words)[:500], lease_holder=""):
        return None
    return Outgoing.objects.get(shop=shop, message_id=told)


def forget_address(shop: Shop, address: str) -> int:
    """Forget a person: what waits for this address goes, of what was sent the address and subject; returns how many."""
    wanted = addresses.bare(address)
    found = [
        mail.pk
        for mail in Outgoing.objects.filter(shop=shop, to__icontains=wanted).only("pk", "to")
        if wanted in map(addresses.bare, mail.recipients)
    ]
    Part.objects.filter(mail__in=found).delete()
    nothing = {"to": "", "cc": "", "subject": "", "text": "", "html": "", "headers": {}, "error": ""}
    Outgoing.objects.filter(pk__in=found, state=State.WAITING).update(state=State.FAILED)
    return Outgoing.objects.filter(pk__in=found).update(**nothing)


def _kind(key: str) -> str:
    kind, colon, rest = key.partition(":")
    if not (kind and colon and rest):
        raise BadMail(f"The key {key!r} of a mail must begin with its kind and a colon, like survey:17.")
    return kind


def _needed(told: str) -> str:
    if not told:
        raise BadMail("A mail needs somebody to go to.")
    return told


def _part(mail: Outgoing, file: Attachment) -> Part:
    content_id = file.content_id if isinstance(file, Picture) else ""
    return Part(
        mail=mail,
        name=addresses.one_line(file.name),
        media_type=_media_type(file.media_type),
        content=file.content,
        content_id=addresses.one_line(content_id),
    )


def _media_type(told: str) -> str:
    """The type as a mail can say it; what is none, or would make a mail within the mail, is a plain file."""
    kind, _, subtype = told.partition("/")
    plain = kind.isalnum() and subtype and subtype.replace("-", "").replace(".", "").replace("+", "").isalnum()
    return told if plain and kind not in ("message", "multipart") else "application/octet-stream"
