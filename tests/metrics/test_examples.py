"""Every metric says of its own example what its file says, and has nothing to say of nothing."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from facts.facts_of import shop_with
from metrics.examples import DAY, log_of
from metrics.reports import approximately, report
from record.records import SHOP, take_in

from counterbell.accounts.models import Shop
from counterbell.metrics import TEN, metric, metrics
from counterbell.metrics.periods import Grain

THAT_DAY = date.fromisoformat(DAY)
ITS_END = datetime.fromisoformat(f"{DAY}T00:00:00Z") + timedelta(days=1)


@pytest.mark.parametrize("key", metrics())
def test_the_example_of_a_metric_gives_its_value(sqlite: object, key: str) -> None:
    shop = shop_with(log_of(metric(key).example.log))
    answer = report(shop, THAT_DAY, THAT_DAY + timedelta(days=1), "day", as_of=ITS_END, keys=(key,))
    for answered in (answer.total, *answer.buckets):
        assert approximately(metric(key).example.value, answered.metrics[key]), answered.metrics[key]


def test_the_words_of_the_examples() -> None:
    lines = log_of("10:00 T1 order 49.90 EUR\n09:00 T1 customer\n09:30 T2 agent ann\n09:40 T2 closed by automation")
    told = [{name: line[name] for name in line if name not in ("type", "channel", "customer")} for line in lines[1:]]
    assert told == [
        {"id": "T1", "created_at": f"{DAY}T09:00:00Z"},
        {"id": "T2", "created_at": f"{DAY}T09:30:00Z"},
        {"id": "m1", "ticket": "T1", "at": f"{DAY}T09:00:00Z", "by": "customer"},
        {"id": "m2", "ticket": "T2", "at": f"{DAY}T09:30:00Z", "by": "agent", "agent": "ann"},
        {"ticket": "T2", "at": f"{DAY}T09:40:00Z", "to": "closed", "by": "automation"},
        {"id": "o4", "at": f"{DAY}T10:00:00Z", "currency": "EUR", "paid": 4990},
    ]
    with pytest.raises(ValueError, match="'shouted' is no word of the examples"):
        log_of("09:00 T1 shouted")


@pytest.fixture
def empty_shop(sqlite: object) -> Shop:
    return shop_with([SHOP])


@pytest.mark.parametrize("grain", Grain)
def test_of_an_empty_record_counts_are_0_and_averages_null(empty_shop: Shop, grain: Grain) -> None:
    answer = report(empty_shop, date(2025, 3, 1), date(2025, 3, 20), grain)
    for answered in (answer.total, *answer.buckets):
        assert not [path for path, value in leaves(answered.metrics) if value not in NOTHING]
        assert answered.metrics["csat"]["mean"] is None
        assert answered.metrics["tickets_created"] == answered.metrics["unresolved_tickets"] == 0


NOTHING: list[Any] = [0, None, True, {}, 3600]
"""No number; a figure over nothing is thin, and the target is a target."""


def leaves(figures: dict[str, Any], within: str = "") -> list[tuple[str, Any]]:
    """The figures within figures, by their path."""
    found = []
    for name, value in figures.items():
        path = f"{within}{name}"
        found += leaves(value, f"{path}.") if isinstance(value, dict) and value else [(path, value)]
    return found


def test_of_an_empty_record_there_are_no_slices(empty_shop: Shop) -> None:
    answer = report(empty_shop, date(2025, 3, 1), date(2025, 4, 1), by="agent")
    assert answer.buckets[0].by == {}


def test_of_the_future_counts_are_0_and_the_level_is_null(sqlite: object) -> None:
    shop = shop_with(log_of("09:00 T1 customer"))
    answer = report(
        shop, THAT_DAY - timedelta(days=1), THAT_DAY + timedelta(days=3), "day", as_of=ITS_END - timedelta(hours=1)
    )
    assert [answered.metrics["tickets_created"] for answered in answer.buckets] == [0, 1, 0, 0]
    assert [answered.metrics["unresolved_tickets"] for answered in answer.buckets] == [0, 1, None, None]
    assert [answered.metrics["backlog_age"] for answered in answer.buckets[2:]] == [None, None]
    assert answer.total.metrics["unresolved_tickets"] == 1


def test_another_shops_history_changes_no_figure(anns_shop: Shop, dans_shop: Shop) -> None:
    history = [line for key in TEN[:3] for line in log_of(metric(key).example.log)]
    take_in(anns_shop, log_of(metric("csat").example.log))
    before = report(anns_shop, date(2025, 3, 1), date(2025, 4, 1))
    take_in(dans_shop, history[: len(history) // 3])
    after = report(anns_shop, date(2025, 3, 1), date(2025, 4, 1), as_of=before.as_of)
    assert after == before
    assert report(dans_shop, date(2025, 3, 1), date(2025, 4, 1)).total.metrics["tickets_created"] > 0
