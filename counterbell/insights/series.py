"""A metric as a series of days, asked of the one query path: what the search for jumps looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from counterbell.accounts.local_time import day_start
from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.errors import Problem
from counterbell.metrics import metric
from counterbell.metrics._metric import Metric
from counterbell.metrics.periods import Grain, Period, WeekStarts
from counterbell.metrics.query import Condition, Question, ask
from counterbell.record.entries import microseconds

from .evidence import Counts, Logs, Scores, Series
from .holidays import out_of_the_ordinary
from .jumps import LEAST_ROWS

DAYS = 365
"""So far back a series goes unless another length is asked for."""

HOUR_US = 3_600_000_000
HOURS_WEEKS = 8
"""Weeks from which the usual hours of a weekday are learnt."""

ROWS_OF_A_LEVEL = float(LEAST_ROWS)
"""A level has no rows of its own; each day of it may speak."""

LEAST_RATING_CHANGE = 0.1
LEAST_SHARE_CHANGE = 0.03

WITHOUT_JUMPS = ("net_flow", "left_out")


@dataclass(frozen=True)
class DailySeries:
    """A series and the local days it tells of; `running`: the last one is not over."""

    days: tuple[date, ...]
    series: Series
    running: bool


def daily(shop: Shop, key: str, *, at: datetime, where: tuple[Condition, ...] = (), days: int = DAYS) -> DailySeries:
    """The metric of the last days as they stood then, without the days before anything was there.

    Holidays and the first open day after each say nothing, but of levels, which hardly move on them.

    Raises Problem for a metric that has no usual level.
    """
    one = metric(key)
    if key in WITHOUT_JUMPS:
        raise Problem(
            _("Jumps of %(metric)s cannot be told. Choose a metric with a level of its own.") % {"metric": key}
        )
    local = at.astimezone(zone(shop.timezone)).date()
    period = _period(shop, local - timedelta(days=days - 1), local + timedelta(days=1), Grain.DAY)
    asked = Question(period, (key,), where=where, as_of=at, quantiles=_is_duration(one))
    told = [bucket.metrics[key] for bucket in ask(shop, asked).buckets]
    told = told[_first_with_something(one, told) :]
    dates = tuple(local - timedelta(days=back) for back in reversed(range(len(told))))
    share = part_of_day_passed(shop, key, at=at, where=where) if _is_count(one) and told else 1.0
    running = microseconds(at) < period.end_us - 1
    silent = np.zeros(len(dates), bool) if one.level else out_of_the_ordinary(shop, dates)
    return DailySeries(dates, _series(one, told, dates, silent, share if running else 1.0), running)


def part_of_day_passed(shop: Shop, key: str, *, at: datetime, where: tuple[Condition, ...] = ()) -> float:
    """Which part of what a day like this one brings has usually come by this hour: the same weekday, eight weeks back.

    Where there was nothing, the part of the day that has passed by the clock.
    """
    here = zone(shop.timezone)
    today = at.astimezone(here).date()
    starts_us, now_us = day_start(here, today), microseconds(at)
    hours = (now_us - starts_us) / HOUR_US
    length = (day_start(here, today + timedelta(days=1)) - starts_us) / HOUR_US
    seen = np.zeros(25)
    for week in range(1, HOURS_WEEKS + 1):
        day = today - timedelta(weeks=week)
        period = _period(shop, day, day + timedelta(days=1), Grain.HOUR)
        answer = ask(shop, Question(period, (key,), where=where, as_of=at, quantiles=False))
        counts = [_headline(metric(key), bucket.metrics[key]) for bucket in answer.buckets][:25]
        seen[: len(counts)] += counts
    if seen.sum() < HOURS_WEEKS:
        return float(np.clip(hours / length, 1e-3, 1))
    passed = seen[: int(hours)].sum() + seen[min(int(hours), 24)] * (hours % 1)
    return float(np.clip(passed / seen.sum(), 1e-3, 1))


def _series(one: Metric, told: Sequence[Any], days: Sequence[date], silent: NDArray[np.bool_], share: float) -> Series:
    weekdays = np.array([day.weekday() for day in days], np.int64)
    if one.unit == "rating":
        counts = np.array([[figures["scores"][str(score)] for score in range(1, 6)] for figures in told], float)
        spoken = np.where(silent[:, None], 0.0, counts.reshape(len(told), 5))
        return Scores(np.arange(1.0, 6.0), spoken, weekdays, LEAST_RATING_CHANGE)
    if _is_part_of_whole(one, told):
        counts = np.array([[figures["whole"] - figures["part"], figures["part"]] for figures in told], float)
        spoken = np.where(silent[:, None], 0.0, counts.reshape(len(told), 2))
        return Scores(np.array([0.0, 1.0]), spoken, weekdays, LEAST_SHARE_CHANGE)
    if _is_count(one):
        return Counts(
            np.array([_headline(one, figures) for figures in told], float), weekdays, last_share=share, silent=silent
        )
    figures = np.array([_typical(one, each) for each in told], float)
    rows = np.where(silent, 0.0, np.array([_weight(one, each) for each in told], float))
    return Logs(np.where(rows > 0, figures, 1.0), rows, weekdays)


def _is_part_of_whole(one: Metric, told: Sequence[Any]) -> bool:
    """Contact rate is tickets over orders, which are no part of each other."""
    return one.unit == "share" and all(figures["part"] <= figures["whole"] for figures in told)


def _is_count(one: Metric) -> bool:
    return one.unit == "tickets" and not one.level


def _is_duration(one: Metric) -> bool:
    return one.unit == "seconds" and not one.level


def _headline(one: Metric, figures: Any) -> float:
    return cast(float, one.headline(figures) or 0)


def _typical(one: Metric, figures: Any) -> float:
    """The median of a duration, which one odd ticket does not move; the headline of anything else."""
    value = figures["median"] if _is_duration(one) else one.headline(figures)
    return max(float(value or 0), 1.0 if one.unit in ("seconds", "tickets") else 1e-3)


def _weight(one: Metric, figures: Any) -> float:
    if figures is None or one.headline(figures) is None:
        return 0.0
    if one.unit == "share":
        return float(figures["part"])
    return ROWS_OF_A_LEVEL if one.level else float(one.sample(figures) or 0)


def _first_with_something(one: Metric, told: Sequence[Any]) -> int:
    """The place of the first day on which there was anything."""
    return next(
        (place for place, figures in enumerate(told) if figures is not None and one.headline(figures)), len(told)
    )


def _period(shop: Shop, start: date, end: date, grain: Grain) -> Period:
    return Period.of(start, end, zone(shop.timezone), grain, cast(WeekStarts, shop.week_starts))
