"""What a part of the program brings along, and where it is found; being there is being registered.

A part (a package here that is an installed Django app) may have

- `urls.py` with `shop_pages` (under /shops/<slug>/, each view decorated with `shop_view`) and `public_pages`,
- `navigation.py` with `LINKS`, its entries of the menu,
- `loops.py` with `LOOPS`, what goes on by itself while the program serves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.utils.functional import Promise

from counterbell.accounts.models import Membership, Role


@dataclass(frozen=True)
class Link:
    """An entry of the menu: the name of a page of the shop, its place, who may open it; `key` goes there after a g.

    One that `keeps_view` opens with the period and the filters of the page that it stands on, if that has any.
    `count` says how much there is that waits for the person; nought is not shown. One that stands `under` the page of
    another is a tab of that page, and what waits there counts for both.
    """

    text: Promise
    page: str
    order: int
    least: Role = Role.VIEWER
    key: str = ""
    keeps_view: bool = False
    count: Callable[[Membership], int] | None = None
    under: str = ""


@dataclass(frozen=True)
class Loop:
    """A verb that is called with the time, again and again, so many seconds after its last end.

    It must be safe to run in several processes at once, and to be killed at any point.
    """

    name: str
    every_seconds: float
    run: Callable[[datetime], object]


def modules(name: str) -> Iterator[ModuleType]:
    """The module of that name of each part that has one."""
    for app in apps.get_app_configs():
        if app.name.startswith("counterbell.") and app.label != "site" and find_spec(f"{app.name}.{name}"):
            yield import_module(f"{app.name}.{name}")


def links() -> list[Link]:
    """The entries of the menu, in their order."""
    return sorted((link for part in modules("navigation") for link in part.LINKS), key=lambda link: link.order)


def loops() -> list[Loop]:
    """All that goes on by itself."""
    return [loop for part in modules("loops") for loop in part.LOOPS]
