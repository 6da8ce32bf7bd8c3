"""Gorgias' CSV export of tickets: a row a ticket, a summary without messages, with Gorgias' own figures."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from counterbell.errors import Problem
from counterbell.record.entries import Agent, Assignment, Entry, Rating, Status, Survey, Ticket, Unreadable
from counterbell.record.outcome import Positioned

from ._files import Opened, identity
from ._gorgias_decisions import CHANNELS, STATUSES
from ._gorgias_figures import FIRST_RESPONSE, IN_MINUTES, RESOLUTION
from ._stream import Beside, Stream
from ._values import NotReadable, amount, buyer, instant, key, text

SOURCE = "gorgias"
SUMMARY = "CSV export: a summary without messages and reopenings, ticket"

ALIASES = {
    "ticket": ("ticket id", "id", "ticket url", "url"),
    "subject": ("subject",),
    "tags": ("tags",),
    "channel": ("initial channel", "channel"),
    "priority": ("priority",),
    "status": ("status",),
    "created": ("creation date", "created datetime", "created date", "created"),
    "closed": ("closed date", "closed datetime", "closed"),
    "score": ("survey score", "satisfaction score"),
    "assignee": ("assignee name", "assignee"),
    "email": ("customer email",),
    "by agent": ("created by an agent", "created by agent"),
    "intent": ("ticket field: ai intent",),
    FIRST_RESPONSE: ("first response time",),
    RESOLUTION: ("resolution time",),
}
"""The names that a column goes by, compared without case; times are followed by their unit in brackets."""

UNITS = {
    "s": 1, "sec": 1, "seconds": 1, "m": 60, "min": 60, "minutes": 60, "h": 3600, "hours": 3600, "hh:mm:ss": None,
}  # fmt: skip
"""Seconds to the unit that a header tells; null: hours, minutes and seconds with colons."""

NEEDED = ("ticket", "channel", "status", "created")


def csv_stream(path: Path) -> Stream:
    """The tickets of an export; the position is the line at which a row ends."""
    return _stream(path, "csv", lambda row, beside: [*of_row(row, beside), *_kept_figures(row, beside)])


def figures_stream(path: Path) -> Stream:
    """Only Gorgias' own figures of an export, to be held against what the API told."""
    return _stream(path, "", _kept_figures)


@dataclass(frozen=True)
class Row:
    """A row's cells by our names of the columns, and the units of its times."""

    cells: dict[str, str]
    units: dict[str, str | None]

    def told(self, name: str) -> str | None:
        """What the cell says; null where it is empty or there is no such column."""
        return self.cells.get(name, "").strip() or None

    def needed(self, name: str) -> str:
        """What a cell says that must not be empty."""
        told = self.told(name)
        if told is None:
            raise NotReadable(f"The {name} of the ticket is missing.", name)
        return told


OfRow = Callable[[Row, Beside], Iterable[Entry]]


def _stream(path: Path, apart: str, of_row: OfRow) -> Stream:
    export = _Export(path, of_row)
    return Stream(
        origin=f"{apart or 'figures'} {identity(path)}",
        entries=export.entries,
        size=path.stat().st_size if path.is_file() else None,
        done=lambda: export.bytes_read,
        beside=export.beside,
        apart=apart,
    )


@dataclass
class _Export:
    path: Path
    of_row: OfRow
    beside: Beside = field(default_factory=Beside)
    bytes_read: int = 0

    def entries(self, after: int) -> Iterator[Positioned]:
        with Opened(self.path) as file:
            rows = csv.reader(io.TextIOWrapper(file.bytes, "utf-8-sig", errors="replace", newline=""))
            columns, units = _columns(next(rows, []))
            for cells in rows:
                self.bytes_read = file.bytes_read
                if rows.line_num > after and any(cells):
                    named = {name: cells[place] for name, place in columns.items() if place < len(cells)}
                    yield from ((rows.line_num, entry) for entry in self._of_row(Row(named, units), cells))

    def _of_row(self, row: Row, cells: list[str]) -> list[Entry | Unreadable]:
        try:
            return list(self.of_row(row, self.beside))
        except NotReadable as problem:
            return [Unreadable(str(problem), ",".join(cells)[:2_000], problem.field)]


