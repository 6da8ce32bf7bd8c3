"""Shopify: the orders and refunds of a shop, from saved API pages, from its API or from its CSV export.

An order is a purchase once it is paid in full; its refunds are those that reached the customer. docs/sources/shopify.md
says what is read and what is not.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from counterbell.errors import Problem
from counterbell.record.entries import Entry, Order, Refund

from . import _shopify_states as states
from ._decisions import Decision
from ._pages import Bookmark, beginning, exactly_one, saved
from ._shopify_csv import csv_stream
from ._stream import Beside, EntriesOf, Kind, Live, Page, Place, Secret, Stream, VendorObject
from ._values import NotReadable, amount, buyer, instant, key, minor, present, text

if TYPE_CHECKING:
    from ._api import Api

SOURCE = "shopify"
API_VERSION = "2025-10"
PER_PAGE = 250
OVERLAP_SECONDS = 300
"""The next run begins so long before the latest change that was seen."""

BROUGHT_IN = timedelta(hours=1)
"""An order processed so much before its creation was brought in from another shop system."""

PAID = {
    "paid": "counts, with its total",
    "partially_refunded": "counts, with its total; what was given back is a refund",
    "refunded": "counts, with its total; what was given back is a refund",
}
NOT_PAID = {
    "pending": "left out until it is paid",
    "authorized": "left out until the money is taken",
    "partially_paid": "left out until it is paid in full, since a purchase is written once",
    "voided": "left out: nothing was paid",
    "expired": "left out: nothing was paid",
    "unpaid": "left out until it is paid",
}

DECISIONS = (
    *(Decision("paid", f"financial_status {status}", ours) for status, ours in (PAID | NOT_PAID).items()),
    Decision("paid", "any other financial_status, or none", "left out and counted as unknown"),
    Decision("cancelled", "cancelled_at", "still counts: whether it was paid and given back decides"),
    Decision("test order", "test: true", "kept as a test order, which no figure counts"),
    Decision("when", "created_at", "when the order was placed"),
    Decision("when", "processed_at, an hour or more before that", "when it was placed (brought in from elsewhere)"),
    Decision("money", "total_price in the shop's currency", "what was paid, in minor units of that currency"),
    Decision("refund", "a transaction of kind refund with status success", "a refund, at its processed_at"),
    Decision("refund", "a transaction in another currency", "converted at the order's own rate (total_price_set)"),
    Decision("refund", "CSV: Refunded Amount", "one refund at the order's time, since the export tells no other"),
    *states.DECISIONS,
    Decision("customer", "e-mail and phone of the order", "one customer for each pair of them, account or guest"),
    Decision("customer", "an order with neither", "a customer of its own, nobody's ticket is theirs"),
)

SECRET = Secret("SHOPIFY_TOKEN", "The Admin API access token of your Shopify app (shpat_...)")


def stream(
    path: Annotated[Path | None, "the CSV export of orders"] = None,
    folder: Annotated[Path | None, "a folder of saved API pages (orders.json)"] = None,
    domain: Annotated[str | None, "the shop's own address, such as my-shop.myshopify.com, to read its API"] = None,
    since: Annotated[str | None, "with --domain: read orders changed since then, such as 2025-01-01T00:00:00Z"] = None,
) -> Stream | Live:
    """The orders of a Shopify shop: a CSV export, a folder of API pages, or its API.

    The API's token comes from the environment variable COUNTERBELL_SHOPIFY_TOKEN, from the file that
    COUNTERBELL_SHOPIFY_TOKEN_FILE names, or is asked for.
    """
    match exactly_one(since, path=path, folder=folder, domain=domain):
        case "path":
            assert path is not None
            return csv_stream(path, SOURCE, of_csv)
        case "folder":
            assert folder is not None
            return saved(folder, KINDS, mapping)
    return live(_host(domain or ""), beginning(since))


def live(host: str, since: str | None = None) -> Live:
    """The API of the shop at that address."""
    return Live(host, SECRET, KINDS, mapping, lambda token: _api(host, token), since)


def _host(domain: str) -> str:
    name = domain.strip().lower().removeprefix("https://").rstrip("/").removesuffix(".myshopify.com")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise Problem(f"{domain!r} is no address of a Shopify shop. Give the one that ends with .myshopify.com.")
    return f"{name}.myshopify.com"


def _api(host: str, token: str) -> "Api":
    from ._api import Api, Rate

    return Api(
        f"https://{host}/admin/api/{API_VERSION}",
        rate=Rate(40, 20, "X-Shopify-Shop-Api-Call-Limit"),
        secret=token,
        headers={"X-Shopify-Access-Token": token},
    )


def _order_pages(api: "Api", place: Place) -> Iterator[Page]:
    """All orders, those changed longest ago first, by the Link header from page to page."""
    bookmark, read = Bookmark(place, OVERLAP_SECONDS), 0
    since: dict[str, str] = {"updated_at_min": place["since"]} if place.get("since") else {}
    known = api.get("orders/count.json", status="any", **since).body.get("count")
    answer = api.get("orders.json", status="any", limit=PER_PAGE, order="updated_at asc", **since)
    while True:
        orders = answer.body.get("orders", [])
        read += len(orders)
        left = -(-max(known - read, 0) // PER_PAGE) if isinstance(known, int) else None
        changes = [order.get("updated_at") for order in orders]
        yield Page(orders, bookmark.after(changes, last=answer.next_url is None), left)
        if answer.next_url is None:
            return
        answer = api.get(answer.next_url)


class _Contact(TypedDict, total=False):
    email: Any
    phone: Any


class _Transaction(TypedDict, total=False):
    id: Any
    kind: Any
    status: Any
    amount: Any
    currency: Any
    processed_at: Any
    created_at: Any


class _Refund(TypedDict, total=False):
    processed_at: Any
    created_at: Any
    transactions: list[_Transaction] | None


class _Order(TypedDict, total=False):
    """What is read of an order's 120 fields."""

    id: Any
    created_at: Any
    processed_at: Any
    financial_status: Any
    currency: Any
    total_price: Any
    total_price_set: Any
    test: Any
    email: Any
    contact_email: Any
    phone: Any
    customer: _Contact | None
    billing_address: _Contact | None
    shipping_address: _Contact | None
    refunds: list[_Refund] | None
    fulfillment_status: Any
    fulfillments: list[states.Fulfillment] | None
    cancelled_at: Any
    updated_at: Any


