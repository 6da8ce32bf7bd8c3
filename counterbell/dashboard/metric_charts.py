"""The charts of a metric: its course, how it spreads, when in the week it happens; each mark leads to its rows."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from counterbell import words
from counterbell.charts import heatmap, histogram
from counterbell.charts._chart import Chart
from counterbell.charts.of_report import ReportCharts
from counterbell.errors import NotFound
from counterbell.metrics import metric
from counterbell.metrics._metric import Duration
from counterbell.metrics.report import Report

from .figures import Head
from .goal_lines import goal_lines
from .look import Look
from .view import View


def trend(look: Look, key: str, found: Report | None = None) -> Chart:
    """The course of the metric."""
    link, head = rows_of(look, key), Head(look.view)
    one = metric(key)
    report = found or look.report((key,), quantiles=isinstance(one, Duration) and look.view.stat != "mean")
    charts = ReportCharts(report, lambda bucket: link(look.view.narrowed_to(bucket=bucket)), head.number)
    return charts.trend(key, title=head.name(key), goal=goal_lines(look).get(key))


def spread(look: Look, key: str) -> Chart:
    """How a duration spreads."""
    if not isinstance(metric(key), Duration):
        raise NotFound(_("Only durations spread; %(title)s is none.") % {"title": words.title_of(metric(key))})
    link, found = rows_of(look, key), look.spread(key)
    spans = [
        histogram.Span(
            each.over_seconds or 0,
            each.upto_seconds,
            each.n,
            link(look.view.narrowed_to(over=each.over_seconds, upto=each.upto_seconds)),
        )
        for each in found.bins
    ]
    told = found.figures
    marks = histogram.Marks(told["median"], told["p90"], told.get("target"), told.get("within_target"))
    return histogram.chart(_("How long it takes"), spans, marks)


def week(look: Look, key: str) -> Chart:
    """When in the week it happens."""
    one = metric(key)
    if one.behind is None:
        raise NotFound(_("%(title)s does not happen at hours of the week.") % {"title": words.title_of(one)})
    link, found = rows_of(look, key), look.heatmap(key)
    averaged = one.averaged(business=look.view.business) is not None
    cells = [
        heatmap.Cell(
            cell.weekday,
            cell.hour,
            cell.average if averaged else cell.n,
            link(look.view.narrowed_to(weekday=cell.weekday, hour=cell.hour)) if cell.n else None,
        )
        for row in found.rows
        for cell in row
    ]
    unit = one.unit if averaged else "tickets"
    title = _("By weekday and hour") if not isinstance(one, Duration) else _("By weekday and hour, mean")
    return heatmap.chart(title, unit, cells, week_starts=look.shop.week_starts)  # type: ignore[arg-type]


def rows_of(look: Look, key: str) -> Callable[[View], str]:
    """Where the rows behind the metric are, for the views given."""
    return lambda view: look.to("shop_metrics_one", key, view=view, fragment="rows")


CHARTS: dict[str, Callable[[Look, str], Chart]] = {"trend": trend, "spread": spread, "week": week}
"""By name, as the addresses have them."""
