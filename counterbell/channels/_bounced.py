"""Mails of ours that came back: the mail is marked in the outbox, and the ticket it was about is looked at again."""

from datetime import datetime

from counterbell.accounts.models import Shop
from counterbell.mail import ids, outbox
from counterbell.mail.bounces import Failure
from counterbell.mail.message import Mail
from counterbell.mail.models import Direction, MailId
from counterbell.record.models import Ticket
from counterbell.surveys import sending as surveys

from . import _tickets


def told_of(shop: Shop, mail: Mail, failure: Failure, happened_at: datetime, at: datetime) -> Ticket | None:
    """The ticket that a bounce or a delay is about; null if it is about none that we know.

    Of a reply that came back for good its ticket is opened again: the customer does not have the answer.
    """
    sent = _sent(shop, mail, failure)
    if failure.final and failure.original_id:
        ours = outbox.came_back(shop, failure.original_id, failure.words or mail.subject)
        if ours:
            surveys.came_back(ours.message_id, at)
    found = sent.ticket if sent else _tickets.ticket_of(shop, mail, None)
    ticket = _tickets.alive(found) if found else None
    if ticket and sent and sent.message and failure.final:
        _tickets.open_again(ticket, "automation", happened_at, at)
    return ticket


def _sent(shop: Shop, mail: Mail, failure: Failure) -> MailId | None:
    """The mail of ours that came back, as far as the bounce tells."""
    told = [failure.original_id] if failure.original_id else []
    found = (ids.known(shop, one) for one in (*told, *mail.parents))
    return next((one for one in found if one and one.direction == Direction.OUT), None)
