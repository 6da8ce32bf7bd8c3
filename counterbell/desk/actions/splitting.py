"""A customer asks about a second thing: that message gets a ticket of its own.

History is not rewritten, so the message stays where it was said, and the wait that it began goes on there. The new
ticket comes into being now and begins with the same words, from which its own wait counts.
"""

from uuid import uuid4

from django.utils.translation import gettext as _

from counterbell.desk.acting import Acting
from counterbell.errors import NotFound
from counterbell.record.entries import Message as MessageEntry
from counterbell.record.entries import Ticket as TicketEntry
from counterbell.record.models import Author, Message

NEW = "split-"
FROM, INTO = "-from", "-into"
"""The notes of a split have the id of the new ticket with one of these: in the new ticket, and in the old one."""


def split(ticket: Acting, message: str) -> bool:
    """Begin a new ticket with the customer's message of that number, and note it in both."""
    said = Message.objects.filter(ticket__in=ticket.members, author=Author.CUSTOMER, public=True)
    begins = said.filter(pk=int(message) if message.isdecimal() and len(message) < 19 else 0).first()
    if begins is None:
        raise NotFound(_("Only a message of the customer can become a ticket of its own."))
    old, new_id = ticket.ticket, f"{NEW}{uuid4().hex[:12]}"
    ticket.write(
        TicketEntry(
            id=new_id,
            channel=old.channel,
            created_at=ticket.now(),
            customer=old.customer.external_id if old.customer else None,
            subject=old.subject,
            store=old.store,
            priority=old.state.priority,
            language=old.language,
        )
    )
    ticket.write(
        MessageEntry(id=f"desk-{uuid4().hex}", ticket=new_id, at=ticket.now(), by="customer", text=begins.text)
    )
    _note(ticket, f"{new_id}{FROM}", new_id, _("Split off from ticket %(ticket)s.") % {"ticket": old.external_id})
    into = _("A message was split off into ticket %(ticket)s.") % {"ticket": new_id}
    _note(ticket, f"{new_id}{INTO}", old.external_id, into)
    return True


def other_half(note: str) -> str:
    """The id of the note in the other one of the two tickets; nothing where no split made the note."""
    for own, others in ((FROM, INTO), (INTO, FROM)):
        if note.startswith(NEW) and note.endswith(own):
            return note.removesuffix(own) + others
    return ""


def _note(ticket: Acting, id: str, on: str, text: str) -> None:
    """A note that is made by the program, so that no agent's touch is counted that was none."""
    note = MessageEntry(id=id, ticket=on, at=ticket.now(), by="automation", public=False, text=text)
    ticket.write(note)
