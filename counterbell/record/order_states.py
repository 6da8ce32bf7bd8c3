"""How far orders are now, and where their parcels can be followed: what their shop told last."""

from collections.abc import Iterable
from dataclasses import dataclass

from .models import OrderState

NOTHING_ON_ITS_WAY = ("paid", "on_hold", "cancelled")
"""A line with one of these and no link takes the link before it back."""


@dataclass(frozen=True)
class Standing:
    """The state of an order in the words of the log format, and the link of its parcel, as far as they are known."""

    state: str | None = None
    tracking_url: str | None = None


def standings(order_ids: Iterable[int]) -> dict[int, Standing]:
    """The standing of each of these orders of which anything is known."""
    told = OrderState.objects.filter(order__in=list(order_ids)).order_by("happened_at")
    found: dict[int, Standing] = {}
    for order, state, tracking_url in told.values_list("order", "state", "tracking_url"):
        before = found.get(order, Standing())
        kept = None if state in NOTHING_ON_ITS_WAY else before.tracking_url
        found[order] = Standing(state or before.state, tracking_url or kept)
    return found