def _columns(header: list[str]) -> tuple[dict[str, int], dict[str, str | None]]:
    """Where each column stands, and the units of the times. Raises Problem for what is no export of tickets."""
    plain = [re.sub(r"\s+", " ", name.strip().lower()) for name in header]
    bare = [re.sub(r" ?\([^)]*\)$", "", name) for name in plain]
    columns: dict[str, int] = {}
    for name, aliases in ALIASES.items():
        place = next((bare.index(alias) for alias in aliases if alias in bare), None)
        if place is not None:
            columns[name] = place
    if missing := [name for name in NEEDED if name not in columns]:
        names = " or ".join(repr(alias) for alias in ALIASES[missing[0]])
        raise Problem(f"This is no export of tickets of Gorgias: it has no column {names}.")
    units = {}
    for name in (FIRST_RESPONSE, RESOLUTION):
        if name in columns:
            told = re.search(r"\(([^)]*)\)$", plain[columns[name]])
            units[name] = told[1].strip() if told else None
    return columns, units


# ---- a row, as what it is: a summary


def of_row(row: Row, beside: Beside) -> Iterator[Entry]:
    """The ticket of a row, whose it was, its one close and its rating."""
    name = _ticket(row)
    channel, status = row.needed("channel").lower(), row.needed("status").lower()
    created = instant(row.needed("created"), "created", utc=True)
    closed = instant(row.needed("closed"), "closed", utc=True) if status == "closed" else None
    if channel not in CHANNELS:
        beside.odd("unknown channel", channel)
    beside.odd(SUMMARY if status in STATUSES else "unknown ticket status", status)
    who = buyer(SOURCE, row.told("email"), None)
    if who:
        yield who
    yield Ticket(
        id=name,
        channel=CHANNELS.get(channel, channel),
        created_at=created,
        customer=who.id if who else None,
        direction="outbound" if (row.told("by agent") or "").lower() in ("true", "yes", "1") else "inbound",
        subject=row.told("subject"),
        priority=row.told("priority"),
        tags=sorted({tag.strip() for tag in (row.told("tags") or "").split(",") if tag.strip()}),
        intent=row.told("intent"),
        history="summary",
    )
    if assignee := row.told("assignee"):
        agent = key(SOURCE, "named", assignee)
        yield Agent(id=agent, name=assignee)
        yield Assignment(ticket=name, at=created, agent=agent)
    if closed:
        yield Status(ticket=name, at=closed, to="closed")
    yield from _rating(row, name, closed or created, beside)


def _rating(row: Row, ticket: str, at: Any, beside: Beside) -> Iterator[Entry]:
    told = row.told("score")
    if told is None:
        return
    score = amount(told, "score")
    if score not in (1, 2, 3, 4, 5):
        beside.odd("score that is none from 1 to 5", told)
        return
    survey = f"{ticket}:survey"
    yield Survey(id=survey, ticket=ticket, at=at)
    yield Rating(survey=survey, at=at, score=int(score))


def _ticket(row: Row) -> str:
    """The ticket's id in the record, the same as the API's; it ends the ticket's address."""
    number = re.search(r"(\d+)/?$", row.needed("ticket"))
    if not number:
        raise NotReadable(f"{row.needed('ticket')!r} has no number of a ticket.", "ticket")
    return key(SOURCE, number[1])


# ---- Gorgias' own figures


def _kept_figures(row: Row, beside: Beside) -> Iterator[Entry]:
    """No entries; the row's figures are told beside them."""
    for name, unit in row.units.items():
        if told := row.told(name):
            seconds = _seconds(told, name, unit)
            if seconds is None:
                beside.odd("figure without a known unit in its header", name)
            else:
                rounded = unit is not None and UNITS.get(unit) == 60
                beside.odd("Gorgias' own figure kept", name)
                beside.figure(_ticket(row), name + IN_MINUTES if rounded else name, int(seconds * 1_000_000))
    yield from ()


def _seconds(told: str, name: str, unit: str | None) -> Decimal | None:
    """The seconds of a figure: 90, 1.5 (minutes) or 00:01:30; null where the header does not tell which."""
    if clock := re.fullmatch(r"(\d+):([0-5]\d):([0-5]\d)", told):
        return Decimal(int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3]))
    factor = UNITS.get(unit) if unit else None
    if factor is None:
        return None
    seconds = amount(text(told), name) * factor
    if not 0 <= seconds < 10**10:
        raise NotReadable(f"{name!r} cannot be a duration: {told!r}.", name)
    return seconds
