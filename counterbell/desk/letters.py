"""A reply as the mail that carries it: to the customer's address, in the thread of the ticket's mails."""

from datetime import datetime

from django.utils.translation import gettext as _

from counterbell.errors import Problem
from counterbell.mail import addresses, ids, outbox, reply_address, senders
from counterbell.mail.models import Direction, MailId, Outgoing
from counterbell.record.models import Message, Ticket

from .acting import Acting
from .models import HeldReply

CHANNEL = "email"
"""By which channel replies leave; a ticket of another channel is answered by e-mail too, as long as it has no way out
of its own."""

MOST_REFERENCES = 20


def address_of(ticket: Ticket) -> str:
    """Where the customer is written to. Raises Problem where nobody knows."""
    told = ticket.customer.email if ticket.customer else None
    if not told:
        raise Problem(
            _("Nobody knows an e-mail address of this customer, so no reply can go out. Write a note instead.")
        )
    return addresses.address(told)


def put(ticket: Acting, held: HeldReply, at: datetime) -> Outgoing:
    """Put the mail into the outbox and remember its id, so that the customer's answer finds the ticket."""
    sender = senders.sender_of(ticket.shop)
    known = _mails_of(ticket)
    mail = outbox.put(
        ticket.shop,
        key=f"reply:{held.message}",
        to=address_of(ticket.ticket),
        subject=subject_of(ticket.ticket),
        text=held.text,
        at=at,
        headers=_thread(known),
        reply_to=_reply_to(sender, ticket.ticket),
    )
    message = Message.objects.get(shop=ticket.shop, external_id=held.message)
    ids.remember(ticket.ticket, mail.message_id, direction=Direction.OUT, at=at, message=message)
    return mail


def _mails_of(ticket: Acting) -> list[str]:
    """The Message-IDs of the conversation, the oldest first, also of the tickets merged into it."""
    sent = MailId.objects.filter(ticket__in=ticket.members).exclude(direction=Direction.REFERRED)
    return list(sent.order_by("known_at", "pk").values_list("msg_id", flat=True))


def subject_of(ticket: Ticket) -> str:
    """The subject of a reply."""
    subject = (ticket.subject or "").strip() or _("Your message")
    return subject if subject[:3].lower() == "re:" else f"Re: {subject}"


def _reply_to(sender: senders.From, ticket: Ticket) -> str:
    """Where answers go: the shop's address, with the ticket's token in it."""
    address = sender.reply_to or sender.from_
    return reply_address.with_token(address, ticket) if address else ""


def _thread(known: list[str]) -> dict[str, str]:
    if not known:
        return {}
    kept = [*known[:1], *known[1:][-MOST_REFERENCES:]]
    return {"In-Reply-To": f"<{known[-1]}>", "References": " ".join(f"<{one}>" for one in kept)}
