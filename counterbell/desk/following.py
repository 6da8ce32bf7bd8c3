"""From one ticket of a list to the next."""

from django.db.models import Q

from counterbell.record.models import Ticket

from .inbox import Inbox
from .way import Way


def following(inbox: Inbox, here: int) -> tuple[int, Way] | None:
    """The ticket after that one in the list, and the way on from there; after the last comes the first.

    None where the list has no other ticket. Of the usual list it is the next whose customer waits.
    """
    if not inbox.asked and inbox.is_without_end:
        number = _newest_before(inbox, here)
        return (number, inbox.way) if number else None
    in_order = [one.pk for one in inbox.in_order if one.since] if inbox.way.is_plain else inbox.found
    number = _next(in_order, here, inbox.way.then)
    return (number, inbox.way_from(number, in_order)) if number else None


def _next(in_order: list[int], here: int, then: int) -> int:
    if then != here and then in in_order:
        return then
    place = in_order.index(here) if here in in_order else -1
    return next(iter([*in_order[place + 1 :], *in_order[: max(place, 0)]]), 0)


def _newest_before(inbox: Inbox, here: int) -> int:
    """By the place that the ticket has by its age, also when it has left the list; the list itself is not read."""
    others = inbox.without_end.exclude(pk=here)
    known = Ticket.objects.filter(shop=inbox.shop, pk=here).first()
    before = Q(created_at__lt=known.created_at) | Q(created_at=known.created_at, pk__lt=known.pk) if known else Q()
    found = others.filter(before).first() or others.first()
    return found.pk if found else 0
