"""One thing done to many tickets: to each by itself, so that what cannot be done to one does not keep the others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from counterbell.desk.actor import Actor
from counterbell.errors import Problem

from . import do

MOST = 200
"""Tickets at a time."""

FOR_MANY = (
    "close", "reopen", "pending", "snooze", "take", "assign", "team", "tag", "untag", "priority", "spam", "not_spam"
)  # fmt: skip


@dataclass
class Outcome:
    """How many were changed, and why others were not."""

    changed: int = 0
    refused: list[str] = field(default_factory=list)


def do_to_all(
    actor: Actor, verb: str, tickets: Iterable[int], value: str = "", *, at: datetime, seen: int | None = None
) -> Outcome:
    """Do that to each of the tickets. Raises Problem where it is nothing for many."""
    wanted = list(dict.fromkeys(tickets))
    if verb not in FOR_MANY:
        raise Problem(_("This cannot be done to many tickets at once."))
    if len(wanted) > MOST:
        raise Problem(_("That is done to at most %(most)d tickets at a time. Tick fewer.") % {"most": MOST})
    outcome = Outcome()
    for ticket in wanted:
        try:
            outcome.changed += do(actor, verb, ticket, value, at=at, seen=seen)
        except Problem as problem:
            outcome.refused.append(str(problem))
    return outcome
