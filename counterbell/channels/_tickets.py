"""To which ticket a mail belongs: by what it answers, then by the address it was written to, never by its subject."""

from datetime import datetime, timedelta

from django.conf import settings

from counterbell.accounts.models import Shop
from counterbell.mail import ids, reply_address
from counterbell.mail.message import Mail
from counterbell.mail.models import Direction, MailId
from counterbell.mail.threads import candidates
from counterbell.record import entries
from counterbell.record.models import Customer, StatusChange, StatusName, Ticket
from counterbell.record.write import write

JUST_AFTER = timedelta(microseconds=1)
TO_FIELDS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
"""Where servers say for which address a mail was, which need not stand in To or Cc."""


def ticket_of(shop: Shop, mail: Mail, writer: Customer | None) -> Ticket | None:
    """The ticket that a mail belongs to, after all merges; null if there is none, or it was deleted."""
    known = _waited_for(shop, mail, writer) or ids.answered(shop, candidates(mail), writer=writer)
    found = known.ticket if known else reply_address.ticket_of(shop, _addressed(mail))
    return alive(found) if found else None


def _waited_for(shop: Shop, mail: Mail, writer: Customer | None) -> MailId | None:
    """The ticket of a mail that answers this one and came before it."""
    told = ids.answered(shop, [mail.id], writer=writer)
    return told if told and told.direction == Direction.REFERRED else None


def _addressed(mail: Mail) -> list[str]:
    return [*(one.email for one in mail.recipients), *(value for name in TO_FIELDS for value in mail.all(name))]


def alive(ticket: Ticket) -> Ticket | None:
    """The ticket into which this one was merged at last, or itself; null if that was deleted."""
    root = Ticket.objects.select_related("state", "customer").get(pk=ticket.pk)
    while root.state.merged_into_id:
        root = Ticket.objects.select_related("state", "customer").get(pk=root.state.merged_into_id)
    return None if root.state.deleted else root


def long_closed(ticket: Ticket, at: datetime) -> bool:
    """Whether a ticket has been closed for so long that who writes again begins a new one."""
    if ticket.state.status != StatusName.CLOSED:
        return False
    return last_change_at(ticket) < at - timedelta(days=settings.REOPEN_DAYS)


def last_change_at(ticket: Ticket) -> datetime:
    """When the ticket's status was last set; its creation where it never was."""
    changes = StatusChange.objects.filter(ticket=ticket).order_by("-happened_at").values_list("happened_at", flat=True)
    return changes.first() or ticket.created_at


def open_again(ticket: Ticket, by: entries.Author, happened_at: datetime, at: datetime) -> None:
    """Something has come: whatever the ticket waited for, it is ours again, unless it is spam.

    That counts after the last change, by whichever clock it was made: a close would win over an opening in its instant.
    """
    if ticket.state.status != StatusName.OPEN and not ticket.state.spam:
        last = last_change_at(ticket)
        when = happened_at if happened_at > last else max(at, last + JUST_AFTER)
        write(ticket.shop, entries.Status(ticket=ticket.external_id, at=when, to="open", by=by))
