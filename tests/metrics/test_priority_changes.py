"""A ticket's priority can change; each figure counts it under the one that it had at the figure's anchor."""

from datetime import UTC, date, datetime

import pytest
from facts.facts_of import shop_with
from metrics.reports import conditions, period_of, report
from record.cast import message, priority, status, ticket
from record.records import SHOP

from counterbell.accounts.models import Shop
from counterbell.metrics.choices import choices
from counterbell.metrics.rows import rows

DAY = date(2025, 3, 3), date(2025, 3, 4)
NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def kims_shop(sqlite: object) -> Shop:
    """Kim's ticket begins low, is urgent when Ann answers, and of none when it is closed; another one stays low."""
    return shop_with(
        [
            SHOP,
            ticket("t1", "03-03 09:00", priority="low"),
            ticket("t2", "03-03 09:00", priority="low"),
            message("m1", "t1", "03-03 09:00"),
            priority("t1", "03-03 10:00", "urgent"),
            message("m2", "t1", "03-03 10:00", "agent", agent="ann"),
            priority("t1", "03-03 14:00", None),
            status("t1", "03-03 14:00"),
        ]
    )


COUNTS = {  # by metric, how many of each priority
    "tickets_created": {"low": 2, "urgent": 0, None: 0},
    "first_response_time": {"low": 0, "urgent": 1, None: 0},
    "response_time": {"low": 0, "urgent": 1, None: 0},
    "resolution_time": {"low": 0, "urgent": 0, None: 1},
    "unresolved_tickets": {"low": 1, "urgent": 0, None: 0},
}


def test_a_figure_counts_the_priority_at_its_anchor(kims_shop: Shop) -> None:
    for value in ("low", "urgent", None):
        told = report(kims_shop, *DAY, keys=tuple(COUNTS), where={"priority": value}).total.metrics
        found = {key: told[key]["n"] if isinstance(told[key], dict) else told[key] for key in COUNTS}
        assert found == {key: counts[value] for key, counts in COUNTS.items()}


def test_the_rows_behind_a_figure_show_the_priority_that_it_was_counted_under(kims_shop: Shop) -> None:
    period = period_of(kims_shop, *DAY, grain="day")
    for key, counts in COUNTS.items():
        for value in counts:
            found = rows(kims_shop, period, key, where=conditions({"priority": value})).dicts()
            assert len(found) == counts[value]
            assert all(row.get("priority", value) == value for row in found)
    (both_ways,) = rows(kims_shop, period, "net_flow", where=conditions({"priority": None})).dicts()
    assert (both_ways["ticket"], both_ways["priority"], both_ways["closed"]) == ("t1", None, 1)


def test_a_past_instant_knows_only_the_priority_of_then(kims_shop: Shop) -> None:
    for value in ("low", "urgent"):
        told = report(kims_shop, *DAY, keys=("unresolved_tickets",), where={"priority": value}, as_of=NOON)
        assert told.total.metrics["unresolved_tickets"] == 1


def test_filters_offer_the_priorities_that_tickets_have_now_or_had_when_they_were_closed(kims_shop: Shop) -> None:
    assert [(each.value, each.n) for each in choices(kims_shop)["priority"]] == [("low", 1)]
