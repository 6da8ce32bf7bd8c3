"""What the shop sources' tests share: a support team with five tickets, and what its orders make of them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from metrics.reports import report
from record.cast import customer, ticket
from record.records import content, take_in

from counterbell.accounts.models import Shop
from counterbell.sources._live import connection_of, read
from counterbell.sources._run import Outcome, run
from counterbell.sources._stream import Live, Stream

AS_OF = datetime(2025, 4, 1, tzinfo=UTC)


def support_team() -> Shop:
    """A shop with a ticket each of Kim, Lou, Noa, Mia (known by e-mail) and Ola (by phone), from 3 to 7 March 2025."""
    shop = Shop.objects.create(slug=uuid4().hex)
    people = {name: {"email": f"{name}@example.com"} for name in ("kim", "lou", "noa", "mia")}
    people["ola"] = {"phone": "+33612345678"}
    opened = {name: f"03-0{day} 09:00" for day, name in enumerate(people, 3)}
    take_in(
        shop,
        [{"type": "shop", "timezone": "Europe/Paris", "currency": "EUR"}]
        + [customer(f"desk:{name}", **known) for name, known in people.items()]
        + [ticket(f"ticket of {name}", when, f"desk:{name}") for name, when in opened.items()],
    )
    return shop


def take(shop: Shop, name: str, told: Stream | Live, secret: str = "") -> Outcome:
    """Read a source to its end, or to where it breaks off."""
    if isinstance(told, Stream):
        return run(shop, name, told)
    return read(connection_of(shop, name, told, {"domain": told.account, "since": told.since}), told, secret)


def sales(shop: Shop) -> dict[str, Any]:
    """What the orders of March come to."""
    asked = report(shop, date(2025, 3, 1), date(2025, 4, 1), as_of=AS_OF, keys=("converted_tickets", "contact_rate"))
    return dict(asked.total.metrics)


def purchases(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """All orders, refunds, states of orders and buyers in the record."""
    found = content(shop)
    return {table: found[table] for table in ("Order", "Refund", "OrderState", "Customer", "Waiting")}


def states(shop: Shop) -> dict[str, list[tuple[str, str | None, str | None]]]:
    """What is told of how far each order is: when (UTC), in which state, by which link."""
    found: dict[str, list[tuple[str, str | None, str | None]]] = {}
    for order, at, state, link in content(shop)["OrderState"]:
        found.setdefault(order.partition(":")[2], []).append((f"{at:%m-%d %H:%M:%S}", state, link))
    return found
