"""The page of answers: what people said, of which ticket, and what before they changed it; as CSV, too."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import render

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role, Shop
from counterbell.audit import trail
from counterbell.csv_answers import csv_answer
from counterbell.record.models import Rating, Survey

from . import export, wording
from .listing import leaf, moment


@shop_view(least=Role.LEAD)
def page(request: ShopRequest) -> HttpResponse:
    """A page of the answers, the latest first."""
    by_a_person = Q(ratings__suspected_robot=False)
    found = Survey.objects.filter(shop=request.shop).annotate(last=Max("ratings__happened_at", filter=by_a_person))
    answered = found.exclude(last=None).select_related("ticket").order_by("-last", "-pk")
    shown = leaf(request, answered)
    told = {"leaf": shown, "answers": _answers(request.shop, list(shown.rows))}
    return render(request, "surveys/shop/answers.html", told)


@shop_view(least=Role.LEAD)
def csv(request: ShopRequest) -> HttpResponse:
    """All surveys with their answers, as `counterbell surveys export` has them."""
    return noted_csv(request, "surveys", export.lines(export.COLUMNS, export.rows(request.shop)))


def noted_csv(request: ShopRequest, name: str, lines: Iterable[str]) -> HttpResponse:
    """A CSV file, sent line by line; that it was taken is noted."""
    now = datetime.now(UTC)
    trail.note(request.shop, request.user, "figures.exported", at=now, name=name)
    return csv_answer(lines, f"{request.shop.slug}-{name}-{now:%Y-%m-%d}")


def _answers(shop: Shop, surveys: list[Survey]) -> list[dict[str, Any]]:
    given: dict[int, list[Rating]] = {}
    for rating in Rating.objects.filter(survey__in=surveys, suspected_robot=False).order_by("happened_at"):
        given.setdefault(rating.survey_id, []).append(rating)
    rows = export.of_surveys(shop, surveys)
    return [_answer(shop, row, given[survey.pk]) for survey, row in zip(surveys, rows, strict=True)]


def _answer(shop: Shop, row: dict[str, Any], given: list[Rating]) -> dict[str, Any]:
    return {
        **row,
        **score_told(row["score"]),
        "via": wording.WAYS.get(row["via"], row["via"]),
        "cause": wording.CAUSES.get(row["cause"] or "", ""),
        "at": moment(shop, given[-1].happened_at),
        "history": [
            {**score_told(rating.score), "comment": rating.comment, "at": moment(shop, rating.happened_at)}
            for rating in given
        ]
        if len(given) > 1
        else [],
    }


def score_told(score: int) -> dict[str, Any]:
    """A score as stars and in words, and whether it is a good or a bad one."""
    tone = "good" if score >= 4 else "bad" if score <= 2 else "warn"
    return {"score": score, "stars": wording.mark(score, "stars"), "words": wording.SCORES[score], "tone": tone}
