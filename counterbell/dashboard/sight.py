"""What a person may see of single agents: colleagues' figures are closed to whoever has the role of an agent.

Every question of a page and every export goes through `own_only`; what comes back and names agents goes through
`without_colleagues` and `rows_without_colleagues`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from counterbell.accounts.models import Membership
from counterbell.metrics.agents import Agent, Agents
from counterbell.metrics.query import Condition
from counterbell.metrics.rows import Rows

Conditions = tuple[Condition, ...]

NAMING = ("agent", "assignee", "closer", "first_response_agent")
"""The columns of rows that name an agent."""

HIDDEN = "–"


def own_only(membership: Membership, where: Conditions, by: str | None = None) -> Conditions:
    """The filters as the person may ask them: of an agent, whatever concerns agents is about him- or herself."""
    concerns_agents = by == "agent" or any(condition.dimension == "agent" for condition in where)
    if membership.sees_colleagues or not concerns_agents:
        return where
    others = tuple(condition for condition in where if condition.dimension != "agent")
    return (*others, Condition("agent", (membership.agent,)))


def without_colleagues(membership: Membership, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a report without what they say of each colleague."""
    if membership.sees_colleagues or "tickets_closed" not in figures:
        return dict(figures)
    closed = figures["tickets_closed"]
    own = {name: {k: v for k, v in closed[name].items() if k == membership.agent} for name in ("by_agent", "share")}
    return {**figures, "tickets_closed": {**closed, **own}}


def agents_without_colleagues(membership: Membership, found: Agents) -> Agents:
    """The agents of whom only the person is left; all of them together stay."""
    if membership.sees_colleagues:
        return found

    def seen(row: Agent) -> Agent:
        return replace(row, figures=without_colleagues(membership, row.figures))

    return replace(
        found,
        rows=tuple(seen(row) for row in found.rows if row.agent == membership.agent),
        total=seen(found.total),
        before=agents_without_colleagues(membership, found.before) if found.before else None,
    )


def may_see(membership: Membership, agent: str) -> bool:
    """Whether the figures of that agent are open to the person."""
    return membership.sees_colleagues or agent == membership.agent


def rows_without_colleagues(membership: Membership, found: Rows) -> Rows:
    """The rows without the names of colleagues."""
    if membership.sees_colleagues:
        return found
    places = {place for place, column in enumerate(found.columns) if column in NAMING}
    seen = (None, membership.agent)

    def hidden(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(HIDDEN if place in places and value not in seen else value for place, value in enumerate(row))

    return replace(found, rows=[hidden(row) for row in found.rows])


def may_sort(membership: Membership, column: str) -> bool:
    """Whether rows may be ordered by that column: not by the names of colleagues, which order would tell apart."""
    return membership.sees_colleagues or column not in NAMING
