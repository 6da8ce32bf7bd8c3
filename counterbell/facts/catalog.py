"""Which files hold the facts that a question needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterbell.accounts.models import Shop
from counterbell.record.entries import microseconds

from .current import shop_directory
from .models import FactsMonth


@dataclass(frozen=True)
class Month:
    """The facts of a month in a version of its own that never changes."""

    directory: Path
    first_event_us: int
    last_event_us: int
    open_spells: int


def months(shop: Shop, as_of_us: int) -> list[Month]:
    """The months of the shop, as they stood at that instant; past states are computed when nobody has asked before."""
    return list(_months(shop, as_of_us))


def _months(shop: Shop, as_of_us: int) -> Iterator[Month]:
    for month in shop.facts_months.order_by("month"):
        first, last = microseconds(month.first_event_at), microseconds(month.last_event_at)
        if last <= as_of_us and (month.stale_at is None or as_of_us < microseconds(month.stale_at)):
            yield Month(shop_directory(shop) / month.version, first, last, month.open_spells)
        elif first <= as_of_us:
            from .build import as_they_stood

            yield Month(as_they_stood(shop, month.month, as_of_us), first, as_of_us, _any(month))


def _any(month: FactsMonth) -> int:
    """Spells open at a past instant are not counted beforehand; there may be as many as there are spells."""
    return int(month.rows["spells"])


STILL_OPEN = "open"
"""The file with those spells of a month that have not ended, again: what a level of later times needs of the month."""


def files(months: list[Month], table: str, start_us: int, end_us: int) -> list[str]:
    """The files of a table in which something of [start, end) can stand."""
    return [
        str(month.directory / f"{table}.parquet")
        for month in months
        if month.first_event_us < end_us and month.last_event_us >= start_us
    ]


def open_files(months: list[Month], start_us: int, end_us: int) -> list[str]:
    """The files with all spells that began before `end` and were open at `start` or later, and perhaps others."""
    there = [month for month in months if month.first_event_us < end_us and month.open_spells]
    still = [str(month.directory / f"{STILL_OPEN}.parquet") for month in there if month.last_event_us < start_us]
    return still + files(months, "spells", start_us, end_us)
