"""Goals and alerts of the audit log in words, from what their notes keep of them."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from counterbell import formats
from counterbell.errors import Problem
from counterbell.words import figure, metric_of, title_of

PERIODS: dict[str, Promise] = {
    "week": later("each week"),
    "month": later("each month"),
    "quarter": later("each quarter"),
}

KINDS: dict[str, Promise] = {
    "threshold": later("A metric passes a limit"),
    "goal": later("A goal is behind"),
    "jump": later("A metric is not as usual"),
    "waiting": later("A ticket waits too long for an answer"),
}

SCOPES: dict[str, Promise] = {
    "shop": later("whole shop"),
    "team": later("team %(name)s"),
    "agent": later("agent %(name)s"),
    "channel": later("channel %(name)s"),
}


def goal_in_words(told: dict[str, Any]) -> str:
    """What a goal is for: the metric, of whom, and each what."""
    return f"{_metric(told['metric'])} ({_scope(told)}, {PERIODS.get(told['period'], told['period'])})"


def aim_in_words(told: dict[str, Any]) -> str:
    """What a goal asks for: a value, or a step from one period to the next."""
    if "step" in told:
        return _("better by %(step)s than the time before") % {"step": _amount(told["metric"], told["step"])}
    return _amount(told["metric"], told["value"]) if "value" in told else _("nothing")


def alert_in_words(told: dict[str, Any]) -> str:
    """Of what an alert tells: its kind, the metric, of whom, past which limit, over how many days."""
    days = told["days"]
    parts = [
        str(KINDS.get(told["kind"], told["kind"])),
        _metric(told["metric"]) if told["metric"] else "",
        _scope(told),
        _amount(told["metric"], told["limit"]) if told["limit"] is not None else "",
        ngettext("the last %(count)s day", "the last %(count)s days", days) % {"count": days} if days else "",
    ]
    return " · ".join(filter(None, parts))


def _metric(key: str) -> str:
    """The metric's name; the bare key of one that there is no more."""
    try:
        return title_of(metric_of(key))
    except Problem:
        return key


def _amount(key: str, amount: float) -> str:
    """An amount in the unit of the metric; without a metric it is a time."""
    try:
        return figure(amount, metric_of(key).unit) if key else formats.duration(amount)
    except Problem:
        return f"{amount:g}"


def _scope(told: dict[str, Any]) -> str:
    name, value = told["scope"]
    return str(SCOPES.get(name, name)) % {"name": value}
