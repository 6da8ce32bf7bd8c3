"""How a reply leaves: by e-mail, from the mailbox that the customer wrote to, in the thread of the ticket's mails."""

from datetime import datetime

from counterbell.channels import email
from counterbell.mail import addresses
from counterbell.mail.models import Outgoing
from counterbell.record.models import Message, Ticket

from .models import HeldReply

CHANNEL = "email"
"""By which channel replies leave; a ticket of another channel is answered by e-mail too, as long as it has no way out
of its own."""


def address_of(ticket: Ticket) -> str:
    """Where the customer is written to. Raises Problem where nobody knows."""
    return addresses.address(email.recipient_of(ticket))


def put(held: HeldReply, at: datetime) -> Outgoing:
    """Put the mail of a reply that is in the record into the outbox, with its files, in the caller's transaction."""
    known = Message.objects.select_related("ticket__shop", "ticket__customer", "shop")
    message = known.get(shop=held.shop, external_id=held.message)
    email.attach_enclosed(message)
    return email.reply(message, text=held.text, at=at, attachments=email.to_be_sent(message))
