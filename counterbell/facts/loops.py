"""Keeping the facts up to date while people look elsewhere, so that a question finds them ready."""

import logging
from datetime import datetime

from counterbell.accounts.models import Shop
from counterbell.parts import Loop

from .current import bring_up_to_date, shops_with_old_facts

logger = logging.getLogger("counterbell.facts")


def refresh_all(at: datetime) -> int:
    """Rebuild what is old of every shop that has something old; returns how many months."""
    return sum(_refresh(shop) for shop in shops_with_old_facts(at))


def _refresh(shop: Shop) -> int:
    """One shop whose facts cannot be made does not keep the others waiting."""
    try:
        return bring_up_to_date(shop)
    except Exception:
        logger.exception("facts cannot be brought up to date", extra={"shop": shop.slug})
        return 0


LOOPS = [Loop("facts", every_seconds=2, run=refresh_all)]
