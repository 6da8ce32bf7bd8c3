"""A ticket's priority given to it or taken from it."""

from counterbell.desk.acting import Acting
from counterbell.record.entries import Priority

LONGEST = 80


def give(ticket: Acting, priority: str) -> bool:
    """Give the ticket that priority, or none; returns whether it had another one."""
    wanted = " ".join(priority.split())[:LONGEST]
    if wanted == (ticket.state.priority or ""):
        return False
    ticket.write(Priority(ticket=ticket.ticket.external_id, at=ticket.now(), to=wanted or None))
    return True
