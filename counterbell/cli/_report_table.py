"""A report for people: the figures of the whole period, then those of its buckets or slices, at any width.

What a narrow terminal has no room for goes to a second line or a second table; no figure is ever cut.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from counterbell import formats
from counterbell.accounts.opening_hours import zone
from counterbell.charts.labels import bucket_names
from counterbell.metrics.explain import VERSION
from counterbell.metrics.periods import Grain
from counterbell.metrics.query import Condition
from counterbell.metrics.report import Report
from counterbell.words import (
    DIMENSIONS,
    actor,
    change,
    details,
    headline,
    is_thin,
    left_out,
    metric_of,
    short,
    title_of,
)

from ._table import BETWEEN, GAP, fits, plain_table, print_with_details

BARS = "▁▂▃▄▅▆▇█"
LONGEST_COURSE = 60
METRIC_WIDTH = 36
"""A metric's name longer than this goes on beneath, where details stand beneath too."""

NAME_WIDTH = 26
"""A slice's name longer than this is cut; a figure never is."""

THIN_MARK, RUNNING_MARK = "*", "…"


def show(found: Report, keys: Sequence[str], console: Console | None = None) -> None:
    """Print a report."""
    console = console or Console()
    for line in _heading(found):
        console.print(line)
    console.print()
    _show_figures(console, found, keys)
    grid = _slices(found, keys) if found.question.by else _buckets(found, keys)
    if len(grid.rows) > 1 or found.question.by:
        _show_grid(console, grid)
    console.print()
    for note in _notes(found, grid, keys):
        console.print(Text(note, style="dim"))


def _heading(found: Report) -> Iterator[Text]:
    period = found.question.period
    line = Text(f"{found.shop.slug}  {formats.days(period.start, period.end)}", style="bold")
    if found.before:
        before = found.before.total.bucket
        told = _("compared with %(days)s") % {"days": formats.days(before.start, before.end)}
        line.append(f"  {told}", style="not bold dim")
    yield line
    if found.question.where:
        yield Text(BETWEEN.join(map(_filter, found.question.where)), style="dim")


def _filter(condition: Condition) -> str:
    values = ", ".join(value or formats.NOTHING for value in condition.values)
    return f"{_(DIMENSIONS[condition.dimension])} {'≠' if condition.negated else '='} {values}"


# ---- the figures of the whole period


@dataclass(frozen=True)
class _Layout:
    """What stands on a metric's line. Details are on the line or on one of their own."""

    before: bool
    course: int
    details_beside: bool


def _show_figures(console: Console, found: Report, keys: Sequence[str]) -> None:
    tables = ((layout, _figures(found, keys, layout)) for layout in _layouts(found))
    layout, table = next((layout, table) for layout, table in tables if fits(console, table) or not layout.before)
    if layout.details_beside:
        console.print(table)
    else:
        print_with_details(console, table, [details(found, key) for key in keys], [_name(key)[1:] for key in keys])


def _name(key: str) -> list[str]:
    """The name of a metric in lines that are not too long."""
    return textwrap.wrap(title_of(metric_of(key)), METRIC_WIDTH)


def _layouts(found: Report) -> Iterator[_Layout]:
    """From the widest to the narrowest: details beside or beneath, the comparison's figures, the course."""
    course = min(len(found.buckets), LONGEST_COURSE) if len(found.buckets) > 1 else 0
    yield _Layout(True, course, details_beside=True)
    yield from (_Layout(True, part, details_beside=False) for part in range(course, 2, -1))
    yield _Layout(True, 0, details_beside=False)
    yield _Layout(False, 0, details_beside=False)


