"""Charts of what the metrics' query found: its buckets as a trend or as cohorts, its slices as bars."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterbell import formats
from counterbell.metrics import metric
from counterbell.metrics._metric import THIN, Metric
from counterbell.metrics.periods import Bucket
from counterbell.metrics.query import Answer, Answered
from counterbell.metrics.report import Report
from counterbell.words import title_of

from . import breakdown, cohorts, flow, labels, trend
from ._chart import Chart
from .trend import State

Link = Callable[[Bucket], str | None]
"""Where the tickets of a bucket are; without one, nothing leads anywhere."""


Number = Callable[[str, Mapping[str, Any]], float | None]
"""The figure of the metric of that key, from all figures of a bucket."""


def _headline(key: str, figures: Mapping[str, Any]) -> float | None:
    return metric(key).headline(figures[key])


def _nowhere(_bucket: Bucket) -> None:
    return None


@dataclass(frozen=True)
class ReportCharts:
    """The charts of a report. `link` leads from a bucket to its tickets.

    `number` reads the figure that stands for a metric (by default its headline) from those of a bucket.
    """

    found: Report
    link: Link = _nowhere
    number: Number = _headline

    def trend(
        self, key: str, *, goal: float | None = None, jumps: dict[int, str] | None = None, title: str = ""
    ) -> Chart:
        """The course of a metric; `jumps` says, by the place of a bucket, what changed there."""
        one = metric(key)
        points = [
            trend.Point(
                named.name,
                self._headline(key, bucket),
                named.tick,
                before=self._before(key, place),
                state=self._state(one, key, bucket),
                n=self._sample(one, key, bucket),
                jump=(jumps or {}).get(place, ""),
                href=self.link(bucket.bucket),
            )
            for place, (named, bucket) in enumerate(zip(self._named(), self.found.buckets, strict=True))
        ]
        return trend.chart(
            title or title_of(one), one.unit, points, goal=goal,
            period=_days(self.found.answer), compared=_days(self.found.before) if self.found.before else "",
        )  # fmt: skip

    def breakdown(
        self,
        key: str,
        by: str,
        *,
        name: Callable[[str | None], str],
        href: Callable[[str | None], str | None] = lambda _value: None,
    ) -> Chart:
        """The metric by the values of the dimension that was asked by, the most first.

        `by` is the dimension in words, `name` calls a value by its name, `href` leads to its tickets.
        """
        one = metric(key)
        before = self.found.before.total.by if self.found.before else {}
        bars = [
            breakdown.Bar(
                name(value),
                one.headline(figures[key]),
                one.headline(before[value][key]) if value in before else None,
                thin=_is_thin(one, figures[key]),
                href=href(value),
            )
            for value, figures in self.found.total.by.items()
        ]
        bars.sort(key=lambda bar: (bar.value is None, -(bar.value or 0)))
        return breakdown.chart(
            title_of(one),
            one.unit,
            by,
            bars,
            period=_days(self.found.answer),
            compared=_days(self.found.before) if self.found.before else "",
        )

    def flow(self, title: str) -> Chart:
        """Tickets created and closed, and the level; the report has to have asked for the three."""
        flows = [
            flow.Flow(
                named.name,
                bucket.metrics["tickets_created"],
                int(metric("tickets_closed").headline(bucket.metrics["tickets_closed"]) or 0),
                bucket.metrics["unresolved_tickets"],
                named.tick,
                running=self._is_running(bucket),
                href=self.link(bucket.bucket),
            )
            for named, bucket in zip(self._named(), self.found.buckets, strict=True)
        ]
        return flow.chart(title, flows)

    def cohorts(self) -> Chart:
        """Converted tickets by when they were created; the report has to have asked for `converted_tickets`."""
        rows = []
        for named, bucket in zip(self._named(), self.found.buckets, strict=True):
            value = bucket.metrics["converted_tickets"]
            counts = (value["whole"], value["part"], value["maturing"])
            rows.append(cohorts.Cohort(named.name, *counts, named.tick, self.link(bucket.bucket)))
        return cohorts.chart(title_of(metric("converted_tickets")), rows)

    # ---- one bucket

    def _named(self) -> Sequence[labels.Named]:
        return labels.named([bucket.bucket for bucket in self.found.buckets], self.found.question.period.grain)

    def _headline(self, key: str, bucket: Answered) -> float | None:
        """Null for what has not begun: its counts are 0, which says nothing yet."""
        return None if bucket.bucket.start_us > self._now_us() else self.number(key, bucket.metrics)

    def _before(self, key: str, place: int) -> float | None:
        """The figure of the bucket at the same place in the other period, which may have fewer."""
        there = self.found.before.buckets if self.found.before else []
        return self.number(key, there[place].metrics) if place < len(there) else None

    def _sample(self, one: Metric, key: str, bucket: Answered) -> int | None:
        value = bucket.metrics[key]
        return None if value is None else one.sample(value)

    def _state(self, one: Metric, key: str, bucket: Answered) -> State:
        value = bucket.metrics[key]
        if self._is_running(bucket):
            return "running"
        if isinstance(value, dict) and value.get("maturing"):
            return "maturing"
        return "thin" if _is_thin(one, value) else "settled"

    def _is_running(self, bucket: Answered) -> bool:
        return bucket.bucket.start_us <= self._now_us() < bucket.bucket.end_us

    def _now_us(self) -> float:
        return self.found.answer.as_of.timestamp() * 1_000_000


def _is_thin(one: Metric, value: object) -> bool:
    sample = None if value is None else one.sample(value)
    return sample is not None and 0 < sample < THIN


def _days(answer: Answer) -> str:
    return formats.days(answer.period.start, answer.period.end)
