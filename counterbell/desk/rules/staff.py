"""Who can be given tickets: people of the shop who answer customers, each with team and absence."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from counterbell.accounts.models import Membership, Role, Shop
from counterbell.record.models import Agent, StatusName, Ticket, TicketState

from .models import CONDITIONS, Absence, AssignmentRule

ANSWER = (Role.OWNER, Role.LEAD, Role.AGENT)
"""Roles that see the inbox."""


@dataclass(frozen=True)
class Staff:
    """The people who answer, by the record's ids; those in `away` get nothing, until the time that stands there."""

    teams: dict[str, str | None]
    away: dict[str, datetime | None]

    def pool(self, rule: AssignmentRule, team: str | None) -> list[str]:
        """Whom the rule gives tickets to; those of a ticket that a team has go to members of the team only."""
        chosen = rule.pool_agents
        return sorted(
            agent
            for agent, of in self.teams.items()
            if (of == rule.pool_team if rule.pool_team else agent in chosen) and (not team or of == team)
        )

    def there(self, pool: list[str]) -> list[str]:
        """Those who are not away."""
        return [agent for agent in pool if agent not in self.away]

    def next_back(self, pool: list[str], latest: datetime) -> datetime:
        """When the first of them will be back, as far as that is known before `latest`."""
        return min([until for agent in pool if (until := self.away.get(agent))] + [latest])


def people(shop: Shop) -> list[Membership]:
    """The people of the shop who answer customers."""
    answer = Membership.objects.filter(shop=shop, role__in=ANSWER).select_related("user", "shop")
    return sorted(answer, key=lambda one: str(one.user).casefold())


def staff(shop: Shop, at: datetime) -> Staff:
    """The people who answer, as of that time."""
    agents = {one.user_id: one.agent for one in people(shop) if one.agent}
    told = Agent.objects.filter(shop=shop, external_id__in=agents.values()).values_list("external_id", "team")
    gone = Absence.objects.filter(shop=shop, from_at__lte=at, user__in=agents)
    away = {agents[one.user_id]: one.until_at for one in gone if one.until_at is None or one.until_at > at}
    return Staff(dict(told), away)


def open_tickets(shop: Shop, agents: list[str]) -> dict[str, int]:
    """How many tickets each of these agents has that are open now (not those that sleep or wait for the customer)."""
    ids = dict(Agent.objects.filter(shop=shop, external_id__in=agents).values_list("pk", "external_id"))
    unresolved = TicketState.objects.filter(assignee__in=list(ids), status__lt=StatusName.CLOSED)  # as the index is
    has = unresolved.filter(status=StatusName.OPEN, spam=False, deleted=False)
    counted = has.filter(merged_into=None).values("assignee").annotate(tickets=Count("pk"))
    return dict.fromkeys(agents, 0) | {ids[one["assignee"]]: one["tickets"] for one in counted}


def fits(rule: AssignmentRule, ticket: Ticket, tags: list[str]) -> bool:
    """Whether the ticket is as the rule says."""
    state, customer = ticket.state, ticket.customer
    language = ticket.language or (customer.language if customer else None)
    has: dict[str, list[str | None]] = {
        "channel": [ticket.channel],
        "tag": [*tags],
        "intent": [state.intent],
        "language": [language],
        "priority": [state.priority],
        "store": [ticket.store],
        "team": [state.team],
    }
    wanted = {condition: rule.wanted(condition) for condition in CONDITIONS}
    return all(not values or not set(values).isdisjoint(has[name]) for name, values in wanted.items())


def whose_turn(pool: list[str], last: str) -> str:
    """The one after whoever got the last, by their ids, and then from the first again."""
    return min(pool, key=lambda agent: (agent <= last, agent))


def least_busy(pool: list[str], loads: dict[str, int], last: str) -> str:
    """Whoever has the fewest open tickets; of several whose turn it is."""
    fewest = min(loads.get(agent, 0) for agent in pool)
    return whose_turn([agent for agent in pool if loads.get(agent, 0) == fewest], last)
