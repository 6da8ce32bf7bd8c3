"""Setting targets, changing them and giving them up; every change stays in the history."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop, User
from counterbell.audit import trail
from counterbell.errors import NotFound, Problem
from counterbell.metrics import metric
from counterbell.words import title_of

from . import amounts, scopes
from .models import PeriodName, Target
from .periods import containing, running
from .scopes import WHOLE_SHOP, Scope

Person = trail.Author
"""Who does it: a person, a program by its token, or null: the command line."""

WITHOUT_GOALS = ("left_out", "net_flow")


@dataclass(frozen=True)
class Goal:
    """What is asked for: a metric of a scope, in each period of that length."""

    metric: str
    scope: Scope = WHOLE_SHOP
    period: str = PeriodName.MONTH


@transaction.atomic
def set_target(
    shop: Shop,
    goal: Goal,
    *,
    value: float | None = None,
    step: float | None = None,
    by: Person = None,
    at: datetime,
    valid_from: date | None = None,
) -> Target:
    """From the period of `valid_from` (default: the running one) on, reach `value`, or `step` better than the last.

    Saying again what holds already changes nothing. Raises Problem or NotFound with what can be done instead.
    """
    scope = _checked(shop, goal)
    if (value is None) == (step is None):
        raise Problem(
            _("A goal is either a value, or by how much each period is to be better than the last. Give one.")
        )
    if value is not None:
        amounts.refuse_impossible(goal.metric, value)
    else:
        _refuse_impossible_step(goal.metric, step or 0.0)
    return _written(shop, Goal(goal.metric, scope, goal.period), (value, step), by=by, at=at, valid_from=valid_from)


@transaction.atomic
def give_up(shop: Shop, goal: Goal, *, by: Person = None, at: datetime) -> Target:
    """No longer ask for it, from the running period on; past periods keep their target. Raises NotFound."""
    if target_for(shop, goal, running(shop, goal.period, at).end) is None:
        raise NotFound(
            _("There is no such goal: %(metric)s by %(period)s.") % {"metric": goal.metric, "period": goal.period}
        )
    return _written(shop, goal, (None, None), by=by, at=at, valid_from=None)


def goals(shop: Shop, *, at: datetime) -> list[Target]:
    """The targets that hold in the running periods, one a goal, by metric."""
    every = sorted(_every(shop), key=_key)
    by_goal = [list(rows) for _of, rows in groupby(every, key=_key)]
    ends = {name: running(shop, name, at).end for name in PeriodName.values}
    found = [_in_force(rows, ends[rows[0].period]) for rows in by_goal]
    return [row for row in found if row is not None]


def history(shop: Shop, goal: Goal) -> list[Target]:
    """All changes of a goal's target, the first one first."""
    return [row for row in _every(shop) if _key(row) == _goal_key(goal)]


def target_for(shop: Shop, goal: Goal, end: date) -> Target | None:
    """The target that holds for a period that ends (half-open) on that day; null if nothing is asked."""
    return _in_force(history(shop, goal), end)


def goal_of(target: Target) -> Goal:
    """The goal that a target is for."""
    return Goal(target.metric, Scope(target.scope, target.scope_value), target.period)


def _checked(shop: Shop, goal: Goal) -> Scope:
    one = metric(goal.metric)
    if goal.metric in WITHOUT_GOALS or one.better == "neither":
        raise Problem(
            _("%(metric)s has no better and no worse, so there is no goal for it. Choose another metric.")
            % {"metric": title_of(one)}
        )
    if goal.period not in PeriodName.values:
        raise Problem(
            _("There is no period '%(period)s' for goals. Choose week, month or quarter.") % {"period": goal.period}
        )
    return scopes.of_shop(shop, goal.scope)


def _refuse_impossible_step(key: str, step: float) -> None:
    one = metric(key)
    most = {"share": 1.0, "rating": 4.0}.get(one.unit)
    if not 0 < step < float("inf") or (most is not None and step > most):
        raise Problem(
            _("A rising goal asks for a little more each period; %(step)s of %(metric)s is no such step.")
            % {"step": f"{step:g}", "metric": title_of(one)}
        )


def _written(
    shop: Shop,
    goal: Goal,
    wanted: tuple[float | None, float | None],
    *,
    by: Person,
    at: datetime,
    valid_from: date | None,
) -> Target:
    now = running(shop, goal.period, at)
    first = valid_from or now.start
    if first < now.start:
        raise Problem(
            _("What is over keeps its goal: give a day from %(day)s on, or none.") % {"day": now.start.isoformat()}
        )
    rows = history(shop, goal)
    held = _latest(rows, containing(shop, goal.period, first).end)
    if held and (held.value, held.step) == wanted and not any(row.valid_from > first for row in rows):
        return held
    _note(shop, goal, held, wanted, by=by, at=at, since=first)
    return Target.objects.create(
        shop=shop,
        metric=goal.metric,
        scope=goal.scope.name,
        scope_value=goal.scope.value,
        period=goal.period,
        value=wanted[0],
        step=wanted[1],
        valid_from=first,
        set_by=by if isinstance(by, User) else None,
        set_at=at,
    )


def _note(
    shop: Shop,
    goal: Goal,
    held: Target | None,
    wanted: tuple[float | None, float | None],
    *,
    by: Person,
    at: datetime,
    since: date,
) -> None:
    """Tell the audit log what the goal becomes, and what it was."""
    old, new = _aim((held.value, held.step) if held else (None, None)), _aim(wanted)
    what = "goal.ended" if not new else "goal.changed" if old else "goal.set"
    told = {"metric": goal.metric, "scope": [goal.scope.name, goal.scope.value], "period": goal.period}
    amounts_told = {"old": {**old, "metric": goal.metric}, "new": {**new, "metric": goal.metric}}
    trail.note(shop, by, what, at=at, goal=told, since=since.isoformat(), **amounts_told)


def _aim(wanted: tuple[float | None, float | None]) -> dict[str, Any]:
    value, step = wanted
    return {"value": value} if value is not None else {"step": step} if step is not None else {}


def _every(shop: Shop) -> list[Target]:
    return list(Target.objects.filter(shop=shop).order_by("set_at", "pk"))


def _in_force(rows: list[Target], end: date) -> Target | None:
    last = _latest(rows, end)
    return last if last and (last.value is not None or last.step is not None) else None


def _latest(rows: list[Target], end: date) -> Target | None:
    """What was said last of a period that ends on that day: the last word counts from its day on."""
    holding = [row for row in rows if row.valid_from < end]
    return max(holding, key=lambda row: (row.set_at, row.pk), default=None)


def _key(target: Target) -> tuple[str, str, str, str]:
    return target.metric, target.scope, target.scope_value, target.period


def _goal_key(goal: Goal) -> tuple[str, str, str, str]:
    return goal.metric, goal.scope.name, goal.scope.value, goal.period
