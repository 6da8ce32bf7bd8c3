"""A metric in words: its rule, what it leaves out, a worked example, and the SQL that counts it."""

import inspect
import sys
from datetime import date
from zoneinfo import ZoneInfo

from . import metric
from .periods import Grain, Period
from .query import statements_of

VERSION = 1
"""Of the definitions; a change of one is a new version with a date."""


def rule(key: str) -> str:
    """The metric's rule, as its file says it: paragraphs of one line each, the first one a summary."""
    metric(key)
    told = inspect.getdoc(sys.modules[f"counterbell.metrics.{key}"]) or ""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in told.split("\n\n"))


def sql(key: str) -> list[str]:
    """The statements that count the metric, by month over a year."""
    period = Period.of(date(2025, 1, 1), date(2026, 1, 1), ZoneInfo("UTC"), Grain.MONTH)
    return statements_of(key, period)
