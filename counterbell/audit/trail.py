"""The audit log of a shop: `note` writes a line of it, in the transaction of what it tells of."""

from datetime import datetime
from typing import Any

from counterbell.accounts.models import ApiToken, Shop, User
from counterbell.errors import Problem

from .models import Note
from .sentences import SENTENCES

Author = User | ApiToken | None
"""Who did it: a person, a program by its token, or null: whoever has the command line."""


def note(shop: Shop, by: Author, what: str, *, at: datetime, **told: Any) -> None:
    """Keep that somebody did this to the shop; never tell a secret here."""
    if what not in SENTENCES:
        raise Problem(f"There is no sentence for the note {what!r}. Write one in counterbell/audit/sentences.py.")
    Note.objects.create(shop=shop, at=at, by=_named(by), what=what, told=told)


def note_revoked(shop: Shop, by: Author, maker: User, *, at: datetime) -> None:
    """Keep which tokens of that maker were revoked just now, since he or she may no longer have them."""
    for token in ApiToken.objects.filter(shop=shop, made_by=maker, revoked_at=at).order_by("pk"):
        note(shop, by, "token.lapsed", at=at, token=token.name, person=maker.email)


def _named(by: Author) -> str:
    if isinstance(by, ApiToken):
        return f"API: {by.name}"
    return by.email if by else ""