KINDS = (Kind("orders", _order_pages, needs=_Order),)


# ---- the mapping: an order as the API tells it, to entries


def mapping(beside: Beside) -> EntriesOf:
    """The mapping of one run."""
    return lambda _kind, one: of_order(one, beside)


def of_order(order: VendorObject, beside: Beside) -> Iterator[Entry]:
    """The order, who placed it, its refunds and how far it is; nothing while it is not paid."""
    if not _is_paid(order.get("financial_status"), beside):
        return
    currency = str(present(order, "currency")).upper()
    name = key(SOURCE, present(order, "id"))
    total = amount(present(order, "total_price"), "total_price")
    who, placed = buyer(SOURCE, *_contact(order)), _placed(order)
    if who:
        yield who
    yield Order(
        id=name,
        customer=who.id if who else key(SOURCE, "order", order["id"]),
        at=placed,
        currency=currency,
        paid=minor(total, currency, "total_price"),
        test=order.get("test") is True,
    )
    for refund in order.get("refunds") or ():
        for transaction in refund.get("transactions") or ():
            yield from _given_back(transaction, refund, order, beside)
    if told := states.of_order(order, name, placed, beside):
        yield told


def _is_paid(status: object, beside: Beside) -> bool:
    if status in PAID:
        return True
    beside.odd("order left out, financial status" if status in NOT_PAID else "unknown financial status", status)
    return False


