"""Several who write to one shop at once see of each other what they must."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event
from typing import Any

import msgspec
from django.db import connection, transaction
from record.cast import customer, merge, status, ticket
from record.records import SHOP, Line, content, differences, shop_with

from counterbell.accounts.models import Shop
from counterbell.record.entries import Entry
from counterbell.record.write import EntryRefused, write

LONG_ENOUGH = 0.2
"""Seconds after which whoever does not wait has gone on."""


def at_once(shop: Shop, first: Line, second: Line) -> Any:
    """Write both; the second one begins before the first is done. Returns what came of the second."""
    begun = Event()

    def slowly() -> None:
        with transaction.atomic():
            write(shop, msgspec.convert(first, Entry))
            begun.set()
            time.sleep(LONG_ENOUGH)

    def meanwhile() -> bool:
        begun.wait(10)
        return write(Shop.objects.get(pk=shop.pk), msgspec.convert(second, Entry))

    def by_somebody(does: Callable[[], Any]) -> Any:
        try:
            return does()
        except EntryRefused as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        _, came_of_it = people.map(by_somebody, (slowly, meanwhile))
    return came_of_it


def test_of_two_changes_of_status_the_later_one_holds(installation: str) -> None:
    shop = shop_with([SHOP, ticket("t1", "03-03 09:00")])
    assert at_once(shop, status("t1", "03-03 12:00", "closed"), status("t1", "03-03 11:00", "pending"))
    assert differences(shop) == []
    assert len(content(shop)["StatusChange"]) == 2


def test_two_customers_who_come_at_once_are_one_person(installation: str) -> None:
    shop = shop_with([SHOP])
    at_once(shop, customer("k", email="kim@example.com"), customer("kim", email="kim@example.com", person="p1"))
    assert {row[-1] for row in content(shop)["Customer"]} == {"person:p1"}


def test_two_tickets_cannot_be_merged_into_each_other(installation: str) -> None:
    shop = shop_with([SHOP, ticket("t1", "03-03 09:00"), ticket("t2", "03-03 09:00")])
    came_of_it = at_once(shop, merge("t1", "t2", "03-03 10:00"), merge("t2", "t1", "03-03 10:00"))
    assert came_of_it == "Ticket 't2' cannot be merged into 't1', which is itself merged into it."


def test_what_two_write_at_once_marks_the_month_twice(installation: str) -> None:
    shop = shop_with([SHOP, ticket("t1", "03-03 09:00")])
    before = shop.dirty_months.get().version
    at_once(shop, status("t1", "03-03 12:00", "closed"), status("t1", "03-03 11:00", "pending"))
    assert shop.dirty_months.get().version == before + 2


def test_writing_to_one_shop_does_not_wait_for_another(anns_shop: Shop, dans_shop: Shop) -> None:
    if connection.vendor == "sqlite":
        return  # one writes at a time in all of a SQLite file
    with ThreadPoolExecutor(1) as dan, transaction.atomic():
        write(anns_shop, msgspec.convert(ticket("t1", "03-03 09:00"), Entry))

        def dans_ticket() -> datetime:
            write(dans_shop, msgspec.convert(ticket("t1", "03-03 09:00"), Entry))
            connection.close()
            return datetime.now().astimezone()

        assert dan.submit(dans_ticket).result(timeout=10)
