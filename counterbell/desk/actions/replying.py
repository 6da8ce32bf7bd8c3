"""Replies: held for some seconds, in which they can be taken back, then sent and written to the record at once.

A reply enters the record in the transaction that puts its mail into the outbox, and at no other time. So the record
never tells of a reply that was taken back, no reply is lost or doubled whenever a process dies, and its time is that at
which it left us. What happens in the meantime is asked about first.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.accounts.models import User
from counterbell.channels import email
from counterbell.desk import drafts, letters, macros
from counterbell.desk.acting import Acting, acting
from counterbell.desk.actor import Actor
from counterbell.desk.models import OVERTAKEN, HeldReply
from counterbell.errors import NotFound, Problem
from counterbell.record import pulse
from counterbell.record.entries import Message

from . import statuses

HELD_FOR = timedelta(seconds=10)
THEN = ("", "closed", "pending")


def reply(
    actor: Actor,
    ticket_id: int,
    text: str,
    *,
    seen: int,
    at: datetime,
    then: str = "",
    used: Iterable[int] = (),
    files: Iterable[int] = (),
    held_for: timedelta = HELD_FOR,
) -> HeldReply:
    """Send a reply to the customer, and afterwards give the ticket that status; until then it can be taken back.

    `seen` is the newest message that the agent has seen, `files` those of the draft that go along. Raises
    Overtaken where the customer wrote after it, and Problem for a reply that cannot go out.
    """
    with acting(actor.shop, actor.agent, ticket_id, at) as ticket:
        _can_go_out(ticket, text, then)
        ticket.not_overtaken(seen)
        message = f"desk-{uuid4().hex}"
        email.seal(ticket.ticket, actor.user, files, message)
        drafts.forget(ticket.ticket, actor.user)
        pulse.tell(actor.shop.pk, ticket.ticket.pk)
        return HeldReply.objects.create(
            shop=actor.shop,
            ticket=ticket.ticket,
            user=actor.user,
            agent=actor.agent,
            message=message,
            text=text.strip(),
            then=then,
            seen=seen,
            macros=list(used),
            held_at=at,
            due_at=at + held_for,
        )


def _can_go_out(ticket: Acting, text: str, then: str) -> None:
    if not text.strip():
        raise Problem(_("There is nothing in the reply. Write something first."))
    if then not in THEN:
        raise Problem(_("A ticket cannot become '%(status)s' by a reply.") % {"status": then})
    if ticket.state.merged_into_id is not None:
        raise Problem(_("This ticket was merged into another one. Reply there."))
    macros.nothing_left_open(text)
    letters.address_of(ticket.ticket)


@transaction.atomic
def take_back(actor: Actor, held_id: int, *, at: datetime) -> bool:
    """Take a reply back that has not gone out; it is a draft again. Returns whether it could be."""
    held = _held(actor, held_id)
    if held is None or not HeldReply.objects.filter(pk=held.pk).delete()[0]:
        return False
    email.unseal(held.shop, held.message)
    drafts.keep(held.ticket, actor.user, held.text, at=at, macros=held.macros)
    pulse.tell(held.shop_id, held.ticket_id)
    return True


@transaction.atomic
def send_anyway(actor: Actor, held_id: int, *, seen: int, at: datetime) -> bool:
    """Answer the question about a held reply with yes; returns whether there was one."""
    held = _held(actor, held_id)
    asked = HeldReply.objects.filter(pk=held.pk).exclude(question="") if held else None
    if held is None or asked is None or not asked.update(question="", seen=seen, due_at=at):
        return False
    pulse.tell(held.shop_id, held.ticket_id)
    return True


def _held(actor: Actor, held_id: int) -> HeldReply | None:
    return (
        HeldReply.objects.filter(shop=actor.shop, user=actor.user, pk=held_id).select_related("ticket", "shop").first()
    )


def send_due(at: datetime) -> int:
    """Send what has been held long enough; returns how many went out. Safe in several processes at once."""
    due = HeldReply.objects.filter(due_at__lte=at, question="").order_by("due_at", "pk")
    return sum(_settle(held, at) for held in due.select_related("shop", "user", "ticket")[:200])


def _settle(held: HeldReply, at: datetime) -> bool:
    try:
        with acting(held.shop, held.agent, held.ticket_id, at) as ticket:
            return _send(ticket, held, at)
    except (NotFound, Problem) as problem:
        _ask(held, str(problem))
        return False


@transaction.atomic
def _ask(held: HeldReply, question: str) -> None:
    """Let the reply wait for its agent."""
    HeldReply.objects.filter(pk=held.pk).update(question=question)
    pulse.tell(held.shop_id, held.ticket_id)


def _send(ticket: Acting, held: HeldReply, at: datetime) -> bool:
    """Claim the reply and let it go, or ask about it; all in the transaction that is open."""
    waiting = HeldReply.objects.filter(pk=held.pk, question="", due_at__lte=at)
    if ticket.came_after(held.seen):
        waiting.update(question=OVERTAKEN)
        pulse.tell(held.shop_id, held.ticket_id)
        return False
    claimed, _models = waiting.delete()
    if not claimed:
        return False
    _say(ticket, held)
    letters.put(held, at)
    macros.count_use(held.shop, held.macros, ticket.ticket, held.message, at)
    macros.act(ticket, held.macros)
    if held.then:
        statuses.change(ticket, held.then)  # type: ignore[arg-type]
    return True


def _say(ticket: Acting, held: HeldReply) -> None:
    channel = None if ticket.ticket.channel == letters.CHANNEL else letters.CHANNEL
    ticket.write(
        Message(
            id=held.message,
            ticket=ticket.ticket.external_id,
            at=ticket.now(),
            by="agent",
            agent=held.agent,
            text=held.text,
            channel=channel,
        )
    )


def held_by(user: User, shop_id: int) -> list[HeldReply]:
    """The replies of the person about which there is a question, in that shop."""
    asked = HeldReply.objects.filter(shop=shop_id, user=user).exclude(question="")
    return list(asked.select_related("ticket").order_by("due_at"))
