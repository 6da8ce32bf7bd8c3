"""A mailbox and its state as people read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.channels.models import IMAP, Incoming, Mailbox
from counterbell.mail.models import OwnServer
from counterbell.record.said import in_words


@dataclass(frozen=True)
class Look:
    """A mailbox on a page. `tone` is the colour of its state: good, warn, bad, or none."""

    box: Mailbox
    by: str
    state: str
    error: str
    tone: str
    looked_into: str
    taken_in: str
    out: str
    out_error: str


def of_shop(shop: Shop, at: datetime) -> list[Look]:
    """All mailboxes of the shop, by address."""
    return looks(shop, Mailbox.objects.filter(shop=shop).order_by("address"), at)


def looks(shop: Shop, boxes: Iterable[Mailbox], at: datetime) -> list[Look]:
    """These mailboxes of the shop, as they are at that time."""
    counts = dict(Incoming.objects.filter(shop=shop).values_list("mailbox").annotate(Count("pk")).order_by())
    servers = {server.address: server for server in OwnServer.objects.filter(shop=shop)}
    return [_look(shop, box, counts.get(box.pk, 0), servers.get(box.address), at) for box in boxes]


def _look(shop: Shop, box: Mailbox, count: int, server: OwnServer | None, at: datetime) -> Look:
    state, tone = state_of(box, at)
    return Look(
        box=box,
        by=box.settings["host"] if box.way == IMAP else box.way,
        state=state,
        error=in_words(box.error, box.said),
        tone=tone,
        looked_into=when(shop, box.fetched_at),
        taken_in=formats.number(count),
        out=server.host if server else _("the installation's own"),
        out_error=in_words(server.error, server.said) if server else "",
    )


def state_of(box: Mailbox, at: datetime) -> tuple[str, str]:
    """Whether mail comes in by it now, in words, and the colour of that."""
    if not box.active:
        return _("paused"), "warn"
    if box.error:
        return _("not reached"), "bad"
    if box.way != IMAP:
        return (_("the provider hands over"), "good") if box.fetched_at else (_("nothing handed over yet"), "")
    if box.lease_until and box.lease_until > at:
        return _("connected"), "good"
    return (_("asked every minute"), "good") if box.fetched_at else (_("not read yet"), "")


def when(shop: Shop, instant: datetime | None) -> str:
    """The time as the shop's people read it."""
    return formats.moment(instant.astimezone(zone(shop.timezone))) if instant else formats.NOTHING
