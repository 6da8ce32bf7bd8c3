"""What the shop asks of itself: within which time tickets are answered and resolved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counterbell import formats
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.desk.names import Names, priorities
from counterbell.desk.standing import standing
from counterbell.desk.targets import setting
from counterbell.desk.targets.models import ServiceTarget
from counterbell.desk.targets.wording import scope_in_words
from counterbell.errors import Problem
from counterbell.words import CHANNELS

from . import asked


@dataclass(frozen=True)
class Line:
    """A target as the page lists it; `state` is now, planned or over."""

    pk: int
    scope: str
    first_response: str
    resolution: str
    business: bool
    holds_from: datetime
    state: str


@shop_view(least=Role.LEAD)
@require_http_methods(["GET", "POST"])
def page(request: ShopRequest) -> HttpResponse:
    """What is asked now, what was and what will be, and the form for something else."""
    problem, now, told = "", asked.now(), request.POST
    if request.method == "POST":
        try:
            setting.ask(
                request.shop,
                request.user,
                at=now,
                channel=asked.said(told, "channel", 200),
                priority=asked.said(told, "priority", 200),
                first_response=setting.seconds_in(asked.said(told, "first_response", 40)),
                resolution=setting.seconds_in(asked.said(told, "resolution", 40)),
                business=told.get("clock") == "business",
                from_day=_day(asked.said(told, "from_day", 10)),
            )
        except Problem as refused:
            problem = str(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("inbox_targets", request.shop.slug)
    names, found = Names(request.shop), standing(request.shop, now)
    channels = dict.fromkeys([*CHANNELS, *(one.channel for one in found)])
    shown = {
        "lines": sorted(_lines(request, names, now), key=lambda line: line.state == "over"),
        "channels": [(channel, names.channel(channel)) for channel in channels],
        "priorities": priorities(one.priority for one in found),
        "told": told,
        "problem": problem,
    }
    return render(request, "desk/targets.html", shown, status=400 if problem else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(_("“%(day)s” is no day. Write it like 2025-12-25.") % {"day": text}) from None


def _lines(request: ShopRequest, names: Names, now: datetime) -> Iterator[Line]:
    """All targets, of each kind of tickets the newest first; where one was given up that shows in the one before."""
    for _scope, said in groupby(setting.of_shop(request.shop), key=lambda one: (one.channel, one.priority)):
        held = list(said)
        current = [target for target in held if target.holds_from <= now][-1:]
        for target in reversed(held):
            if target.first_response_seconds is not None or target.resolution_seconds is not None:
                state = "planned" if target.holds_from > now else "now" if target in current else "over"
                yield _line(target, names, state)


def _line(target: ServiceTarget, names: Names, state: str) -> Line:
    first, whole = (
        formats.duration(seconds) if seconds else ""
        for seconds in (target.first_response_seconds, target.resolution_seconds)
    )
    return Line(target.pk, scope_in_words(target, names), first, whole, target.business, target.holds_from, state)


@shop_view(least=Role.LEAD)
@require_POST
def give_up(request: ShopRequest, number: int) -> HttpResponse:
    """Ask nothing of that kind of tickets any more."""
    setting.give_up(request.shop, number, request.user, at=asked.now())
    return redirect("inbox_targets", request.shop.slug)
