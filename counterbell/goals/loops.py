"""What goes on by itself: looking at the rules, and telling."""

from datetime import datetime

from counterbell.parts import Loop

from .loop import Done, tick
from .mailing import by_mail


def _tick(at: datetime) -> Done:
    return tick(at, send=by_mail)


LOOPS = [Loop("alerts", 60, _tick)]
