"""Lists of the pages about surveys: a page at a time, with instants on the shop's own clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.accounts.access import ShopRequest
from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone

A_PAGE = 25


@dataclass(frozen=True)
class Moment:
    """An instant as it is shown, and as a program reads it."""

    text: str
    iso: str


def moment(shop: Shop, at: datetime | None) -> Moment | None:
    """The instant on the shop's clock."""
    return Moment(formats.moment(at.astimezone(zone(shop.timezone))), at.isoformat()) if at else None


@dataclass(frozen=True)
class Leaf:
    """A page of a list, and where the others are."""

    rows: Sequence[Any]
    total: int
    place: str
    before: str
    after: str


def leaf(request: ShopRequest, found: "QuerySet[Any]") -> Leaf:
    """The page of the list that the address names; the last one where it names none that there is."""
    paginator = Paginator(found, A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    told = {"first": page.start_index(), "last": page.end_index(), "total": paginator.count}
    return Leaf(
        rows=list(page),
        total=paginator.count,
        place=_("%(first)s to %(last)s of %(total)s") % {name: formats.number(n) for name, n in told.items()},
        before=_address(request, page.number - 1) if page.has_previous() else "",
        after=_address(request, page.number + 1) if page.has_next() else "",
    )


def _address(request: ShopRequest, number: int) -> str:
    asked = request.GET.copy()
    asked["page"] = str(number)
    return f"?{asked.urlencode()}"
