"""The rows behind a figure: tickets, replies, ratings, orders; counting them again gives it."""

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from counterbell.csv_answers import csv_answer
from counterbell.csv_rows import csv_rows
from counterbell.metrics.rows import Page, rows

from ._access import shop_of
from ._answers import CSV
from ._asking import Asked, Plain
from ._cursor import Cursor

router = Router(tags=["figures"])


class AskedRows(Asked):
    """Whose rows, and which page of them."""

    metric: str = Field("tickets_created", description="whose rows")
    limit: int = Field(100, ge=1, le=1000, description="rows a page")
    cursor: str = Field("", description="`next` of the page before; it keeps to the instant of the first page")


@router.get("/rows", response=Plain, summary="The rows behind a figure, in pages")
def page(request: HttpRequest, asked: Query[AskedRows]) -> Plain:
    """`rows`, how many there are in all (`total`), and `next`: the cursor of the next page, null on the last.

    All pages of a cursor are as of the instant of the first one, so nothing moves between them.
    """
    shop = shop_of(request)
    cursor = Cursor.read(asked.cursor, asked.instant)
    found = rows(
        shop,
        asked.period(shop, now=cursor.asked_at),
        asked.metric,
        where=asked.conditions,
        as_of=cursor.as_of,
        page=Page(limit=asked.limit, offset=cursor.offset),
    )
    return {"total": found.total, "rows": found.dicts(), "next": cursor.after(len(found.rows), found.total)}


@router.get("/rows.csv", summary="All of them as CSV", openapi_extra=CSV)
def flat(request: HttpRequest, asked: Query[AskedRows]) -> HttpResponse:
    """The same columns as `counterbell tickets`; no pages."""
    shop = shop_of(request)
    found = rows(shop, asked.period(shop), asked.metric, where=asked.conditions, as_of=asked.instant)
    return csv_answer(csv_rows(found.columns, found.rows))
