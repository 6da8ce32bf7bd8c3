"""What people have begun to write, kept on the server so that no closed window loses it."""

from collections.abc import Iterable
from datetime import datetime

from counterbell.accounts.models import User
from counterbell.record.models import Ticket

from .models import Draft


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
