"""The cast at their browsers: people with a role in a shop, signed in."""

from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils.timezone import now

from counterbell.accounts import people
from counterbell.accounts.models import Role, Shop, User

PASSWORD = "a-long-pass-phrase-of-kim"


def person(shop: Shop, role: Role, *, agent: str = "", name: str = "", password: str = "") -> User:
    """Somebody who works for the shop; a password only where the test types it (it takes time to hash)."""
    email = f"{name or role.value}-{uuid4().hex[:12]}@example.com"
    return people.add(shop, email, role, at=now(), name=name, agent=agent, password=password).user


def signed_in(user: User, **headers: Any) -> Client:
    """The person's browser, past the sign-in."""
    client = Client(headers={"Accept-Language": "en", **headers})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
