"""The page of what a shop is told of, to whom and when: rules, listeners, quiet hours, and what could not be told."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role, Shop
from counterbell.accounts.opening_hours import clock_time
from counterbell.audit.wording import KINDS
from counterbell.errors import Problem

from . import deliveries, forms, listeners, quiet, rules
from .cards import local
from .models import Delivery
from .models import RuleKind as Kind
from .sentences import rule_in_words, sentence, wish_in_words

MOST_TROUBLED = 50
USUAL_QUIET = {"since": "21:00", "until": "08:00"}


@shop_view(least=Role.LEAD)
def page(request: ShopRequest) -> HttpResponse:
    return _page(request)


@require_POST
@shop_view(least=Role.LEAD)
def add_rule(request: ShopRequest) -> HttpResponse:
    told = request.POST.dict()
    return _done(request, "rule", lambda: rules.set_rule(request.shop, forms.wish_of(told), by=request.user, at=now()))


@require_POST
@shop_view(least=Role.LEAD)
def accept_rules(request: ShopRequest) -> HttpResponse:
    for place, wish in enumerate(rules.offer_rules(request.shop)):
        if str(place) in request.POST.getlist("rule"):
            rules.set_rule(request.shop, wish, by=request.user, at=now())
    return redirect("alerts_rules", request.shop.slug)


@require_POST
@shop_view(least=Role.LEAD)
def turn_off(request: ShopRequest, number: int) -> HttpResponse:
    rule = rules.turn_off(request.shop, number, by=request.user, at=now())
    messages.success(request, _("No longer told: %(rule)s.") % {"rule": rule_in_words(rule)})
    return redirect("alerts_rules", request.shop.slug)


@require_POST
@shop_view(least=Role.LEAD)
def add_mail(request: ShopRequest) -> HttpResponse:
    address, language = request.POST.get("address", ""), request.POST.get("language", "en")
    return _done(
        request,
        "mail",
        lambda: listeners.mail_to(request.shop, address, language=language, by=request.user, at=now()),
    )


@require_POST
@shop_view(least=Role.LEAD)
def add_webhook(request: ShopRequest) -> HttpResponse:
    """The secret is in this answer and nowhere else, so it is a page and leads nowhere."""
    try:
        listener, secret = listeners.webhook_to(
            request.shop, request.POST.get("url", "").strip(), by=request.user, at=now()
        )
    except Problem as problem:
        return _page(request, "webhook", str(problem))
    return _page(request, secret={"url": listener.address, "secret": secret})


@require_POST
@shop_view(least=Role.LEAD)
def silence(request: ShopRequest, number: int) -> HttpResponse:
    listener = listeners.no_longer(request.shop, number, by=request.user, at=now())
    messages.success(request, _("Nothing more is told to %(address)s.") % {"address": listener.address})
    return redirect("alerts_rules", request.shop.slug)


@require_POST
@shop_view(least=Role.LEAD)
def repeat(request: ShopRequest, number: int) -> HttpResponse:
    deliveries.repeat(request.shop, number, at=now())
    messages.success(request, _("It is told again within a minute."))
    return redirect("alerts_rules", request.shop.slug)


@require_POST
@shop_view(least=Role.LEAD)
def quiet_hours(request: ShopRequest) -> HttpResponse:
    since, until = request.POST.get("since", ""), request.POST.get("until", "")
    if "none" in request.POST or not (since or until):
        quiet.no_quiet_hours(request.shop, by=request.user, at=now())
        return redirect("alerts_rules", request.shop.slug)
    return _done(request, "quiet", lambda: quiet.set_quiet_hours(request.shop, since, until, by=request.user, at=now()))


def _done(request: ShopRequest, form: str, verb: Callable[[], object]) -> HttpResponse:
    """Do it and show the page anew; what cannot be is told at its form, with what was filled in."""
    try:
        verb()
    except Problem as problem:
        return _page(request, form, str(problem))
    return redirect("alerts_rules", request.shop.slug)


def _page(
    request: ShopRequest, form: str = "", trouble: str = "", secret: Mapping[str, str] | None = None
) -> HttpResponse:
    shop = request.shop
    told: dict[str, Any] = {
        "rules": [{"number": rule.pk, "told": rule_in_words(rule)} for rule in rules.rules(shop) if rule.on],
        "offers": [wish_in_words(wish) for wish in rules.offer_rules(shop)],
        "kinds": _kinds(),
        "metrics": _all_choices(),
        "scopes": forms.scope_choices(shop),
        "listeners": listeners.listeners(shop),
        "language": get_language(),
        "troubled": [_troubled(shop, each) for each in _undelivered(shop)],
        "quiet": (kept := _quiet(shop)),
        "hours": request.POST if form == "quiet" else kept or USUAL_QUIET,
        "trouble": {form: trouble} if trouble else {},
        "filled": {form: request.POST.dict()} if trouble else {},
        "secret": secret,
    }
    return render(request, "goals/rules.html", told, status=400 if trouble else 200)


def _kinds() -> list[forms.Choice]:
    return [forms.Choice(kind, str(KINDS[kind])) for kind in Kind]


def _all_choices() -> list[forms.Choice]:
    """The metrics with a limit, then those of which only jumps can be told."""
    judged = forms.metric_choices()
    known = {choice.value for choice in judged}
    return [*judged, *(choice for choice in forms.jumping_choices() if choice.value not in known)]


def _undelivered(shop: Shop) -> list[Delivery]:
    over = (Delivery.State.FAILED, Delivery.State.UNSURE)
    found = Delivery.objects.filter(alert__shop=shop, state__in=over).select_related("alert", "listener")
    return list(found.order_by("-due_at", "-pk")[:MOST_TROUBLED])


def _troubled(shop: Shop, delivery: Delivery) -> dict[str, Any]:
    is_unsure = delivery.state == Delivery.State.UNSURE
    return {
        "number": delivery.pk,
        "address": delivery.listener.address,
        "told": sentence(delivery.alert),
        "state": _("may have arrived") if is_unsure else _("failed"),
        "tone": "warn" if is_unsure else "bad",
        "error": delivery.error,
        "when": local(shop, delivery.claimed_at),
    }


def _quiet(shop: Shop) -> dict[str, str] | None:
    hours = quiet.quiet_hours(shop)
    return {"since": clock_time(hours.since), "until": clock_time(hours.until)} if hours else None
