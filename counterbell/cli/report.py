"""The metrics of a period."""

from enum import StrEnum
from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import AsOf, From, Shop, To, Where, conditions, instant, period


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


def command(
    start: From = None,
    end: To = None,
    grain: Annotated[str, typer.Option(help="hour, day, week, month, quarter or year")] = "month",
    metric: Annotated[list[str] | None, typer.Option(metavar="KEY", help="only these metrics; may be repeated")] = None,
    by: Annotated[str | None, typer.Option(metavar="DIMENSION", help="slice by channel, agent, team, tag, ...")] = None,
    where: Where = None,
    compare: Annotated[str | None, typer.Option(help="previous or year")] = None,
    as_of: AsOf = None,
    shop: Shop = None,
    format: Annotated[Format, typer.Option(help="how to print it")] = Format.TABLE,
) -> None:
    """The ten metrics of a period, exact to the digit, from facts that are up to date."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.errors import Problem
    from counterbell.metrics import TEN, metrics
    from counterbell.metrics import metric as metric_of
    from counterbell.metrics.query import Question, dimension
    from counterbell.metrics.report import report

    from . import _output
    from ._refreshing import refresh_with_progress

    if compare not in (None, "previous", "year"):
        raise Problem(_("--compare '%(compare)s' is neither previous nor year.") % {"compare": compare})
    chosen = the_shop(shop)
    keys = tuple(metric or (TEN if format is Format.TABLE else metrics()))
    for key in keys:
        metric_of(key)
    question = Question(
        period(chosen, start, end, grain),
        keys if format is not Format.TABLE or "left_out" in keys else (*keys, "left_out"),
        by=dimension(by) if by else None,
        where=conditions(where),
        as_of=instant(as_of),
    )
    refresh_with_progress(chosen)
    found = report(chosen, question, compare)  # type: ignore[arg-type]
    _output.report(found, format, keys)
