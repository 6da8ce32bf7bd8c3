"""Files that an agent sends along: chosen for what is being written, held with it, and then part of what was said.

The bytes lie where those of incoming attachments do, and become such as the message is said, in its transaction. A file
is with the draft of its person, or sealed into one message that is still held; never with both, and never lost between.
"""

import mimetypes
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop, User
from counterbell.errors import Problem
from counterbell.mail import outbox
from counterbell.record.models import Message, Ticket
from counterbell.record.sql import one_at_a_time

from . import _files, _needless
from ._attachments import is_program, picture_type
from ._showing import File
from .models import Attached, Enclosed

MOST_BYTES = 18 << 20
"""Of all files of one message: a mail grows by a third on its way, and many servers take no more than 25 MB."""
MOST_FILES = 20
LONGEST_NAME = 150


def enclose(ticket: Ticket, user: User, name: str, content: bytes, *, at: datetime) -> Enclosed:
    """Put a file to what the person is writing on the ticket; the same file twice is one. Raises Problem.

    The bytes are on the disk before anything names them.
    """
    name = " ".join(name.replace("\0", "").split())[-LONGEST_NAME:] or _("File")
    _may_be_sent(name, content)
    shop, digest = ticket.shop, _files.digest_of(content)
    _needless.perhaps(shop, [digest], at + _needless.SOON)
    _files.keep(shop, content)
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time(cursor, shop.pk)
        _files.keep(shop, content)  # had somebody just removed them
        if known := of_draft(ticket, user).filter(name=name, digest=digest).first():
            return known
        _has_room(ticket, user, len(content))
        told = {"name": name, "media_type": _media_type(name, content), "size": len(content), "digest": digest}
        return Enclosed.objects.create(shop=shop, ticket=ticket, user=user, chosen_at=at, **told)


def _may_be_sent(name: str, content: bytes) -> None:
    told = {"name": name, "most": filesizeformat(MOST_BYTES)}
    if not content:
        raise Problem(_("%(name)s is empty. Choose another file.") % told)
    if len(content) > MOST_BYTES:
        raise Problem(_("%(name)s is too large: a message takes %(most)s. Send a link to it instead.") % told)
    if is_program(name, content):
        raise Problem(_("%(name)s is a program, which mail servers refuse. Send a link to it instead.") % told)


def _has_room(ticket: Ticket, user: User, size: int) -> None:
    there = of_draft(ticket, user)
    if there.count() >= MOST_FILES:
        raise Problem(_("A message takes at most %(most)d files. Take one out first.") % {"most": MOST_FILES})
    if (there.aggregate(size=Sum("size"))["size"] or 0) + size > MOST_BYTES:
        told = {"most": filesizeformat(MOST_BYTES)}
        raise Problem(_("All files of a message may have %(most)s together. Take one out first.") % told)


def _media_type(name: str, content: bytes) -> str:
    """By its content where that is a picture we show, else by its name; what the browser says is ignored."""
    return picture_type(content) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def of_draft(ticket: Ticket, user: User) -> QuerySet[Enclosed]:
    """What the person has chosen for what is being written on the ticket."""
    return Enclosed.objects.filter(ticket=ticket, user=user, message="").order_by("pk")


def chosen_before(at: datetime) -> QuerySet[Enclosed]:
    """All that was chosen before that time and not said since."""
    return Enclosed.objects.filter(chosen_at__lt=at)


def of_held(shop: Shop, messages: Iterable[str]) -> dict[str, list[Enclosed]]:
    """What is sealed into the messages that get these ids."""
    found: dict[str, list[Enclosed]] = {}
    for one in Enclosed.objects.filter(shop=shop, message__in=[*messages]).exclude(message="").order_by("pk"):
        found.setdefault(one.message, []).append(one)
    return found


def to_be_seen_by(shop: Shop, user: User) -> QuerySet[Enclosed]:
    """What that person of the shop may open: own files, and what is in messages that are held."""
    return Enclosed.objects.filter(Q(user=user) | ~Q(message=""), shop=shop)


def shown_enclosed(shop: Shop, one: Enclosed) -> File:
    """As a page lists it."""
    url = reverse("enclosed", args=[shop.slug, one.pk])
    return File(one.name, one.media_type, one.size, url, inline=False, refused="")


@transaction.atomic
def take_out(files: QuerySet[Enclosed], at: datetime) -> int:
    """Take files away that were chosen; returns how many. Their bytes go, unless something else names them."""
    there = list(files.select_related("shop"))
    for one in there:
        _needless.perhaps(one.shop, [one.digest], at)
    return Enclosed.objects.filter(pk__in=[one.pk for one in there]).delete()[0]


def seal(ticket: Ticket, user: User, files: Iterable[int], message: str) -> None:
    """Make these files of the draft part of the message that gets this id, in the caller's transaction.

    Raises Problem where one is not there, so that nothing goes out without what the person saw with it.
    """
    wanted = set(files)
    if of_draft(ticket, user).filter(pk__in=wanted).update(message=message) != len(wanted):
        raise Problem(_("A file that was attached is no longer there. Look at the attachments, then send again."))


def unseal(shop: Shop, message: str) -> None:
    """The message will not be said: what was in it is with the draft again, in the caller's transaction."""
    for one in Enclosed.objects.filter(shop=shop, message=message):
        same = of_draft(one.ticket, one.user).filter(name=one.name, digest=one.digest) if one.user else None
        if same is not None and same.exists():
            one.delete()  # its bytes stay, by the other's name
        else:
            Enclosed.objects.filter(pk=one.pk).update(message="")


def attach_enclosed(message: Message) -> None:
    """Make what was sealed into a message hang on it, now that it is in the record; in the caller's transaction."""
    files = Enclosed.objects.filter(shop=message.shop_id, message=message.external_id).order_by("pk")
    Attached.objects.bulk_create(
        Attached(
            shop_id=message.shop_id,
            message=message,
            number=number,
            name=one.name,
            media_type=one.media_type,
            size=one.size,
            digest=one.digest,
        )
        for number, one in enumerate(files, start=1)
    )
    files.delete()


def to_be_sent(message: Message) -> list[outbox.Attachment]:
    """What hangs on a message, for its mail. Raises Problem where the bytes of a file are gone."""
    files = Attached.objects.filter(message=message).exclude(digest="").select_related("shop").order_by("number")
    return [outbox.Attachment(one.name, one.media_type, _content(one)) for one in files]


def _content(one: Attached) -> bytes:
    try:
        return _files.read(one.shop, one.digest)
    except FileNotFoundError:
        told = {"name": one.name}
        raise Problem(_("The file %(name)s is gone. Take the reply back and attach it again.") % told) from None
