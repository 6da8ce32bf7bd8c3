"""The audit log of a shop: `note` writes a line of it, in the transaction of what it tells of."""

from datetime import datetime
from typing import Any

from counterbell.accounts.models import Shop, User
from counterbell.errors import Problem

from .models import Note
from .sentences import SENTENCES


def note(shop: Shop, by: User | None, what: str, *, at: datetime, **told: Any) -> None:
    """Keep that somebody (None: whoever has the command line) did this to the shop; never tell a secret here."""
    if what not in SENTENCES:
        raise Problem(f"There is no sentence for the note {what!r}. Write one in counterbell/audit/sentences.py.")
    Note.objects.create(shop=shop, at=at, by=by.email if by else "", what=what, told=told)
