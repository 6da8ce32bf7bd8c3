"""Notes: said among colleagues, never to the customer."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.utils.translation import gettext as _

from counterbell.desk import drafts, macros
from counterbell.desk.acting import acting
from counterbell.desk.actor import Actor
from counterbell.errors import Problem
from counterbell.record.entries import Message


def note(actor: Actor, ticket_id: int, text: str, *, at: datetime, used: Iterable[int] = ()) -> str:
    """Note something on the ticket, at once; returns the id of the note."""
    if not text.strip():
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
            text=text.strip(),
        )
        ticket.write(told)
        macros.count_use(actor.shop, used, ticket.ticket, message, at)
        drafts.forget(ticket.ticket, actor.user)
        return message
