"""Which files a question reads: the current facts where they hold, else the facts as they stood."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from facts.facts_of import rows_in
from record.cast import at, everything, message, status, ticket
from record.records import SHOP, shop_with, take_in

from counterbell.accounts.models import Shop
from counterbell.facts import catalog
from counterbell.facts.build import refresh
from counterbell.facts.current import shop_directory
from counterbell.record.entries import microseconds


@pytest.fixture
def shop(sqlite: object) -> Shop:
    shop = shop_with([*everything(), ticket("t5", "05-05 09:00"), status("t5", "05-06 09:00")])
    refresh(shop)
    return shop


def instant(told: str) -> int:
    return microseconds(datetime.fromisoformat(at(told)))


def read_at(shop: Shop, told: str) -> list[catalog.Month]:
    return catalog.months(shop, instant(told))


def tickets_in(months: list[catalog.Month]) -> list[str]:
    return sorted(row["ticket"] for row in rows_in([month.directory for month in months], "tickets"))


def current(shop: Shop) -> list[Path]:
    return [shop_directory(shop) / month.version for month in shop.facts_months.order_by("month")]


def test_after_all_that_happened_the_current_facts_are_read(shop: Shop) -> None:
    assert [month.directory for month in read_at(shop, "06-01")] == current(shop)


def test_before_anything_happened_there_is_nothing_to_read(shop: Shop) -> None:
    assert read_at(shop, "01-01") == []


def test_a_month_in_which_things_happened_since_is_read_as_it_stood(shop: Shop) -> None:
    march, may = read_at(shop, "05-05 12:00")
    assert march.directory == current(shop)[0]
    assert may.directory != current(shop)[1]
    assert rows_in([may.directory], "tickets")[0]["closed_at"] is None
    assert tickets_in(read_at(shop, "03-03 09:30")) == ["t1"]


def test_of_months_made_together_only_those_in_which_things_happened_since_are_computed(sqlite: object) -> None:
    shop = shop_with([SHOP, *(ticket(f"t{month}", f"{month:02}-10 09:00") for month in range(1, 7))])
    assert refresh(shop) == 6
    read = [month.directory for month in read_at(shop, "05-09 09:00")]
    assert read == current(shop)[:4]
    assert [month.directory for month in read_at(shop, "05-10 09:00")] == current(shop)[:5]


def test_what_was_computed_once_is_kept(shop: Shop) -> None:
    (first,) = read_at(shop, "03-03 09:30")
    made = first.directory.stat().st_mtime_ns
    (again,) = read_at(shop, "03-03 09:30")
    assert again.directory == first.directory
    assert again.directory.stat().st_mtime_ns == made


def test_what_is_told_late_changes_the_past_that_it_tells_of(shop: Shop) -> None:
    (before,) = read_at(shop, "03-03 09:30")
    take_in(shop, [ticket("t0", "03-03 08:00")])
    refresh(shop)
    (after,) = read_at(shop, "03-03 09:30")
    assert after.directory != before.directory
    assert tickets_in([after]) == ["t0", "t1"]


def test_a_day_to_come_is_read_with_what_is_dated_until_then(shop: Shop) -> None:
    now = datetime.now(UTC)
    planned = {"at": (now + timedelta(days=1)).isoformat()}
    take_in(
        shop,
        [
            {**status("t1", "03-03 10:00", "open"), **planned},
            {**ticket("t9", "03-03 10:00"), "created_at": planned["at"]},
        ],
    )
    refresh(shop)
    assert "t9" not in tickets_in(catalog.months(shop, microseconds(now)))
    assert "t9" in tickets_in(catalog.months(shop, microseconds(now + timedelta(days=2))))
    (march, *_) = catalog.months(shop, microseconds(now + timedelta(days=2)))
    assert [row["number"] for row in rows_in([march.directory], "spells") if row["until"] is None] == [2]


def test_only_files_in_which_something_of_the_period_can_stand_are_read(shop: Shop) -> None:
    months = read_at(shop, "06-01")
    march, may = (str(directory / "tickets.parquet") for directory in current(shop))
    asked = [
        ("05-01", "06-01", [may]),
        ("01-01", "02-01", []),
        ("03-04", "05-06", [march, may]),
        ("03-01", "04-01", [march]),
    ]
    for start, end, files in asked:
        assert catalog.files(months, "tickets", instant(start), instant(end)) == files


def test_for_a_level_only_what_is_still_open_is_read_of_an_old_month(shop: Shop) -> None:
    months = read_at(shop, "06-01")
    assert catalog.open_files(months, instant("05-20"), instant("06-01")) == []
    take_in(shop, [status("t1", "03-05 09:00", "open")])
    refresh(shop)
    (march,) = catalog.open_files(read_at(shop, "06-01"), instant("05-20"), instant("06-01"))
    assert [row["ticket"] for row in pq.read_table(march, columns=["ticket"]).to_pylist()] == ["t1"]


def test_a_month_stands_in_the_words_of_its_own_events_only(sqlite: object) -> None:
    shop = shop_with([SHOP, ticket("t1", "01-03 09:00"), message("m1", "t1", "07-03 09:00")])
    refresh(shop)
    (month,) = read_at(shop, "08-01")
    assert (month.first_event_us, month.last_event_us) == (instant("01-03 09:00"), instant("07-03 09:00"))
