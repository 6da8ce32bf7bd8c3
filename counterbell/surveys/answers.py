"""Answers to surveys: a person's counts at once and can be changed for a day, a doubtful one waits to be confirmed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from counterbell.errors import Problem
from counterbell.record import entries
from counterbell.record.models import Rating
from counterbell.record.write import write

from . import low, sending
from .models import Ask, State, Submission, Trapped, Verdict
from .signs import SOON_AFTER_SENDING, Seen, certain, signs

EDITABLE = timedelta(hours=24)
"""So long after the first answer it can be changed (docs/metrics.md)."""

DOUBT = timedelta(minutes=30)
"""A doubtful answer that nobody has confirmed by then was a robot's."""

KEPT_DOUBTS = 20
"""Doubtful answers kept of one survey; a program that sends more tells nothing new."""

CONFIRM_TRIES = 3
CONFIRM_QUICK = timedelta(seconds=2)
COMMENT = 1_000
"""Characters of a comment."""


@dataclass(frozen=True)
class Answer:
    """What somebody has said."""

    score: int
    comment: str = ""
    cause: str = ""

    @property
    def words(self) -> str | None:
        """The comment as the record takes it."""
        return self.comment.replace("\0", "").strip()[:COMMENT] or None


def is_open(ask: Ask, at: datetime) -> bool:
    """Whether the survey can be answered, or its answer be changed."""
    if ask.state not in (State.HANDED, State.SENT) or ask.expires_at is None:
        return False
    first = first_answer_at(ask)
    return at < ask.expires_at if first is None else at <= first + EDITABLE


def mailed_at(ask: Ask) -> datetime | None:
    """When the mail that asks went out; None where no mail asks, so that nothing filters it on its way."""
    return (ask.sent_at or ask.asked_at) if ask.via == "mail" else None


def first_answer_at(ask: Ask) -> datetime | None:
    """When a person answered first; None if none has."""
    first = _of_persons(ask).order_by("happened_at").first()
    return first.happened_at if first else None


def answer_of(ask: Ask) -> Rating | None:
    """The answer of a person that counts now."""
    first = first_answer_at(ask)
    return None if first is None else _of_persons(ask).filter(happened_at__lte=first + EDITABLE).latest("happened_at")


def receive(ask: Ask, answer: Answer, seen: Seen, at: datetime) -> Submission | None:
    """Take an answer in, and say by whom it seems to be given: a person's counts, a doubtful one must be confirmed.

    None when the survey can no longer be answered, or so many doubtful answers came that this one was not kept.
    """
    if not is_open(ask, at):
        return None
    found = signs(seen, at, mailed_at(ask))
    if found and ask.submissions.exclude(verdict=Verdict.HUMAN).count() >= KEPT_DOUBTS:
        return None
    with transaction.atomic():
        submission = _kept(ask, answer, seen, found, at)
        if not found:
            _counts(submission, answer, at)
    return submission


def confirm(submission: Submission, score: int | None, seen: Seen, shown_at: datetime, at: datetime) -> bool:
    """Whether whoever gave a doubtful answer has shown to be a person, by saying the same again; then it counts."""
    ask, tries = submission.ask, submission.tries + 1
    claimed = Submission.objects.filter(pk=submission.pk, verdict=Verdict.DOUBTFUL, tries__lt=CONFIRM_TRIES)
    if not claimed.update(tries=tries) or not is_open(ask, at):
        return False
    mailed = mailed_at(ask)
    quick = at - shown_at < CONFIRM_QUICK or (mailed is not None and at - mailed < SOON_AFTER_SENDING)
    if score == submission.score and not quick and not any(certain(seen)):
        with transaction.atomic():
            _counts(submission, Answer(submission.score, submission.comment, submission.cause), at)
        return True
    if tries >= CONFIRM_TRIES:
        _robots(submission)
    return False


def settle_doubts(at: datetime) -> int:
    """Take for robots' what nobody has confirmed; returns how many answers."""
    old = Submission.objects.filter(verdict=Verdict.DOUBTFUL, at__lte=at - DOUBT)
    return sum(_robots(submission) for submission in old.select_related("ask__shop", "ask__ticket", "ask__mail"))


