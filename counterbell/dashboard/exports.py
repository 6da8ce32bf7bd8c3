"""Figures and rows as CSV, to the digit what the command line writes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.audit import trail
from counterbell.csv_rows import csv_rows
from counterbell.metrics import metrics
from counterbell.metrics.report import as_rows
from counterbell.metrics.rows import Page

from .look import Look


def csv_answer(columns: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> HttpResponse:
    """A CSV file, sent line by line."""
    answer = StreamingHttpResponse(
        (line.encode() for line in csv_rows(columns, rows)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer  # type: ignore[return-value]


@shop_view()
def report(request: ShopRequest) -> HttpResponse:
    """All metrics of the period by grain (and dimension), as `counterbell report --format csv` has them."""
    look = Look.of(request)
    rows = as_rows(look.report(tuple(metrics()), by=look.view.by))
    columns = list(rows[0]) if rows else []
    return csv_answer(columns, (list(row.values()) for row in rows), noted(request, file_name(look, "report")))


@shop_view()
def rows(request: ShopRequest, key: str) -> HttpResponse:
    """The rows behind a metric, as `counterbell tickets` has them, in the order of the list."""
    look = Look.of(request)
    sort, descending = look.view.order
    found = look.rows(key, Page(sort=sort, descending=descending))
    return csv_answer(found.columns, found.rows, noted(request, file_name(look, key)))


def file_name(look: Look, what: str) -> str:
    """What a file of the shop and the period is called, without its ending."""
    period = look.view.period
    return f"{look.shop.slug}-{what}-{period.start}-{period.end}"


def noted(request: ShopRequest, name: str) -> str:
    """The name of an export, which the audit log then has."""
    trail.note(request.shop, request.user, "figures.exported", at=datetime.now(UTC), name=name)
    return name
