"""An alert, a rule and a goal in the reader's language, from the figures that are kept."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import ngettext

from counterbell import formats
from counterbell.metrics import metric
from counterbell.metrics._metric import Metric
from counterbell.words import figure, title_of

from .models import Alert, Rule, RuleKind
from .rules import Wish
from .scopes import Scope
from .targets import Goal

ADVICE = {
    "resolution_time": later("Look at the prepared answers and at how customers find answers."),
}
"""What to do about it, where the metric tells."""

STATES = {
    "met": later("met"),
    "on_track": later("on track"),
    "behind": later("behind"),
    "missed": later("missed"),
    "unknown": later("not known yet"),
}


def sentence(alert: Alert) -> str:
    """What has happened, of whom, with the figures, and what to do about it."""
    told = {
        RuleKind.THRESHOLD: _threshold,
        RuleKind.GOAL: _goal,
        RuleKind.JUMP: _jump,
        RuleKind.WAITING: _waiting,
    }[RuleKind(alert.kind)](alert.values)
    advice = ADVICE.get(alert.values.get("metric", "")) if alert.kind == RuleKind.THRESHOLD else None
    return f"{told} {_(advice)}" if advice else told


def subject(alert: Alert) -> str:
    """A few words for a mail's subject or a list's heading."""
    values = alert.values
    if alert.kind == RuleKind.WAITING:
        return _("Tickets wait too long")
    words = {
        RuleKind.THRESHOLD: _("%(metric)s: limit passed"),
        RuleKind.GOAL: _("%(metric)s: goal at risk"),
        RuleKind.JUMP: _("%(metric)s: not as usual"),
    }[RuleKind(alert.kind)]
    return words % {"metric": _whose(values)}


def goal_in_words(goal: Goal, value: float | None, step: float | None) -> str:
    """What is to be reached, each period."""
    one = metric(goal.metric)
    told = {
        "metric": whose(goal.metric, goal.scope),
        "value": figure(value, one.unit),
        "step": formats.number((step or 0) * 100, 1) if one.unit == "share" else figure(step, one.unit),
    }
    if step is not None:
        return _rising(one, goal.period) % told
    return _at_least(one, goal.period) % told


def _at_least(one: Metric, period: str) -> str:
    if one.better == "lower":
        return {
            "week": _("%(metric)s: at most %(value)s each week"),
            "month": _("%(metric)s: at most %(value)s each month"),
            "quarter": _("%(metric)s: at most %(value)s each quarter"),
        }[period]
    return {
        "week": _("%(metric)s: at least %(value)s each week"),
        "month": _("%(metric)s: at least %(value)s each month"),
        "quarter": _("%(metric)s: at least %(value)s each quarter"),
    }[period]


def _rising(one: Metric, period: str) -> str:
    if one.unit == "share":
        return {
            "week": _("%(metric)s: each week %(step)s points better than the week before"),
            "month": _("%(metric)s: each month %(step)s points better than the month before"),
            "quarter": _("%(metric)s: each quarter %(step)s points better than the quarter before"),
        }[period]
    return {
        "week": _("%(metric)s: each week better by %(step)s than the week before"),
        "month": _("%(metric)s: each month better by %(step)s than the month before"),
        "quarter": _("%(metric)s: each quarter better by %(step)s than the quarter before"),
    }[period]


def whose(key: str, scope: Scope) -> str:
    """The metric's name, with the team, agent or channel that it is asked of."""
    return _whose({"metric": key, "scope": scope.name, "scope_value": scope.value})


def wish_in_words(wish: Wish) -> str:
    """What a proposed rule would tell of."""
    return rule_in_words(
        Rule(
            kind=wish.kind,
            metric=wish.metric,
            scope=wish.scope.name,
            scope_value=wish.scope.value,
            limit=wish.limit,
            days=wish.days,
        )
    )


