"""The erasure of a person: names, addresses and texts go; times, counts and a person key without meaning stay."""

import uuid
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from counterbell.accounts.models import Shop
from counterbell.errors import NotFound

from .models import Customer
from .persons import IS_ERASED
from .sql import Row, Table, listed_numbers, listing, one_at_a_time

OWNER = {
    "record_ticket": "select customer_id from record_ticket where shop_id = %s and external_id = %s",
    "record_message": "select t.customer_id from record_message m join record_ticket t on t.id = m.ticket_id "
    "where m.shop_id = %s and m.external_id = %s",
    "record_rating": "select t.customer_id from record_rating r join record_survey s on s.id = r.survey_id "
    "join record_ticket t on t.id = s.ticket_id where r.survey_id = %s and r.happened_at = %s",
    "record_orderstate": "select o.customer_id from record_orderstate s join record_order o on o.id = s.order_id "
    "where s.order_id = %s and s.happened_at = %s",
}
"""How to find the customer to whom a row with texts belongs, by the row's key."""


def same_person(shop: Shop, customer_id: str) -> QuerySet[Customer]:
    """All customer records of the person that this customer is; none for an id that is not there."""
    person = Customer.objects.filter(shop=shop, external_id=customer_id).values("person_key")
    return Customer.objects.filter(shop=shop, person_key__in=person)


def addresses_of(shop: Shop, customer_id: str) -> set[str]:
    """The mail addresses of that person."""
    return {address for address in same_person(shop, customer_id).values_list("email", flat=True) if address}


def erase(shop: Shop, customer_id: str) -> int:
    """Erase the person that this customer is, with all their customer records; returns how many texts were blanked.

    The person key is made before anything is blanked and is exported, so that converted tickets stay what they are.
    Erasing twice is harmless. Raises NotFound for an id that is not there.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time(cursor, shop.pk)
        customer = Customer.objects.filter(shop=shop, external_id=customer_id).first()
        if customer is None:
            raise NotFound(f"There is no customer {customer_id!r} in shop {shop.slug!r}. Look the id up in the export.")
        if connection.vendor == "sqlite":
            cursor.execute("pragma secure_delete = on")
        same = Customer.objects.filter(shop=shop, person_key=customer.person_key)
        ids = list(same.values_list("pk", flat=True))
        person = customer.person or uuid.uuid4().hex
        same.update(email=None, email_key=None, phone=None, name=None, person=person, person_key=f"person:{person}")
        return _blank(cursor, ids)


def _blank(cursor: CursorWrapper, customer_ids: list[int]) -> int:
    tickets = f"(select id from record_ticket where customer_id in {listed_numbers()})"
    surveys = f"(select id from record_survey where ticket_id in {tickets})"
    orders = f"(select id from record_order where customer_id in {listed_numbers()})"
    blanked = 0
    for table, column, where in (
        ("record_ticket", "subject", f"id in {tickets}"),
        ("record_message", "text", f"ticket_id in {tickets}"),
        ("record_rating", "comment", f"survey_id in {surveys}"),
        ("record_orderstate", "tracking_url", f"order_id in {orders}"),
    ):
        cursor.execute(
            f"update {table} set {column} = null where {column} is not null and {where}", [listing(customer_ids)]
        )
        blanked += cursor.rowcount
    return blanked


def is_erased(cursor: CursorWrapper, table: Table, stored: Row) -> bool:
    """Whether the person to whom a stored row belongs has been erased."""
    cursor.execute(
        f"select exists (select 1 from record_customer where {IS_ERASED} and id = ({OWNER[table.name]}))",
        stored[: len(table.key)],
    )
    return bool(cursor.fetchone()[0])


def orders_of_erased(cursor: CursorWrapper, order_ids: Iterable[int]) -> set[int]:
    """Those of the orders whose customers have been erased: nothing that tells of them comes in any more."""
    cursor.execute(
        "select o.id from record_order o join record_customer c on c.id = o.customer_id "
        f"where {IS_ERASED} and o.id in {listed_numbers()}",
        [listing(order_ids)],
    )
    return {row[0] for row in cursor.fetchall()}
