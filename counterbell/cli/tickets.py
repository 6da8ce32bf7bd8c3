"""The rows behind a figure."""

from enum import StrEnum
from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import AsOf, From, Shop, To, Where, conditions, instant, period


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"


def command(
    start: From = None,
    end: To = None,
    metric: Annotated[str | None, typer.Option(metavar="KEY", help="whose rows; default: tickets created")] = None,
    where: Where = None,
    as_of: AsOf = None,
    shop: Shop = None,
    format: Annotated[Format, typer.Option(help="how to print it")] = Format.CSV,
) -> None:
    """The tickets (or replies, ratings, orders) that make a figure up; counting them again gives it."""
    open_installation()
    from counterbell.metrics.rows import rows

    from . import _output
    from ._refreshing import refresh_with_progress

    chosen = the_shop(shop)
    asked = period(chosen, start, end, "day")
    refresh_with_progress(chosen)
    found = rows(chosen, asked, metric, where=conditions(where), as_of=instant(as_of))
    if format is Format.JSON:
        _output.json_lines(found.dicts())
    else:
        _output.csv_rows(found.columns, found.rows)
