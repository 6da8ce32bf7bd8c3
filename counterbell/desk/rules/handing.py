"""An assignment that nobody made by hand, and which rule made it."""

from counterbell.desk.acting import Acting
from counterbell.record.entries import Assignment

from .models import ByRule


def hand_to(ticket: Acting, agent: str | None, rule: str) -> None:
    """Write the assignment, with the team that the ticket has, and keep by which rule (none: of an absence) it is."""
    when, team = ticket.now(), ticket.state.team or None
    ticket.write(Assignment(ticket=ticket.ticket.external_id, at=when, agent=agent, team=team))
    ByRule.objects.create(ticket=ticket.ticket, happened_at=when, rule=rule)
