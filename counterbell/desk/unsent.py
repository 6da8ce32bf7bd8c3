"""Replies of which the customer may have nothing: what became of their mails, and what a person decides about it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from counterbell.accounts.models import Shop
from counterbell.mail import outbox
from counterbell.mail.models import Outgoing, State
from counterbell.record import pulse
from counterbell.record.models import Message, Ticket

from .family import members, roots_of

KIND = "reply"
TROUBLED = (State.FAILED, State.UNSURE, State.BOUNCED)
MOST = 20
"""Replies that an inbox names."""
RECENT = timedelta(days=7)
"""So long an inbox names a reply that no server took; one in doubt stays until somebody decides."""


def of_ticket(shop: Shop, ticket: Ticket) -> list[Outgoing]:
    """The mails of the ticket's replies that came to no good end, the oldest first."""
    return list(_of_ticket(shop, ticket).filter(state__in=TROUBLED).order_by("pk"))


def _of_ticket(shop: Shop, ticket: Ticket) -> QuerySet[Outgoing]:
    said = Message.objects.filter(ticket__in=members(ticket), public=True).values_list("external_id", flat=True)
    return Outgoing.objects.filter(shop=shop, key__in=[f"{KIND}:{message}" for message in said])


def of_shop(shop: Shop, at: datetime) -> list[tuple[Ticket, Outgoing]]:
    """The replies of the shop that are in doubt or were refused lately, each with its ticket."""
    mails = Outgoing.objects.filter(shop=shop, kind=KIND).exclude(to="")
    doubtful = mails.filter(state=State.UNSURE) | mails.filter(state=State.FAILED, due_at__gt=at - RECENT)
    by_message = {mail.key.partition(":")[2]: mail for mail in doubtful.order_by("pk")[:MOST]}
    said = Message.objects.filter(shop=shop, external_id__in=by_message).select_related("ticket__state").order_by("pk")
    roots = roots_of(message.ticket for message in said)
    return [(roots[message.ticket_id], by_message[message.external_id]) for message in said]


def send_again(shop: Shop, ticket: Ticket, number: int, at: datetime) -> bool:
    """Send a reply again that failed, or may not have gone out; returns whether it was such."""
    return _decided(shop, ticket, number, lambda mail: outbox.retry(mail, at))


def it_arrived(shop: Shop, ticket: Ticket, number: int, at: datetime) -> bool:
    """Take a reply in doubt as one that the customer has; returns whether it was in doubt."""
    return _decided(shop, ticket, number, lambda mail: outbox.arrived(mail, at))


@transaction.atomic
def _decided(shop: Shop, ticket: Ticket, number: int, verb: Callable[[Outgoing], bool]) -> bool:
    mail = _of_ticket(shop, ticket).filter(pk=number).first()
    if mail is None or not verb(mail):
        return False
    pulse.tell(shop.pk, ticket.pk)
    return True
