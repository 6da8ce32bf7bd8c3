"""The facts of a shop as plain rows, to be held against the plain reading."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from record.records import Line, shop_with, take_in

from counterbell.accounts.models import Shop
from counterbell.facts.build import TABLES, refresh
from counterbell.facts.current import shop_directory

__all__ = ["TABLES", "Line", "Row", "all_rows", "current_rows", "rows", "rows_in", "shop_with", "take_in"]

Row = dict[str, Any]


def rows(shop: Shop, table: str) -> list[Row]:
    """The rows of one table of the facts of a shop, brought up to date; instants as microseconds."""
    refresh(shop)
    return current_rows(shop, table)


def current_rows(shop: Shop, table: str) -> list[Row]:
    """The rows of one table as they stand in the current files, whatever happened since."""
    return rows_in([shop_directory(shop) / month.version for month in shop.facts_months.all()], table)


def rows_in(directories: Iterable[Path], table: str) -> list[Row]:
    """The rows of one table in these directories; instants as microseconds."""
    found: list[Row] = []
    for directory in directories:
        parquet = pq.read_table(directory / f"{table}.parquet")
        for place, field in enumerate(parquet.schema):
            if str(field.type).startswith("timestamp"):
                parquet = parquet.set_column(place, field.name, parquet[place].cast("int64"))
        found += parquet.to_pylist()
    return found


def all_rows(shop: Shop) -> dict[str, list[Row]]:
    """All five tables, each in an order that follows from its rows alone."""
    refresh(shop)
    return {table: sorted(current_rows(shop, table), key=repr) for table in TABLES}
