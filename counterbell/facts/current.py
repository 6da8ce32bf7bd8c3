"""Whether the facts are up to date; light, since it is asked before each question."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from counterbell.accounts.models import Shop
from counterbell.record.entries import microseconds


def old_months(shop: Shop) -> dict[int, int]:
    """The months whose facts are older than the record, with the version of their mark (0: only time has passed)."""
    months = dict(shop.dirty_months.values_list("month", "version"))
    now = microseconds(timezone.now())
    for month in shop.facts_months.filter(stale_at__lte=now).values_list("month", flat=True):
        months.setdefault(month, 0)
    return months


def bring_up_to_date(shop: Shop, *, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Rebuild what is old; returns how many months."""
    if not old_months(shop):
        return 0
    from .build import refresh

    return refresh(shop, on_progress=on_progress)


def shop_directory(shop: Shop) -> Path:
    """Where the facts of a shop lie."""
    return Path(settings.FACTS_DIRECTORY) / str(shop.pk)
