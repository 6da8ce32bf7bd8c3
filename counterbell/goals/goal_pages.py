"""The pages of goals: how far they are, each with its history, and setting, changing and giving them up."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.errors import Problem
from counterbell.metrics.periods import parse_day

from . import forms, offers, targets
from .cards import Card, change, in_words
from .models import Target
from .pace import paces, track
from .periods import running
from .scopes import WHOLE_SHOP
from .sentences import goal_in_words, whose
from .sight import may_see, target_of

LAST_PERIODS = 6
NOTHING: Mapping[str, str] = {}


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    return _page(request)


@require_POST
@shop_view(least=Role.LEAD)
def set_(request: ShopRequest) -> HttpResponse:
    told = request.POST.dict()
    try:
        target = _set(request, told)
    except Problem as problem:
        return _page(request, told, str(problem))
    messages.success(request, in_words(target) + ".")
    return redirect("goals", request.shop.slug)


@require_POST
@shop_view(least=Role.LEAD)
def accept(request: ShopRequest) -> HttpResponse:
    for target in offers.accept(request.shop, request.POST.getlist("metric") or None, by=request.user, at=now()):
        messages.success(request, in_words(target) + ".")
    return redirect("goals", request.shop.slug)


@shop_view()
def one(request: ShopRequest, number: int) -> HttpResponse:
    target, at = target_of(request.membership, number), now()
    goal = targets.goal_of(target)
    found = [Card(request.shop, each) for each in track(request.shop, goal, at=at, count=LAST_PERIODS)][::-1]
    told = {
        "target": target,
        "title": whose(goal.metric, goal.scope),
        "cards": found,
        "changes": [change(request.shop, row) for row in targets.history(request.shop, goal)][::-1],
        "is_asked": targets.target_for(request.shop, goal, running(request.shop, goal.period, at).end) is not None,
        "may_change": request.membership.may(Role.LEAD),
        "scope": "shop" if goal.scope == WHOLE_SHOP else f"{goal.scope.name}={goal.scope.value}",
        "example": forms.example_of(goal.metric),
    }
    return render(request, "goals/goal.html", told)


@require_POST
@shop_view(least=Role.LEAD)
def give_up(request: ShopRequest, number: int) -> HttpResponse:
    goal = targets.goal_of(target_of(request.membership, number))
    targets.give_up(request.shop, goal, by=request.user, at=now())
    told = {"goal": whose(goal.metric, goal.scope)}
    messages.success(request, _("%(goal)s: the goal is given up; its history stays.") % told)
    return redirect("goals", request.shop.slug)


def _set(request: ShopRequest, told: Mapping[str, str]) -> Target:
    goal = forms.goal_of(told)
    is_step = told.get("kind") == "step"
    amount = (forms.step if is_step else forms.amount)(goal.metric, told.get("amount", ""))
    first = told.get("valid_from", "")
    return targets.set_target(
        request.shop,
        goal,
        value=None if is_step else amount,
        step=amount if is_step else None,
        by=request.user,
        at=now(),
        valid_from=parse_day(first) if first else None,
    )


def _page(request: ShopRequest, filled: Mapping[str, str] = NOTHING, trouble: str = "") -> HttpResponse:
    at, shop = now(), request.shop
    seen = [each for each in paces(shop, at=at) if may_see(request.membership, each.goal.scope)]
    may_change = request.membership.may(Role.LEAD)
    told: dict[str, Any] = {
        "cards": [Card(shop, each) for each in seen],
        "may_change": may_change,
        "trouble": trouble,
        "filled": filled,
    }
    if may_change:
        told["metrics"], told["scopes"] = forms.metric_choices(), forms.scope_choices(shop)
        told["periods"] = forms.period_choices()
        told["offers"] = [
            {"metric": offer.goal.metric, "told": goal_in_words(offer.goal, offer.value, offer.step), "why": offer.why}
            for offer in offers.offer_defaults(shop, at=at)
        ]
    return render(request, "goals/goals.html", told, status=400 if trouble else 200)
