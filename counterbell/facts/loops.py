"""Keeping the facts up to date while people look elsewhere, so that a question finds them ready."""

from datetime import datetime

from counterbell.parts import Loop

from .current import bring_up_to_date, shops_with_old_facts


def refresh_all(at: datetime) -> int:
    """Rebuild what is old of every shop that has something old; returns how many months."""
    return sum(bring_up_to_date(shop) for shop in shops_with_old_facts(at))


LOOPS = [Loop("facts", every_seconds=2, run=refresh_all)]
