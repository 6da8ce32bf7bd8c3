"""How far an order of WooCommerce is, and where its parcel can be followed: what the order tells, in one entry.

A state has the time of its own event where the order tells one, else that of the order's last change. A link comes with
no time at all, so that an entry with a link stands at the last change.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypedDict
from urllib.parse import quote

from counterbell.record.entries import OrderState, OrderStateName

from ._decisions import Decision
from ._stream import VendorObject
from ._values import instant, link, text

STATES: dict[str, OrderStateName] = {
    "processing": "paid",
    "on-hold": "on_hold",
    "completed": "shipped",
    "cancelled": "cancelled",
    "refunded": "refunded",
    "partial-shipped": "partly_shipped",
    "shipped": "shipped",
    "delivered": "delivered",
}
"""The statuses of WooCommerce, and those that extensions for shipping add, in our words."""

CARRIERS = {
    "australia-post": "https://auspost.com.au/mypost/track/#/details/%1$s",
    "canada-post": "https://www.canadapost-postescanada.ca/track-reperage/en#/resultList?searchFor=%1$s",
    "colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code=%1$s",
    "deutsche-post-dhl": "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?idc=%1$s",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr=%1$s",
    "royal-mail": "https://www.royalmail.com/track-your-item#/tracking-results/%1$s",
    "ups": "https://www.ups.com/track?tracknum=%1$s",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels=%1$s",
}
"""Where the best known carriers of the extension's own list show a parcel; the API tells their names only."""

OWN_TIMES = {"processing": "date_paid_gmt", "completed": "date_completed_gmt"}

DECISIONS = (
    Decision("state", "status processing", "paid, at date_paid_gmt"),
    Decision("state", "status completed", "shipped, at date_completed_gmt"),
    Decision("state", "status on-hold, cancelled, refunded", "on_hold, cancelled, refunded, at date_modified_gmt"),
    Decision(
        "state",
        "status partial-shipped, shipped, delivered (of extensions)",
        "partly_shipped, shipped, delivered, at date_modified_gmt",
    ),
    Decision("state", "any other status", "no state"),
    Decision(
        "tracking link",
        "custom_tracking_link in _wc_shipment_tracking_items, with %1$s for tracking_number",
        "the last one that is http or https, at date_modified_gmt",
    ),
    Decision("tracking link", f"no such link, tracking_provider {', '.join(CARRIERS)}", "the carrier's public page"),
    Decision("tracking link", "any other tracking_provider", "none: its address is not told"),
)

TRACKING = "_wc_shipment_tracking_items"
_PLACE = re.compile(r"%(?:\d+\$)?s")


class Meta(TypedDict, total=False):
    """What an extension keeps with an order."""

    key: Any
    value: Any


def of_order(order: VendorObject, name: str, placed: datetime) -> OrderState | None:
    """How far an order is that was paid; null where it does not tell."""
    status, where = order.get("status"), _where(order.get("meta_data") or ())
    state = STATES.get(str(status))
    if state is None and where is None:
        return None
    told = None if where else order.get(OWN_TIMES.get(str(status), ""))
    at = told or order.get("date_modified_gmt")
    if status == "processing" and not (told or where):
        return OrderState(order=name, at=placed, state=state)
    if not at:
        return None
    return OrderState(order=name, at=instant(at, "date_modified_gmt", utc=True), state=state, tracking_url=where)


def _where(extras: Any) -> str | None:
    for extra in extras:
        if extra.get("key") == TRACKING:
            for parcel in reversed(list(_parcels(extra.get("value")))):
                if found := _link_of(parcel):
                    return found
    return None


def _parcels(told: Any) -> Iterator[VendorObject]:
    """The parcels that were entered: a list, or an object by number once one of them was taken out."""
    listed = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    yield from (parcel for parcel in listed if isinstance(parcel, dict))


def _link_of(parcel: VendorObject) -> str | None:
    number = quote(text(parcel.get("tracking_number")) or "", safe="")
    known = CARRIERS.get(str(parcel.get("tracking_provider")), "") if number else ""
    told = (text(parcel.get("custom_tracking_link")) or known).replace("%1$s", number)
    return link(told) if not _PLACE.search(told) else None
