"""How far an order is, in the words of whoever reads: an agent at the desk, a customer in a reply."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from counterbell.record.models import Order
from counterbell.record.order_states import Standing, standings

STATES = {
    "paid": later("paid"),
    "on_hold": later("on hold"),
    "partly_shipped": later("partly shipped"),
    "shipped": later("shipped"),
    "delivered": later("delivered"),
    "cancelled": later("cancelled"),
    "refunded": later("refunded"),
}
"""What fits behind "your order is"; in French and Indonesian likewise."""


def state_of(standing: Standing) -> str:
    """The state in words; nothing where none is known."""
    return _(STATES[standing.state]) if standing.state in STATES else ""


def standing_of(orders: Iterable[Order]) -> dict[int, Standing]:
    """How far each of these orders is, also those of which nothing is known, by their numbers in the record."""
    listed = [order.pk for order in orders]
    return dict.fromkeys(listed, Standing()) | standings(listed)