def restore(submission: Submission, by: str, at: datetime) -> datetime:
    """A member of the shop says that a suspected robot was a person; returns the time at which the answer counts.

    The record is not rewritten: a further rating, a microsecond later, says the same without the suspicion. Raises
    Problem when the answer is no suspected robot's, or a person has answered the survey.
    """
    ask = submission.ask
    if submission.verdict != Verdict.ROBOT or submission.rated_at is None:
        raise Problem(_("This answer is not held for a robot's; nothing is done."))
    if first_answer_at(ask) is not None:
        raise Problem(_("A person has answered this survey meanwhile; that answer counts."))
    with transaction.atomic():
        suspected = Rating.objects.get(
            survey__shop=ask.shop_id, survey__external_id=ask.survey_id, happened_at=submission.rated_at
        )
        rated_at = _rate(ask, Answer(submission.score, suspected.comment or ""), submission.rated_at, robot=False)
        Submission.objects.filter(pk=submission.pk).update(
            verdict=Verdict.HUMAN, restored_at=at, restored_by=by, rated_at=rated_at
        )
    return rated_at


def trap(ask: Ask, seen: Seen, at: datetime) -> None:
    """A program has opened the link that no person sees."""
    if ask.trapped.count() < KEPT_DOUBTS:
        Trapped.objects.get_or_create(ask=ask, fingerprint=seen.fingerprint, defaults={"at": at})


def is_trapped(ask: Ask, fingerprint: str) -> bool:
    """Whether a program of that network and kind has done so."""
    return ask.trapped.filter(fingerprint=fingerprint).exists()


def _kept(ask: Ask, answer: Answer, seen: Seen, found: tuple[str, ...], at: datetime) -> Submission:
    sent_at = ask.sent_at or ask.asked_at
    return Submission.objects.create(
        ask=ask,
        at=at,
        score=answer.score,
        comment=answer.words or "" if found else "",
        cause=answer.cause,
        verdict=Verdict.DOUBTFUL if found else Verdict.HUMAN,
        signs=" ".join(found),
        user_agent=seen.user_agent[:300],
        address_class=seen.address_class,
        since_sent_seconds=(at - sent_at).total_seconds() if sent_at else None,
        since_page_seconds=(at - seen.page_at).total_seconds() if seen.page_at else None,
    )


def _counts(submission: Submission, answer: Answer, at: datetime) -> None:
    ask = submission.ask
    rated_at = _rate(ask, answer, at, robot=False)
    Submission.objects.filter(pk=submission.pk).update(verdict=Verdict.HUMAN, rated_at=rated_at, comment="")
    submission.verdict, submission.rated_at = Verdict.HUMAN, rated_at
    low.follow_up(ask, answer.score, rated_at)


@transaction.atomic
def _robots(submission: Submission) -> bool:
    doubtful = Submission.objects.filter(pk=submission.pk, verdict=Verdict.DOUBTFUL)
    if not doubtful.update(verdict=Verdict.ROBOT, comment=""):
        return False
    rated_at = _rate(submission.ask, Answer(submission.score, submission.comment), submission.at, robot=True)
    Submission.objects.filter(pk=submission.pk).update(rated_at=rated_at)
    return True


def _rate(ask: Ask, answer: Answer, at: datetime, *, robot: bool) -> datetime:
    """Put a rating into the record, at the first free microsecond from `at` on; returns when."""
    sending.record(ask, sending.mail_sent_at)
    taken = set(_ratings(ask).filter(happened_at__gte=at).values_list("happened_at", flat=True))
    while at in taken:
        at += timedelta(microseconds=1)
    rating = entries.Rating(
        survey=ask.survey_id, at=at, score=answer.score, comment=answer.words, suspected_robot=robot
    )
    write(ask.shop, rating)
    return at


def _ratings(ask: Ask) -> "QuerySet[Rating]":
    return Rating.objects.filter(survey__shop=ask.shop_id, survey__external_id=ask.survey_id)


def _of_persons(ask: Ask) -> "QuerySet[Rating]":
    return _ratings(ask).filter(suspected_robot=False)
