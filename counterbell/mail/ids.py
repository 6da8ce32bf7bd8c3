"""Which mail belongs to which ticket, by Message-ID: of the mails that came in and of those that we sent.

Whoever puts a mail about a ticket into the outbox remembers its id here in the same transaction, so that an answer
finds the ticket. Ids stand with or without their angle brackets; they are kept without.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from counterbell.accounts.models import Shop
from counterbell.record.models import Customer, Message, Ticket

from .headers import LONGEST_ID
from .models import Direction, MailId


def bare(message_id: str) -> str:
    """The id without its angle brackets, as it is kept."""
    return message_id.strip().removeprefix("<").removesuffix(">")[:LONGEST_ID]


def remember(
    ticket: Ticket, message_id: str, *, direction: Direction, at: datetime, message: Message | None = None
) -> bool:
    """Remember that the mail with this id belongs to the ticket, and is that message; returns whether it is new.

    An id that is known stays where it is; one that was only referred to becomes the mail itself.
    """
    told = {"ticket": ticket, "direction": direction, "message": message, "known_at": at}
    found, is_new = MailId.objects.get_or_create(shop_id=ticket.shop_id, msg_id=bare(message_id), defaults=told)
    if not is_new and direction != Direction.REFERRED:
        same = MailId.objects.filter(pk=found.pk, direction=Direction.REFERRED, ticket=ticket)
        return same.update(direction=direction, message=message, known_at=at) > 0
    return is_new


def refer(ticket: Ticket, message_ids: Iterable[str], at: datetime) -> None:
    """Remember ids that a mail of the ticket answers and nobody knows, so that those mails find it if they come."""
    told = (bare(one) for one in message_ids)
    MailId.objects.bulk_create(
        [
            MailId(shop_id=ticket.shop_id, msg_id=one, ticket=ticket, direction=Direction.REFERRED, known_at=at)
            for one in dict.fromkeys(told)
        ],
        ignore_conflicts=True,
    )


def known(shop: Shop, message_id: str) -> MailId | None:
    """What is known of that id."""
    return _told(shop).filter(msg_id=bare(message_id)).first()


def answered(shop: Shop, message_ids: Iterable[str], *, writer: Customer | None = None) -> MailId | None:
    """The nearest of these ids that is a mail of some ticket; `message_ids` come as `threads.candidates` gives them.

    An id that was only referred to may be that of a newsletter which thousands have had: it counts only for the
    customer of the ticket itself.
    """
    wanted = list(dict.fromkeys(map(bare, message_ids)))
    mine = Q(direction=Direction.REFERRED, ticket__customer__person_key=writer.person_key) if writer else Q(pk=None)
    found = _told(shop).filter(~Q(direction=Direction.REFERRED) | mine, msg_id__in=wanted)
    by_id = {one.msg_id: one for one in found}
    return next((by_id[one] for one in wanted if one in by_id), None)


def of_tickets(tickets: Iterable[Ticket]) -> list[str]:
    """The ids of the mails of these tickets, the oldest first, as References has them (without brackets)."""
    there = MailId.objects.filter(ticket__in=list(tickets)).exclude(direction=Direction.REFERRED)
    return list(there.order_by("known_at", "pk").values_list("msg_id", flat=True))


def _told(shop: Shop) -> QuerySet[MailId]:
    return MailId.objects.filter(shop=shop).select_related("ticket", "message")
