"""The facts of a shop as plain rows, to be held against the plain reading."""

from typing import Any
from uuid import uuid4

import msgspec
import pyarrow.dataset as ds

from counterbell.accounts.models import Shop
from counterbell.facts.build import refresh, shop_directory
from counterbell.record.entries import Entry
from counterbell.record.write import write_stream

Line = dict[str, Any]
Row = dict[str, Any]


def shop_with(lines: list[Line]) -> Shop:
    """A new shop with that history; every line must go in."""
    shop = Shop.objects.create(slug=uuid4().hex)
    take_in(shop, lines)
    return shop


def take_in(shop: Shop, lines: list[Line]) -> None:
    """Write the lines into the record of the shop; every one must go in."""
    refused: list[Any] = []
    write_stream(shop, [(place, msgspec.convert(line, Entry)) for place, line in enumerate(lines)], on_refused=refused.extend)
    assert not [refusal for refusal in refused if not refusal.aside]


def rows(shop: Shop, table: str) -> list[Row]:
    """The rows of one table of the current facts of a shop; instants as microseconds."""
    refresh(shop)
    found: list[Row] = []
    for month in shop.facts_months.all():
        parquet = ds.dataset(shop_directory(shop) / month.version / f"{table}.parquet").to_table()
        for place, field in enumerate(parquet.schema):
            if str(field.type).startswith("timestamp"):
                parquet = parquet.set_column(place, field.name, parquet[place].cast("int64"))
        found += parquet.to_pylist()
    return found
