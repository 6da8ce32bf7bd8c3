"""What names a ticket, survey or order that has not come yet is kept aside, and taken in when it comes."""

from datetime import datetime

import pytest
from record.cast import (
    agent,
    assignment,
    at,
    flag,
    intent,
    merge,
    message,
    order,
    priority,
    rating,
    refund,
    status,
    survey,
    tags,
    ticket,
)
from record.records import SHOP, Line, content, differences, dirty_months, put, shop_with, take_in

from counterbell.accounts.models import Shop
from counterbell.record.entries import Ticket
from counterbell.record.models import Waiting
from counterbell.record.write import write

OF_T1: list[Line] = [
    message("m1", "t1", "03-03 09:00"),
    message("m2", "t1", "03-03 09:10", "agent", agent="ann"),
    status("t1", "03-03 09:20", agent="ben"),
    assignment("t1", "03-03 09:05", "cleo"),
    tags("t1", "03-03 09:06", add=["vip"]),
    intent("t1", "03-03 09:07"),
    priority("t1", "03-03 09:07"),
    flag("t1", "03-03 09:08", value=False),
    survey("s1", "t1", "03-03 09:30"),
]


@pytest.mark.parametrize("line", OF_T1, ids=lambda line: line["type"])
def test_what_belongs_to_an_unknown_ticket_waits_for_it(sqlite: object, line: Line) -> None:
    shop = shop_with([SHOP])
    outcome = put(shop, [line])
    assert outcome.summary.aside.total() == 1
    (refusal,) = outcome.refusals
    assert refusal.aside
    assert refusal.reason == "There is no ticket 't1' yet; kept aside, and taken in when it comes."
    assert dirty_months(shop) == []


def test_what_has_waited_is_taken_in_by_a_later_run(installation: str) -> None:
    shop = shop_with([SHOP, *OF_T1])
    take_in(shop, [merge("t2", "t1", "03-03 10:00"), rating("s1", "03-03 10:00"), refund("r1", "o1", "03-06 09:00")])
    assert Waiting.objects.filter(shop=shop).count() == len(OF_T1) + 3
    take_in(shop, [order("o1", "03-05 09:00")])
    take_in(shop, [ticket("t1", "03-03 09:00")])
    take_in(shop, [ticket("t2", "03-03 09:30")])
    assert not Waiting.objects.filter(shop=shop).exists()
    assert differences(shop) == []
    late = [merge("t2", "t1", "03-03 10:00"), rating("s1", "03-03 10:00"), refund("r1", "o1", "03-06 09:00")]
    tickets = [ticket("t1", "03-03 09:00"), ticket("t2", "03-03 09:30"), order("o1", "03-05 09:00")]
    assert content(shop) == content(shop_with([SHOP, *tickets, *OF_T1, *late]))


def test_what_is_taken_in_later_is_counted_as_new_and_no_longer_as_aside(installation: str) -> None:
    shop = shop_with([SHOP])
    first = take_in(shop, [message("m1", "t1", "03-03 09:00")]).summary
    then = take_in(shop, [ticket("t1", "03-03 09:00")]).summary
    assert then.new == {"ticket": 1, "message": 1}
    assert first.aside["message"] + then.aside["message"] == 0


def test_what_waits_is_taken_in_once_however_often_it_was_told(installation: str) -> None:
    shop = shop_with([SHOP])
    for _ in range(2):
        take_in(shop, [message("m1", "t1", "03-03 09:00"), message("m1", "t1", "03-03 09:00")])
    assert Waiting.objects.filter(shop=shop).count() == 1
    take_in(shop, [ticket("t1", "03-03 09:00")])
    assert len(content(shop)["Message"]) == 1


def test_what_comes_late_makes_the_month_of_its_ticket_dirty(sqlite: object) -> None:
    shop = shop_with([SHOP, rating("s1", "05-03 10:00"), survey("s1", "t1", "04-03 09:00")])
    assert dirty_months(shop) == []
    take_in(shop, [ticket("t1", "03-03 09:00")])
    assert dirty_months(shop) == ["2025-03"]
    assert len(content(shop)["Rating"]) == 1


def test_what_waits_and_then_does_not_fit_is_refused_then(sqlite: object) -> None:
    shop = shop_with([SHOP, status("t1", "03-03 09:00")])
    outcome = put(shop, [ticket("t1", "03-04 09:00")])
    (refusal,) = outcome.refused
    assert "before the ticket was created" in refusal.reason
    assert outcome.summary.new == {"ticket": 1}
    assert not Waiting.objects.filter(shop=shop).exists()


def test_a_ticket_is_written_even_if_what_waited_for_it_does_not_fit(sqlite: object) -> None:
    shop = shop_with([SHOP, status("t1", "03-03 09:00")])
    created = datetime.fromisoformat(at("03-04 09:00"))
    assert write(shop, Ticket(id="t1", channel="email", created_at=created))
    assert len(content(shop)["Ticket"]) == 1
    assert content(shop)["StatusChange"] == []


def test_what_waits_in_one_shop_is_not_for_another(anns_shop: Shop, dans_shop: Shop) -> None:
    take_in(anns_shop, [SHOP, message("m1", "t1", "03-03 09:00")])
    take_in(dans_shop, [SHOP, ticket("t1", "03-03 09:00")])
    assert content(dans_shop)["Message"] == []
    assert Waiting.objects.filter(shop=anns_shop).count() == 1


def test_an_agent_who_is_named_only_by_what_waits_is_credited(sqlite: object) -> None:
    shop = shop_with([SHOP, agent("ann", team="care"), *OF_T1])
    take_in(shop, [ticket("t1", "03-03 09:00")])
    assert [row[4] for row in content(shop)["Message"]] == [None, "ann"]
    assert [row[4] for row in content(shop)["StatusChange"]] == ["ben"]
    assert [row[2] for row in content(shop)["Assignment"]] == ["cleo"]
