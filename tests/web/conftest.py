"""People at their browsers: Olga owns Ann's shop, Cleo leads, Ann is an agent, Vic looks on; Dan owns another shop."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from web.busy import busy_shop
from web.people import person, signed_in
from web.serving import served

from counterbell.accounts.models import Role, Shop
from counterbell.surveys import answers, signs


@pytest.fixture
def olga(anns_shop: Shop) -> Client:
    return signed_in(person(anns_shop, Role.OWNER, name="olga"))


@pytest.fixture
def cleo(anns_shop: Shop) -> Client:
    return signed_in(person(anns_shop, Role.LEAD, name="cleo", agent="cleo"))


@pytest.fixture
def ann(anns_shop: Shop) -> Client:
    return signed_in(person(anns_shop, Role.AGENT, name="ann", agent="ann"))


@pytest.fixture
def vic(anns_shop: Shop) -> Client:
    return signed_in(person(anns_shop, Role.VIEWER, name="vic"))


@pytest.fixture
def dan(dans_shop: Shop) -> Client:
    return signed_in(person(dans_shop, Role.OWNER, name="dan"))


@pytest.fixture
def site(sqlite: object) -> Iterator[str]:
    """The address of the program with the shared database on SQLite."""
    cache.clear()  # nobody has tried to sign in
    with served() as address:
        yield address


@pytest.fixture
def quick_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes a moment counts as somebody who has read, so that tests need not wait for seconds."""
    monkeypatch.setattr(signs, "QUICK", timedelta(seconds=0.2))
    monkeypatch.setattr(answers, "CONFIRM_QUICK", timedelta(seconds=0.3))


@pytest.fixture
def busy(installation: str) -> Shop:
    """A shop with figures, on each of the databases."""
    return busy_shop(installation)


@pytest.fixture
def busy_here(sqlite: object) -> Shop:
    """The same on SQLite only."""
    return busy_shop("sqlite")
