"""The table of what was measured, for a terminal and for README.md, and the machine it was measured on."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

COLUMNS = ("what", "ours", "reference", "ratio", "aim", "", "peak memory")
LIBRARIES = ("django", "duckdb", "pyarrow", "numpy", "msgspec")


@dataclass(frozen=True)
class Row:
    """One line of the table; `met` is whether the aim is, null where there is none."""

    what: str
    ours: str
    reference: str = ""
    ratio: str = ""
    aim: str = ""
    met: bool | None = None
    peak_bytes: int | None = None

    def cells(self) -> tuple[str, ...]:
        met = {True: "met", False: "missed", None: ""}[self.met]
        peak = f"{self.peak_bytes / 1e6:,.0f} MB" if self.peak_bytes else ""
        return self.what, self.ours, self.reference, self.ratio, self.aim, met, peak


def plain(rows: Iterable[Row]) -> str:
    """The table in columns."""
    lines = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def markdown(rows: Iterable[Row]) -> str:
    """The table for README.md."""
    lines: list[Sequence[str]] = [COLUMNS, ("---",) * len(COLUMNS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """What runs here, in a sentence; without the machine's name."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    processors = f"{os.cpu_count()} cores ({_processor()})"
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{processors}, {memory:.0f} GB of memory, {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}; "
        f"load average {os.getloadavg()[2]:.1f}."
    )


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in told if line.startswith("model name")), platform.machine())
