"""What notes keep, as it is read: dates, times, roles, scopes and settings in the reader's language."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterbell import formats, words
from counterbell.accounts.models import Role
from counterbell.accounts.tokens import MEANING

from .wording import aim_in_words, alert_in_words, goal_in_words

SETTINGS: dict[str, Promise] = {
    "name": later("Name"),
    "timezone": later("Time zone"),
    "currency": later("Currency"),
    "week_starts": later("Start of the week"),
    "conversion_days": later("Days to convert"),
    "headline_median": later("Headline of durations"),
    "hours": later("Opening hours"),
    "on": later("Ask customers after each close"),
    "mail_delay_minutes": later("Time from the close of a mail ticket"),
    "chat_delay_minutes": later("Time from the close of a chat"),
    "quiet_days": later("Quiet days"),
    "sample_percent": later("Share of closes asked about, in %"),
    "window_days": later("Days to answer"),
    "style": later("The scale"),
    "language": later("Language"),
    "not_with_tags": later("Not about tickets with these tags"),
    "low_score": later("A low score is"),
    "low_reopens": later("A low score opens the ticket again"),
    "low_tag": later("A low score puts this tag on it"),
    "low_notify": later("Who is told of low scores"),
    "widget_origins": later("Websites that may show the widget"),
    "widget_every_days": later("The widget asks a visitor once in so many days"),
}
"""What a shop sets, for itself and for its surveys."""

RHYTHMS: dict[str, Promise] = {"week": later("every week"), "month": later("every month")}

VALUES: dict[str, Promise] = {
    "monday": later("Monday"),
    "sunday": later("Sunday"),
    "mean": later("mean"),
    "median": later("median"),
    "any": later("any"),
    "further notice": later("further notice"),
    "stars": later("stars"),
    "numbers": later("numbers"),
}

_TIME = re.compile(r"([0-9]+) (d|h|min|s)")
_ROLE = re.compile(rf"({'|'.join(Role.values)})( \(.*\))?", re.DOTALL)


def in_words(key: str, value: Any, told: Mapping[str, Any]) -> str:
    """A value of a note as it is read, beside all that the note tells; nothing by name."""
    if value in ("", None):
        return _("nothing")
    if key in ("old", "new"):
        return _before_or_after(value, str(told.get("setting", "")))
    if key in READ_AS:
        return READ_AS[key](value)
    return formats.number(value) if isinstance(value, int) else str(value)


def _before_or_after(value: Any, setting: str) -> str:
    """What was changed and what it became: a goal, a setting, or a role with the agent that the person is."""
    if isinstance(value, dict):
        return aim_in_words(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return formats.duration(value * 60) if setting.endswith("_minutes") else formats.number(value)
    if setting == "language":
        return formats.language(value)
    return _value(value) if setting else _role(value)


def _value(value: str) -> str:
    return str(VALUES.get(value, value))


def _role(value: str) -> str:
    found = _ROLE.fullmatch(value)
    return f"{Role(found[1]).label}{found[2] or ''}" if found else value


def _when(value: str) -> str:
    """A day, or a time of the shop's zone, by the language's way of writing it; a time of day as it is."""
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return _value(value)
    return formats.day(when) if len(value) == len("2025-03-31") else formats.moment(when)


def _how_long(value: str) -> str:
    found = _TIME.fullmatch(value)
    return formats.duration(int(found[1]) * formats.SECONDS[found[2]]) if found else value


def _scopes(value: str) -> str:
    return ", ".join(str(MEANING.get(scope, scope)) for scope in value.split(", "))


READ_AS: dict[str, Callable[[Any], str]] = {
    "setting": lambda value: str(SETTINGS.get(value, value)),
    "rhythm": lambda value: str(RHYTHMS.get(value, value)),
    "audience": _role,
    "role": _role,
    "since": _when,
    "until": _when,
    "first": _how_long,
    "whole": _how_long,
    "scopes": _scopes,
    "channel": lambda value: _value(value) if value in VALUES else words.channel(value),
    "priority": lambda value: _value(value) if value in VALUES else words.priority(value),
    "language": formats.language,
    "goal": goal_in_words,
    "rule": lambda value: alert_in_words(value) if isinstance(value, dict) else value,
}
"""How what is told under each name is read; the rest is as it stands."""
