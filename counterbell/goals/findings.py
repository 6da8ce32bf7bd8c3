"""What a rule finds now: nothing, or what is to be told, with its figures. All of it is asked of the metrics."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from counterbell.accounts.models import Shop
from counterbell.insights.marks import marks
from counterbell.metrics import metric
from counterbell.metrics._metric import THIN
from counterbell.metrics.attention import waiting
from counterbell.metrics.query import Condition

from . import periods
from .figures import figure
from .models import Rule, RuleKind
from .pace import State, paces
from .scopes import Scope

CLEARED = 0.05
"""A threshold is over only when the value is better than the limit by this part of it, so that it does not flutter."""

MOST_WAITING = 1000
"""More tickets than this are not counted one by one."""


@dataclass(frozen=True)
class Finding:
    """Something to tell of. Of one occurrence an alert is raised once."""

    occurrence: str
    values: dict[str, Any] = field(default_factory=dict)


def findings(shop: Shop, rule: Rule, *, at: datetime, is_open: bool) -> list[Finding]:
    """What the rule finds; `is_open`: an alert of it is, so the question is whether that is over."""
    match rule.kind:
        case RuleKind.THRESHOLD:
            found = _threshold(shop, rule, at, is_open)
        case RuleKind.JUMP:
            found = _jump(shop, rule, at)
        case RuleKind.WAITING:
            found = _waiting(shop, rule, at)
        case _goal:
            return list(_goals_behind(shop, rule, at))
    return [] if found is None else [Finding(f"round {rule.round}", found | _about(rule))]


def _about(rule: Rule) -> dict[str, Any]:
    return {"metric": rule.metric, "scope": rule.scope, "scope_value": rule.scope_value}


def _threshold(shop: Shop, rule: Rule, at: datetime, is_open: bool) -> dict[str, Any] | None:
    one, limit = metric(rule.metric), rule.limit or 0.0
    today = periods.local_day(shop, at)
    period = periods.days(shop, today - timedelta(days=(rule.days or 1) - 1), today + timedelta(days=1))
    value, sample, _interval = figure(shop, rule.metric, Scope(rule.scope, rule.scope_value), period, at=at)
    if value is None or (sample is not None and sample < THIN):
        return None
    room = abs(limit) * CLEARED * (1 if is_open else 0)
    worse = value > limit - room if one.better == "lower" else value < limit + room
    if not worse:
        return None
    return {"value": value, "limit": limit, "days": rule.days, "rows": sample}


def _jump(shop: Shop, rule: Rule, at: datetime) -> dict[str, Any] | None:
    found = marks(shop, rule.metric, at=at, where=_where(rule))
    if not found or found[-1].ended is not None:
        return None
    mark = found[-1]
    return {
        "began": mark.began.isoformat(),
        "seen": mark.seen.isoformat(),
        "usual": mark.usual,
        "level": mark.level,
        "rows": mark.rows,
        "better": mark.better,
    }


def _waiting(shop: Shop, rule: Rule, at: datetime) -> dict[str, Any] | None:
    """Tickets whose customer has waited for an answer longer than the limit."""
    found = waiting(shop, limit=MOST_WAITING, where=_where(rule), as_of=at).tickets
    late = [ticket for ticket in found if ticket.waited_seconds > (rule.limit or 0)]
    if not late:
        return None
    longest = late[0]
    return {
        "ticket": longest.ticket,
        "seconds": longest.waited_seconds,
        "limit": rule.limit,
        "tickets": len(late),
    }


def _goals_behind(shop: Shop, rule: Rule, at: datetime) -> Iterator[Finding]:
    """Goals at risk: behind or missed in their running period; of each goal and period once."""
    for pace in paces(shop, at=at):
        goal = pace.goal
        wanted = (not rule.metric or goal.metric == rule.metric) and _covers(rule, goal.scope)
        if not wanted or pace.state not in (State.BEHIND, State.MISSED) or pace.thin:
            continue
        start = pace.period.start.isoformat()
        yield Finding(
            f"{goal.metric} {goal.scope.name} {goal.scope.value} {goal.period} {start}"[:120],
            {
                "metric": goal.metric,
                "scope": goal.scope.name,
                "scope_value": goal.scope.value,
                "period": goal.period,
                "start": start,
                "end": pace.period.end.isoformat(),
                "target": pace.target,
                "value": pace.value,
                "expected": pace.expected,
                "rows": pace.rows,
                "missed": pace.state is State.MISSED,
            },
        )


def _covers(rule: Rule, scope: Scope) -> bool:
    """A rule about the shop looks at all goals, one about a team (agent, channel) at those of that one."""
    return rule.scope == "shop" or (rule.scope, rule.scope_value) == (scope.name, scope.value)


def _where(rule: Rule) -> tuple[Condition, ...]:
    return Scope(rule.scope, rule.scope_value).where
