"""Which months of facts a write makes old: those of the tickets it touches, and of the orders it may move."""

import json

import pytest
from record.cast import (
    agent,
    assignment,
    customer,
    everything,
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
from record.records import SHOP, Line, cleaned, dirty_months, put, shop_with, take_in

from counterbell.accounts.models import Shop
from counterbell.record.models import Ticket

YEAR = [
    SHOP,
    customer("kim", email="kim@example.com"),
    ticket("january", "01-30 09:00"),
    ticket("february", "02-27 09:00"),
    ticket("march", "03-30 09:00"),
    ticket("dans", "02-26 09:00", "dan"),
    survey("s1", "january", "02-01 09:00"),
    order("o1", "03-02 09:00"),
]


@pytest.fixture
def shop(sqlite: object) -> Shop:
    return cleaned(shop_with(YEAR))


def dirty_after(shop: Shop, *lines: Line) -> list[str]:
    take_in(cleaned(shop), lines)
    return dirty_months(shop)


OF_A_TICKET = [
    message("m1", "january", "05-03 09:00"),
    message("m2", "january", "05-03 09:00", "agent", public=False),
    status("january", "05-03 09:00"),
    assignment("january", "05-03 09:00"),
    tags("january", "05-03 09:00", add=["vip"]),
    intent("january", "05-03 09:00"),
    priority("january", "05-03 09:00"),
    survey("s2", "january", "05-03 09:00"),
    rating("s1", "05-03 09:00"),
]


@pytest.mark.parametrize("line", OF_A_TICKET, ids=lambda line: line["type"])
def test_what_happens_to_a_ticket_touches_the_month_of_its_creation(shop: Shop, line: Line) -> None:
    assert dirty_after(shop, line) == ["2025-01"]
    assert dirty_after(shop, line) == []


def test_an_order_touches_its_own_month_and_those_of_the_tickets_it_may_convert(shop: Shop) -> None:
    assert dirty_after(shop, order("o2", "03-02 10:00")) == ["2025-02", "2025-03"]
    assert dirty_after(shop, order("o3", "03-31 10:00")) == ["2025-03"]
    assert dirty_after(shop, order("o4", "06-01 10:00")) == ["2025-06"]


def test_an_order_of_somebody_else_does_not_touch_kims_tickets(shop: Shop) -> None:
    assert dirty_after(shop, order("o2", "04-01 10:00", "dan")) == ["2025-04"]


def test_an_order_touches_the_tickets_of_all_that_are_the_same_person(shop: Shop) -> None:
    take_in(shop, [customer("k", email="KIM@example.com")])
    assert dirty_after(shop, order("o2", "03-02 10:00", "k")) == ["2025-02", "2025-03"]


def test_a_ticket_exactly_a_window_before_the_order_is_touched_and_one_that_is_older_is_not(shop: Shop) -> None:
    assert dirty_after(shop, order("o2", "03-04 09:00")) == ["2025-02", "2025-03"]
    assert dirty_after(shop, order("o3", "03-04 09:01")) == ["2025-03"]


def test_a_new_ticket_touches_the_one_that_the_same_person_opened_at_the_same_instant(shop: Shop) -> None:
    take_in(cleaned(shop), [ticket("twin", "02-27 09:00")])
    (mark,) = shop.dirty_months.all()
    touched = Ticket.objects.filter(pk__in=json.loads(mark.tickets or "[]"))
    assert set(touched.values_list("external_id", flat=True)) == {"twin", "february"}


def test_a_refund_touches_what_its_order_touched(shop: Shop) -> None:
    assert dirty_after(shop, refund("r1", "o1", "05-05 09:00")) == ["2025-02", "2025-03"]


def test_a_new_ticket_touches_the_persons_others_within_the_window_before(shop: Shop) -> None:
    assert dirty_after(shop, ticket("t2", "03-01 09:00")) == ["2025-02", "2025-03"]
    assert dirty_after(shop, ticket("t3", "03-20 09:00")) == ["2025-03"]
    assert dirty_after(shop, ticket("t4", "03-01 09:00", None)) == ["2025-03"]


@pytest.mark.parametrize("value", [True, False])
def test_a_flag_touches_the_persons_other_tickets_before(shop: Shop, value: bool) -> None:
    take_in(shop, [ticket("t2", "03-01 09:00")])
    assert dirty_after(shop, flag("t2", "05-05 09:00", value=value)) == ["2025-02", "2025-03"]
    assert dirty_after(shop, flag("march", "05-05 09:00", value=value)) == ["2025-03"]


def test_a_merge_touches_both_tickets_and_the_persons_others_before(shop: Shop) -> None:
    take_in(shop, [ticket("t2", "03-01 09:00")])
    assert dirty_after(shop, merge("t2", "january", "05-05 09:00")) == ["2025-01", "2025-02", "2025-03"]


def test_what_is_said_in_a_merged_ticket_touches_all_that_it_was_merged_into(shop: Shop) -> None:
    take_in(shop, [merge("march", "february", "05-05 09:00"), merge("february", "january", "05-05 09:00")])
    assert dirty_after(shop, message("m1", "march", "05-06 09:00")) == ["2025-01", "2025-02", "2025-03"]
    assert dirty_after(shop, message("m2", "february", "05-06 09:00")) == ["2025-01", "2025-02"]
    assert dirty_after(shop, survey("s3", "march", "05-06 09:00")) == ["2025-01", "2025-02", "2025-03"]
    assert dirty_after(shop, rating("s3", "05-07 09:00")) == ["2025-01", "2025-02", "2025-03"]


def test_a_customer_who_becomes_somebody_else_touches_the_tickets_of_both(shop: Shop) -> None:
    take_in(shop, [customer("k"), ticket("april", "04-20 09:00", "k")])
    assert dirty_after(shop, customer("k", email="kim@example.com")) == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert dirty_after(shop, customer("k", email="k@example.com")) == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert dirty_after(shop, customer("k", email="k@example.com", name="Kim")) == []


def test_a_customer_who_moves_touches_their_own_tickets(shop: Shop) -> None:
    assert dirty_after(shop, customer("dan", country="ID")) == ["2025-02"]


def test_an_agent_who_changes_team_touches_everything(shop: Shop) -> None:
    assert dirty_after(shop, message("m1", "march", "05-05 09:00", "agent", agent="ann")) == ["2025-03"]
    assert dirty_after(shop, agent("ann", team="care")) == ["2025-01", "2025-02", "2025-03"]
    assert dirty_after(shop, agent("ann", team="care", name="Ann")) == []


CHANGES: list[tuple[Line, list[str]]] = [
    ({"hours": [{"week": {"mon": [["09:00", "17:00"]]}}]}, ["2025-01", "2025-02", "2025-03"]),
    ({"conversion_days": 10}, ["2025-01", "2025-02", "2025-03"]),
    ({"timezone": "Europe/Paris"}, ["2025-01", "2025-02", "2025-03"]),
    ({"week_starts": "sunday"}, []),
    ({"currency": "USD"}, []),
]


@pytest.mark.parametrize(
    ("change", "dirty"), CHANGES, ids=lambda told: next(iter(told)) if isinstance(told, dict) else ""
)
def test_a_change_of_the_shops_settings_touches_all_that_follows_from_it(
    shop: Shop, change: Line, dirty: list[str]
) -> None:
    assert dirty_after(shop, {**SHOP, **change}) == dirty
    assert dirty_after(shop, {**SHOP, **change}) == []


def test_a_longer_window_holds_for_the_orders_after_it(shop: Shop) -> None:
    take_in(shop, [{**SHOP, "conversion_days": 30}])
    assert dirty_after(shop, order("o2", "03-28 10:00")) == ["2025-02", "2025-03"]


def test_what_is_refused_or_waits_touches_nothing(shop: Shop) -> None:
    put(
        shop,
        [
            status("march", "03-29 09:00"),
            message("m1", "nobody", "05-05 09:00"),
            order("o2", "03-02 09:00", currency="?"),
        ],
    )
    assert dirty_months(shop) == []


def test_each_write_counts_the_mark_up(shop: Shop) -> None:
    for place in range(3):
        take_in(shop, [message(f"m{place}", "march", "05-05 09:00")])
    assert shop.dirty_months.get().version == 3


def test_marks_come_and_go_with_the_write(installation: str) -> None:
    shop = shop_with(everything())
    assert dirty_months(shop) == ["2025-03"]
