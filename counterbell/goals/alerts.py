"""Raising alerts, each once; ending them when they are over; and acknowledging them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from counterbell.accounts.local_time import day_start
from counterbell.accounts.models import Shop, User
from counterbell.accounts.opening_hours import zone
from counterbell.errors import NotFound
from counterbell.record.entries import instant, microseconds

from . import periods, quiet
from .findings import Finding, findings
from .models import Alert, Delivery, Listener, Rule, RuleKind


def evaluate(shop: Shop, *, at: datetime) -> list[Alert]:
    """Look at all rules of a shop: raise what is new, end what is over; returns what was raised.

    Whoever does it at the same time raises nothing twice: an alert is an insert under the key of rule and occurrence.
    """
    return [
        alert for rule in Rule.objects.filter(shop=shop, on=True).order_by("pk") for alert in _evaluated(shop, rule, at)
    ]


def alerts(shop: Shop, *, only_open: bool = False, limit: int = 100) -> list[Alert]:
    """The alerts of a shop, the latest first."""
    found = Alert.objects.filter(shop=shop).select_related("rule").order_by("-opened_at", "-pk")
    return list((found.filter(ended_at__isnull=True) if only_open else found)[:limit])


def alert_of(shop: Shop, alert_id: int) -> Alert:
    """The shop's alert of that number. Raises NotFound."""
    if alert := Alert.objects.filter(shop=shop, pk=alert_id).select_related("rule").first():
        return alert
    raise NotFound(_("There is no alert %(number)s in this shop.") % {"number": alert_id})


def acknowledge(shop: Shop, alert_id: int, *, by: User | None = None, at: datetime) -> Alert:
    """Somebody has seen to it; the first one stays. Raises NotFound."""
    alert = alert_of(shop, alert_id)
    Alert.objects.filter(pk=alert.pk, acknowledged_at__isnull=True).update(acknowledged_at=at, acknowledged_by=by)
    alert.refresh_from_db()
    return alert


def _evaluated(shop: Shop, rule: Rule, at: datetime) -> list[Alert]:
    running = list(Alert.objects.filter(rule=rule, ended_at__isnull=True))
    found = findings(shop, rule, at=at, is_open=bool(running))
    still = {finding.occurrence for finding in found}
    for alert in running:
        if alert.occurrence not in still and not _too_early_to_end(shop, alert, at):
            _end(alert, rule, at)
    return [new for finding in found if (new := _raised(shop, rule, finding, at))]


def _raised(shop: Shop, rule: Rule, finding: Finding, at: datetime) -> Alert | None:
    """The alert, if it is a new one; with it, in one transaction, what is to be told to whom."""
    with transaction.atomic():
        alert, is_new = Alert.objects.get_or_create(
            rule=rule,
            occurrence=finding.occurrence,
            defaults={"shop": shop, "kind": rule.kind, "values": finding.values, "opened_at": at},
        )
        if not is_new:
            Alert.objects.filter(pk=alert.pk, ended_at__isnull=False, kind=RuleKind.GOAL).update(ended_at=None)
            return None
        due = quiet.told_from(shop, at)
        listeners: Iterable[Listener] = Listener.objects.filter(shop=shop, on=True)
        Delivery.objects.bulk_create(Delivery(alert=alert, listener=listener, due_at=due) for listener in listeners)
    return alert


@transaction.atomic
def _end(alert: Alert, rule: Rule, at: datetime) -> None:
    """It is over: the next time is another round."""
    if Alert.objects.filter(pk=alert.pk, ended_at__isnull=True).update(ended_at=at):
        Rule.objects.filter(pk=rule.pk, round=rule.round).update(round=F("round") + 1)


def _too_early_to_end(shop: Shop, alert: Alert, at: datetime) -> bool:
    """A jump that was seen today is looked at again when the day is over, not taken back in the same evening."""
    if alert.kind != RuleKind.JUMP:
        return False
    today = instant(day_start(zone(shop.timezone), periods.local_day(shop, at)))
    return microseconds(alert.opened_at) >= microseconds(today)
