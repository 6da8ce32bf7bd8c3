"""Closing, reopening, and waiting for the customer."""

from counterbell.desk.acting import Acting
from counterbell.desk.models import Snooze
from counterbell.record.entries import Status, StatusName
from counterbell.record.models import StatusName as Number

NUMBERS = {name.label: name.value for name in Number}


def change(ticket: Acting, to: StatusName) -> bool:
    """Give the ticket that status; it wakes from its sleep by that. What it is already stays untold."""
    if ticket.state.status == NUMBERS[to]:
        return False
    by = "agent" if ticket.agent else "automation"
    told = Status(ticket=ticket.ticket.external_id, at=ticket.now(), to=to, by=by, agent=ticket.agent)  # type: ignore[arg-type]
    ticket.write(told)
    if to != "snoozed":
        Snooze.objects.filter(ticket=ticket.ticket).delete()
    return True
