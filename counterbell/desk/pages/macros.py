"""The macros of a shop: listed with their use and effect, made, changed and taken away."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.desk import macros
from counterbell.desk.effects import SPANS_DAYS
from counterbell.desk.models import Macro
from counterbell.desk.names import Names, priorities
from counterbell.desk.standing import standing
from counterbell.desk.variables import VARIABLES
from counterbell.errors import Problem

from . import asked, effects

LANGUAGE_NAMES = {"en": "English", "fr": "Français", "id": "Bahasa Indonesia"}


@shop_view(least=Role.AGENT)
@require_GET
def page(request: ShopRequest) -> HttpResponse:
    """All macros, or those with the words looked for."""
    looked_for, days = asked.said(request.GET, "q", 200), effects.span(request)
    listed = macros.of_shop(request.shop, looked_for)
    told = {
        "lines": effects.lines(request.shop, listed, days, asked.now()),
        "titles": effects.TITLES.values(),
        "asked": looked_for,
        "days": days,
        "spans": SPANS_DAYS,
    }
    return render(request, "desk/macros.html", told)


@shop_view(least=Role.AGENT)
@require_http_methods(["GET", "POST"])
def one(request: ShopRequest, number: int = 0) -> HttpResponse:
    """A macro to change, or a new one; somebody else's is only shown to an agent."""
    macro = macros.one(request.shop, number) if number else None
    may_change = macro is None or macros.may_change(macro, request.membership)
    if request.method == "GET":
        return _form(request, macro, may_change=may_change)
    if not may_change:
        raise PermissionDenied
    if request.POST.get("forget") and macro:
        macros.forget(macro, by=request.user, at=asked.now())
        return redirect("inbox_macros", request.shop.slug)
    try:
        _keep(request, macro)
    except Problem as problem:
        return _form(request, macro, problem=str(problem), status=400)
    return redirect("inbox_macros", request.shop.slug)


def _keep(request: ShopRequest, macro: Macro | None) -> None:
    told = request.POST
    macros.keep(
        request.shop,
        asked.said(told, "name"),
        {language: asked.said(told, f"text_{language}") for language in LANGUAGE_NAMES},
        macro=macro,
        tags=asked.said(told, "tags"),
        assign="assign" in told,
        close="close" in told,
        priority=asked.said(told, "priority", 80),
        by=request.user,
        at=asked.now(),
    )


def _form(
    request: ShopRequest, macro: Macro | None, *, may_change: bool = True, problem: str = "", status: int = 200
) -> HttpResponse:
    told, kept = request.POST, macro or Macro()
    texts = [
        (language, name, told.get(f"text_{language}", kept.texts.get(language, "")))
        for language, name in LANGUAGE_NAMES.items()
    ]
    priority = told.get("priority", kept.priority)
    known = (one.priority for one in standing(request.shop, asked.now()))
    shown = {
        "macro": macro,
        "may_change": may_change,
        "texts": texts,
        "name": told.get("name", kept.name),
        "tags": told.get("tags", ", ".join(kept.tags)),
        "assign": "assign" in told if told else kept.assign,
        "close": "close" in told if told else kept.close,
        "priority": priority,
        "priorities": Names(request.shop).of_priorities(priorities([priority, *known])),
        "variables": [f"{{{{ {name} }}}}" for name in VARIABLES],
        "problem": problem,
    }
    return render(request, "desk/macro.html", shown, status=status)
