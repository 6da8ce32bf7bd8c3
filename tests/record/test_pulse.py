"""Whoever watches a shop learns that something changed, and which tickets it was, never of what did not happen."""

import pytest
from django.db import connection, transaction
from record.cast import agent, merge, message, ticket
from record.records import put, shop_with

from counterbell.accounts.models import Shop
from counterbell.record import pulse
from counterbell.record.models import Ticket
from counterbell.record.pulse import KEPT, Pulse


@pytest.fixture
def shop(installation: str) -> Shop:
    return shop_with([ticket("t1", "03-03 09:00"), ticket("t2", "03-03 09:00")])


def now(shop: Shop) -> Pulse:
    return pulse.of([shop.pk])[shop.pk]


def pk(shop: Shop, name: str) -> int:
    return Ticket.objects.get(shop=shop, external_id=name).pk


def changed(shop: Shop, seen: Pulse) -> list[str]:
    return [name for name in ("t1", "t2") if now(shop).changed_since(seen.number, pk(shop, name))]


def test_a_message_changes_its_ticket_and_no_other(shop: Shop) -> None:
    before = now(shop)
    assert not before.changed_since(before.number)
    put(shop, [message("m1", "t1", "03-03 09:05")])
    assert changed(shop, before) == ["t1"]
    assert now(shop).changed_since(before.number)


def test_what_is_known_already_changes_nothing_and_neither_does_what_is_undone(shop: Shop) -> None:
    before = now(shop)
    put(shop, [ticket("t1", "03-03 09:00")])
    with transaction.atomic():
        put(shop, [message("m1", "t1", "03-03 09:05")])
        transaction.set_rollback(True)
    assert now(shop) == before


def test_a_merge_changes_both_and_a_message_in_the_one_that_went_into_the_other_too(shop: Shop) -> None:
    before = now(shop)
    put(shop, [merge("t2", "t1", "03-03 10:00")])
    assert changed(shop, before) == ["t1", "t2"]
    before = now(shop)
    put(shop, [message("m2", "t2", "03-03 10:05")])
    assert changed(shop, before) == ["t1", "t2"]


def test_somebody_elses_name_changes_the_inbox_and_no_ticket(shop: Shop) -> None:
    before = now(shop)
    put(shop, [agent("ann", name="Ann")])
    assert now(shop).changed_since(before.number)
    assert changed(shop, before) == []


def test_many_changes_at_once_and_changes_long_ago_may_be_of_any_ticket(shop: Shop) -> None:
    before = now(shop)
    put(shop, [ticket(f"n{n}", "03-03 09:00") for n in range(150)])
    assert changed(shop, before) == ["t1", "t2"]
    before = now(shop)
    for _ in range(KEPT):
        with transaction.atomic():
            pulse.tell(shop.pk, pk(shop, "t1"))
    assert changed(shop, before) == ["t1"]
    with transaction.atomic(), connection.cursor() as cursor:
        pulse.beat(cursor, shop.pk, [])
    assert changed(shop, before) == ["t1", "t2"], "the oldest of them is no longer known"


def test_a_number_that_was_never_told_comes_from_before_a_restore(shop: Shop) -> None:
    assert now(shop).changed_since(now(shop).number + 7, pk(shop, "t1"))
