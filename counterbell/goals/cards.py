"""A goal as a page shows it: its pace as a bar and in words, and what has become of it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.metrics import metric
from counterbell.words import figure

from .models import ScopeName, Target
from .pace import Pace, State
from .scopes import Scope
from .sentences import STATES, goal_in_words, whose
from .targets import goal_of

TONES = {State.MET: "good", State.ON_TRACK: "good", State.BEHIND: "bad", State.MISSED: "bad"}
ROOM = 1.12
"""So much wider than its furthest mark a bar is."""


def local(shop: Shop, when: datetime | None) -> str:
    """An instant on the shop's clock."""
    return formats.moment(when.astimezone(zone(shop.timezone))) if when else ""


def metric_page(shop: Shop, key: str, scope: Scope, **words: str) -> str:
    """The address of the metric's page, with the scope as its filter."""
    narrowed = {} if scope.name == ScopeName.SHOP else {scope.name: scope.value}
    query = urlencode({**words, **narrowed})
    return reverse("shop_metrics_one", args=[shop.slug, key]) + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Bar:
    """How far the value, the expected value and the target reach, in percent of the bar's width; null: not there."""

    value: float | None
    expected: float | None
    target: float | None

    @classmethod
    def of(cls, pace: Pace) -> "Bar":
        """The bar of a pace, from nought (ratings: from 1) to a little beyond its furthest mark."""
        is_rating = metric(pace.goal.metric).unit == "rating"
        begin = 1.0 if is_rating else 0.0
        there = [value for value in (pace.value, pace.expected, pace.target) if value is not None]
        end = 5.0 if is_rating else max([*there, 0.0]) * ROOM or 1.0

        def place(value: float | None) -> float | None:
            return None if value is None else round(100 * (value - begin) / (end - begin), 2)

        return cls(place(pace.value), place(pace.expected), place(pace.target))


@dataclass(frozen=True)
class Card:
    """A goal in one period."""

    shop: Shop
    pace: Pace

    @property
    def number(self) -> int:
        """By which its page is found."""
        return self.pace.set_as.pk

    @property
    def title(self) -> str:
        """The metric, with the team, agent or channel that it is asked of."""
        return whose(self.pace.goal.metric, self.pace.goal.scope)

    @property
    def asked(self) -> str:
        """What is to be reached."""
        return in_words(self.pace.set_as)

    @property
    def state(self) -> str:
        """Met, on track, behind, missed, in the reader's words."""
        return _(STATES[self.pace.state])

    @property
    def tone(self) -> str:
        """Good or bad; nothing while it is not known."""
        return TONES.get(self.pace.state, "")

    @property
    def value(self) -> str:
        """What it is now."""
        return self._shown(self.pace.value)

    @property
    def expected(self) -> str:
        """What would be expected by now; empty where that is the target itself."""
        return "" if self.pace.expected in (None, self.pace.target) else self._shown(self.pace.expected)

    @property
    def target(self) -> str:
        """What is to be reached."""
        return self._shown(self.pace.target)

    @property
    def days(self) -> str:
        """The period."""
        return formats.days(self.pace.period.start, self.pace.period.end)

    @property
    def passed(self) -> str:
        """The part of the period that is gone."""
        return formats.percent(self.pace.passed, 0)

    @property
    def is_over(self) -> bool:
        """Whether the period is over."""
        return self.pace.passed >= 1

    @property
    def sureness(self) -> str:
        """How sure the figure is, in words; empty where that does not matter."""
        if self.pace.interval is None or self.pace.sure is not False or self.pace.state is State.UNKNOWN:
            return ""
        low, high = map(self._shown, self.pace.interval)
        return _("The goal lies within what chance alone may bring (%(low)s to %(high)s).") % {"low": low, "high": high}

    @property
    def rows(self) -> str:
        """Over how many rows the figure was taken; empty where that does not matter."""
        return "" if self.pace.rows is None else formats.number(self.pace.rows)

    @property
    def thin(self) -> bool:
        """Whether it stands on too few rows."""
        return self.pace.thin

    @property
    def bar(self) -> Bar:
        """The pace, drawn."""
        return Bar.of(self.pace)

    @property
    def href(self) -> str:
        """Where the metric is, in that period."""
        first, last = self.pace.period.start, self.pace.period.buckets[-1].start
        words = {"first": first.isoformat(), "last": last.isoformat()[:10]}
        return metric_page(self.shop, self.pace.goal.metric, self.pace.goal.scope, **words)

    def _shown(self, value: float | None) -> str:
        return figure(value, metric(self.pace.goal.metric).unit)


def in_words(target: Target) -> str:
    """What a target asks, or that the goal is given up."""
    if target.value is None and target.step is None:
        return _("given up")
    return goal_in_words(goal_of(target), target.value, target.step)


@dataclass(frozen=True)
class Change:
    """A change of a goal's target: what, from when on, by whom."""

    told: str
    since: str
    by: str
    when: str


def change(shop: Shop, target: Target) -> Change:
    """A row of the history of a goal's target."""
    by = str(target.set_by) if target.set_by else _("at the command line")
    return Change(in_words(target), formats.day(target.valid_from), by, local(shop, target.set_at))
