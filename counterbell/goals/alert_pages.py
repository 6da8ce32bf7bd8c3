"""The page of alerts: those that are open, with their figures and where to look, and those that are over."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role

from . import alerts, rules
from .alert_cards import AlertCard
from .models import Rule, Watch
from .scopes import Scope
from .sentences import rule_in_words
from .sight import may_see, sees_alert

PAST = 50


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    shop, membership = request.shop, request.membership
    found = [AlertCard(shop, each) for each in alerts.alerts(shop, limit=PAST) if sees_alert(membership, each)]
    still = [AlertCard(shop, each) for each in alerts.alerts(shop, only_open=True) if sees_alert(membership, each)]
    told = {
        "open": sorted(still, key=lambda card: bool(card.seen)),
        "past": [card for card in found if card.alert.ended_at],
        "rules": [rule_in_words(rule) for rule in rules.rules(shop) if rule.on and may_see(membership, _scope(rule))],
        "awaited": not Watch.objects.filter(shop=shop, looked_at__isnull=False).exists(),
        "may_change": membership.may(Role.LEAD),
    }
    return render(request, "goals/alerts.html", told)


@require_POST
@shop_view(least=Role.LEAD)
def acknowledge(request: ShopRequest, number: int) -> HttpResponse:
    alerts.acknowledge(request.shop, number, by=request.user, at=now())
    return redirect("alerts", request.shop.slug)


def _scope(rule: Rule) -> Scope:
    return Scope(rule.scope, rule.scope_value)
