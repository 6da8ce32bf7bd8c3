"""The answers of a shop as a table: one row a survey that was sent, and one a feedback of the widget."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count, Max, Q

from counterbell.accounts.models import Shop
from counterbell.csv_rows import csv_rows
from counterbell.record.models import Rating, Survey

from .answers import EDITABLE
from .models import Ask, Feedback

COLUMNS = (
    "survey", "ticket", "via", "sent_at", "answered_at", "score", "comment", "cause", "answers", "suspected_robots",
    "assignee", "closer", "last_replier", "team", "channel", "first_channel", "store", "language",
)  # fmt: skip
FEEDBACK_COLUMNS = ("at", "score", "comment", "page", "language", "suspected_robot")
AT_ONCE = 1_000


def rows(shop: Shop) -> Iterator[dict[str, Any]]:
    """Every survey sent, by whomever, with the answer that counts; then the feedback, which belongs to no survey."""
    surveys = Survey.objects.filter(shop=shop).select_related("ticket").order_by("sent_at", "external_id")
    for place in range(0, surveys.count(), AT_ONCE):
        yield from of_surveys(shop, list(surveys[place : place + AT_ONCE]))
    for feedback in Feedback.objects.filter(shop=shop).order_by("at", "pk").iterator():
        yield _row(
            via="feedback",
            answered_at=feedback.at,
            score=None if feedback.suspected_robot else feedback.score,
            comment=feedback.comment,
            answers=int(not feedback.suspected_robot),
            suspected_robots=int(feedback.suspected_robot),
            language=feedback.language,
        )


def feedback_rows(shop: Shop) -> Iterator[dict[str, Any]]:
    """What visitors of the website said, about no ticket."""
    for feedback in Feedback.objects.filter(shop=shop).order_by("at", "pk").iterator():
        yield {column: getattr(feedback, column) for column in FEEDBACK_COLUMNS}


def lines(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Rows as the lines of a CSV file, the same on a page and on the command line."""
    return csv_rows(columns, ([row[column] for column in columns] for row in rows))


def counted(ratings: Sequence[Rating]) -> Rating | None:
    """The answer that counts of all ratings of a survey, in their order: a person's last within a day of the first."""
    persons = [rating for rating in ratings if not rating.suspected_robot]
    return max(
        (rating for rating in persons if rating.happened_at <= persons[0].happened_at + EDITABLE),
        key=lambda rating: rating.happened_at,
        default=None,
    )


def of_surveys(shop: Shop, surveys: list[Survey]) -> Iterator[dict[str, Any]]:
    """A row of each of these surveys."""
    asks = {
        ask.survey_id: ask
        for ask in Ask.objects.filter(shop=shop, survey_id__in=[survey.external_id for survey in surveys]).annotate(
            cause=Max("submissions__cause", filter=Q(submissions__verdict="human"))
        )
    }
    ratings: dict[int, list[Rating]] = {}
    for rating in Rating.objects.filter(survey__in=surveys).order_by("happened_at"):
        ratings.setdefault(rating.survey_id, []).append(rating)
    for survey in surveys:
        yield _of_survey(survey, ratings.get(survey.pk, []), asks.get(survey.external_id))


def _of_survey(survey: Survey, ratings: list[Rating], ask: Ask | None) -> dict[str, Any]:
    persons = [rating for rating in ratings if not rating.suspected_robot]
    counts = counted(ratings)
    kept = (
        "via",
        "cause",
        "assignee",
        "closer",
        "last_replier",
        "team",
        "channel",
        "first_channel",
        "store",
        "language",
    )
    return _row(
        survey=survey.external_id,
        ticket=survey.ticket.external_id,
        sent_at=survey.sent_at,
        answered_at=persons[0].happened_at if persons else None,
        score=counts.score if counts else None,
        comment=counts.comment if counts else None,
        answers=len(persons),
        suspected_robots=len(ratings) - len(persons),
        **({name: getattr(ask, name) for name in kept} if ask else {"via": "elsewhere"}),
    )


def _row(**told: Any) -> dict[str, Any]:
    return {column: told.get(column) for column in COLUMNS}


def counts(shop: Shop) -> dict[tuple[str, str], int]:
    """How many questions are in which state, and for what reason."""
    found = Ask.objects.filter(shop=shop).values_list("state", "reason").annotate(count=Count("pk"))
    return {(state, reason): count for state, reason, count in found.order_by("state", "reason")}