def _contact(order: VendorObject) -> tuple[str | None, str | None]:
    customer, billing = order.get("customer") or {}, order.get("billing_address") or {}
    shipping = order.get("shipping_address") or {}
    email = text(order.get("email")) or text(order.get("contact_email")) or text(customer.get("email"))
    for phone in (order.get("phone"), billing.get("phone"), shipping.get("phone"), customer.get("phone")):
        if number := text(phone):
            return email, number
    return email, None


def _placed(order: VendorObject) -> Any:
    created = instant(present(order, "created_at"), "created_at")
    told = order.get("processed_at")
    if told and told != order["created_at"]:
        processed = instant(told, "processed_at")
        if created - processed >= BROUGHT_IN:
            return processed
    return created


def _given_back(
    transaction: VendorObject, refund: VendorObject, order: VendorObject, beside: Beside
) -> Iterator[Refund]:
    if transaction.get("kind") != "refund" or transaction.get("status") != "success":
        if transaction.get("kind") not in ("void", "refund"):
            beside.odd("unknown kind of transaction in a refund", transaction.get("kind"))
        return
    currency = str(order["currency"]).upper()
    given = amount(present(transaction, "amount"), "refunds.amount")
    paid_in = str(transaction.get("currency") or currency).upper()
    told = transaction.get("processed_at") or transaction.get("created_at") or refund.get("created_at")
    yield Refund(
        id=key(SOURCE, present(transaction, "id")),
        order=key(SOURCE, order["id"]),
        at=instant(told, "refunds.processed_at"),
        amount=minor(given if paid_in == currency else _converted(given, paid_in, order), currency, "refunds.amount"),
    )


def _converted(given: Decimal, paid_in: str, order: VendorObject) -> Decimal:
    """An amount in the currency that the customer paid in, at the order's own rate: all of it is all that was paid."""
    shown = order.get("total_price_set") or {}
    here, there = shown.get("shop_money") or {}, shown.get("presentment_money") or {}
    if there.get("currency_code") != paid_in or not amount(there.get("amount"), "total_price_set"):
        raise NotReadable(f"A refund is in {paid_in}, and total_price_set does not tell at which rate.", "refunds")
    rate = amount(here.get("amount"), "total_price_set") / amount(there.get("amount"), "total_price_set")
    return (given * rate).quantize(Decimal("1e-9"), rounding=ROUND_HALF_UP)


# ---- the mapping: an order's first row of the CSV export, to entries


def of_csv(row: dict[str, str], beside: Beside) -> Iterator[Entry]:
    """The order of the row, what was given back in all, and how far it is; nothing while it is not paid."""
    status = row.get("Financial Status", "").strip().lower()
    if not _is_paid(status or None, beside):
        return
    number = row.get("Id", "").strip().lstrip("'") or present(row, "Name")
    currency = present(row, "Currency").strip().upper()
    phones = (row.get("Phone"), row.get("Billing Phone"), row.get("Shipping Phone"))
    phone = next((told for told in (_plain(phone) for phone in phones) if told), None)
    who = buyer(SOURCE, text(row.get("Email")), phone)
    if who:
        yield who
    placed = instant(present(row, "Created at"), "Created at")
    yield Order(
        id=key(SOURCE, number),
        customer=who.id if who else key(SOURCE, "order", number),
        at=placed,
        currency=currency,
        paid=minor(amount(present(row, "Total"), "Total"), currency, "Total"),
    )
    given_back = minor(amount(row.get("Refunded Amount") or "0", "Refunded Amount"), currency, "Refunded Amount")
    if given_back:
        yield Refund(id=key(SOURCE, number, "refunded"), order=key(SOURCE, number), at=placed, amount=given_back)
    if told := states.of_csv(row, key(SOURCE, number), placed):
        yield told


def _plain(phone: str | None) -> str | None:
    """A phone number without the apostrophe that the export puts before what looks like a formula."""
    return (phone or "").strip().lstrip("'") or None
