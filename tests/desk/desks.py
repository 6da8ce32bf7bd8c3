"""Ann's desk: a shop in which Kim has written, and the people who answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

from django.db import connection
from record.cast import agent, customer, message, ticket
from record.records import SHOP, shop_with
from web.people import person

from counterbell.accounts.models import Membership, Role, Shop
from counterbell.desk.actor import Actor, actor_of
from counterbell.errors import Problem
from counterbell.mail import senders
from counterbell.record.models import Message, Ticket

NINE = datetime(2025, 3, 3, 9, tzinfo=UTC)
"""When Kim wrote."""


def after(minutes: float = 0, seconds: float = 0) -> datetime:
    """So long after Kim wrote."""
    return NINE + timedelta(minutes=minutes, seconds=seconds)


def desk_shop() -> Shop:
    """A shop with two agents and a ticket of Kim's, who waits since nine."""
    shop = shop_with(
        [
            SHOP,
            agent("ann", name="Ann", email="ann@shop.example", team="care"),
            agent("ben", name="Ben", team="care"),
            customer("kim", name="Kim Novak", email="kim@example.com", language="fr"),
            ticket("t1", "03-03 09:00", subject="Where is my parcel?"),
            message("m1", "t1", "03-03 09:00", text="Where is my parcel, please?"),
        ]
    )
    senders.set_sender(shop, "care@shop.example", name="Care")
    return shop


def at_the_desk(shop: Shop, agent: str = "ann", role: Role = Role.AGENT) -> Actor:
    """Somebody of the shop at the desk."""
    user = person(shop, role, name=agent or "cleo", agent=agent)
    return actor_of(Membership.objects.select_related("shop", "user").get(shop=shop, user=user))


def number(shop: Shop, ticket: str = "t1") -> int:
    """The number of the ticket with that id, as addresses have it."""
    return Ticket.objects.get(shop=shop, external_id=ticket).pk


def newest(shop: Shop) -> int:
    """The newest message of the shop."""
    return Message.objects.filter(shop=shop).order_by("-pk").values_list("pk", flat=True)[0]


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Do all of them at the same time, each on a connection of its own; returns what came of each."""
    start = Barrier(len(verbs))

    def done(verb: Callable[[], Any]) -> Any:
        start.wait(10)
        try:
            return verb()
        except Problem as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as people:
        return list(people.map(done, verbs))
