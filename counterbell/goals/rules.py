"""What a shop wants to be told of: setting rules, turning them on and off, and those that a new shop finds proposed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop, User
from counterbell.audit import trail
from counterbell.errors import NotFound, Problem
from counterbell.insights.series import WITHOUT_JUMPS
from counterbell.metrics import metric
from counterbell.words import title_of

from . import amounts, scopes
from .models import Alert, Rule, RuleKind, Watch
from .scopes import WHOLE_SHOP, Scope
from .targets import Person

MOST_DAYS = 366
ALARM_SECONDS = 8 * 3600.0
A_DAY_SECONDS = 86_400.0


@dataclass(frozen=True)
class Wish:
    """A rule as somebody wants it; `limit` in the metric's own unit, for `waiting` in seconds."""

    kind: str
    metric: str = ""
    scope: Scope = WHOLE_SHOP
    limit: float | None = None
    days: int | None = None


PROPOSED = (
    Wish(RuleKind.THRESHOLD, "resolution_time", limit=ALARM_SECONDS, days=28),
    Wish(RuleKind.GOAL),
    Wish(RuleKind.JUMP, "csat"),
    Wish(RuleKind.JUMP, "tickets_created"),
    Wish(RuleKind.WAITING, limit=A_DAY_SECONDS),
)
"""The alarm of the contract (resolution above 8 hours on average), and what most shops want to hear of."""


@transaction.atomic
def set_rule(shop: Shop, wish: Wish, *, by: Person = None, at: datetime) -> Rule:
    """The rule, turned on and looked at soon; wishing for it again gives the same one. Raises Problem or NotFound."""
    scope = _checked(shop, wish)
    same = {
        "shop": shop,
        "kind": wish.kind,
        "metric": wish.metric,
        "scope": scope.name,
        "scope_value": scope.value,
        "limit": wish.limit,
        "days": wish.days,
    }
    rule = Rule.objects.filter(**same).order_by("pk").first()
    if rule is None:
        rule = Rule.objects.create(**same, on=False, set_at=at)
    person = by if isinstance(by, User) else None
    if Rule.objects.filter(pk=rule.pk, on=False).update(on=True, set_by=person, set_at=at):
        trail.note(shop, by, "alerts.on", at=at, rule=_told(rule))
        Watch.objects.filter(shop=shop).update(looked_at=None)
    rule.refresh_from_db()
    return rule


def _told(rule: Rule) -> dict[str, Any]:
    """The rule for the audit log, which puts it into words."""
    scope = [rule.scope, rule.scope_value]
    return {"kind": rule.kind, "metric": rule.metric, "scope": scope, "limit": rule.limit, "days": rule.days}


@transaction.atomic
def turn_off(shop: Shop, rule_id: int, *, by: Person = None, at: datetime) -> Rule:
    """No longer be told of it; what is open of it is over. Raises NotFound."""
    rule = rule_of(shop, rule_id)
    if Rule.objects.filter(pk=rule.pk, on=True).update(on=False, round=F("round") + 1):
        Alert.objects.filter(rule=rule, ended_at__isnull=True).update(ended_at=at)
        trail.note(shop, by, "alerts.off", at=at, rule=_told(rule))
    rule.refresh_from_db()
    return rule


def rules(shop: Shop) -> list[Rule]:
    """The rules of a shop, those that are on first."""
    return list(Rule.objects.filter(shop=shop).order_by("-on", "pk"))


def rule_of(shop: Shop, rule_id: int) -> Rule:
    """The shop's rule of that number. Raises NotFound."""
    if rule := Rule.objects.filter(shop=shop, pk=rule_id).first():
        return rule
    raise NotFound(_("There is no rule %(number)s in this shop.") % {"number": rule_id})


def offer_rules(shop: Shop) -> list[Wish]:
    """The proposed rules that the shop has never had, on or off."""
    had = {(rule.kind, rule.metric) for rule in Rule.objects.filter(shop=shop)}
    return [wish for wish in PROPOSED if (wish.kind, wish.metric) not in had]


def _checked(shop: Shop, wish: Wish) -> Scope:
    match wish.kind:
        case RuleKind.THRESHOLD:
            _check_threshold(wish)
        case RuleKind.JUMP:
            _check_jump(wish)
        case RuleKind.WAITING:
            if wish.limit is None or not 0 < wish.limit < float("inf"):
                raise Problem(_("Say how long a ticket may wait, such as 24h."))
        case RuleKind.GOAL if wish.metric:
            metric(wish.metric)
        case RuleKind.GOAL:
            pass
        case _other:
            raise Problem(
                _("There is no rule of the kind '%(kind)s'. There are: %(kinds)s.")
                % {"kind": wish.kind, "kinds": ", ".join(RuleKind.values)}
            )
    return scopes.of_shop(shop, wish.scope)


def _check_threshold(wish: Wish) -> None:
    one = metric(wish.metric)
    if one.better == "neither" or wish.metric in WITHOUT_JUMPS:
        raise Problem(
            _("%(metric)s has no better and no worse: be told of its jumps instead.") % {"metric": title_of(one)}
        )
    if wish.limit is None:
        raise Problem(_("Say above or below which value you want to be told."))
    amounts.refuse_impossible(wish.metric, wish.limit)
    if wish.days is None or not 1 <= wish.days <= MOST_DAYS:
        raise Problem(_("A rule looks at the last 1 to %(most)s days; say at how many.") % {"most": MOST_DAYS})


def _check_jump(wish: Wish) -> None:
    metric(wish.metric)
    if wish.metric in WITHOUT_JUMPS:
        raise Problem(
            _("Jumps of %(metric)s cannot be told. Choose a metric with a level of its own.") % {"metric": wish.metric}
        )
