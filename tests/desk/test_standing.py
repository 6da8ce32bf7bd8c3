"""The inbox's order: who has waited longest for an answer, as the metrics count waits."""

from collections.abc import Iterable

import pytest
from cli.random_shop import history
from desk.desks import after, at_the_desk, desk_shop, number
from facts.facts_of import current_rows
from facts.facts_of import shop_with as shop_with_facts
from record.cast import flag, merge, message, status, ticket
from record.records import SHOP, Line, put, shop_with

from counterbell.accounts.models import Shop
from counterbell.desk.actions import do
from counterbell.desk.folders import Filters, counts, folder
from counterbell.desk.standing import standing
from counterbell.facts.build import refresh
from counterbell.metrics.attention import waiting
from counterbell.record.entries import instant, microseconds


def waits(lines: Iterable[Line]) -> list[tuple[str, str | None]]:
    shop = shop_with([SHOP, *lines])
    found = standing(shop, after(60 * 24 * 300))
    return [(one.number, f"{one.since:%H:%M}" if one.since else None) for one in found]


def test_who_has_waited_longest_comes_first(installation: str) -> None:
    assert waits(
        [
            ticket("t1", "03-03 09:00"),
            message("a", "t1", "03-03 09:00"),
            message("b", "t1", "03-03 09:10", "agent"),
            message("c", "t1", "03-03 09:50"),
            ticket("t2", "03-03 09:30"),
            message("d", "t2", "03-03 09:30"),
            message("e", "t2", "03-03 09:40", "automation"),
            message("f", "t2", "03-03 09:41", "agent", public=False),
            ticket("t3", "03-03 08:00"),
            message("g", "t3", "03-03 08:00"),
            message("h", "t3", "03-03 08:05", "agent"),
        ]
    ) == [("t2", "09:30"), ("t1", "09:50"), ("t3", None)]


def test_a_close_ends_the_wait_and_what_comes_after_begins_one(installation: str) -> None:
    assert waits(
        [
            ticket("t1", "03-03 09:00"),
            message("a", "t1", "03-03 09:00"),
            status("t1", "03-03 09:10"),
            status("t1", "03-03 09:20", "open"),
            ticket("t2", "03-03 09:00"),
            message("b", "t2", "03-03 09:00"),
            status("t2", "03-03 09:30"),
            status("t2", "03-03 09:31", "open"),
            message("c", "t2", "03-03 09:32"),
        ]
    ) == [("t2", "09:32"), ("t1", None)]


def test_merged_spam_and_closed_tickets_want_nothing(installation: str) -> None:
    assert waits(
        [
            ticket("t1", "03-03 09:00"),
            ticket("t2", "03-03 09:00"),
            message("a", "t2", "03-03 09:05"),
            merge("t2", "t1", "03-03 09:06"),
            ticket("t3", "03-03 09:00"),
            flag("t3", "03-03 09:01"),
            ticket("t4", "03-03 09:00"),
            status("t4", "03-03 09:01"),
        ]
    ) == [("t1", "09:05")]


def test_the_inbox_agrees_with_the_metrics_about_who_waits_and_who_was_never_answered(installation: str) -> None:
    shop = shop_with_facts(history())
    refresh(shop)
    told = waiting(shop, limit=1000)
    mine = {one.number: one.since for one in standing(shop, told.as_of) if one.since}
    assert mine == {one.ticket: one.since for one in told.tickets}
    assert told.total > 3
    facts = {row["ticket"]: row for row in current_rows(shop, "tickets") if row["messages_known"]}
    open_now = [one for one in standing(shop, told.as_of) if one.number in facts]
    assert len(open_now) > 20
    for one in open_now:
        fact, since = facts[one.number], one.unanswered_since
        first_asked_at = fact["first_customer_at"] if fact["first_response_at"] is None else None
        assert (microseconds(since) if since else None) == first_asked_at, "who has never been answered"


@pytest.fixture
def shop(installation: str) -> Shop:
    return desk_shop()


def test_views_take_what_they_say_and_count_it(shop: Shop) -> None:
    ann = at_the_desk(shop)
    put(shop, [ticket(f"t{place}", "03-03 09:00", channel="chat", intent="order/status") for place in (2, 3, 4)])
    do(ann, "take", number(shop), at=after(1))
    do(ann, "snooze", number(shop, "t2"), "24h", at=after(1))
    do(ann, "tag", number(shop, "t3"), "vip", at=after(1))
    found = standing(shop, after(2))
    assert counts(found, "ann") == {"waiting": 3, "due": 0, "mine": 1, "unassigned": 2, "all": 4, "snoozed": 1}
    assert {one.number for one in folder(found, "unassigned", "ann", Filters())} == {"t3", "t4"}
    assert [one.number for one in folder(found, "all", "ann", Filters(tag="vip"))] == ["t3"]
    assert [one.number for one in folder(found, "all", "ann", Filters(channel="email"))] == ["t1"]
    assert len(folder(found, "all", "ann", Filters(intent="order/status"))) == 3


def test_waits_are_those_of_the_time_asked_for(shop: Shop) -> None:
    assert standing(shop, after(-1))[0].since is None
    assert standing(shop, after(1))[0].since == instant(int(after().timestamp() * 1_000_000))
