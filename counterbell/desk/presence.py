"""Who else has a ticket open, or is writing on it: told by their pages as long as they are looked at."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterbell.accounts.models import User
from counterbell.record.models import Ticket

from .models import Presence

GONE_AFTER = timedelta(seconds=45)
"""Whose page has been silent for so long is no longer there."""
STOPPED_AFTER = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Somebody:
    """A colleague at the same ticket."""

    name: str
    writing: bool


def here(ticket: Ticket, user: User, *, at: datetime, writing: bool = False) -> list[Somebody]:
    """Say that the person is at the ticket; returns who else is."""
    told = {"seen_at": at} | ({"wrote_at": at} if writing else {})
    Presence.objects.update_or_create(ticket=ticket, user=user, defaults=told)
    there = Presence.objects.filter(ticket=ticket, seen_at__gt=at - GONE_AFTER).exclude(user=user)
    return [
        Somebody(str(one.user), one.wrote_at is not None and one.wrote_at > at - STOPPED_AFTER)
        for one in there.select_related("user").order_by("user__name", "pk")
    ]


def left(ticket: Ticket, user: User) -> None:
    """Say that the person has closed the page of the ticket."""
    Presence.objects.filter(ticket=ticket, user=user).delete()


def company(tickets: Collection[int], at: datetime) -> dict[int, frozenset[tuple[int, bool]]]:
    """Who is at each of the tickets at which somebody is: the person's number, and whether he or she writes."""
    there = Presence.objects.filter(ticket__in=tickets, seen_at__gt=at - GONE_AFTER)
    found: dict[int, set[tuple[int, bool]]] = {}
    for ticket, user, wrote_at in there.values_list("ticket_id", "user_id", "wrote_at"):
        found.setdefault(ticket, set()).add((user, wrote_at is not None and wrote_at > at - STOPPED_AFTER))
    return {ticket: frozenset(people) for ticket, people in found.items()}


def forget_the_gone(at: datetime) -> int:
    """Clear away who left long ago."""
    return Presence.objects.filter(seen_at__lt=at - FORGOTTEN_AFTER).delete()[0]
