"""How figures are printed: a table for people, JSON, CSV and Parquet for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table
from rich.text import Text

from counterbell import formats
from counterbell.metrics import metric
from counterbell.metrics._metric import THIN, Metric
from counterbell.metrics.report import Report, as_json, as_rows

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BARS = "▁▂▃▄▅▆▇█"


def report(found: Report, format: str, keys: Sequence[str]) -> None:
    """Print a report."""
    match format:
        case "json":
            json.dump(as_json(found), sys.stdout, ensure_ascii=False, indent=1)
            print()
        case "csv":
            rows = as_rows(found)
            csv_rows(list(rows[0]) if rows else [], [list(row.values()) for row in rows])
        case "parquet":
            import pyarrow as pa
            import pyarrow.parquet as pq

            pq.write_table(pa.Table.from_pylist(as_rows(found)), sys.stdout.buffer)
        case _:
            _tables(found, keys)


def json_lines(rows: Iterable[dict[str, Any]]) -> None:
    """Print one JSON array of objects, an object a line."""
    separator = "["
    for row in rows:
        print(separator, json.dumps(row, ensure_ascii=False), sep="\n" if separator == "[" else "\n", end="")
        separator = ","
    print("\n]" if separator == "," else "[]")


def csv_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print CSV, UTF-8 with BOM; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    sys.stdout.flush()
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    sys.stdout.write("\ufeff")
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
        case float() if value.is_integer():
            return int(value)
        case str() if value.startswith(FORMULA_STARTS):
            return f"'{value}"
    return value


def _tables(found: Report, keys: Sequence[str]) -> None:
    console = Console()
    period = found.question.period
    title = f"{found.shop.slug}  {formats.day(period.start)} – {formats.day(period.end)}"  # noqa: RUF001
    console.print(Text(title, style="bold"))
    console.print(_figures(found, keys))
    if found.question.by:
        console.print(_by(found, keys))
    elif len(found.buckets) > 1:
        console.print(_by_bucket(found, keys))
    for line in _notes(found):
        console.print(Text(line, style="dim"), soft_wrap=True)


def _figures(found: Report, keys: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(_("Metric"))
    table.add_column(_("Value"), justify="right", style="bold")
    if found.before:
        table.add_column(_("Before"), justify="right")
        table.add_column(_("Change"), justify="right")
    if len(found.buckets) > 1:
        table.add_column(_("Course"))
    table.add_column(_("Details"), style="dim")
    for key in keys:
        one, value = metric(key), found.total.metrics[key]
        row: list[Any] = [title_of(one), headline(one, value)]
        if found.before:
            row += [headline(one, found.before.total.metrics[key]), _change(found, key)]
        if len(found.buckets) > 1:
            row.append(sparkline([one.headline(bucket.metrics[key]) for bucket in found.buckets]))
        table.add_row(*row, details(found, one, key))
    return table


def title_of(one: Metric) -> str:
    """The metric's name in the reader's language."""
    return one.words.get(get_language() or "en", one.title)


def headline(one: Metric, value: Any) -> str:
    """The metric's one number with its unit."""
    number = one.headline(value)
    match one.unit:
        case "seconds":
            return formats.duration(number)
        case "share":
            return formats.percent(number)
        case "rating" | "messages" | "days":
            return formats.number(number, 2 if one.unit == "rating" else 1)
    return formats.number(number)


def details(found: Report, one: Metric, key: str) -> str:
    """What stands beside the headline: how it is spread, over how many rows, and whether these are too few."""
    value = found.total.metrics[key]
    parts: list[str] = []
    if isinstance(value, dict):
        parts += list(_spread(value))
        if key == "csat" and value["response_rate"] is not None:
            parts.append(_("%(rate)s answered") % {"rate": formats.percent(value["response_rate"])})
        if key == "converted_tickets":
            parts.append(_("%(rate)s of all") % {"rate": formats.percent(value["rate"])})
            parts += [formats.money(minor, currency) for currency, minor in value["revenue"].items()]
            if value["maturing"]:
                parts.append(_("%(count)s still maturing") % {"count": formats.number(value["maturing"])})
        if key == "tickets_closed":
            first = sorted(value["by_agent"].items(), key=lambda closed: -closed[1])
            parts += [f"{agent} {formats.number(count)}" for agent, count in first[:3]]
    if key == "unresolved_tickets" and (by_status := found.total.metrics.get("unresolved_by_status")):
        names = {"open": _("open"), "pending": _("pending"), "snoozed": _("snoozed")}
        parts += [f"{names[status]} {formats.number(count)}" for status, count in by_status.items() if count]
    sample = one.sample(value) if value is not None else None
    if sample is not None:
        parts.append(f"n {formats.number(sample)}")
        if sample < THIN:
            parts.append(_("thin sample"))
    return " · ".join(parts)


def _spread(value: dict[str, Any]) -> Iterable[str]:
    if "median" in value:
        yield _("median %(time)s") % {"time": formats.duration(value["median"])}
        yield f"p90 {formats.duration(value['p90'])}"
    if value.get("within_target") is not None:
        within, target = formats.percent(value["within_target"]), formats.duration(value["target"])
        yield _("%(share)s within %(target)s") % {"share": within, "target": target}
    if "share_4_5" in value:
        yield _("%(share)s with 4 or 5") % {"share": formats.percent(value["share_4_5"])}


def _change(found: Report, key: str) -> Text:
    value, better = found.change(key)
    style = {True: "green", False: "red", None: ""}[better]
    word = {True: _("better"), False: _("worse"), None: ""}[better]
    return Text(f"{formats.change(value)} {word}".strip(), style=style)


def sparkline(values: Sequence[float | None]) -> str:
    """A course as bars, from the least to the most; a gap where there is no figure."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    step = (high - low) / (len(BARS) - 1) or 1
    return "".join(" " if value is None else BARS[round((value - low) / step)] for value in values[-60:])


def _by_bucket(found: Report, keys: Sequence[str]) -> Table:
    starts = [bucket.bucket.start for bucket in found.buckets]
    names = [formats.moment(start) if isinstance(start, datetime) else formats.day(start) for start in starts]
    return _grid(_("From"), list(zip(names, [bucket.metrics for bucket in found.buckets], strict=True)), keys)


def _by(found: Report, keys: Sequence[str]) -> Table:
    by = found.question.by or ""
    return _grid(by, [(value or formats.NOTHING, figures) for value, figures in found.total.by.items()], keys)


def _grid(first: str, rows: Sequence[tuple[str, dict[str, Any]]], keys: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first)
    for key in keys:
        table.add_column(title_of(metric(key)), justify="right", max_width=14)
    for name, figures in rows:
        table.add_row(name, *(headline(metric(key), figures[key]) for key in keys))
    return table


def _notes(found: Report) -> Iterable[str]:
    left_out = found.total.metrics.get("left_out")
    if left_out:
        names = {"merged": _("merged"), "spam": _("spam"), "deleted": _("deleted")}
        parts = ", ".join(f"{names[reason]} {formats.number(count)}" for reason, count in left_out.items())
        yield _("Not counted: %(count)s tickets (%(reasons)s).") % {
            "count": formats.number(sum(left_out.values())), "reasons": parts
        }  # fmt: skip
    yield _("As of %(moment)s UTC, days in %(zone)s, definitions of version 1.") % {
        "moment": formats.moment(found.as_of), "zone": found.shop.timezone
    }  # fmt: skip
