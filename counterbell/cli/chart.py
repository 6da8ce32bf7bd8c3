"""A chart of a metric, as a picture."""

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import AsOf, From, Shop, To, Where, conditions, instant, period


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


class Language(StrEnum):
    EN = "en"
    FR = "fr"
    ID = "id"


def command(
    metric: Annotated[
        str, typer.Argument(metavar="METRIC", help="a metric's key, as `counterbell metrics` lists them")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="where to: .svg, .png or .pdf says how")],
    start: From = None,
    end: To = None,
    grain: Annotated[str, typer.Option(help="hour, day, week, month, quarter or year")] = "day",
    by: Annotated[str | None, typer.Option(metavar="DIMENSION", help="bars by channel, agent, ... for a trend")] = None,
    where: Where = None,
    compare: Annotated[str | None, typer.Option(help="previous or year")] = None,
    as_of: AsOf = None,
    shop: Shop = None,
    theme: Annotated[Theme, typer.Option(help="on a light or a dark ground")] = Theme.LIGHT,
    language: Annotated[Language | None, typer.Option(help="default: the terminal's")] = None,
    width: Annotated[int, typer.Option(min=280, max=4000, help="in pixels")] = 720,
    scale: Annotated[float, typer.Option(min=0.5, max=6, help="pixels of a PNG for each of the width")] = 2,
) -> None:
    """Draw a metric: its course, or with --by its slices, the same figures as `counterbell report`."""
    open_installation()
    from django.utils import translation

    from counterbell.charts.of_report import ReportCharts
    from counterbell.metrics import metric as metric_of
    from counterbell.metrics.query import Question, dimension
    from counterbell.metrics.report import report
    from counterbell.words import DIMENSIONS, value_of

    from ._pictures import check_suffix, chosen_comparison, write_picture
    from ._refreshing import refresh_with_progress

    if language:
        translation.activate(language)
    check_suffix(file)
    one, chosen = metric_of(metric), the_shop(shop)
    question = Question(
        period(chosen, start, end, grain),
        (metric,),
        by=dimension(by) if by else None,
        where=conditions(where),
        as_of=instant(as_of),
    )
    comparison = chosen_comparison(compare)
    refresh_with_progress(chosen)
    charts = ReportCharts(report(chosen, question, comparison))
    if by:
        chart = charts.breakdown(metric, translation.gettext(DIMENSIONS[by]), name=partial(value_of, by))
    else:
        chart = charts.trend(metric, goal=getattr(one, "target_seconds", None))
    write_picture(chart, file, theme, width, scale)
