"""Tokens by which programs come in: made, found by their secret, taken back.

A secret is 256 random bits, so a plain SHA-256 of it is as good as a slow hash: there is nothing to guess.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterbell.errors import Problem

from .models import ApiToken, Membership, Role, Shop, User

SCOPES = ("read", "write", "admin")
"""What a token may: read figures and rows; write entries into the record; change settings, goals and people."""

MEANING: dict[str, Promise] = {
    "read": later("read figures and rows"),
    "write": later("write into the record"),
    "admin": later("change settings"),
}
"""The same, as a person reads it."""

NEEDS = {"read": Role.LEAD, "write": Role.LEAD, "admin": Role.OWNER}
"""What a person must be for a token of his or hers to go on having a scope: a program may no more than its maker."""

PREFIX = "cb_"
"""With which secrets begin, so that whoever finds one in a file knows what it opens."""

USE_NOTED_EVERY = timedelta(minutes=5)


@transaction.atomic
def make(shop: Shop, name: str, scopes: list[str], *, by: User | None, at: datetime) -> tuple[ApiToken, str]:
    """A new token and its secret, which is told this once. Raises Problem for a scope that cannot be."""
    if not name.strip():
        raise Problem(_("A token needs a name, so that you know later what uses it."))
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        told = {"scopes": ", ".join(SCOPES), "given": ", ".join(unknown) or "–"}
        raise Problem(_("A token's scopes are among %(scopes)s; %(given)s is none of them.") % told)
    if by and not _may_have(_role_of(shop, by), scopes):
        raise Problem(_("A token may no more than you: ask an owner to make it."))
    secret = PREFIX + secrets.token_urlsafe(32)
    told_scopes = [scope for scope in SCOPES if scope in scopes]
    token = ApiToken.objects.create(
        shop=shop, name=name.strip(), scopes=told_scopes, digest=_digest(secret), made_by=by, made_at=at
    )
    return token, secret


def found(secret: str, at: datetime) -> ApiToken | None:
    """The token of that secret, if it is still good; its use is noted now and then."""
    token = ApiToken.objects.select_related("shop").filter(digest=_digest(secret), revoked_at=None).first()
    if token and (token.last_used_at is None or token.last_used_at < at - USE_NOTED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


def revoke(shop: Shop, pk: int, *, at: datetime) -> bool:
    """Take a token of the shop back; returns whether it was good until now."""
    return ApiToken.objects.filter(shop=shop, pk=pk, revoked_at=None).update(revoked_at=at) > 0


def revoke_beyond(shop: Shop, user: User, role: Role | None, *, at: datetime) -> None:
    """Take back the tokens that the person made and could not use with that role; null: works there no more."""
    for token in ApiToken.objects.filter(shop=shop, made_by=user, revoked_at=None):
        if not _may_have(role, token.scopes):
            revoke(shop, token.pk, at=at)


def _may_have(role: Role | None, scopes: list[str]) -> bool:
    return role is not None and all(role.includes(NEEDS[scope]) for scope in scopes)


def _role_of(shop: Shop, user: User) -> Role | None:
    """The person's role, which nobody changes until the token is there."""
    held = Membership.objects.select_for_update().filter(shop=shop, user=user).first()
    return Role(held.role) if held else None


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
