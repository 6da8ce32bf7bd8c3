"""What goes on by itself at the desk: replies leave when they can no longer be taken back, sleepers wake,
tickets are given to people by rules."""

from datetime import datetime

from counterbell.parts import Loop

from . import drafts
from .actions.replying import send_due
from .actions.snoozing import wake_due
from .presence import forget_the_gone
from .rules.giving import give_all
from .search_index import take_up_all


def wake_and_clear(at: datetime) -> int:
    """Open what was snoozed until now, and clear away who has left."""
    return wake_due(at) + forget_the_gone(at)


LOOPS = [
    Loop("replies", every_seconds=1, run=send_due),
    Loop("snoozed", every_seconds=5, run=wake_and_clear),
    Loop("files of given-up drafts", every_seconds=600, run=drafts.clear_abandoned_files),
    Loop("assignment", every_seconds=2, run=give_all),
    Loop("search", every_seconds=3, run=take_up_all),
]
