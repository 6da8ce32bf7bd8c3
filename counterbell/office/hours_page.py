"""The page of opening hours: several ranges a day, dated schedules, and holidays to pick from."""

from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.errors import Problem
from counterbell.formats import day_of_week

from . import public_holidays
from .changes import change
from .hours import Season, day_in, seasons_in, seasons_of, told_by


@shop_view(least=Role.OWNER)
def page(request: ShopRequest) -> HttpResponse:
    """The form. Its buttons: save; one more schedule; the public holidays of a country (neither saves anything)."""
    if request.method != "POST":
        seasons, holidays = seasons_of(request.shop.hours)
        return _shown(request, seasons or [Season()], holidays)
    seasons, holidays = seasons_in(request.POST), []
    try:
        holidays = _holidays_in(request)
        if "more" in request.POST:
            return _shown(request, [*seasons, Season()], holidays)
        if "offer" in request.POST:
            return _shown(request, seasons or [Season()], holidays, offered=_offered(request))
        changed = change(request.shop, request.user, at=datetime.now(UTC), hours=told_by(seasons, holidays))
    except Problem as problem:
        return _shown(request, seasons or [Season()], holidays, problem=str(problem))
    messages.success(request, _("Saved. The figures in business hours are made again.") if changed else _unchanged())
    return redirect("settings_hours", request.shop.slug)


def _unchanged() -> str:
    return _("Nothing was different.")


def _holidays_in(request: ShopRequest) -> list[date]:
    written = [*request.POST.getlist("holiday"), request.POST.get("day", "")]
    return sorted({found for text in written if (found := day_in(text))})


def _offered(request: ShopRequest) -> list[tuple[date, str]]:
    year = request.POST.get("year", "")
    return public_holidays.holidays_of(request.POST.get("country", ""), int(year) if year.isdecimal() else 0)


def _shown(
    request: ShopRequest,
    seasons: list[Season],
    holidays: list[date],
    *,
    problem: str = "",
    offered: list[tuple[date, str]] | None = None,
) -> HttpResponse:
    names = dict(offered or [])
    told: dict[str, Any] = {
        "seasons": seasons,
        "holidays": [(one, day_of_week(one, with_year=True), names.get(one, "")) for one in holidays],
        "offered": [
            (one, day_of_week(one, with_year=True), name) for one, name in offered or [] if one not in holidays
        ],
        "problem": problem,
        "countries": public_holidays.countries(),
        "country": request.POST.get("country") or public_holidays.likely_country(request.shop.timezone),
        "year": request.POST.get("year") or datetime.now(UTC).year,
    }
    return render(request, "office/hours.html", told, status=400 if problem else 200)
