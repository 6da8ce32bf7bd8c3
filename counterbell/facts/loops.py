"""Keeping the facts up to date while people look elsewhere, so that a question finds them ready."""

from datetime import datetime

from counterbell.accounts.models import Shop
from counterbell.parts import Loop

from .current import bring_up_to_date


def refresh_all(at: datetime) -> int:
    """Rebuild what is old of every shop; returns how many months."""
    return sum(bring_up_to_date(shop) for shop in Shop.objects.order_by("pk"))


LOOPS = [Loop("facts", every_seconds=2, run=refresh_all)]
