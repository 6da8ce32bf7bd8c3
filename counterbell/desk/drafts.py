"""What people have begun to write, kept on the server so that no closed window loses it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from counterbell.accounts.models import User
from counterbell.channels import email
from counterbell.record.models import Author, Message, Ticket

from .actor import Actor
from .models import Draft, HeldReply

ABANDONED = timedelta(days=7)
"""So long files stay that were chosen for something of which nothing is written any more."""


LATE = timedelta(minutes=1)
"""So long after something was sent, what was typed before may still come in."""


def keep_typed(ticket: Ticket, actor: Actor, text: str, *, at: datetime, macros: Iterable[int] = ()) -> None:
    """Keep what a page sends while somebody types; not what the person has just sent, which may come after that."""
    begun = text.strip()
    if _has_just_been_sent(ticket, actor, begun, at):
        return
    keep(ticket, actor.user, text, at=at, macros=macros)
    if _has_just_been_sent(ticket, actor, begun, at):  # meanwhile
        forget(ticket, actor.user)


def _has_just_been_sent(ticket: Ticket, actor: Actor, begun: str, at: datetime) -> bool:
    """Whether that, or what began with it, is on its way or was said a moment ago."""
    held = HeldReply.objects.filter(ticket=ticket, user=actor.user, held_at__gt=at - LATE)
    own = Message.objects.filter(ticket=ticket, author=Author.AGENT, agent__external_id=actor.agent)
    said = own.filter(happened_at__gt=at - LATE)
    sent = (*held.values_list("text", flat=True), *said.values_list("text", flat=True))
    return bool(begun) and any((text or "").startswith(begun) for text in sent)


def keep(ticket: Ticket, user: User, text: str, *, at: datetime, macros: Iterable[int] = ()) -> None:
    """Keep what the person has written so far; nothing written is no draft."""
    if not text.strip():
        forget(ticket, user)
        return
    told = {"text": text, "macros": list(macros), "kept_at": at}
    Draft.objects.update_or_create(ticket=ticket, user=user, defaults=told)


def forget(ticket: Ticket, user: User) -> None:
    """The draft has become a message, or was given up."""
    Draft.objects.filter(ticket=ticket, user=user).delete()


def of(ticket: Ticket, user: User) -> Draft | None:
    """What the person has begun to write on that ticket."""
    return Draft.objects.filter(ticket=ticket, user=user).first()


def clear_abandoned_files(at: datetime) -> int:
    """Take away the files of drafts that were given up; returns how many."""
    old = email.chosen_before(at - ABANDONED)
    draft = Draft.objects.filter(ticket=OuterRef("ticket"), user=OuterRef("user"))
    held = HeldReply.objects.filter(message=OuterRef("message"))
    return email.take_out(old.exclude(Exists(draft), message="").exclude(Exists(held)), at)
