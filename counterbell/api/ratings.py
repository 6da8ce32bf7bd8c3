"""Ratings: what customers said of their tickets, and a way in for what they said elsewhere."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime, StringConstraints

from counterbell.record.models import Rating
from counterbell.surveys import asking, export
from counterbell.surveys.answers import COMMENT, Answer

from ._access import shop_of
from ._asking import Plain

router = Router(tags=["satisfaction"])

MOST = 2**63 - 1
Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class AskedRatings(Schema):
    """Which page of the ratings."""

    after: int = Field(0, ge=0, le=MOST, description="the number of the last rating that is known; `next` of a page")
    limit: int = Field(100, ge=1, le=1000, description="ratings a page")
    ticket: str = Field("", max_length=200, pattern=r"^[^\x00]*$", description="only those of this ticket")


class Given(Schema):
    """A rating given elsewhere."""

    ticket: Id = Field(description="the ticket's id")
    survey: Id = Field(description="the other program's own id of the question: the same twice is one")
    score: int = Field(ge=1, le=5, description="from 1, very bad, to 5, very good")
    comment: str = Field("", max_length=COMMENT)
    at: AwareDatetime = Field(description="when it was given, with its offset from UTC")
    sent_at: AwareDatetime | None = Field(None, description="when the customer was asked; default: when it was given")


@router.get("/ratings", response=Plain, summary="Ratings with their comments, in pages")
def page(request: HttpRequest, asked: Query[AskedRatings]) -> Plain:
    """In the order in which they came in, those of suspected robots and those changed later included.

    `counts` says whether it is the one of its survey that counts: a person's last one within 24 hours of the first.
    `next` is the `after` of the next page, null on the last; asking later with the last `number` gives what is new.
    """
    shop = shop_of(request)
    wanted = Rating.objects.filter(survey__shop=shop, pk__gt=asked.after)
    if asked.ticket:
        wanted = wanted.filter(survey__ticket__external_id=asked.ticket)
    found = list(wanted.select_related("survey__ticket").order_by("pk")[: asked.limit + 1])
    shown, more = found[: asked.limit], len(found) > asked.limit
    counting = _counting({rating.survey_id for rating in shown})
    return {
        "ratings": [_told(rating, counts=rating.pk in counting) for rating in shown],
        "next": shown[-1].pk if more else None,
    }


@router.post("/ratings", response=Plain, summary="Record a rating given elsewhere")
def record(request: HttpRequest, given: Given) -> Plain:
    """On the phone, in another program. `new` is false for one that is there already; doing it twice is harmless."""
    new = asking.record_rating(
        shop_of(request, "write"),
        ticket_id=given.ticket,
        answer=Answer(given.score, given.comment),
        at=given.at,
        survey_id=given.survey,
        sent_at=given.sent_at,
    )
    return {"new": new}


def _counting(surveys: set[int]) -> set[int]:
    """The ratings that count, of these surveys."""
    of_surveys: dict[int, list[Rating]] = {}
    for rating in Rating.objects.filter(survey__in=surveys).order_by("happened_at"):
        of_surveys.setdefault(rating.survey_id, []).append(rating)
    return {found.pk for ratings in of_surveys.values() if (found := export.counted(ratings))}


def _told(rating: Rating, *, counts: bool) -> Plain:
    return {
        "number": rating.pk,
        "survey": rating.survey.external_id,
        "ticket": rating.survey.ticket.external_id,
        "sent_at": rating.survey.sent_at,
        "at": rating.happened_at,
        "score": rating.score,
        "comment": rating.comment,
        "suspected_robot": rating.suspected_robot,
        "counts": counts,
    }
