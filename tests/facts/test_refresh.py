"""Facts are brought up to date in whole versions; whatever breaks off leaves the old ones, and the month dirty."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone
from facts.facts_of import all_rows, current_rows
from record.cast import everything, message, status, ticket
from record.records import SHOP, cleaned, dirty_months, shop_with, take_in

from counterbell.accounts.models import Shop
from counterbell.facts import build
from counterbell.facts.build import GRACE, LEFT_OVER, TABLES, refresh, sweep
from counterbell.facts.current import shop_directory, shops_with_old_facts
from counterbell.facts.loops import refresh_all
from counterbell.facts.models import Retired

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def shop(sqlite: object, tmp_path: Path) -> Iterator[Shop]:
    """A shop whose facts lie apart: shops on other databases of the run bear the same numbers."""
    with override_settings(FACTS_DIRECTORY=tmp_path / "facts"):
        yield shop_with(everything())


def versions(shop: Shop) -> list[str]:
    """The directories of the current facts of a shop, by month."""
    return list(shop.facts_months.order_by("month").values_list("version", flat=True))


def directories(shop: Shop) -> set[str]:
    """All directories that the shop has on the disk."""
    return {path.name for path in shop_directory(shop).iterdir()}


def mark_all(shop: Shop) -> None:
    """Mark every month as older than the record."""
    for month in shop.facts_months.values_list("month", flat=True):
        shop.dirty_months.update_or_create(month=month, defaults={"version": 7, "tickets": None, "orders": None})


def test_nothing_to_do_does_nothing(shop: Shop) -> None:
    assert refresh(shop) == 1
    before = versions(shop)
    assert refresh(shop) == 0
    assert versions(shop) == before
    assert dirty_months(shop) == []


def test_making_facts_twice_gives_the_same(installation: str) -> None:
    shop = shop_with(everything())
    first, version = all_rows(shop), versions(shop)
    mark_all(shop)
    assert all_rows(shop) == first
    assert versions(shop) != version


def test_another_shops_history_changes_nothing(anns_shop: Shop, dans_shop: Shop) -> None:
    take_in(anns_shop, everything())
    before = all_rows(anns_shop)
    take_in(
        dans_shop, [{**SHOP, "conversion_days": 30}, *everything()[1:-2], message("m9", "t1", "03-03 09:05", "agent")]
    )
    mark_all(anns_shop)
    assert all_rows(anns_shop) == before
    assert all_rows(dans_shop)["responses"] != before["responses"]


class PowerCut(BaseException):
    """What no code of ours catches."""


def test_a_crash_before_the_swap_leaves_the_old_version_and_the_month_dirty(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, version = all_rows(shop), versions(shop)
    take_in(shop, [message("m9", "t1", "03-03 09:05", "agent")])

    def cut_off(*_: object) -> None:
        raise PowerCut

    monkeypatch.setattr(build, "_make_current", cut_off)
    with pytest.raises(PowerCut):
        refresh(shop)
    monkeypatch.undo()
    assert versions(shop) == version
    assert dirty_months(shop) == ["2025-03"]
    assert {table: sorted(current_rows(shop, table), key=repr) for table in TABLES} == before
    assert refresh(shop) == 1
    assert len(current_rows(shop, "responses")) == len(before["responses"])
    assert current_rows(shop, "responses") != before["responses"]


def test_a_crash_within_the_swap_leaves_all_its_months_as_they_were(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(shop, [ticket("t9", "04-03 09:00")])
    refresh(shop)
    before = versions(shop)
    mark_all(shop)
    done: list[int] = []
    make_current = build._make_current

    def cut_off_in_the_second(shop: Shop, made: build.Made, directory: Path) -> None:
        make_current(shop, made, directory)
        done.append(made.month)
        if len(done) == 2:
            raise PowerCut

    monkeypatch.setattr(build, "_make_current", cut_off_in_the_second)
    with pytest.raises(PowerCut):
        refresh(shop)
    monkeypatch.undo()
    assert versions(shop) == before
    assert dirty_months(shop) == ["2025-03", "2025-04"]
    assert refresh(shop) == 2


def test_what_is_written_while_facts_are_made_keeps_its_month_dirty(shop: Shop) -> None:
    take_in(shop, [ticket("t9", "06-03 09:00")])

    def somebody_writes(done: int, _: int) -> None:
        if done == 1:
            take_in(shop, [message("m9", "t1", "03-03 09:05", "agent"), message("m10", "t9", "06-03 09:05")])

    assert refresh(shop, on_progress=somebody_writes) == 2
    assert dirty_months(shop) == ["2025-03", "2025-06"]
    mixed = all_rows(shop)
    mark_all(shop)
    assert all_rows(shop) == mixed


def test_of_two_who_refresh_at_once_the_slower_one_gives_way(shop: Shop) -> None:
    take_in(shop, [ticket("t9", "06-03 09:00")])

    def somebody_is_faster(done: int, _: int) -> None:
        if done == 1:
            take_in(shop, [message("m10", "t9", "06-03 09:05"), message("m11", "t9", "06-03 09:10", "agent")])
            assert refresh(shop) == 1

    refresh(shop, on_progress=somebody_is_faster)
    assert dirty_months(shop) == []
    found = all_rows(shop)
    assert [row["ticket"] for row in found["responses"]] == ["t1", "t9"]
    mark_all(shop)
    assert all_rows(shop) == found


def test_a_setting_that_somebody_else_has_changed_holds(shop: Shop) -> None:
    ours = Shop.objects.get(pk=shop.pk)
    refresh(ours)
    take_in(Shop.objects.get(pk=shop.pk), [{**SHOP, "hours": [{"week": {"mon": [["09:00", "09:10"]]}}]}])
    (answered,) = all_rows(ours)["responses"]
    assert answered["waited_business_us"] == 10 * 60 * 1_000_000


def test_what_is_dated_in_the_future_appears_when_its_time_comes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    future = {"at": soon.isoformat()}
    take_in(
        shop,
        [
            {**status("t1", "03-03 10:00", "open"), **future},
            {**ticket("t9", "03-03 10:00"), "created_at": future["at"]},
        ],
    )
    assert not [row for row in all_rows(shop)["spells"] if row["number"] == 2]
    assert refresh(shop) == 0
    monkeypatch.setattr(timezone, "now", lambda: soon + A_SECOND)
    assert refresh(shop) >= 1
    assert [row["ticket"] for row in current_rows(shop, "spells") if row["number"] == 2] == ["t1"]
    assert "t9" in {row["ticket"] for row in current_rows(shop, "tickets")}
    assert refresh(shop) == 0


def test_a_version_that_was_replaced_stays_for_the_grace_time_and_then_goes(shop: Shop) -> None:
    refresh(shop)
    (old,) = versions(shop)
    mark_all(shop)
    refresh(shop)
    (new,) = versions(shop)
    retired = Retired.objects.get(directory=str(shop_directory(shop) / old))
    for age, there in ((timedelta(0), True), (GRACE - A_SECOND, True), (GRACE + A_SECOND, False)):
        Retired.objects.filter(pk=retired.pk).update(retired_at=datetime.now(UTC) - age)
        sweep()
        assert (shop_directory(shop) / old).exists() == there
    assert not Retired.objects.filter(pk=retired.pk).exists()
    assert directories(shop) == {new}


def test_what_a_crash_has_left_goes_after_a_day(shop: Shop) -> None:
    refresh(shop)
    (current,) = versions(shop)
    left_over = shop_directory(shop) / "2025-03-0123456789ab.01234567"
    left_over.mkdir()
    for age, there in ((timedelta(0), True), (LEFT_OVER - A_SECOND, True), (LEFT_OVER + A_SECOND, False)):
        changed = (datetime.now(UTC) - age).timestamp()
        for directory in (left_over, shop_directory(shop) / current):
            if directory.exists():
                os.utime(directory, (changed, changed))
        sweep()
        assert left_over.exists() == there
    assert directories(shop) == {current}


def test_facts_that_are_lost_are_made_again(shop: Shop) -> None:
    before = all_rows(shop)
    (version,) = versions(shop)
    shutil.rmtree(shop_directory(shop) / version)
    assert all_rows(shop) == before


def test_facts_that_were_made_by_other_definitions_are_made_again(shop: Shop) -> None:
    before = all_rows(shop)
    shop.facts_months.update(definition="of yesterday")
    assert refresh(shop) == 1
    assert all_rows(shop) == before


def test_a_month_without_tickets_has_no_rows(sqlite: object) -> None:
    shop = shop_with([SHOP, ticket("t1", "01-03 09:00"), ticket("t2", "03-03 09:00")])
    take_in(cleaned(shop), [{**SHOP, "timezone": "Europe/Paris"}])
    assert refresh(shop) == 3
    assert [month.rows["tickets"] for month in shop.facts_months.order_by("month")] == [1, 0, 1]


def test_a_shop_without_a_history_has_no_facts(installation: str) -> None:
    shop = shop_with([])
    assert refresh(shop) == 0
    assert all_rows(shop) == {table: [] for table in TABLES}


def test_the_loop_looks_at_just_the_shops_of_which_something_is_old(own_sqlite: object) -> None:
    now = datetime.now(UTC)
    fresh, dirty, redefined, aged = (shop_with(everything()) for _ in range(4))
    for each in (fresh, dirty, redefined, aged):
        refresh(each)
    take_in(dirty, [message("late", "t1", "03-05 09:00")])
    redefined.facts_months.update(definition="of yesterday")
    aged.facts_months.update(stale_at=now)
    assert set(shops_with_old_facts(now)) == {dirty, redefined, aged}
    assert set(shops_with_old_facts(now - A_SECOND)) == {dirty, redefined}
    assert refresh_all(now) > 0
    assert not set(shops_with_old_facts(datetime.now(UTC)))
