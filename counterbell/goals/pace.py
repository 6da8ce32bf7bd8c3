"""How far a goal is: met, on track, behind or missed, with what would be expected by now.

What adds up (tickets closed, converted, reopened): the part of the target that the days gone by usually bring, by the
weekdays of the eight weeks before the period; without four weeks of them, by the days of the calendar. A level
(unresolved tickets) counts at the end of the period: expected is a straight way from where it began to the target.
Averages and rates: the target itself, now as at the end, with the interval and the rows that the figure stands on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from counterbell.accounts.models import Shop
from counterbell.metrics import metric
from counterbell.metrics._metric import THIN, Metric
from counterbell.metrics.periods import Period
from counterbell.record.entries import microseconds

from . import periods
from .figures import by_day, figure
from .models import Target
from .targets import Goal, goal_of, goals, target_for

PROFILE_WEEKS = 8
LEAST_PROFILE_WEEKS = 4


class State(StrEnum):
    """Of a goal in a period; `unknown` while there is nothing to say: no rows, or no period before to rise from."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Pace:
    """A goal in one period. Values are in the metric's own unit; null where there is nothing to say.

    `expected` is what the value would be by now on the way to the target. `interval` is that of 95 %. `sure` says that
    the target lies outside the interval; null where there is none. `passed` is the part of the period that is gone.
    """

    goal: Goal
    set_as: Target
    period: Period
    state: State
    target: float | None
    value: float | None
    expected: float | None
    interval: tuple[float, float] | None
    rows: int | None
    thin: bool
    sure: bool | None
    passed: float


def paces(shop: Shop, *, at: datetime) -> list[Pace]:
    """All goals of a shop in their running periods, by metric."""
    return [pace(shop, target, at=at) for target in goals(shop, at=at)]


def pace(shop: Shop, target: Target, *, at: datetime, day: date | None = None) -> Pace:
    """A goal in the period of a day (default: the running one), as of that instant."""
    goal = goal_of(target)
    period = periods.containing(shop, goal.period, day or periods.local_day(shop, at))
    value, rows, interval = figure(shop, goal.metric, goal.scope, period, at=at)
    wanted = _wanted(shop, goal, target, period, at)
    passed = min(max((microseconds(at) - period.start_us) / (period.end_us - period.start_us), 0.0), 1.0)
    expected = None if wanted is None else _expected(shop, goal, period, wanted, at, passed)
    return Pace(
        goal=goal,
        set_as=target,
        period=period,
        state=_state(metric(goal.metric), value, wanted, expected, over=passed >= 1),
        target=wanted,
        value=value,
        expected=expected,
        interval=interval,
        rows=rows,
        thin=rows is not None and rows < THIN,
        sure=None if interval is None or wanted is None else not interval[0] <= wanted <= interval[1],
        passed=passed,
    )


def track(shop: Shop, goal: Goal, *, at: datetime, count: int = 6) -> list[Pace]:
    """The goal in the last periods that had it, each against the target that held then; the running one last."""
    found: list[Pace] = []
    period = periods.running(shop, goal.period, at)
    for _back in range(count):
        target = target_for(shop, goal, period.end)
        if target is None:
            break
        found.append(pace(shop, target, at=at, day=period.start))
        period = periods.before(shop, period, goal.period)
    return found[::-1]


def adds_up(key: str) -> bool:
    """Whether the metric's value of a month is the sum of its days."""
    one = metric(key)
    return one.unit == "tickets" and not one.level


def _wanted(shop: Shop, goal: Goal, target: Target, period: Period, at: datetime) -> float | None:
    """The target's value; of a rising goal the value of the period before and a step, as far as there is room."""
    if target.step is None:
        return target.value
    one, last = metric(goal.metric), periods.before(shop, period, goal.period)
    value, rows, _interval = figure(shop, goal.metric, goal.scope, last, at=at)
    if value is None or rows == 0:
        return None
    if one.better == "lower":
        return max(value - target.step, 0.0)
    return min(value + target.step, {"share": 1.0, "rating": 5.0}.get(one.unit, float("inf")))


def _expected(shop: Shop, goal: Goal, period: Period, wanted: float, at: datetime, passed: float) -> float:
    if adds_up(goal.metric):
        return wanted * (1.0 if passed >= 1 else _usual_part(shop, goal, period, at, passed))
    if goal.metric == "unresolved_tickets":
        return _on_the_way(shop, goal, period, wanted, at, passed)
    return wanted


def _on_the_way(shop: Shop, goal: Goal, period: Period, wanted: float, at: datetime, passed: float) -> float:
    """Between the level at the beginning and the target; a level that began within the target has to stay there."""
    day_before = periods.days(shop, period.start - timedelta(days=1), period.start)
    level = figure(shop, goal.metric, goal.scope, day_before, at=at).value
    if level is None or level <= wanted:
        return wanted
    return level + (wanted - level) * passed


def _usual_part(shop: Shop, goal: Goal, period: Period, at: datetime, passed: float) -> float:
    """Which part of the period's total has usually come by now."""
    weeks = periods.days(shop, period.start - timedelta(weeks=PROFILE_WEEKS), period.start)
    counts = by_day(shop, goal.metric, goal.scope, weeks, at=at)
    known = next((place for place, count in enumerate(counts) if count), len(counts))
    if len(counts) - known < LEAST_PROFILE_WEEKS * 7:
        return passed
    weekdays = [(weeks.start.weekday() + place) % 7 for place in range(len(counts))]
    profile = [
        _mean(count for day, count in zip(weekdays[known:], counts[known:], strict=True) if day == weekday)
        for weekday in range(7)
    ]
    first = period.start.weekday()
    every = [profile[(first + place) % 7] for place in range(len(period.buckets))]
    gone = [min(max((microseconds(at) - b.start_us) / (b.end_us - b.start_us), 0.0), 1.0) for b in period.buckets]
    return sum(share * part for share, part in zip(every, gone, strict=True)) / sum(every)


def _mean(counts: Iterable[float]) -> float:
    listed = list(counts)
    return sum(listed) / len(listed)


def _state(one: Metric, value: float | None, wanted: float | None, expected: float | None, *, over: bool) -> State:
    if value is None or wanted is None or expected is None:
        return State.UNKNOWN
    reached = value <= wanted if one.better == "lower" else value >= wanted
    if over:
        return State.MET if reached else State.MISSED
    if one.unit == "tickets" and not one.level and reached == (one.better == "higher"):
        return State.MET if reached else State.MISSED  # what has come does not go away
    near = value <= expected if one.better == "lower" else value >= expected
    return State.ON_TRACK if near else State.BEHIND
