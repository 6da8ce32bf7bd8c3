"""The report for an owner: ten numbers, and what changed."""

from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext as _

from counterbell import words
from counterbell.metrics import TEN, metric
from counterbell.metrics.attention import Moved, moved
from counterbell.metrics.report import Report
from counterbell.words import figure

from .digest import Asked, Cell, Section, Table
from .shared import course, flow, goals_and_alerts, number_of, whole

ALSO = ("reopen_rate", "messages_per_ticket")
"""Asked for along with the ten, for what has changed most."""

MOST_CHANGES = 4
PICTURED = "response_time"


def sections(asked: Asked) -> tuple[Section, ...]:
    """What an owner reads, the most important first."""
    found = whole(asked, (*TEN, *ALSO))
    return (_changes(asked, found), _ten(asked, found), *goals_and_alerts(asked), flow(asked), course(asked, PICTURED))


def _changes(asked: Asked, found: Report) -> Section:
    most = moved(found.answer, most=MOST_CHANGES, number=partial(number_of, asked))
    if not most:
        return Section(_("What changed"), (_("Nothing has changed much against the period before."),))
    return Section(_("What changed"), tuple(map(_change, most)))


def _change(each: Moved) -> str:
    one = metric(each.key)
    change = words.change(one, each.now, each.before)
    told = {
        "metric": words.title_of(one),
        "now": figure(each.now, one.unit),
        "before": figure(each.before, one.unit),
        "change": change.text,
        "word": change.word,
    }
    if not change.word:
        return _("%(metric)s: %(now)s, %(before)s before (%(change)s).") % told
    return _("%(metric)s: %(now)s, %(before)s before (%(change)s, %(word)s).") % told


def _ten(asked: Asked, found: Report) -> Section:
    header = (_("Metric"), _("Value"), _("Before"), _("Change"))
    rows = tuple(tuple(_row(asked, found, key)) for key in TEN)
    return Section(_("Ten numbers"), table=Table(header, rows), href=asked.link("overview"), link=_("The overview"))


def _row(asked: Asked, found: Report, key: str) -> Iterator[Cell]:
    one = metric(key)
    now = number_of(asked, key, found.total.metrics)
    then = number_of(asked, key, found.before.total.metrics) if found.before else None
    change = words.change(one, now, then, may_rise=one.may_rise(found.total.metrics[key]))
    tone = {True: "good", False: "bad", None: ""}[change.better]
    yield Cell(words.title_of(one), href=asked.link("shop_metrics_one", key))
    yield Cell(figure(now, one.unit))
    yield Cell(figure(then, one.unit))
    yield Cell(f"{change.text} {change.word}".strip(), tone)
