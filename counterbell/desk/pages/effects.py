"""The effect of macros in words and figures, and the tickets behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_GET

from counterbell import formats
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role, Shop
from counterbell.desk import effects, macros
from counterbell.desk.models import Macro
from counterbell.desk.names import Names
from counterbell.errors import NotFound
from counterbell.metrics import metric
from counterbell.metrics.beside import Beside
from counterbell.metrics.rows import Page

from . import asked

TITLES = {
    "resolution_time": later("Resolution time"),
    "reopen_rate": later("Reopen rate"),
    "csat": later("CSAT"),
}
WRITTEN: dict[str, Callable[[float | None], str]] = {
    "resolution_time": formats.duration,
    "reopen_rate": formats.percent,
    "csat": lambda value: formats.number(value, 2),
}
ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Figure:
    """A figure with a macro beside the one without it, each with the number it was counted over."""

    title: Promise
    inside: str
    n: str
    outside: str
    n_outside: str
    thin: bool
    href: str


@dataclass(frozen=True)
class Line:
    """A macro in the list, with its figures."""

    macro: Macro
    figures: list[Figure]
    priority: str
    """that it gives to the ticket, in words"""


def lines(shop: Shop, listed: list[Macro], days: int, at: datetime) -> list[Line]:
    """The macros with what becomes of the tickets in which they were used."""
    found = effects.effects(shop, listed, days, at=at) if listed else {}
    return [
        Line(
            macro,
            [_figure(shop, macro, key, found[macro.pk], days) for key in effects.METRICS],
            Names(shop).priority(macro.priority) if macro.priority else "",
        )
        for macro in listed
    ]


def _figure(shop: Shop, macro: Macro, key: str, told: Beside, days: int) -> Figure:
    (inside, n), (outside, n_outside) = (_told(key, figures) for figures in (told.inside, told.outside))
    address = reverse("inbox_macros_tickets", args=[shop.slug, macro.pk, key])
    href = f"{address}?{urlencode({'days': days})}" if n else ""
    thin = bool(told.inside[key]["thin"]) and n > 0
    return Figure(TITLES[key], inside, formats.number(n), outside, formats.number(n_outside), thin, href)


def _told(key: str, figures: Mapping[str, Any]) -> tuple[str, int]:
    one = metric(key)
    return WRITTEN[key](one.headline(figures[key])), one.sample(figures[key]) or 0


def span(request: ShopRequest) -> int:
    """Over how many days is asked."""
    days = asked.whole(request.GET.get("days"))
    return days if days in effects.SPANS_DAYS else effects.USUAL_DAYS


@shop_view(least=Role.AGENT)
@require_GET
def tickets(request: ShopRequest, number: int, key: str) -> HttpResponse:
    """The tickets, or the ratings, behind one figure of a macro."""
    macro, days, at = macros.one(request.shop, number), span(request), asked.now()
    if key not in effects.METRICS:
        raise NotFound(_("There is no such list."))
    place = min(max(asked.whole(request.GET.get("page")), 1), 1_000)
    sort = "rated_at" if key == "csat" else "closed_at"
    page = Page(limit=ROWS_A_PAGE, offset=(place - 1) * ROWS_A_PAGE, sort=sort, descending=True)
    found = effects.behind(request.shop, macro, key, days, page, at=at)
    return render(
        request,
        "desk/macro_tickets.html",
        {
            "macro": macro,
            "title": TITLES[key],
            "rows": [_row(row) for row in found.rows],
            "of_ratings": key == "csat",
            "total": found.total,
            "days": days,
            "before": place - 1,
            "following": place + 1 if found.total > place * ROWS_A_PAGE else 0,
        },
    )


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "ticket": row["ticket"],
        "channel": row["channel"],
        "at": row["rated_at"] if "survey" in row else row["closed_at"],
        "took": formats.duration(row.get("resolution_seconds")),
        "reopened": row.get("reopened"),
        "score": formats.number(row["score"]),
    }
