"""The tiles of the overview: a metric each, to be read at a glance."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from counterbell import formats, words
from counterbell.charts.sparkline import sparkline
from counterbell.metrics import metric
from counterbell.metrics._metric import Duration, Ratio
from counterbell.metrics.report import Report
from counterbell.words import figure

from .figures import Head, Metrics, beside
from .goal_lines import goal_lines
from .look import Look


@dataclass(frozen=True)
class Tile:
    """A metric's figure with its change and course; it leads to the metric's page."""

    key: str
    title: str
    value: str
    change: words.Change | None
    before: str
    beside: list[str]
    thin: bool
    stat: str
    course: SafeString
    href: str


@dataclass(frozen=True)
class Tiles:
    """The tiles of a report."""

    look: Look
    found: Report

    @property
    def head(self) -> Head:
        """How the figures are read."""
        return Head(self.look.view)

    @cached_property
    def _goals(self) -> dict[str, float]:
        return goal_lines(self.look)

    def tile(self, key: str) -> Tile:
        """The tile of a metric."""
        figures = self.found.total.metrics
        before = self.found.before.total.metrics if self.found.before else None
        return Tile(
            key=key,
            title=words.title_of(metric(key)),
            value=self.head.text(key, figures),
            change=self.head.change(key, self.found),
            before=self.head.text(key, before) if before else "",
            beside=self._beside(key, figures),
            thin=self.head.is_thin(key, figures),
            stat=self.head.stat if isinstance(metric(key), Duration) and self.look.view.stat != "mean" else "",
            course=self._course(key),
            href=self.look.to("shop_metrics_one", key),
        )

    def _beside(self, key: str, figures: Metrics) -> list[str]:
        parts = list(beside(key, figures, self.head, self.look.names))
        sample = self.head.sample(key, figures)
        if sample is not None and not isinstance(metric(key), Ratio):
            parts.append(f"n {formats.number(sample)}")
        return parts

    def _course(self, key: str) -> SafeString:
        now_us = self.found.answer.as_of.timestamp() * 1_000_000
        begun = [bucket for bucket in self.found.buckets if bucket.bucket.start_us <= now_us]
        values = [self.head.number(key, bucket.metrics) for bucket in begun]
        known = [value for value in values if value is not None]
        label = _("no figures in this period")
        if known:
            unit = metric(key).unit
            least, most = (figure(pick(known), unit) for pick in (min, max))
            label = _("between %(least)s and %(most)s") % {"least": least, "most": most}
        return sparkline(values, label=label, goal=self._goals.get(key), width=230, height=36)
