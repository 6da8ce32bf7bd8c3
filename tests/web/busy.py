"""A shop with two months of service (February and March 2025), the same in all tests of pages that show figures."""

from functools import cache
from typing import Any

from cli.random_shop import history
from facts.facts_of import shop_with

from counterbell.accounts.models import Shop
from counterbell.facts.build import refresh

MARCH = "first=2025-03-01&last=2025-03-31"
MARCH_ON_THE_COMMAND_LINE = ("--from", "2025-03-01", "--to", "2025-04-01")


@cache
def busy_shop(database: str) -> Shop:
    """The shop on the database of that name, to which Django is turned; filled by whoever asks first."""
    shop = shop_with(history())
    refresh(shop)
    return shop


def at(shop: Shop, place: str, /, query: str = MARCH, **more: Any) -> str:
    """The address of a page of the shop."""
    told = "&".join([query, *(f"{word}={value}" for word, value in more.items())])
    return f"/shops/{shop.slug}/{place}?{told}"
