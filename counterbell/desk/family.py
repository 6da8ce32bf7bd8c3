"""A ticket and those that were merged into it: their messages are one conversation."""

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
    while merge := Merge.objects.select_related("into", "into__state").filter(ticket=ticket).first():
        ticket = merge.into
    return ticket
