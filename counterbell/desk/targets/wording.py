"""Deadlines and targets in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.desk.names import Names

from .deadlines import FIRST_RESPONSE, SECOND_US, Deadline
from .models import ServiceTarget


@dataclass(frozen=True)
class Due:
    """How much time is left, in words; `tone` is bad when it is over, warn when little is left."""

    text: str
    tone: str
    deadline: Deadline


def due_in_words(deadline: Deadline) -> Due:
    """What is to be done within what is left of its time, or by how much it is overdue.

    It says when that is counted in opening hours.
    """
    time = formats.duration(abs(deadline.left_us) / SECOND_US)
    told = {"time": _("%(time)s (open hours)") % {"time": time} if deadline.business else time}
    if deadline.what == FIRST_RESPONSE:
        text = _("reply overdue by %(time)s") if deadline.overdue else _("reply within %(time)s")
    else:
        text = _("solution overdue by %(time)s") if deadline.overdue else _("solve within %(time)s")
    tone = "bad" if deadline.overdue else "warn" if deadline.soon else ""
    return Due(text % told, tone, deadline)


def scope_in_words(target: ServiceTarget, names: Names) -> str:
    """Of which tickets something is asked."""
    channel = names.channel(target.channel) if target.channel else ""
    told = {"channel": channel, "priority": names.priority(target.priority)}
    if target.channel and target.priority:
        return _("%(channel)s, priority %(priority)s") % told
    if target.priority:
        return _("priority %(priority)s") % told
    return channel or _("every ticket")
