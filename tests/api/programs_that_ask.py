"""Programs that use the API, with a token of a shop."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client

from counterbell.accounts import tokens
from counterbell.accounts.models import Shop, User


def program(shop: Shop, *scopes: str, name: str = "test", by: User | None = None) -> Client:
    """A program with a token that has these scopes."""
    _token, secret = tokens.make(shop, name, list(scopes or ["read"]), by=by, at=datetime.now(UTC))
    return Client(headers={"Authorization": f"Bearer {secret}"})


def get(client: Client, path: str, **asked: Any) -> Any:
    """The JSON answer of a resource."""
    answer = client.get(f"/api/v1/{path}", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()
