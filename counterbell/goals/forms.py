"""What the forms of goals and rules offer to choose from, and what was filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.insights.series import WITHOUT_JUMPS
from counterbell.metrics import metric, metrics
from counterbell.record.models import Agent
from counterbell.words import title_of

from . import amounts, scopes
from .models import PeriodName, RuleKind, ScopeName
from .rules import Wish
from .targets import WITHOUT_GOALS, Goal


@dataclass(frozen=True)
class Choice:
    """An entry of a list to choose from."""

    value: str
    text: str
    example: str = ""


@dataclass(frozen=True)
class Group:
    """Entries under a heading."""

    name: str
    choices: list[Choice]


def metric_choices() -> list[Choice]:
    """The metrics that can have a goal or a limit, with how a value of each is written."""
    return [_choice(key) for key, each in metrics().items() if each.better != "neither" and key not in WITHOUT_GOALS]


def jumping_choices() -> list[Choice]:
    """The metrics whose jumps can be told."""
    return [_choice(key) for key in metrics() if key not in WITHOUT_JUMPS]


def _choice(key: str) -> Choice:
    return Choice(key, title_of(metric(key)), amounts.example(metric(key)))


def scope_choices(shop: Shop) -> list[Group]:
    """Of whom something can be asked: the teams, agents and channels of the shop."""
    names = dict(Agent.objects.filter(shop=shop).values_list("external_id", "name"))
    headings = {ScopeName.TEAM: _("A team"), ScopeName.AGENT: _("An agent"), ScopeName.CHANNEL: _("A channel")}
    groups = [
        Group(heading, [Choice(f"{name}={value}", names.get(value) or value) for value in scopes.known(shop, name)])
        for name, heading in headings.items()
    ]
    return [group for group in groups if group.choices]


def period_choices() -> list[Choice]:
    """How long a goal is for."""
    return [
        Choice(PeriodName.WEEK, _("week")),
        Choice(PeriodName.MONTH, _("month")),
        Choice(PeriodName.QUARTER, _("quarter")),
    ]


def goal_of(told: Mapping[str, str]) -> Goal:
    """The goal that was filled in. Raises Problem."""
    return Goal(_metric(told), scopes.parse(told.get("scope")), told.get("period", PeriodName.MONTH))


def amount(key: str, text: str) -> float:
    """The value that was filled in, of a duration with its unit. Raises Problem."""
    one = metric(key)
    value = amounts.parse(key, text)
    if one.unit == "seconds" and value and not any(sign.isalpha() for sign in text):
        raise Problem(_("Is it %(text)s hours or minutes? Write it with its unit, like 8h or 30 min.") % {"text": text})
    if one.unit == "share" and value > 1 and "%" not in text and key != "contact_rate":
        value /= 100
    return value


def step(key: str, text: str) -> float:
    """By how much each period is to be better: of a share, `1%` and `1` alike are one point of a hundred."""
    value = amounts.parse(key, text)
    return value / 100 if metric(key).unit == "share" and value >= 1 and "%" not in text else amount(key, text)


def example_of(key: str) -> str:
    """How a value of the metric is written."""
    return amounts.example(metric(key))


def wish_of(told: Mapping[str, str]) -> Wish:
    """The rule that was filled in. Raises Problem."""
    kind, scope = told.get("kind", ""), scopes.parse(told.get("scope"))
    match kind:
        case RuleKind.THRESHOLD:
            key = _metric(told)
            return Wish(kind, key, scope, amount(key, told.get("limit", "")), _days(told.get("days", "")))
        case RuleKind.JUMP:
            return Wish(kind, _metric(told), scope)
        case RuleKind.WAITING:
            return Wish(kind, "", scope, amount("resolution_time", told.get("limit", "")))
    return Wish(kind, told.get("metric", ""), scope)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Problem(_("'%(text)s' is no number of days. Write it like 28.") % {"text": text})
    return int(text)


def _metric(told: Mapping[str, str]) -> str:
    key = told.get("metric", "")
    if not key:
        raise Problem(_("Choose a metric."))
    metric(key)
    return key
