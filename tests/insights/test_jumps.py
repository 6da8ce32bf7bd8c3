"""Jumps on made-up series with fixed seeds: what is usual is left alone, what falls is seen (docs/alerts.md)."""

import numpy as np
import pytest
from quiet_shops import LEARNING, counts, durations, quiet, ratings

from counterbell.insights.evidence import Counts, Logs, Scores, Series
from counterbell.insights.jumps import Jump, jumps

DAY = 182
"""On which things change."""

KINDS = ("ratings", "shares", "counts", "durations")


def in_the_year(series: Series) -> list[Jump]:
    return [jump for jump in jumps(series) if jump.seen >= LEARNING]


@pytest.mark.one_variant
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("per_day", [5, 300])
def test_a_quiet_year_has_less_than_one_false_alarm_a_month(kind: str, per_day: int) -> None:
    alarms = [len(in_the_year(quiet(kind, seed, per_day, swing=0.0))) for seed in range(3)]
    assert np.mean(alarms) < 8
    assert max(alarms) <= 12


@pytest.mark.one_variant
@pytest.mark.parametrize("kind", KINDS)
def test_days_that_differ_more_than_chance_has_it_do_not_cry_wolf_either(kind: str) -> None:
    assert np.mean([len(in_the_year(quiet(kind, seed, 500, swing=0.1))) for seed in range(3)]) <= 12


def days_until_seen(per_day: int, fall: float) -> float:
    """The median over shops."""
    found = []
    for seed in range(9):
        series = ratings(seed, DAY + 60, per_day, fall=fall, on=DAY)
        seen = [jump.seen - DAY + 1 for jump in jumps(series) if jump.seen >= DAY and jump.falls]
        found.append(seen[0] if seen else 99)
    return float(np.median(found))


def test_a_small_shop_sees_a_large_fall_within_two_weeks() -> None:
    assert days_until_seen(5, 1.0) <= 14


def test_a_small_shop_sees_a_fall_of_half_a_point_within_some_weeks() -> None:
    assert days_until_seen(5, 0.5) <= 35


@pytest.mark.one_variant
@pytest.mark.parametrize("fall", [0.3, 0.5, 1.0])
def test_a_large_shop_sees_each_fall_within_two_days(fall: float) -> None:
    assert days_until_seen(500, fall) <= 2


def test_the_mark_of_a_fall_says_when_it_began_and_from_what_to_what() -> None:
    [jump] = [jump for jump in jumps(ratings(3, DAY + 20, 100, fall=0.7, on=DAY)) if jump.seen >= DAY]
    assert abs(jump.began - DAY) <= 2
    assert jump.falls
    assert jump.ended is None
    assert jump.usual == pytest.approx(4.29, abs=0.1)
    assert jump.level == pytest.approx(3.59, abs=0.15)


def test_what_falls_and_comes_back_is_over_and_may_be_told_again() -> None:
    usual, low = ratings(1, 240, 80), ratings(2, 240, 80, fall=1.0)
    bad = np.zeros(240, bool)
    bad[180:186] = bad[215:221] = True
    series = Scores(usual.values, np.where(bad[:, None], low.counts, usual.counts), usual.weekdays, 0.1)
    falls = [jump for jump in jumps(series) if jump.falls and jump.seen >= 170]
    assert [180 <= jump.seen < 186 or 215 <= jump.seen < 221 for jump in falls] == [True, True]
    assert all(jump.ended is not None and not jump.settled for jump in falls)


def test_a_level_that_stays_becomes_the_usual_one() -> None:
    seen = [jump for jump in jumps(ratings(5, DAY + 90, 200, fall=0.6, on=DAY)) if jump.seen >= DAY]
    assert [jump.settled for jump in seen] == [True]


def test_a_peak_of_tickets_is_seen_on_its_day_and_mondays_are_no_peaks() -> None:
    quiet_counts = counts(4, 150, 60)
    assert [jump.seen for jump in jumps(quiet_counts) if jump.seen >= 120] == []
    peak = quiet_counts.counts.copy()
    peak[-1] *= 2.5
    last = jumps(Counts(peak, quiet_counts.weekdays))[-1]
    assert (last.seen, last.falls) == (149, False)


def test_half_a_day_is_held_against_half_a_day() -> None:
    half = counts(4, 150, 60)
    half.counts[-1] = round(half.counts[-1] / 2)
    assert jumps(Counts(half.counts, half.weekdays))[-1].falls
    fair = Counts(half.counts, half.weekdays, last_share=0.5)
    assert [jump.seen for jump in jumps(fair, running=True) if jump.ended is None] == []


def test_a_day_that_is_running_needs_more_to_be_told() -> None:
    usual = counts(4, 150, 60)
    found = []
    for factor in np.arange(1.0, 2.5, 0.05):
        told = usual.counts.copy()
        told[-1] *= factor
        series = Counts(told, usual.weekdays)
        found.append([any(jump.seen == 149 for jump in jumps(series, running=running)) for running in (False, True)])
    over, running = (column.index(True) for column in map(list, zip(*found, strict=True)))
    assert over < running


def test_durations_that_double_are_seen_though_mondays_are_slow() -> None:
    usual = durations(6, 150, 20)
    doubled = usual.figures.copy()
    doubled[-6:] *= 2.2
    last = jumps(Logs(doubled, usual.rows, usual.weekdays))[-1]
    assert last.seen >= 144
    assert last.level / last.usual == pytest.approx(2.2, rel=0.35)


def test_two_bad_ratings_are_no_fall() -> None:
    series = ratings(8, 150, 1)
    series.counts[-1] = [2, 0, 0, 0, 0]
    assert [jump for jump in jumps(series) if jump.seen == 149] == []


def test_nothing_is_said_before_four_weeks_are_known() -> None:
    assert jumps(ratings(1, 27, 100)) == []
    assert jumps(ratings(1, 0, 100)) == []


def test_days_without_ratings_say_nothing() -> None:
    series = ratings(2, 150, 20)
    series.counts[-30:] = 0
    assert [jump for jump in jumps(series) if jump.seen >= 120] == []


def test_what_is_said_of_a_day_does_not_change_by_what_comes_later() -> None:
    long = ratings(9, 260, 50, fall=0.8, on=200)
    short = Scores(long.values, long.counts[:215], long.weekdays[:215], 0.1)
    told_then = [(jump.began, jump.seen, jump.usual) for jump in jumps(short)]
    assert told_then == [(jump.began, jump.seen, jump.usual) for jump in jumps(long) if jump.seen < 215]
