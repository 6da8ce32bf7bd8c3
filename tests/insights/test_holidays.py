"""Holidays of a shop's opening hours are no falls, and the days after them no peaks."""

from datetime import date, timedelta

import numpy as np
from quiet_shops import counts

from counterbell.accounts.models import Shop
from counterbell.insights.evidence import Counts
from counterbell.insights.holidays import out_of_the_ordinary
from counterbell.insights.jumps import jumps

WEEK = {name: [["09:00", "18:00"]] for name in ("mon", "tue", "wed", "thu", "fri")}
EASTER_MONDAY = date(2025, 4, 21)


def odd(first: date, days: int, **season: object) -> list[date]:
    """Which of these days are not as others, in a shop that is open from Monday to Friday."""
    every = [first + timedelta(days=number) for number in range(days)]
    told = out_of_the_ordinary(Shop(hours=[{"week": WEEK, **season}]), every)
    return [day for day, is_odd in zip(every, told, strict=True) if is_odd]


def test_holidays_and_the_first_open_day_after_each_are_out_of_the_ordinary() -> None:
    good_friday, may_day = date(2025, 4, 18), date(2025, 5, 1)
    told = [str(day) for day in (good_friday, EASTER_MONDAY, may_day)]
    assert odd(date(2025, 4, 10), 30, holidays=told) == [
        good_friday, EASTER_MONDAY, date(2025, 4, 22), may_day, date(2025, 5, 2),
    ]  # fmt: skip


def test_after_a_holiday_on_a_friday_it_is_the_monday() -> None:
    assert odd(date(2025, 8, 11), 14, holidays=["2025-08-15"]) == [date(2025, 8, 15), date(2025, 8, 18)]
    assert odd(date(2025, 8, 17), 7, holidays=["2025-08-15"]) == [date(2025, 8, 18)]


def test_a_holiday_that_is_closed_anyway_or_of_another_season_is_none() -> None:
    assert odd(date(2025, 4, 10), 30, holidays=["2025-04-20"]) == []
    assert odd(date(2025, 4, 10), 30, holidays=["2025-05-01"], until="2025-05-01") == []


def test_a_shop_without_opening_hours_has_no_holidays() -> None:
    assert not out_of_the_ordinary(Shop(), [EASTER_MONDAY]).any()
    assert len(out_of_the_ordinary(Shop(), [])) == 0


def test_a_closed_day_is_no_fall_and_the_day_after_no_peak() -> None:
    usual = counts(4, 150, 60)
    told, silent = usual.counts.copy(), np.zeros(150, bool)
    told[140], told[141], silent[140:142] = 3, told[141] * 2.5, True
    assert {140, 141} & {jump.seen for jump in jumps(Counts(told, usual.weekdays))}
    late = [jump.seen for jump in jumps(Counts(told, usual.weekdays, silent=silent)) if jump.seen >= 120]
    assert late == [jump.seen for jump in jumps(usual) if jump.seen >= 120] == []
