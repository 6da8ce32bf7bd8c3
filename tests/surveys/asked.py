"""Shops that ask their customers, and their tickets; times as in the record's cast: "03-04 09:00" of 2025, UTC."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import override_settings
from mail_server import MailServer
from record.cast import agent, at, customer, message, status, ticket
from record.records import Line, take_in

from counterbell.accounts.models import Shop
from counterbell.mail import sending as mail_sending
from counterbell.mail.ways import way
from counterbell.surveys import setup
from counterbell.surveys.models import Ask
from counterbell.surveys.ticking import Done, tick


def when(told: str) -> datetime:
    """The instant as a datetime."""
    return datetime.fromisoformat(at(told).replace("Z", "+00:00"))


def asking_shop(*lines: Line, **settings: Any) -> Shop:
    """A shop that asks, with Kim as a customer and Ann as an agent, and what else the lines say."""
    shop = Shop.objects.create(slug=f"ann-{uuid4().hex}")
    kim = customer("kim", email=f"kim-{uuid4().hex[:8]}@example.com", name="Kim")
    take_in(shop, [{"type": "shop", "timezone": "UTC", "currency": "EUR"}, agent("ann", team="care"), kim])
    setup.change(shop, on=True, **settings)
    take_in(shop, lines)
    return shop


def helped(id: str, closed: str, *, customer: str = "kim", **told: Any) -> list[Line]:
    """A ticket that Kim began at 08:00, Ann answered at 08:30 and closed at `closed`."""
    day = closed.split()[0]
    return [
        ticket(id, f"{day} 08:00", customer, **told),
        message(f"{id}-1", id, f"{day} 08:00"),
        message(f"{id}-2", id, f"{day} 08:30", "agent", agent="ann"),
        status(id, closed, by="agent", agent="ann"),
    ]


def round_at(told: str) -> Done:
    """One round at that time."""
    return tick(when(told))


def states(shop: Shop) -> list[tuple[str, str, str]]:
    """(ticket, state, reason) of all questions of the shop."""
    found = Ask.objects.filter(shop=shop).order_by("closed_at", "pk")
    return list(found.values_list("ticket__external_id", "state", "reason"))


def deliver(server: MailServer, told: datetime) -> None:
    """Hand over all mail that is due, then let the surveys know."""
    with override_settings(MAIL_WAY=way(server.url), MAIL_FROM="service@counterbell.example"):
        mail_sending.send_due(told)
    tick(told + timedelta(seconds=1))


def sent_ask(shop: Shop, told: str, *, mail_at: datetime | None = None) -> Ask:
    """The question about ticket t1, its mail marked as sent."""
    from counterbell.mail.models import Outgoing, State

    round_at(told)
    ask = Ask.objects.select_related("shop", "ticket", "mail").get(shop=shop, ticket__external_id="t1")
    assert ask.mail_id is not None
    Outgoing.objects.filter(pk=ask.mail_id).update(state=State.SENT, sent_at=mail_at or when(told))
    round_at(told)
    return Ask.objects.select_related("shop", "ticket", "mail").get(pk=ask.pk)
