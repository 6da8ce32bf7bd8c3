"""One ticket under somebody's hands: read and changed in one transaction, while nobody else writes to the shop.

What two people do at once happens one after the other. Every entry gets a time of its own, after all that has happened
to the ticket, so that the history tells in which order things were done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.errors import NotFound, Problem
from counterbell.record.entries import Entry
from counterbell.record.models import Author, Message, Ticket, TicketState
from counterbell.record.sql import one_at_a_time
from counterbell.record.write import write

from .family import members

TICK = timedelta(microseconds=1)
CLOCKS_DIFFER = timedelta(minutes=1)
"""Things dated no further ahead of our clock count as done before; what lies further ahead has not happened yet."""


class Overtaken(Problem):
    """The customer wrote after what the agent has seen."""


class Acting:
    """The ticket with its state as it is now, and the time of what is done next."""

    def __init__(self, shop: Shop, agent: str | None, ticket: Ticket, at: datetime) -> None:
        self.shop, self.agent, self.ticket = shop, agent, ticket
        self.members = members(ticket)
        self._at = max(at, _last_event(ticket, self.members, at) + TICK)

    @property
    def state(self) -> TicketState:
        """What the ticket is now."""
        return self.ticket.state

    def now(self) -> datetime:
        """The time of the next entry; each is later than the one before."""
        self._at += TICK
        return self._at

    def write(self, entry: Entry) -> None:
        """Put an entry into the record and read the ticket's state again."""
        write(self.shop, entry)
        self.ticket.state.refresh_from_db()

    def came_after(self, seen: int) -> bool:
        """Whether the customer has written since the message of that number."""
        newer = Message.objects.filter(ticket__in=self.members, pk__gt=seen, author=Author.CUSTOMER, public=True)
        return newer.exists()

    def not_overtaken(self, seen: int | None) -> None:
        """Raise Overtaken where the customer has written since."""
        if seen is not None and self.came_after(seen):
            raise Overtaken(_("The customer has written meanwhile. Read it, then decide again."))


@contextmanager
def acting(shop: Shop, agent: str | None, ticket_id: int, at: datetime) -> Iterator[Acting]:
    """The ticket of that number, for one thing to be done to it. Raises NotFound for what is not the shop's."""
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time(cursor, shop.pk)
        yield Acting(shop, agent, ticket_of(shop, ticket_id), at)


def ticket_of(shop: Shop, ticket_id: int) -> Ticket:
    """The shop's ticket of that number. Raises NotFound."""
    known = Ticket.objects.select_related("state", "state__assignee", "customer")
    ticket = known.filter(shop=shop, pk=ticket_id).first()
    if ticket is None:
        raise NotFound(_("There is no such ticket."))
    return ticket


def _last_event(ticket: Ticket, family: list[int], at: datetime) -> datetime:
    """When something last happened to the ticket."""
    said = Message.objects.filter(ticket__in=family)
    happened: list[datetime] = [ticket.created_at]
    done = (ticket.status_changes, ticket.assignments, ticket.tag_changes, ticket.priority_changes, ticket.flags)
    for events in (said, *done):
        told = events.filter(happened_at__lte=at + CLOCKS_DIFFER).order_by("-happened_at")
        happened += told.values_list("happened_at", flat=True)[:1]
    return max(happened)
