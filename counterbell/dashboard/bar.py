"""The bar above a page's figures: period, grain, comparison, clock, statistic, filters; all links and GET forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from counterbell import formats
from counterbell.metrics.periods import BadPeriod, Grain
from counterbell.metrics.query import DIMENSIONS
from counterbell.words import DIMENSIONS as TITLES

from .look import Look
from .spans import SPANS
from .view import MOST_BUCKETS, View, about_buckets

GRAINS = {
    Grain.HOUR: later("Hour"), Grain.DAY: later("Day"), Grain.WEEK: later("Week"), Grain.MONTH: later("Month"),
    Grain.QUARTER: later("Quarter"), Grain.YEAR: later("Year"),
}  # fmt: skip
COMPARISONS = {"previous": later("Period before"), "year": later("Year before"), "none": later("None")}
CLOCKS = {"calendar": later("Around the clock"), "business": later("Opening hours")}
STATS = {"mean": later("Mean"), "median": later("Median"), "p90": later("90th percentile")}
TAGS = {"any": later("any of these"), "all": later("all of these"), "none": later("none of these")}


@dataclass(frozen=True)
class Option:
    """A choice as a link."""

    text: str
    href: str
    here: bool = False


@dataclass(frozen=True)
class Value:
    """A value of a dimension that can be ticked; `count` says on how many tickets it was found."""

    value: str
    text: str
    ticked: bool
    count: str = ""


@dataclass(frozen=True)
class Filter:
    """A dimension with its values."""

    name: str
    title: str
    values: list[Value]

    @property
    def ticked(self) -> int:
        """How many of its values are chosen."""
        return sum(value.ticked for value in self.values)


@dataclass(frozen=True)
class Bar:
    """All that the template `dashboard/_bar.html` shows. `durations` says whether clock and statistic matter."""

    look: Look
    page: str
    args: tuple[str, ...] = ()
    durations: bool = True
    grains: bool = True
    """Whether the page has a course to be cut by a grain."""

    @property
    def view(self) -> View:
        """What is shown now."""
        return self.look.view

    @property
    def action(self) -> str:
        """Where its forms lead."""
        return reverse(self.page, args=[self.look.shop.slug, *self.args])

    # ---- period

    @property
    def period(self) -> str:
        """The period by its name, or its days."""
        return self.days if self.view.custom else str(SPANS[self.view.span][0])

    @property
    def days(self) -> str:
        """The days of the period."""
        return formats.days(*self.view.days)

    @property
    def compared(self) -> str:
        """The days of the period compared with; nothing without a comparison."""
        if self.view.compare == "none":
            return ""
        try:
            then = self.view.period.previous() if self.view.compare == "previous" else self.view.period.year_before()
        except BadPeriod:
            return ""
        return formats.days(then.start, then.end)

    @property
    def spans(self) -> list[Option]:
        """The named periods."""
        return [
            self._option(text, self.view.changed(span=name, custom=None, chosen_grain=None), name == self.view.span)
            for name, (text, _days) in SPANS.items()
        ]

    @property
    def first(self) -> str:
        """The first day, for a field."""
        return str(self.view.days[0])

    @property
    def last(self) -> str:
        """The last day, for a field."""
        return str(self.view.days[1] - timedelta(days=1))

    @property
    def earlier(self) -> Option | None:
        """The period of the same length just before, if the calendar has it."""
        first, end = self.view.days
        there = first.toordinal() > (end - first).days
        return self._beside(-1, _("Earlier")) if there else None

    @property
    def later(self) -> Option | None:
        """The one just after, if that has begun."""
        return self._beside(1, _("Later")) if self.view.days[1] <= self.view.today else None

    def _beside(self, steps: int, text: str) -> Option:
        first, end = self.view.days
        length = (end - first) * steps
        return self._option(text, self.view.with_days(first + length, end + length))

    # ---- the other choices

    @property
    def grain_options(self) -> list[Option]:
        """The grains that give more than one bucket and not too many, and that which fits."""
        fitting = [grain for grain in Grain if 1 <= about_buckets(self.view.days, grain) <= MOST_BUCKETS]
        automatic = self._option(_("Automatic"), self.view.changed(chosen_grain=None), self.view.chosen_grain is None)
        return [
            automatic,
            *(
                self._option(_(GRAINS[grain]), self.view.changed(chosen_grain=grain), grain is self.view.chosen_grain)
                for grain in fitting
            ),
        ]

    @property
    def grain(self) -> str:
        """The grain shown."""
        return _(GRAINS[self.view.grain])

    @property
    def compare_options(self) -> list[Option]:
        """What can be compared with."""
        return self._options("compare", COMPARISONS)

    @property
    def clock_options(self) -> list[Option]:
        """The two clocks."""
        return self._options("clock", CLOCKS)

    @property
    def stat_options(self) -> list[Option]:
        """The statistics that can head a duration."""
        return self._options("stat", STATS)

    def _options(self, name: str, texts: dict[str, str]) -> list[Option]:
        now = getattr(self.view, name)
        return [self._option(_(text), self.view.changed(**{name: key}), key == now) for key, text in texts.items()]

    # ---- filters

    @property
    def filters(self) -> list[Filter]:
        """The dimensions that have something to choose."""
        return [found for found in map(self._filter, DIMENSIONS) if found.values]

    def _filter(self, name: str) -> Filter:
        chosen = self.view.values_of(name)
        offered: dict[str | None, int] = {choice.value: choice.n for choice in self.look.choices.get(name, ())}
        offered |= {value: offered.get(value, 0) for value in chosen}
        if len(offered) < 2 and not chosen:
            return Filter(name, _(TITLES[name]), [])
        values = [
            Value(value or "", self.look.names.value(name, value), value in chosen, formats.number(n))
            for value, n in offered.items()
        ]
        return Filter(name, _(TITLES[name]), values)

    @property
    def tag_modes(self) -> list[Value]:
        """Whether any, all or none of the tags."""
        return [Value(mode, _(text), mode == self.view.tags) for mode, text in TAGS.items()]

    @property
    def chips(self) -> list[Option]:
        """The active filters, each as a link that takes it away."""
        return list(self._chips())

    def _chips(self) -> Iterator[Option]:
        for each in self.view.where:
            sign = {True: "≠", False: "="}[each.negated]
            for value in each.values:
                left = tuple(other for other in self.view.values_of(each.dimension) if other != value)
                text = f"{_(TITLES[each.dimension])} {sign} {self.look.names.value(each.dimension, value)}"
                yield self._option(text, self.view.with_values(each.dimension, left))

    @property
    def without_filters(self) -> str:
        """The address without any filter."""
        return self._option("", self.view.changed(where=())).href

    # ---- forms

    @property
    def kept_by_dates(self) -> list[tuple[str, str]]:
        """What the form of the two days keeps of the view."""
        gone = ("period", "first", "last", "grain", "page", "bucket")
        return list(self.view.words(leaving_out=gone))

    @property
    def kept_by_filters(self) -> list[tuple[str, str]]:
        """What the form of the filters keeps of the view."""
        return list(self.view.words(leaving_out=(*DIMENSIONS, "tags", "page")))

    def _option(self, text: object, view: View, here: bool = False) -> Option:
        return Option(str(text), self.look.to(self.page, *self.args, view=view), here)
