"""Tables on a terminal of any width: where there is no room beside a row, what belongs to it goes beneath."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

GAP = 2
BETWEEN = " · "
INDENT = "  "
ENDLESS = 10_000


def plain_table(gap: int = GAP) -> Table:
    """A table without lines."""
    return Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="dim")


def fits(console: Console, table: Table) -> bool:
    """Whether nothing of the table would be cut or wrapped."""
    return Measurement.get(console, console.options.update(width=ENDLESS), table).maximum <= console.width


def print_with_details(
    console: Console, table: Table, details: Sequence[Sequence[str]], further: Sequence[Sequence[str]] | None = None
) -> None:
    """Print a table of one-line rows, and beneath each one its `further` lines, and its details as `wrapped` does."""
    heading, *rows = console.render_lines(table, pad=False)
    _print_line(console, heading)
    for row, lines, parts in zip(rows, further or [()] * len(rows), details, strict=True):
        _print_line(console, row)
        for line in lines:
            console.print(Text(INDENT + line))
        for line in wrapped(parts, console.width - len(INDENT)):
            console.print(Text(INDENT + line, style="dim"))


def _print_line(console: Console, segments: list[Segment]) -> None:
    console.print(Segments([*segments, Segment.line()]), end="")


def wrapped(parts: Sequence[str], width: int) -> Iterator[str]:
    """The parts, joined, on as many lines as they need."""
    line = ""
    for part in parts:
        longer = f"{line}{BETWEEN}{part}" if line else part
        if line and cell_len(longer) > width:
            yield line
            longer = part
        line = longer
    if line:
        yield line
