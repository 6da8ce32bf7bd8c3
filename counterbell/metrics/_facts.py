"""The facts that a question is put to: those of one shop, up to date, as of one instant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from counterbell.accounts.models import Shop
from counterbell.facts import catalog
from counterbell.facts.current import bring_up_to_date
from counterbell.record.dirty import DAY_US
from counterbell.record.entries import microseconds

from ._engine import FilesGone

Found = TypeVar("Found")


@dataclass(frozen=True)
class Facts:
    """Whole versions of a shop's months as of an instant, and its conversion window."""

    months: list[catalog.Month]
    as_of_us: int
    window_us: int


def with_facts(shop: Shop, as_of: datetime | None, find: Callable[[Facts], Found]) -> Found:
    """What `find` finds in the facts of the shop as of then (null: now); once more where files went meanwhile."""
    as_of_us = microseconds(as_of or datetime.now(UTC))
    try:
        return find(_facts(shop, as_of_us))
    except FilesGone:  # replaced, and gone, since the catalog was read
        return find(_facts(shop, as_of_us))


def _facts(shop: Shop, as_of_us: int) -> Facts:
    bring_up_to_date(shop)
    return Facts(catalog.months(shop, as_of_us), as_of_us, shop.conversion_days * DAY_US)
