"""Mailboxes of the cast, and mail put into the intake."""

from datetime import UTC, datetime, timedelta
from typing import Any

from mail.mails import mail

from counterbell.accounts.models import Shop
from counterbell.channels import _intake
from counterbell.channels._mailboxes import Server, add_imap
from counterbell.channels.models import Incoming, Mailbox
from counterbell.record.models import Message, Ticket, TicketState

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
CARE = "care@shop.example"


def care_of(shop: Shop, address: str = CARE, **told: Any) -> Mailbox:
    """A mailbox of that shop, on a server that nobody asks."""
    server = Server("127.0.0.1", "care", tls="off")
    return add_imap(shop, address, server, "sesame", since=NOW - timedelta(days=30), **told)


def letter(text: str = "Where is it?", /, *, number: int | str = 1, **told: str | None) -> bytes:
    """A mail from Kim to the shop's mailbox, with a Message-ID by its number."""
    return mail(text, **{"to": CARE, "message_id": f"<{number}@example.com>", **told})


def comes(mailbox: Mailbox, raw: bytes, at: datetime = NOW, *, handled: bool = True) -> Incoming:
    """A mail comes in, and is handled unless it is to wait."""
    incoming, _is_new = _intake.keep(mailbox.shop, raw, mailbox=mailbox, received_at=at, at=at)
    if handled:
        _intake.handle_due(at, shop=mailbox.shop)
    incoming.refresh_from_db()
    return incoming


def tickets(shop: Shop) -> list[Ticket]:
    return list(Ticket.objects.filter(shop=shop).order_by("created_at", "pk"))


def told(ticket: Ticket | None) -> list[tuple[str, bool, str | None]]:
    """The messages of a ticket: who, whether public, and what."""
    said = Message.objects.filter(ticket=ticket).order_by("happened_at", "author", "pk")
    return [(one.get_author_display(), one.public, one.text) for one in said]


def status(ticket: Ticket | None) -> str:
    return TicketState.objects.get(ticket=ticket).get_status_display()
