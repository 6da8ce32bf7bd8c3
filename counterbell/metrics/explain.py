"""A metric in words: its rule, what it leaves out, a worked example, and the SQL that counts it."""

import inspect
import json
import sys
from datetime import date
from textwrap import dedent, indent
from zoneinfo import ZoneInfo

from . import metric
from .periods import Grain, Period
from .query import statements_of

VERSION = 1
"""Of the definitions; a change of one is a new version with a date."""


def rule(key: str) -> str:
    """The metric's rule, as its file says it."""
    metric(key)
    return inspect.getdoc(sys.modules[f"counterbell.metrics.{key}"]) or ""


def sql(key: str) -> list[str]:
    """The statements that count the metric, by month over a year."""
    period = Period.of(date(2025, 1, 1), date(2026, 1, 1), ZoneInfo("UTC"), Grain.MONTH)
    return statements_of(key, period)


def explain(key: str) -> str:
    """All of it as text."""
    one = metric(key)
    better = {"lower": "Lower is better.", "higher": "Higher is better.", "neither": "Neither more nor less is better."}
    parts = [
        f"{one.title} ({key})",
        one.question,
        rule(key),
        f"Unit: {one.unit}. {better[one.better]} Definition of version {VERSION}.",
        f"Left out: {one.excluded}",
        "Example:\n" + indent(dedent(one.example.log).strip(), "    "),
        f"gives {json.dumps(one.example.value)}",
        "SQL (by month over 2025; $files are the Parquet files of the facts):",
        *(indent(statement, "    ") for statement in sql(key)),
    ]
    return "\n\n".join(parts)
