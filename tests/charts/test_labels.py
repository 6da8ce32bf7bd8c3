"""Round figures on axes and short names beneath buckets."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from counterbell.charts.labels import named, scale
from counterbell.metrics.periods import Grain, Period

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("unit", "most", "texts"),
    [
        ("tickets", 0, ["0", "1"]),
        ("tickets", 3, ["0", "1", "2", "3"]),
        ("tickets", 1_730, ["0", "500", "1,000", "1,500", "2,000"]),
        ("seconds", 95, ["0", "1 min", "2 min"]),
        ("seconds", 9_000, ["0", "1 h", "2 h", "3 h"]),
        ("seconds", 400_000, ["0", "2 d", "4 d", "6 d"]),
        ("share", 0.43, ["0%", "20%", "40%", "60%"]),
        ("share", 0.012, ["0.0%", "0.5%", "1.0%", "1.5%"]),
        ("EUR", 180_000, ["€0.00", "€500.00", "€1,000.00", "€1,500.00", "€2,000.00"]),
    ],
)
def test_an_axis_has_few_round_figures_with_their_unit(unit: str, most: float, texts: list[str]) -> None:
    assert list(scale([0, most], unit).texts) == texts


def test_an_axis_goes_below_nought_where_figures_do() -> None:
    assert scale([-12, 30], "tickets").ends[0] == -20


def test_ratings_need_not_begin_at_nought() -> None:
    assert scale([4.2, 4.6], "rating", from_nought=False).ends == [4, 5]


def _ticks(start: date, end: date, grain: Grain) -> list[str]:
    return [one.tick for one in named(Period.of(start, end, PARIS, grain).buckets, grain)]


def test_few_buckets_are_all_named_and_of_many_those_that_begin_something() -> None:
    assert _ticks(date(2026, 8, 1), date(2026, 8, 4), Grain.DAY) == ["Aug 1", "Aug 2", "Aug 3"]
    assert [tick for tick in _ticks(date(2026, 8, 1), date(2026, 8, 29), Grain.DAY) if tick] == [
        "Aug 3", "Aug 10", "Aug 17", "Aug 24"
    ]  # fmt: skip
    assert _ticks(date(2025, 11, 1), date(2026, 2, 1), Grain.MONTH) == ["Nov 2025", "Dec", "Jan 2026"]
    assert next(tick for tick in _ticks(date(2026, 10, 25), date(2026, 10, 26), Grain.HOUR) if tick) == "Oct 25"


def test_buckets_are_named_in_the_readers_language() -> None:
    with translation.override("id"):
        assert _ticks(date(2026, 8, 1), date(2026, 8, 3), Grain.DAY) == ["1 Agu", "2 Agu"]
