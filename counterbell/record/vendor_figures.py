"""The figures that a vendor computed of its tickets, kept beside ours to compare them; bookkeeping, not history."""

from collections.abc import Iterable
from datetime import datetime

from counterbell.accounts.models import Shop

from .models import VendorFigure

Told = tuple[str, str, int | str]
"""The ticket's id, the figure's name, and its value: a duration in microseconds or a text."""


def keep(shop: Shop, source: str, figures: Iterable[Told], as_of: datetime) -> None:
    """Keep the figures in place of those that were known of the same tickets."""
    latest = {(ticket, name): value for ticket, name, value in figures}
    VendorFigure.objects.bulk_create(
        [
            VendorFigure(
                shop=shop,
                source=source,
                ticket=ticket,
                name=name,
                value_us=value if isinstance(value, int) else None,
                text=value if isinstance(value, str) else None,
                as_of=as_of,
            )
            for (ticket, name), value in latest.items()
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["shop", "source", "ticket", "name"],
        update_fields=["value_us", "text", "as_of"],
    )
