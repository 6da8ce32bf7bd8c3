"""Figures and rows as CSV, to the digit what the command line writes."""

from datetime import UTC, datetime

from django.http import HttpResponse

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.audit import trail
from counterbell.csv_answers import csv_answer
from counterbell.csv_rows import csv_rows, csv_table
from counterbell.metrics import metrics
from counterbell.metrics.report import as_rows
from counterbell.metrics.rows import Page

from .look import Look


@shop_view()
def report(request: ShopRequest) -> HttpResponse:
    """All metrics of the period by grain (and dimension), as `counterbell report --format csv` has them."""
    look = Look.of(request)
    table = csv_table(as_rows(look.report(tuple(metrics()), by=look.view.by)))
    return csv_answer(table, noted(request, file_name(look, "report")))


@shop_view()
def rows(request: ShopRequest, key: str) -> HttpResponse:
    """The rows behind a metric, as `counterbell tickets` has them, in the order of the list."""
    look = Look.of(request)
    sort, descending = look.view.order
    found = look.rows(key, Page(sort=sort, descending=descending))
    return csv_answer(csv_rows(found.columns, found.rows), noted(request, file_name(look, key)))


def file_name(look: Look, what: str) -> str:
    """What a file of the shop and the period is called, without its ending."""
    period = look.view.period
    return f"{look.shop.slug}-{what}-{period.start}-{period.end}"


def noted(request: ShopRequest, name: str) -> str:
    """The name of an export, which the audit log then has."""
    trail.note(request.shop, request.user, "figures.exported", at=datetime.now(UTC), name=name)
    return name
