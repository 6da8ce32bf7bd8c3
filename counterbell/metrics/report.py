"""A report: the figures of a period in all and by grain, beside those of the period it is compared with."""

from dataclasses import dataclass
from typing import Any

from counterbell import instants
from counterbell.accounts.models import Shop

from ._metric import Metric
from .periods import Bucket
from .query import Answer, Answered, Comparison, Question, ask


@dataclass(frozen=True)
class Report:
    """What was asked of a shop and what was found."""

    shop: Shop
    question: Question
    answer: Answer

    @property
    def total(self) -> Answered:
        """The figures of the whole period."""
        return self.answer.total

    @property
    def buckets(self) -> list[Answered]:
        """The figures by grain."""
        return self.answer.buckets

    @property
    def before(self) -> Answer | None:
        """The figures of the period compared with; null without a comparison."""
        return self.answer.before


def is_better(one: Metric, old: float, new: float, *, may_rise: bool = False) -> bool | None:
    """Whether the change is for the better; null where neither way is, and for a fall of what may still rise."""
    if one.better == "neither" or new == old or (may_rise and new < old):
        return None
    return (new > old) == (one.better == "higher")


def report(shop: Shop, question: Question, compare: Comparison | None = None) -> Report:
    """Answer the question, all of it as of the same instant."""
    return Report(shop, question, ask(shop, question, compare))


def as_json(report: Report) -> dict[str, Any]:
    """The report as the contract gives it: {shop, timezone, as_of, buckets: [{start, end, metrics}]}, and more."""
    told = {
        "shop": report.shop.slug,
        "timezone": report.shop.timezone,
        "currency": report.shop.currency,
        "as_of": instants.written(report.answer.as_of),
        "grain": report.question.period.grain.value,
        "definitions": 1,
        "buckets": [_bucket(answered, report.question.by) for answered in report.buckets],
        "total": _bucket(report.total, report.question.by),
    }
    if report.before:
        told["comparison"] = {
            "buckets": [_bucket(answered, report.question.by) for answered in report.before.buckets],
            "total": _bucket(report.before.total, report.question.by),
        }
    return told


def _bucket(answered: Answered, by: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {**bounds(answered.bucket), "metrics": answered.metrics}
    if by:
        told["by"] = [{by: value, "metrics": figures} for value, figures in answered.by.items()]
    return told


def bounds(bucket: Bucket) -> dict[str, str]:
    """The bounds of a bucket as the report writes them: dates in the shop's zone, or for hours instants."""
    return {"start": bucket.start.isoformat(), "end": bucket.end.isoformat()}


def as_rows(report: Report) -> list[dict[str, Any]]:
    """The report as a flat table: a row for each bucket (and value of the dimension asked by), a column a figure."""
    by = report.question.by
    rows = []
    for answered in report.buckets:
        slices = answered.by.items() if by else [(None, answered.metrics)]
        for value, figures in slices:
            named = {by: value} if by else {}
            rows.append({**bounds(answered.bucket), **named, **_flat(figures)})
    columns = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in columns} for row in rows]


def _flat(figures: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in figures.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            flat |= {f"{prefix}{name}.low": value[0], f"{prefix}{name}.high": value[1]}
        else:
            flat[f"{prefix}{name}"] = value
    return flat
