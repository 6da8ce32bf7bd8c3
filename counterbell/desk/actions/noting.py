"""Notes: said among colleagues, never to the customer."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import uuid4

from django.utils.translation import gettext as _

from counterbell.channels import email
from counterbell.desk import drafts, macros
from counterbell.desk.acting import acting
from counterbell.desk.actor import Actor
from counterbell.errors import Problem
from counterbell.record.entries import Message
from counterbell.record.models import Message as RecordedMessage


def note(
    actor: Actor,
    ticket_id: int,
    text: str,
    *,
    at: datetime,
    used: Iterable[int] = (),
    files: Collection[int] = (),
) -> str:
    """Note something on the ticket, at once; returns the id of the note. `files` of the draft go along."""
    if not text.strip() and not files:
        raise Problem(_("There is nothing in the note. Write something first."))
    with acting(actor.shop, actor.agent, ticket_id, at) as ticket:
        message = f"desk-{uuid4().hex}"
        told = Message(
            id=message,
            ticket=ticket.ticket.external_id,
            at=ticket.now(),
            by="agent",
            agent=actor.agent,
            public=False,
            text=text.strip() or None,
        )
        ticket.write(told)
        email.seal(ticket.ticket, actor.user, files, message)
        email.attach_enclosed(RecordedMessage.objects.get(shop=actor.shop, external_id=message))
        macros.count_use(actor.shop, used, ticket.ticket, message, at)
        drafts.forget(ticket.ticket, actor.user)
        return message
