"""How far an order of Shopify is, and where its parcel can be followed: what the order tells of itself, in one entry.

The entry stands at the time of the latest event that the order tells of (a parcel that changed, money that went back),
so that the same order read again is known, and a newer state comes at a newer time.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict

from counterbell.record.entries import OrderState, OrderStateName

from ._decisions import Decision
from ._stream import Beside, VendorObject
from ._values import instant, link

FULFILLED: dict[str | None, OrderStateName] = {
    None: "paid",
    "unfulfilled": "paid",
    "partial": "partly_shipped",
    "fulfilled": "shipped",
    "restocked": "cancelled",
}
"""Shopify's `fulfillment_status`, in our words."""

DECISIONS = (
    Decision("state", "cancelled_at", "cancelled, at that time"),
    Decision("state", "financial_status refunded", "refunded, at the time of the last refund"),
    Decision("state", "fulfillment_status null", "paid, when the order was placed"),
    Decision("state", "fulfillment_status partial", "partly_shipped, when a parcel last changed (updated_at)"),
    Decision("state", "fulfillment_status fulfilled", "shipped, when a parcel last changed (updated_at)"),
    Decision("state", "the same, and every parcel's shipment_status is delivered", "delivered, at that time"),
    Decision("state", "fulfillment_status restocked", "cancelled, at the order's updated_at"),
    Decision("state", "any other fulfillment_status", "no state, counted as unknown"),
    Decision("state", "CSV: Cancelled at, Fulfilled at, Fulfillment Status", "the same; without a time no state"),
    Decision("tracking link", "tracking_url, tracking_urls of a fulfillment that is success", "http and https only"),
    Decision("tracking link", "several parcels", "that of the last one under way, else of the last one"),
)


class Fulfillment(TypedDict, total=False):
    """What is read of a parcel."""

    status: Any
    shipment_status: Any
    created_at: Any
    updated_at: Any
    tracking_url: Any
    tracking_urls: Any


def of_order(order: VendorObject, name: str, placed: datetime, beside: Beside) -> OrderState | None:
    """How far an order is that was paid; null where it does not tell."""
    if order.get("cancelled_at"):
        return OrderState(order=name, at=instant(order["cancelled_at"], "cancelled_at"), state="cancelled")
    parcels: list[VendorObject] = order.get("fulfillments") or []
    if len(parcels) > 1:
        parcels = sorted(parcels, key=_changed)
    sent = [one for one in parcels if one.get("status") == "success"]
    state = _state(order, sent, beside)
    at = _at(order, state, _changed(parcels[-1]) if parcels else None, placed)
    where = _where(sent) if sent else None
    return OrderState(order=name, at=at, state=state, tracking_url=where) if at and (state or where) else None


def _state(order: VendorObject, sent: list[VendorObject], beside: Beside) -> OrderStateName | None:
    if order.get("financial_status") == "refunded":
        return "refunded"
    told = order.get("fulfillment_status")
    if told not in FULFILLED:
        beside.odd("unknown fulfillment status", told)
        return None
    state = FULFILLED[told]
    return "delivered" if state == "shipped" and sent and not _under_way(sent) else state


def _at(
    order: VendorObject, state: OrderStateName | None, changed: datetime | None, placed: datetime
) -> datetime | None:
    """The latest event; what tells of none was so when the order was placed, or is so since its last change."""
    if state == "refunded":
        changed = max([*_given_back(order), *([changed] if changed else [])], default=None)
    if changed:
        return changed
    if state == "paid":
        return placed
    return instant(order["updated_at"], "updated_at") if order.get("updated_at") else None


def _given_back(order: VendorObject) -> Iterable[datetime]:
    for refund in order.get("refunds") or ():
        if told := refund.get("processed_at") or refund.get("created_at"):
            yield instant(told, "refunds.processed_at")


def _changed(parcel: VendorObject) -> datetime:
    return instant(parcel.get("updated_at") or parcel.get("created_at"), "fulfillments.updated_at")


def _under_way(sent: list[VendorObject]) -> list[VendorObject]:
    return [parcel for parcel in sent if parcel.get("shipment_status") != "delivered"]


def _where(sent: list[VendorObject]) -> str | None:
    """The link of the parcel that changed last, of those that are under way if any of them has one."""
    for parcel in reversed([*sent, *_under_way(sent)]):
        if found := link(parcel.get("tracking_url")) or next(
            filter(None, map(link, parcel.get("tracking_urls") or ())), None
        ):
            return found
    return None


# ---- the CSV export


def of_csv(row: dict[str, str], name: str, placed: datetime) -> OrderState | None:
    """The same of an order's row; it tells no link, and no time of what was given back."""
    if cancelled := row.get("Cancelled at"):
        return OrderState(order=name, at=instant(cancelled, "Cancelled at"), state="cancelled")
    if row.get("Financial Status", "").strip().lower() == "refunded":
        return None
    state = FULFILLED.get(row.get("Fulfillment Status", "").strip().lower() or None)
    if state == "paid":
        return OrderState(order=name, at=placed, state=state)
    if state in ("shipped", "partly_shipped") and (sent := row.get("Fulfilled at")):
        return OrderState(order=name, at=instant(sent, "Fulfilled at"), state=state)
    return None
