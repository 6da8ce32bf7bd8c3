"""A ticket and those that were merged into it: their messages are one conversation."""

from collections.abc import Iterable

from counterbell.record.models import Merge, Ticket


def members(ticket: Ticket) -> list[int]:
    """The numbers of the ticket and of all that went into it, however long the way."""
    found, added = [ticket.pk], [ticket.pk]
    while added:
        added = list(Merge.objects.filter(into__in=added).exclude(ticket__in=found).values_list("ticket", flat=True))
        found += added
    return found


def root_of(ticket: Ticket) -> Ticket:
    """The ticket in which it ended up; itself where it was not merged."""
    return roots_of([ticket])[ticket.pk]


def roots_of(tickets: Iterable[Ticket]) -> dict[int, Ticket]:
    """The ticket in which each ended up, by the number of each: one query for all, and one more a step of the way."""
    roots = {ticket.pk: ticket for ticket in tickets}
    while merges := Merge.objects.select_related("into__state").filter(ticket__in={one.pk for one in roots.values()}):
        into = {merge.ticket_id: merge.into for merge in merges}
        roots = {number: into.get(root.pk, root) for number, root in roots.items()}
    return roots
