"""What can be done to a ticket by name, from a button, a key or for many tickets at once.

Each takes the ticket as it is now and what was chosen with it, and returns whether anything changed.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from counterbell.desk.acting import Acting, acting
from counterbell.desk.actor import Actor
from counterbell.errors import NotFound

from . import assigning, merging, prioritising, snoozing, spam, splitting, statuses, tagging

VERBS: dict[str, Callable[[Acting, str], bool]] = {
    "close": lambda ticket, _value: statuses.change(ticket, "closed"),
    "reopen": lambda ticket, _value: statuses.change(ticket, "open"),
    "pending": lambda ticket, _value: statuses.change(ticket, "pending"),
    "snooze": snoozing.snooze,
    "take": lambda ticket, _value: assigning.assign(ticket, ticket.agent or ""),
    "assign": assigning.assign,
    "team": assigning.assign_team,
    "tag": tagging.add,
    "untag": tagging.remove,
    "priority": prioritising.give,
    "spam": lambda ticket, _value: spam.mark(ticket, True),
    "not_spam": lambda ticket, _value: spam.mark(ticket, False),
    "merge": merging.merge,
    "split": splitting.split,
}

ENDING = ("close", "spam", "merge")
"""What ends a wait: refused over a message that the agent has not seen."""


def do(actor: Actor, verb: str, ticket_id: int, value: str = "", *, at: datetime, seen: int | None = None) -> bool:
    """Do that to the ticket; returns whether anything changed. Raises Problem, and Overtaken where `seen` is old."""
    if verb not in VERBS:
        raise NotFound(_("There is no action %(verb)s.") % {"verb": verb})
    with acting(actor.shop, actor.agent, ticket_id, at) as ticket:
        if verb in ENDING:
            ticket.not_overtaken(seen)
        return VERBS[verb](ticket, value.strip())