def rule_in_words(rule: Rule) -> str:
    """What the rule asks to be told of."""
    values = {"metric": rule.metric, "scope": rule.scope, "scope_value": rule.scope_value}
    match rule.kind:
        case RuleKind.WAITING:
            return _("A ticket waits for an answer for more than %(limit)s%(of)s") % {
                "limit": formats.duration(rule.limit), "of": _of(values)
            }  # fmt: skip
        case RuleKind.JUMP:
            return _("%(metric)s: a jump away from what is usual") % {"metric": _whose(values)}
        case RuleKind.GOAL if rule.metric:
            return _("%(metric)s: the goal is behind") % {"metric": _whose(values)}
        case RuleKind.GOAL:
            return _("A goal is behind%(of)s") % {"of": _of(values)}
    one = metric(rule.metric)
    text = (
        _("%(metric)s above %(limit)s over %(days)s")
        if one.better == "lower"
        else _("%(metric)s below %(limit)s over %(days)s")
    )
    return text % {"metric": _whose(values), "limit": figure(rule.limit, one.unit), "days": _days(rule.days or 1)}


def _threshold(values: dict[str, Any]) -> str:
    one = metric(values["metric"])
    text = (
        _("%(metric)s: %(value)s over %(days)s, above the limit of %(limit)s.")
        if one.better == "lower"
        else _("%(metric)s: %(value)s over %(days)s, below the limit of %(limit)s.")
    )
    return text % {
        "metric": _whose(values),
        "value": figure(values["value"], one.unit),
        "limit": figure(values["limit"], one.unit),
        "days": _days(values["days"]),
    }


def _goal(values: dict[str, Any]) -> str:
    one = metric(values["metric"])
    text = (
        _("%(metric)s: %(value)s; the goal of %(target)s for %(days)s is missed.")
        if values["missed"]
        else _("%(metric)s: %(value)s, behind the goal of %(target)s for %(days)s (expected by now: %(expected)s).")
    )
    return text % {
        "metric": _whose(values),
        "target": figure(values["target"], one.unit),
        "value": figure(values["value"], one.unit),
        "expected": figure(values["expected"], one.unit),
        "days": formats.days(date.fromisoformat(values["start"]), date.fromisoformat(values["end"])),
    }


def _jump(values: dict[str, Any]) -> str:
    one = metric(values["metric"])
    fell = values["level"] < values["usual"]
    text = (
        _("%(metric)s: down since %(day)s, at %(level)s (usually %(usual)s).")
        if fell
        else _("%(metric)s: up since %(day)s, at %(level)s (usually %(usual)s).")
    )
    return text % {
        "metric": _whose(values),
        "day": formats.day(date.fromisoformat(values["began"])),
        "level": jump_level(values["metric"], values["level"]),
        "usual": jump_level(values["metric"], values["usual"]),
    } + (" " + _("These are typical times (medians).") if one.unit == "seconds" and not one.level else "")


def jump_level(key: str, level: float) -> str:
    """A level of a jump with its unit; counts are per day, with a decimal where they are small."""
    one = metric(key)
    if one.unit == "tickets" and not one.level:
        return _("%(count)s a day") % {"count": formats.number(level, 1 if level < 20 else 0)}
    return figure(level, one.unit)


def _waiting(values: dict[str, Any]) -> str:
    text = ngettext(
        "%(count)s ticket has waited for an answer for more than %(limit)s%(of)s; "
        "the longest, %(ticket)s, for %(time)s.",
        "%(count)s tickets have waited for an answer for more than %(limit)s%(of)s; "
        "the longest, %(ticket)s, for %(time)s.",
        values["tickets"],
    )
    return text % {
        "count": formats.number(values["tickets"]),
        "limit": formats.duration(values["limit"]),
        "ticket": values["ticket"],
        "time": formats.duration(values["seconds"]),
        "of": _of(values),
    }


def _whose(values: dict[str, Any]) -> str:
    return title_of(metric(values["metric"])) + _of(values)


def _of(values: dict[str, Any]) -> str:
    """Of which part of the shop, with a leading space; nothing for the whole shop."""
    words = {"team": _("team %(name)s"), "agent": _("agent %(name)s"), "channel": _("channel %(name)s")}
    if values["scope"] not in words:
        return ""
    return f" ({words[values['scope']] % {'name': values['scope_value']}})"


def _days(count: int) -> str:
    return ngettext("the last %(count)s day", "the last %(count)s days", count) % {"count": count}
