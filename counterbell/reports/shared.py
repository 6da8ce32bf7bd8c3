"""What both audiences are told: how tickets come and go, how far the goals are, and which alerts are open."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.charts._chart import Chart
from counterbell.charts.of_report import ReportCharts
from counterbell.goals.alerts import alerts
from counterbell.goals.models import RuleKind, ScopeName, Target
from counterbell.goals.pace import Pace, State, pace
from counterbell.goals.sentences import STATES, sentence, whose
from counterbell.goals.targets import goal_of, goals, target_for
from counterbell.metrics import metric
from counterbell.metrics.periods import Grain, Period
from counterbell.metrics.query import Question
from counterbell.metrics.report import Report, report
from counterbell.words import figure

from .digest import Asked, Cell, Section, Table

FLOW = ("tickets_created", "tickets_closed", "unresolved_tickets")
MOST_ALERTS = 5
TONES = {State.MET: "good", State.ON_TRACK: "good", State.BEHIND: "bad", State.MISSED: "bad"}


def whole(asked: Asked, keys: tuple[str, ...]) -> Report:
    """These metrics of the whole period, beside those of the one before."""
    period = asked.period
    grain = Grain(asked.rhythm)
    one = Period.of(period.start, period.end, period.zone, grain, period.week_starts)
    quantiles = asked.shop.headline_median
    return report(asked.shop, Question(one, keys, as_of=asked.at, quantiles=quantiles), "previous")


def flow(asked: Asked) -> Section:
    """How many tickets came and went, day by day, as a picture."""
    return pictured(ReportCharts(_by_day(asked, FLOW)).flow(_("Created, closed and unresolved tickets")))


def course(asked: Asked, key: str) -> Section:
    """The metric day by day, as a picture."""
    number = partial(number_of, asked)
    return pictured(ReportCharts(_by_day(asked, (key,)), number=number).trend(key))


def pictured(chart: Chart) -> Section:
    """A picture, and the sentence that says what it shows."""
    return Section(chart.title, (chart.description,), chart=chart)


def number_of(asked: Asked, key: str, figures: Mapping[str, Any]) -> float | None:
    """The figure that stands for a metric in this shop; null where there is none."""
    shaped = figures[key]
    return None if shaped is None else metric(key).headed(shaped, median=asked.shop.headline_median)


def _by_day(asked: Asked, keys: tuple[str, ...]) -> Report:
    return report(asked.shop, Question(asked.period, keys, as_of=asked.at, quantiles=asked.shop.headline_median))


def goals_and_alerts(asked: Asked) -> list[Section]:
    """How far the goals are, those of such a period in this one; and the alerts that are open. Nothing: no section."""
    return [section for section in (_goals(asked), _alerts(asked)) if section]


def _goals(asked: Asked) -> Section | None:
    paces = [_pace(asked, target) for target in goals(asked.shop, at=asked.at) if _may_be_told(asked, target.scope)]
    if not paces:
        return None
    header = (_("Goal"), _("Value"), _("Target"), _("State"))
    rows = tuple(_goal_row(each) for each in paces)
    return Section(_("Goals"), table=Table(header, rows), href=asked.page("goals"), link=_("All goals"))


def _pace(asked: Asked, target: Target) -> Pace:
    """A goal of weeks in a report on a week is told of that week, against the target that held then; else as it is."""
    held = target_for(asked.shop, goal_of(target), asked.period.end) if target.period == asked.rhythm else None
    if held is None:
        return pace(asked.shop, target, at=asked.at)
    return pace(asked.shop, held, at=asked.at, day=asked.period.start)


def _goal_row(found: Pace) -> tuple[Cell, ...]:
    one = metric(found.goal.metric)
    days = formats.days(found.period.start, found.period.end, with_year=False)
    name = f"{whose(found.goal.metric, found.goal.scope)} ({days})"
    state = Cell(_(STATES[found.state]), TONES.get(found.state, ""))
    return Cell(name), Cell(figure(found.value, one.unit)), Cell(figure(found.target, one.unit)), state


def _alerts(asked: Asked) -> Section | None:
    """Those that are not about goals, of which the section before tells."""
    still = [
        alert
        for alert in alerts(asked.shop, only_open=True)
        if alert.kind != RuleKind.GOAL and _may_be_told(asked, alert.values["scope"])
    ]
    if not still:
        return None
    told = tuple(map(sentence, still[:MOST_ALERTS]))
    return Section(_("Open alerts"), told, href=asked.page("alerts"), link=_("All alerts"))


def _may_be_told(asked: Asked, scope: str) -> bool:
    return asked.sees_colleagues or scope != ScopeName.AGENT
