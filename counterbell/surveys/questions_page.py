"""The page of what was asked: how many questions are planned, sent and skipped, with the reasons, and each of them."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role, Shop
from counterbell.errors import Problem
from counterbell.formats import number

from . import export, readiness, wording
from .listing import leaf, moment
from .models import Ask, Reason, State
from .setup import settings_of

TONES = {State.SENT: "good", State.FAILED: "bad", State.SKIPPED: "warn", State.CANCELLED: "warn"}


@shop_view(least=Role.LEAD)
def page(request: ShopRequest) -> HttpResponse:
    """The counts, each leading to its questions, and a page of these."""
    state, reason = _chosen(request, "state", State.values), _chosen(request, "reason", Reason.values)
    narrowed = {"state": state} if state else {}
    narrowed |= {"reason": reason} if reason else {}
    found = Ask.objects.filter(shop=request.shop, **narrowed).select_related("ticket").order_by("-due_at", "-pk")
    shown = leaf(request, found)
    told = {
        "settings": settings_of(request.shop),
        "missing": readiness.missing(request.shop),
        "counts": [_count(*each) for each in export.counts(request.shop).items()],
        "leaf": shown,
        "asks": [_ask(request.shop, ask) for ask in shown.rows],
        "narrowed": _words(state, reason),
    }
    return render(request, "surveys/shop/questions.html", told)


def _chosen(request: ShopRequest, name: str, known: list[str]) -> str:
    told = request.GET.get(name, "")
    if told and told not in known:
        raise Problem(_("There is no “%(told)s” among the questions. Take a link of the table.") % {"told": told})
    return told


def _count(of: tuple[str, str], count: int) -> dict[str, Any]:
    state, reason = of
    return {
        "state": State(state).label,
        "tone": TONES.get(State(state), ""),
        "reason": Reason(reason).label if reason else "",
        "count": number(count),
        "address": "?" + urlencode({"state": state, **({"reason": reason} if reason else {})}) + "#asked",
    }


def _words(state: str, reason: str) -> str:
    told = [State(state).label] if state else []
    told += [Reason(reason).label] if reason else []
    return ": ".join(map(str, told))


def _ask(shop: Shop, ask: Ask) -> dict[str, Any]:
    return {
        "ticket": ask.ticket.external_id,
        "state": State(ask.state).label,
        "tone": TONES.get(State(ask.state), ""),
        "reason": Reason(ask.reason).label if ask.reason else "",
        "via": wording.WAYS.get(ask.via, ask.via),
        "channel": ask.channel,
        "closed_at": moment(shop, ask.closed_at),
        "due_at": moment(shop, ask.due_at),
        "when": moment(shop, ask.sent_at or ask.settled_at or ask.asked_at),
    }
