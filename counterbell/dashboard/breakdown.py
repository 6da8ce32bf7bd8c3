"""A metric by the values of a dimension: a table with bars that sorts by any column, each row a narrower view."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from counterbell import formats, words
from counterbell.metrics import metric
from counterbell.metrics.query import DIMENSIONS
from counterbell.metrics.report import Report
from counterbell.words import figure

from .bar import Option
from .figures import Head, Metrics
from .look import Look
from .view import View

MOST_ROWS = 60
RANKS = ("name", "value", "before", "sample")


@dataclass(frozen=True)
class Row:
    """A value of the dimension with its figures."""

    name: str
    href: str
    value: str
    length: float
    """Of its bar, from 0 to 100."""
    thin: bool
    before: str
    change: words.Change | None
    sample: str


@dataclass(frozen=True)
class Heading:
    """A column's heading, which sorts."""

    text: str
    href: str
    sorted: str
    numeric: bool


@dataclass(frozen=True)
class Breakdown:
    """What the template `dashboard/_breakdown.html` shows."""

    look: Look
    key: str
    page: str = "shop_metrics_one"
    """On which page it stands, if not on that of the metric; and what its address needs."""
    args: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """The dimension."""
        return self.look.view.by or ("agent" if self.key == "tickets_closed" else "channel")

    @property
    def by_title(self) -> str:
        """The dimension in a word."""
        return _(words.DIMENSIONS[self.by])

    @property
    def options(self) -> list[Option]:
        """The dimensions there are something of, as links."""
        least = {"agent": 1}
        there = [n for n in DIMENSIONS if n == self.by or len(self.look.choices.get(n, ())) >= least.get(n, 2)]
        return [
            Option(_(words.DIMENSIONS[name]), self._link(self.look.view.changed(by=name)), name == self.by)
            for name in there
        ]

    @cached_property
    def found(self) -> Report:
        """The figures, each value's of the whole period."""
        quantiles = metric(self.key).unit == "seconds" and self.look.view.stat != "mean"
        return self.look.report((self.key,), by=self.by, quantiles=quantiles, whole=True)

    @property
    def compared(self) -> bool:
        """Whether there is another period."""
        return self.found.before is not None

    @property
    def sampled(self) -> bool:
        """Whether it matters over how many rows a figure is taken."""
        return self.head.sample(self.key, self.found.total.metrics) is not None

    @property
    def head(self) -> Head:
        """How figures are read."""
        return Head(self.look.view)

    # ---- rows

    @property
    def rows(self) -> list[Row]:
        """The values in the order asked for."""
        return [self._row(value, figures) for value, figures in self._ordered[:MOST_ROWS]]

    @property
    def more(self) -> int:
        """How many values are not shown."""
        return max(len(self._ordered) - MOST_ROWS, 0)

    @cached_property
    def _ordered(self) -> list[tuple[str | None, Metrics]]:
        column, descending = self.rank
        orders: dict[str, Callable[[str | None, Metrics], Any]] = {
            "name": lambda value, _figures: self._name(value).casefold(),
            "value": lambda _value, figures: self.head.number(self.key, figures),
            "before": lambda value, _figures: self._number_before(value),
            "sample": lambda _value, figures: self.head.sample(self.key, figures),
        }
        told = [(orders[column](value, figures), value, figures) for value, figures in self._there.items()]
        known = sorted((each for each in told if each[0] is not None), key=lambda each: each[0], reverse=descending)
        return [(value, figures) for _order, value, figures in (*known, *(each for each in told if each[0] is None))]

    @cached_property
    def _there(self) -> dict[str | None, Metrics]:
        """The values of which there is anything at all."""
        return {
            value: figures
            for value, figures in self.found.total.by.items()
            if self.head.number(self.key, figures) or self.head.sample(self.key, figures)
        }

    @cached_property
    def _most(self) -> float:
        numbers = (self.head.number(self.key, figures) for figures in self._there.values())
        return max((abs(number) for number in numbers if number is not None), default=0)

    def _row(self, value: str | None, figures: Metrics) -> Row:
        number, before = self.head.number(self.key, figures), self._number_before(value)
        sample = self.head.sample(self.key, figures)
        view = self.look.view.with_values(self.by, (value,)).changed(by=self.by)
        return Row(
            name=self._name(value),
            href=self.look.to("shop_metrics_one", self.key, view=view),
            value=self.head.text(self.key, figures),
            length=round(100 * abs(number or 0) / self._most, 1) if self._most else 0,
            thin=self.head.is_thin(self.key, figures),
            before=figure(before, metric(self.key).unit),
            change=self._change(number, before, figures) if self.compared else None,
            sample=formats.number(sample) if sample is not None else "",
        )

    def _change(self, number: float | None, before: float | None, figures: Metrics) -> words.Change:
        return words.change(metric(self.key), number, before, may_rise=self.head.may_rise(self.key, figures))

    def _name(self, value: str | None) -> str:
        return self.look.names.value(self.by, value)

    def _number_before(self, value: str | None) -> float | None:
        before = self.found.before.total.by if self.found.before else {}
        return self.head.number(self.key, before[value]) if value in before else None

    # ---- order

    @property
    def rank(self) -> tuple[str, bool]:
        """The column by which the rows are sorted, and whether from the greatest down."""
        told = self.look.view.rank or "-value"
        column = told.removeprefix("-")
        return (column if column in RANKS else "value"), told.startswith("-")

    @property
    def headings(self) -> list[Heading]:
        """The headings of the columns shown."""
        texts = {"name": self.by_title, "value": _("Value")}
        texts |= {"before": _("Before")} if self.compared else {}
        texts |= {"sample": "n"} if self.sampled else {}
        return [self._heading(column, text) for column, text in texts.items()]

    def _heading(self, column: str, text: str) -> Heading:
        now, descending = self.rank
        here = column == now
        down = not descending if here else column != "name"
        view = self.look.view.changed(rank=f"{'-' * down}{column}")
        way = ("descending" if descending else "ascending") if here else ""
        return Heading(text, self._link(view), way, column != "name")

    def _link(self, view: View) -> str:
        return self.look.to(self.page, *(self.args or (self.key,)), view=view, fragment="breakdown")
