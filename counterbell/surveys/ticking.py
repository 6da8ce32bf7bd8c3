"""What goes on by itself: closes become questions, questions become mails, and what was sent is in the record."""

from dataclasses import dataclass
from datetime import datetime

from . import answers, planning, sending
from .models import SurveySettings


@dataclass
class Done:
    """What a round has done, in questions."""

    planned: int = 0
    cancelled: int = 0
    asked: int = 0
    skipped: int = 0
    sent: int = 0
    failed: int = 0
    robots: int = 0


def tick(at: datetime) -> Done:
    """One round for every shop; safe in several processes at once, and to be cut off anywhere."""
    done = Done(robots=answers.settle_doubts(at))
    for settings in SurveySettings.objects.select_related("shop").order_by("pk"):
        done.sent += sending.record_what_was_sent(settings)
        done.failed += sending.give_up_what_was_refused(settings, at)
        if settings.on:
            done.planned += planning.plan(settings, at)
        done.cancelled += planning.cancel(settings, at) if settings.on else planning.cancel_all(settings, at)
        asked, skipped = sending.ask_what_is_due(settings, at) if settings.on else (0, 0)
        done.asked, done.skipped = done.asked + asked, done.skipped + skipped
    return done
