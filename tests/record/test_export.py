"""What is exported of a shop gives the same record in an empty database."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from record.cast import customer, everything, merge, message, refund, ticket
from record.records import Line, content, shop_with, take_in
from record.together import shared_histories
from rounds import rounds

from counterbell.accounts.models import Shop
from counterbell.record.erase import erase
from counterbell.record.export import export


def copy_of(shop: Shop, path: Path) -> Shop:
    """A new shop with what was exported of the other."""
    lines = export(shop, path)
    told = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(told) == lines
    return shop_with(told)


def settings_of(shop: Shop) -> tuple[object, ...]:
    shop.refresh_from_db()
    return shop.timezone, shop.currency, shop.week_starts, shop.conversion_days, shop.hours


@given(shared_histories())
@rounds(2)
@pytest.mark.usefixtures("installation")
def test_any_history_comes_back(installation: str, tmp_path_factory: pytest.TempPathFactory, lines: list[Line]) -> None:
    shop = shop_with(lines)
    copy = copy_of(shop, tmp_path_factory.mktemp("export") / "log.ndjson")
    assert content(copy) == content(shop)
    assert settings_of(copy) == settings_of(shop)


def test_what_waits_and_who_was_erased_come_back_too(installation: str, tmp_path: Path) -> None:
    shop = shop_with([*everything(), customer("k", email="KIM@example.com")])
    take_in(shop, [message("m9", "t9", "05-03 09:00", "agent", agent="cleo"), refund("r9", "o9", "05-03 09:00")])
    take_in(shop, [merge("t8", "t9", "05-03 09:00"), ticket("t8", "05-01 09:00")])
    erase(shop, "kim")
    copy = copy_of(shop, tmp_path / "log.ndjson")
    assert content(copy) == content(shop)
    assert "Kim" not in (tmp_path / "log.ndjson").read_text()
