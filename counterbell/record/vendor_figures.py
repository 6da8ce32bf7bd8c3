"""The figures that a vendor computed of its tickets, kept beside ours to compare them; bookkeeping, not history."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from counterbell.accounts.models import Shop

from . import sql
from .entries import microseconds
from .models import VendorFigure

Told = tuple[str, str, int | str]
"""The ticket's id, the figure's name, and its value: a duration in microseconds or a text."""

INTO = f"insert into {VendorFigure._meta.db_table} (shop_id, source, ticket, name, value_us, text, as_of)"
IN_PLACE = (
    "on conflict (shop_id, source, ticket, name) "
    "do update set value_us = excluded.value_us, text = excluded.text, as_of = excluded.as_of"
)
"""As rows and not through the ORM: there are several figures a ticket."""


def keep(shop: Shop, source: str, figures: Iterable[Told], as_of: datetime) -> None:
    """Keep the figures in place of those that were known of the same tickets."""
    latest = {(ticket, name): value for ticket, name, value in figures}
    if not latest:
        return
    shop_id, as_of_us = shop.pk, microseconds(as_of)
    with connection.cursor() as cursor:
        rows = [(shop_id, source, ticket, name, *_value(value), as_of_us) for (ticket, name), value in latest.items()]
        sql.insert(cursor, INTO, rows, IN_PLACE)


def _value(told: int | str) -> tuple[int | None, str | None]:
    return (told, None) if isinstance(told, int) else (None, told)
