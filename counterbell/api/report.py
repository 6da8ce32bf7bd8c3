"""Figures of a period: what the dashboard and `counterbell report` show, from the same query."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from counterbell.csv_answers import csv_answer
from counterbell.csv_rows import csv_table
from counterbell.metrics import metric, metrics
from counterbell.metrics.query import Question, dimension
from counterbell.metrics.report import Report, as_json, as_rows, report

from ._access import shop_of
from ._answers import CSV
from ._asking import Asked, Plain

router = Router(tags=["figures"])


class AskedReport(Asked):
    """Which figures, how fine, by what, beside what."""

    metric: list[str] = Field([], description="only these metrics; may be repeated; default: all")
    grain: str = Field("month", description="hour, day, week, month, quarter or year")
    by: str = Field("", description="also by the values of this dimension: channel, agent, team, tag, ...")
    compare: Literal["", "previous", "year"] = Field("", description="beside the period before, or a year before")


@router.get("/report", response=Plain, summary="Figures of a period by grain")
def figures(request: HttpRequest, asked: Query[AskedReport]) -> Plain:
    """Buckets, the total, and the same of the period compared with. Averages over nothing are null, never 0."""
    return as_json(_found(request, asked))


@router.get("/report.csv", summary="The same as a flat table", openapi_extra=CSV)
def flat(request: HttpRequest, asked: Query[AskedReport]) -> HttpResponse:
    """A row for each bucket (and value of the dimension asked by), a column for each figure."""
    return csv_answer(csv_table(as_rows(_found(request, asked))))


def _found(request: HttpRequest, asked: AskedReport) -> Report:
    shop = shop_of(request)
    keys = tuple(asked.metric or metrics())
    for key in keys:
        metric(key)
    question = Question(
        asked.period(shop, asked.grain),
        keys,
        by=dimension(asked.by) if asked.by else None,
        where=asked.conditions,
        as_of=asked.instant,
    )
    return report(shop, question, asked.compare or None)
