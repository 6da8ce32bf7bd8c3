"""Whether the facts are up to date; light, since it is asked before each question."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from counterbell.accounts.models import Shop
from counterbell.record.models import DirtyMonth

from .models import FactsMonth


@dataclass(frozen=True)
class Old:
    """What of a month is older than the record: these tickets and orders (primary keys), or (null) all of it.

    `version` is that of the mark in the record; 0 where there is none.
    """

    version: int
    tickets: tuple[int, ...] | None = None
    orders: tuple[int, ...] | None = None


def shops_with_old_facts(at: datetime) -> Iterable[Shop]:
    """The shops of which facts are older than the record, made old by time or by a new definition.

    Whose files are lost is not looked for here: a question finds that out, and has them made again.
    """
    aged = FactsMonth.objects.filter(Q(stale_at__lte=at) | ~Q(definition=definition()))
    old = Q(pk__in=DirtyMonth.objects.values("shop")) | Q(pk__in=aged.values("shop"))
    return Shop.objects.filter(old).order_by("pk")


def old_months(shop: Shop) -> dict[int, Old]:
    """The months whose facts are older than the record, made old by time or by a new definition, or lost."""
    now, made_so, directory = timezone.now(), definition(), shop_directory(shop)
    aged = {
        month: Old(0)
        for month, version, stale_at, made_by in shop.facts_months.values_list(
            "month", "version", "stale_at", "definition"
        )
        if made_by != made_so or (stale_at is not None and stale_at <= now) or not (directory / version).is_dir()
    }
    marked = {
        month: Old(version, _listed(tickets), _listed(orders))
        for month, version, tickets, orders in shop.dirty_months.values_list("month", "version", "tickets", "orders")
    }
    return aged | {month: Old(mark.version) if month in aged else mark for month, mark in marked.items()}


def _listed(keys: str | None) -> tuple[int, ...] | None:
    return None if keys is None else tuple(json.loads(keys))


@cache
def definition() -> str:
    """A digest of what makes the facts what they are; facts made by other code are made again."""
    here = Path(__file__).parent
    made_by = (*sorted(here.glob("*.sql")), here / "reading.py", here / "finish.py", here / "hours.py")
    return hashlib.sha256(b"".join(path.read_bytes() for path in made_by)).hexdigest()[:16]


def bring_up_to_date(shop: Shop, *, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Rebuild what is old; returns how many months."""
    if not old_months(shop):
        return 0
    from .build import refresh

    return refresh(shop, on_progress=on_progress)


def shop_directory(shop: Shop) -> Path:
    """Where the facts of a shop lie."""
    return Path(settings.FACTS_DIRECTORY) / str(shop.pk)
