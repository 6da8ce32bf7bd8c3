"""WooCommerce: the orders and refunds of a shop, from saved API pages or from its REST API.

An order is a purchase once it was paid; its refunds are its own. docs/sources/woocommerce.md says what is read and what
is not.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from counterbell.errors import Problem
from counterbell.record.entries import Entry, Order, Refund

from . import _woocommerce_states as states
from ._decisions import Decision
from ._pages import Bookmark, beginning, exactly_one, saved
from ._stream import Beside, EntriesOf, Kind, Live, Mapping, Page, Place, Secret, Stream, VendorObject
from ._values import NotReadable, amount, buyer, earlier, instant, key, minor, present, text

if TYPE_CHECKING:
    from ._api import Api

SOURCE = "woocommerce"
PER_PAGE = 100
OVERLAP_SECONDS = 300
"""The next run begins so long before the latest change that was seen."""

PAID = {
    "processing": "counts: it was paid and is being sent",
    "completed": "counts: it was paid and is done",
    "refunded": "counts; what was given back is a refund",
}
NOT_PAID = {
    "pending": "left out until it is paid",
    "on-hold": "left out until the payment is confirmed",
    "failed": "left out: nothing was paid",
    "cancelled": "left out: nothing was paid",
    "checkout-draft": "left out: not placed yet",
    "auto-draft": "left out: not placed yet",
    "trash": "left out: nothing was paid",
}

DECISIONS = (
    Decision("paid", "date_paid_gmt is set, whatever the status is now", "counts, with its total"),
    *(Decision("paid", f"status {status}, no date_paid_gmt", ours) for status, ours in (PAID | NOT_PAID).items()),
    Decision("paid", "any other status, no date_paid_gmt", "left out and counted as unknown"),
    Decision("test order", "nothing: WooCommerce does not mark them", "an order like all others"),
    Decision("when", "date_created_gmt", "when the order was placed, in UTC"),
    Decision("money", "total in the order's currency", "what was paid, in minor units of that currency"),
    Decision("refund", "/orders/ID/refunds: amount, date_created_gmt", "a refund at that time"),
    Decision(
        "refund",
        "refunds of the order itself, without dates",
        "refunds at its payment, where none with dates are saved",
    ),
    *states.DECISIONS,
    Decision("customer", "e-mail and phone of the billing", "one customer for each pair of them, account or guest"),
    Decision("customer", "an order with neither", "a customer of its own, nobody's ticket is theirs"),
)

SECRET = Secret("WOOCOMMERCE_KEY", "The REST API key of your WooCommerce shop, as KEY:SECRET (ck_...:cs_...)")


def stream(
    folder: Annotated[Path | None, "a folder of saved API pages (orders.json, refunds.json)"] = None,
    domain: Annotated[str | None, "the shop's address, such as shop.example, to read its API over https"] = None,
    since: Annotated[str | None, "with --domain: read orders changed since then, such as 2025-01-01T00:00:00Z"] = None,
) -> Stream | Live:
    """The orders of a WooCommerce shop: a folder of API pages, or its API.

    The API's key and secret come from the environment variable COUNTERBELL_WOOCOMMERCE_KEY (KEY:SECRET), from the file
    that COUNTERBELL_WOOCOMMERCE_KEY_FILE names, or are asked for.
    """
    if exactly_one(since, folder=folder, domain=domain) == "folder":
        assert folder is not None
        dated = any(path.name.lower().startswith("refund") for path in folder.rglob("*"))
        return saved(folder, KINDS, mapping(dated_refunds=dated))
    return live(_site(domain or ""), beginning(since))


def live(site: str, since: str | None = None) -> Live:
    """The API of the shop at that address."""
    return Live(site, SECRET, KINDS, mapping(dated_refunds=True), lambda secret: _api(site, secret), since)


def _site(domain: str) -> str:
    site = domain.strip().removeprefix("https://").rstrip("/")
    if not re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z0-9-]+(:\d+)?(/[A-Za-z0-9._~/-]*)?", site):
        raise Problem(f"{domain!r} is no address of a shop that is read over https. Give it like shop.example.")
    return site


def _api(site: str, secret: str) -> "Api":
    from ._api import Api, Rate

    user, colon, password = secret.partition(":")
    if not colon:
        raise Problem("The key of WooCommerce has two parts. Give them as KEY:SECRET (ck_...:cs_...).")
    return Api(f"https://{site}/wp-json/wc/v3", rate=Rate(25, 10), secret=secret, auth=(user, password))


def _order_pages(api: "Api", place: Place) -> Iterator[Page]:
    """All orders, those changed longest ago first.

    After each page reading begins anew at the latest change seen, since an order that changes meanwhile moves to the
    end, and the orders behind it move up a page; only within one second of changes the page number counts up.
    """
    bookmark, since, page = Bookmark(place, OVERLAP_SECONDS), place.get("since"), 1
    while True:
        after: dict[str, str] = {"modified_after": since.rstrip("Z"), "dates_are_gmt": "true"} if since else {}
        answer = api.get("orders", per_page=PER_PAGE, page=page, orderby="modified", order="asc", **after)
        orders: list[VendorObject] = answer.body
        for order in orders:
            if order.get("refunds"):
                order["refunds"] = _refunds(api, order)
        left = max(int(answer.headers.get("X-WP-TotalPages", page)) - page, 0)
        yield Page(orders, bookmark.after([order.get("date_modified_gmt") for order in orders], last=left == 0), left)
        if left == 0:
            return
        latest = bookmark.latest
        reached = earlier(latest.isoformat(), 1) if latest and bookmark.rising else since
        since, page = (since, page + 1) if reached == since else (reached, 1)


def _refunds(api: "Api", order: VendorObject) -> list[VendorObject]:
    """The order's refunds with their dates, which the order itself does not tell."""
    return [
        refund
        for page in range(1, -(-len(order["refunds"]) // PER_PAGE) + 1)
        for refund in api.get(f"orders/{order['id']}/refunds", per_page=PER_PAGE, page=page).body
    ]


def _with_their_orders(_api: "Api", _place: Place) -> Iterator[Page]:
    """Live, refunds are read with their orders; pages of their own are saved ones."""
    return iter(())


class _Billing(TypedDict, total=False):
    email: Any
    phone: Any


class _Order(TypedDict, total=False):
    """What is read of an order."""

    id: Any
    status: Any
    date_created_gmt: Any
    date_paid_gmt: Any
    currency: Any
    total: Any
    refunds: Any
    billing: _Billing | None
    date_completed_gmt: Any
    date_modified_gmt: Any
    meta_data: list[states.Meta] | None


KINDS = (Kind("orders", _order_pages, needs=_Order), Kind("refunds", _with_their_orders, whole=True))


# ---- the mapping: what the API tells, to entries


def mapping(*, dated_refunds: bool) -> Mapping:
    """The mapping of a run; `dated_refunds`: refunds that an order tells without a date come with one elsewhere."""

    def of_run(beside: Beside) -> EntriesOf:
        apart: dict[str, list[VendorObject]] = defaultdict(list)  # saved refunds, by the id of their order

        def entries_of(kind: str, one: VendorObject) -> Iterator[Entry]:
            if kind == "refunds":
                apart[_order_of(one)].append(one)
                return
            with_refunds = {**one, "refunds": [*(one.get("refunds") or ()), *apart.pop(str(one.get("id")), ())]}
            yield from of_order(with_refunds, beside, dated_refunds=dated_refunds)

        return entries_of

    return of_run


def of_order(order: VendorObject, beside: Beside, *, dated_refunds: bool) -> Iterator[Entry]:
    """The order, who placed it, its refunds and how far it is; nothing while it is not paid."""
    if not _is_paid(order, beside):
        return
    currency = str(present(order, "currency")).upper()
    billing = order.get("billing") or {}
    who = buyer(SOURCE, text(billing.get("email")), text(billing.get("phone")))
    if who:
        yield who
    name, placed = key(SOURCE, present(order, "id")), _gmt(order, "date_created_gmt")
    yield Order(
        id=name,
        customer=who.id if who else key(SOURCE, "order", order["id"]),
        at=placed,
        currency=currency,
        paid=minor(amount(present(order, "total"), "total"), currency, "total"),
    )
    for refund in order.get("refunds") or ():
        dated = bool(refund.get("date_created_gmt"))
        if dated or not dated_refunds:
            given = amount(refund.get("amount") or present(refund, "total"), "refunds.amount")
            yield Refund(
                id=key(SOURCE, "refund", present(refund, "id")),
                order=name,
                at=_gmt(refund, "date_created_gmt") if dated else _paid_at(order) or placed,
                amount=minor(abs(given), currency, "refunds.amount"),
            )
    if told := states.of_order(order, name, placed):
        yield told


def _order_of(refund: VendorObject) -> str:
    """The id of the order of a saved refund; the refunds of one order tell it only in the links that come with them."""
    if refund.get("parent_id"):
        return str(refund["parent_id"])
    for link in (refund.get("_links") or {}).get("up", ()):
        if found := re.search(r"/orders/(\d+)/?$", str(link.get("href"))):
            return found[1]
    raise NotReadable("The refund does not tell its order (parent_id).", "parent_id")


def _is_paid(order: VendorObject, beside: Beside) -> bool:
    status = order.get("status")
    if order.get("date_paid_gmt") or status in PAID:
        return True
    beside.odd("order left out, status" if status in NOT_PAID else "unknown order status", status)
    return False


def _paid_at(order: VendorObject) -> datetime | None:
    return _gmt(order, "date_paid_gmt") if order.get("date_paid_gmt") else None


def _gmt(told: VendorObject, field: str) -> datetime:
    return instant(present(told, field), field, utc=True)
