"""Who takes care of a ticket: a person, a team, or nobody."""

from django.utils.translation import gettext as _

from counterbell.desk.acting import Acting
from counterbell.errors import NotFound
from counterbell.record.entries import Assignment
from counterbell.record.models import Agent


def assign(ticket: Acting, agent: str) -> bool:
    """Give the ticket to the agent with that id of the record; empty: to nobody."""
    if agent and not Agent.objects.filter(shop=ticket.shop, external_id=agent).exists():
        raise NotFound(_("There is no agent '%(agent)s' in this shop.") % {"agent": agent})
    return _give(ticket, agent or None, None)


def assign_team(ticket: Acting, team: str) -> bool:
    """Give the ticket to a team, and to nobody in it yet."""
    if not Agent.objects.filter(shop=ticket.shop, team=team).exists():
        raise NotFound(_("There is no team '%(team)s' in this shop.") % {"team": team})
    return _give(ticket, None, team)


def _give(ticket: Acting, agent: str | None, team: str | None) -> bool:
    state = ticket.state
    has = state.assignee.external_id if state.assignee else None
    if (has, state.team or None) == (agent, team):
        return False
    ticket.write(Assignment(ticket=ticket.ticket.external_id, at=ticket.now(), agent=agent, team=team))
    return True