def _figures(found: Report, keys: Sequence[str], layout: _Layout) -> Table:
    table = plain_table()
    table.add_column(_("Metric"), no_wrap=True)
    table.add_column(_("Value"), justify="right", style="bold", no_wrap=True)
    if found.before and layout.before:
        table.add_column(_("Before"), justify="right", no_wrap=True)
    if found.before:
        table.add_column(_("Change"), justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
    if layout.course:
        table.add_column(_("Course"), no_wrap=True)
    if layout.details_beside:
        table.add_column(_("Details"), style="dim", no_wrap=True)
    for key in keys:
        table.add_row(*_figure(found, key, layout))
    return table


def _figure(found: Report, key: str, layout: _Layout) -> Iterator[Text]:
    one = metric_of(key)
    yield Text(title_of(one) if layout.details_beside else _name(key)[0])
    yield Text(headline(one, found.total.metrics[key]))
    if found.before and layout.before:
        yield Text(headline(one, found.before.total.metrics[key]))
    if found.before:
        now, then = (one.headline(total.metrics[key]) for total in (found.total, found.before.total))
        changed = change(one, now, then, may_rise=one.may_rise(found.total.metrics[key]))
        style = {True: "green", False: "red", None: ""}[changed.better]
        yield Text(changed.text, style=style)
        yield Text(changed.word, style=style)
    if layout.course:
        yield Text(sparkline([one.headline(bucket.metrics[key]) for bucket in found.buckets[-layout.course :]]))
    if layout.details_beside:
        yield Text(BETWEEN.join(details(found, key)))


def sparkline(values: Sequence[float | None]) -> str:
    """A course as bars, from the least to the most; a gap where there is no figure."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    step = (high - low) / (len(BARS) - 1) or 1
    return "".join(" " if value is None else BARS[round((value - low) / step)] for value in values)


# ---- the figures of each bucket or slice


@dataclass(frozen=True)
class _Grid:
    """Figures as text: a row a bucket or slice, a column a metric."""

    corner: str
    headings: list[str]
    names: list[str]
    rows: list[list[str]]


def _buckets(found: Report, keys: Sequence[str]) -> _Grid:
    grain = found.question.period.grain
    names = bucket_names([bucket.bucket for bucket in found.buckets], grain)
    now = found.answer.as_of.timestamp() * 1_000_000
    for place, bucket in enumerate(found.buckets):
        if bucket.bucket.start_us <= now < bucket.bucket.end_us:
            names[place] += f" {RUNNING_MARK}"
    titles = {
        Grain.HOUR: _("Hour"), Grain.DAY: _("Day"), Grain.WEEK: _("Week"), Grain.MONTH: _("Month"),
        Grain.QUARTER: _("Quarter"), Grain.YEAR: _("Year"),
    }  # fmt: skip
    return _grid(titles[grain], names, [bucket.metrics for bucket in found.buckets], keys)


def _slices(found: Report, keys: Sequence[str]) -> _Grid:
    by = found.question.by or ""
    names = [formats.NOTHING if value is None else _slice_name(by, value) for value in found.total.by]
    return _grid(_(DIMENSIONS[by]), names, list(found.total.by.values()), keys)


def _slice_name(by: str, value: str) -> str:
    name = Text(actor(value) if by == "agent" else value)
    name.truncate(NAME_WIDTH, overflow="ellipsis")
    return name.plain


def _grid(corner: str, names: list[str], figures: Sequence[dict[str, Any]], keys: Sequence[str]) -> _Grid:
    columns = []
    for key in keys:
        one = metric_of(key)
        thin = [is_thin(one, row[key]) for row in figures]
        mark = " " if any(thin) else ""
        columns.append(
            [headline(one, row[key]) + (THIN_MARK if few else mark) for row, few in zip(figures, thin, strict=True)]
        )
    rows = [list(row) for row in zip(*columns, strict=True)] if columns else []
    return _Grid(corner, [short(key, metric_of(key)) for key in keys], names, rows)


def _show_grid(console: Console, grid: _Grid) -> None:
    """As many columns beside each other as there is room for, the others in further tables below."""
    for columns, gap in _pages(grid, console.width):
        table = plain_table(gap)
        table.add_column(f"\n{grid.corner}" if any("\n" in grid.headings[place] for place in columns) else grid.corner)
        for place in columns:
            heading = grid.headings[place]
            table.add_column(heading if "\n" in heading else f"\n{heading}", justify="right", no_wrap=True)
        for name, row in zip(grid.names, grid.rows, strict=True):
            table.add_row(Text(name), *(Text(row[place]) for place in columns))
        console.print()
        console.print(table)


def _pages(grid: _Grid, width: int) -> Iterator[tuple[list[int], int]]:
    """Which columns go into each table, about as many into each, and how far apart they stand."""
    room = width - max(map(cell_len, [grid.corner, *grid.names]))
    widths = [
        max(cell_len(line) for line in (*heading.split("\n"), *(row[place] for row in grid.rows)))
        for place, heading in enumerate(grid.headings)
    ]
    gap = 1 if sum(widths) + len(widths) <= room < sum(widths) + GAP * len(widths) else GAP
    least = len(_filled(widths, gap, room, len(widths)))
    for page in _filled(widths, gap, room, -(-len(widths) // least)):
        yield page, gap


def _filled(widths: Sequence[int], gap: int, room: int, most: int) -> list[list[int]]:
    """The columns in their order on pages of so much room, at most so many on each."""
    pages: list[list[int]] = [[]]
    for place in range(len(widths)):
        taken = sum(widths[other] + gap for other in pages[-1])
        if pages[-1] and (taken + widths[place] + gap > room or len(pages[-1]) >= most):
            pages.append([])
        pages[-1].append(place)
    return pages


# ---- what is said beneath


def _notes(found: Report, grid: _Grid, keys: Sequence[str]) -> Iterator[str]:
    if "left_out" not in keys and (counts := found.total.metrics.get("left_out")):
        yield left_out(counts)
    if any(cell.endswith(THIN_MARK) for row in grid.rows for cell in row):
        yield _("%(mark)s Fewer than 10 in the sample.") % {"mark": THIN_MARK}
    if any(name.endswith(RUNNING_MARK) for name in grid.names):
        yield _("%(mark)s Not over yet.") % {"mark": RUNNING_MARK}
    now = found.answer.as_of.astimezone(zone(found.shop.timezone))
    yield _("As of %(day)s, %(time)s (%(zone)s); definitions of version %(version)s.") % {
        "day": formats.day(now), "time": formats.clock(now), "zone": found.shop.timezone, "version": VERSION
    }  # fmt: skip
