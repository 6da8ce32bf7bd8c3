"""How an answer goes back: from the address that the customer wrote to, threaded, with a way home for the next one."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import formataddr, parseaddr

from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.errors import Problem
from counterbell.mail import ids, outbox, reply_address, senders
from counterbell.mail.models import Direction, Outgoing
from counterbell.mail.outbox import Attachment, Picture
from counterbell.record.models import Message, Ticket

from .models import Incoming, Mailbox

MOST_REFERENCES = 20
"""Ids that an answer names; the first and the last of them where there are more."""

_ANSWER = re.compile(r"^\s*(re|aw|sv|tr|bls|rép|antw)\s*(\[\d+\])?\s*:", re.IGNORECASE)


def reply(
    message: Message,
    *,
    text: str,
    at: datetime,
    html: str = "",
    cc: Iterable[str] = (),
    due_at: datetime | None = None,
    pictures: Sequence[Picture] = (),
    attachments: Sequence[Attachment] = (),
) -> Outgoing:
    """Put a public message of the record into the outbox as a mail to its customer, in the caller's transaction.

    Doing it twice is harmless; until `due_at` it can be taken back (`outbox.cancel` with `key_of(message)`). Raises
    Problem where the customer has no mail address.
    """
    ticket = message.ticket
    box = mailbox_of(ticket)
    sender = _from(ticket, box)
    with transaction.atomic():
        mail = outbox.put(
            ticket.shop,
            key=key_of(message),
            to=recipient_of(ticket),
            cc=cc,
            subject=subject_of(ticket),
            text=text,
            html=html,
            headers=_threading(ticket),
            pictures=pictures,
            attachments=attachments,
            from_address=sender,
            reply_to=reply_address.with_token(sender, ticket) if box and box.plus_addresses else "",
            at=at,
            due_at=due_at,
        )
        ids.remember(ticket, mail.message_id, direction=Direction.OUT, at=at, message=message)
    return mail


def key_of(message: Message) -> str:
    """The key under which the mail of a message is in the outbox."""
    return f"reply:{message.external_id}"


def recipient_of(ticket: Ticket) -> str:
    """To whom answers of a ticket go. Raises Problem."""
    email = ticket.customer.email if ticket.customer else None
    if not email:
        raise Problem(
            _(
                "The customer has no mail address, so no reply can go out here."
                " Answer where he or she wrote; note it here."
            )
        )
    return email


def subject_of(ticket: Ticket) -> str:
    """The subject of an answer: that of the ticket, marked as an answer once."""
    told = ticket.subject or ""
    return told if _ANSWER.match(told) else f"Re: {told}".strip()


def mailbox_of(ticket: Ticket) -> Mailbox | None:
    """The mailbox that answers of a ticket come from: where its last mail came in, else the shop's first."""
    came_in = Incoming.objects.filter(ticket__in=_all_of(ticket), mailbox__isnull=False).select_related("mailbox")
    last = came_in.order_by("-received_at", "-pk").first()
    if last:
        return last.mailbox
    active = Mailbox.objects.filter(shop=ticket.shop_id, active=True)
    return active.order_by("pk").first()


def _from(ticket: Ticket, box: Mailbox | None) -> str:
    if box is None:
        return ""
    name, _address = parseaddr(senders.sender_of(ticket.shop).from_)
    return formataddr((name, box.address)) if name else box.address


def _threading(ticket: Ticket) -> dict[str, str]:
    """The fields that tie an answer to the mails before it, for the customer's program and for ours."""
    told = ids.of_tickets(_all_of(ticket))
    if not told:
        return {}
    named = told if len(told) <= MOST_REFERENCES else [told[0], *told[1 - MOST_REFERENCES :]]
    return {"In-Reply-To": f"<{told[-1]}>", "References": " ".join(f"<{one}>" for one in named)}


def _all_of(ticket: Ticket) -> list[Ticket]:
    """The ticket and all that were merged into it."""
    found, last = [ticket], [ticket]
    while last := list(Ticket.objects.filter(state__merged_into__in=last).exclude(pk__in=[one.pk for one in found])):
        found += last
    return found
