"""How entries are let into the record: counted as new or known, refused, or kept aside until what they name comes."""

import hashlib
from collections.abc import Iterable

import msgspec
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_noop as later

from . import erase, sentences, sql
from .entries import Entry, Unreadable
from .outcome import Positioned, Refusal, Summary, kind_of
from .said import Said


class Admission:
    """The letting in of the entries of one transaction: `summary` and `refusals` tell what came of them."""

    def __init__(self, shop_id: int, cursor: CursorWrapper) -> None:
        self.shop_id, self.cursor = shop_id, cursor
        self.summary = Summary()
        self.refusals: list[Refusal] = []
        self.waiting: list[sql.Row] = []

    def insert(self, table: sql.Table, rows: list[sql.Row], placed: list[Positioned]) -> list[sql.Row]:
        """Insert the rows of these entries; returns the new ones, counts the known ones, refuses other content."""
        if not rows:
            return []
        newest = table.newest_id(self.cursor)
        if table.insert(self.cursor, rows) == len(rows):
            self.summary.new[kind_of(placed[0][1])] += len(rows)
            return rows
        return self._sorted_out(table, rows, placed, newest)

    def _sorted_out(
        self, table: sql.Table, rows: list[sql.Row], placed: list[Positioned], newest: int
    ) -> list[sql.Row]:
        stored = table.stored(self.cursor, rows)
        fresh = table.keys_after(self.cursor, newest)
        width = len(table.key)
        new = []
        for row, place in zip(rows, placed, strict=True):
            key = row[:width]
            if not self._is_same(table, stored[key], row):
                self.refuse(place, *sentences.other_content(self.cursor, table, place[1], stored[key], row))
            elif key in fresh:
                fresh.remove(key)
                new.append(row)
                self.count("new", place)
            else:
                self.count("known", place)
        return new

    def found_or_aside(self, placed: list[Positioned], found: dict[str, sql.Row], needs: str) -> list[Positioned]:
        """The entries whose survey (or order) is there; the others are set aside."""
        fitting = []
        for place in placed:
            if (name := getattr(place[1], needs)) in found:
                fitting.append(place)
            else:
                self.set_aside(place, needs, name)
        return fitting

    def _is_same(self, table: sql.Table, stored: sql.Row, row: sql.Row) -> bool:
        if stored == row:
            return True
        differing = [column for column, was, is_ in zip(table.columns, stored, row, strict=True) if was != is_]
        erased = set(differing) <= set(table.texts) and all(stored[table.columns.index(c)] is None for c in differing)
        return erased and erase.is_erased(self.cursor, table, stored)

    def refuse(self, place: Positioned, reason: str, field: str | None = None) -> None:
        """Leave an entry out and say why."""
        self.count("refused", place)
        self.refusals.append(Refusal(place[0], _as_line(place[1]), reason, field))

    def set_aside(self, place: Positioned, needs: str, name: str) -> None:
        """Keep an entry until what it names comes."""
        self.count("aside", place)
        line = _as_line(place[1])
        reason = Said(
            later("There is no %(needs)s %(name)r yet; kept aside, and taken in when it comes."), needs=needs, name=name
        )
        self.refusals.append(Refusal(place[0], line, reason, needs, aside=True))
        digest = hashlib.sha256(line.encode()).hexdigest()
        self.waiting.append((self.shop_id, needs, name, line, place[0], digest))

    def keep_waiting(self) -> None:
        """Write down what was set aside."""
        self.cursor.executemany(
            "insert into record_waiting (shop_id, needs, needed_id, entry, line, digest) "
            "values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
            self.waiting,
        )

    def released(self, needs: str, names: Iterable[str]) -> list[Entry]:
        """What has waited for these; it waits no longer."""
        self.cursor.execute("select exists (select 1 from record_waiting where shop_id = %s)", [self.shop_id])
        if not self.cursor.fetchone()[0]:
            return []
        self.cursor.execute(
            f"delete from record_waiting where shop_id = %s and needs = %s and needed_id in {sql.listed_texts()} "
            "returning entry",
            [self.shop_id, needs, sql.listing(names)],
        )
        released = [_LINE.decode(line) for (line,) in self.cursor.fetchall()]
        for entry in released:
            self.summary.aside[kind_of(entry)] -= 1
        return released

    def count(self, outcome: str, place: Positioned) -> None:
        """Count an entry as new, known, refused or aside."""
        getattr(self.summary, outcome)[kind_of(place[1])] += 1


_LINE = msgspec.json.Decoder(Entry)
_ENCODER = msgspec.json.Encoder()


def _as_line(entry: Entry | Unreadable) -> str:
    return entry.raw if isinstance(entry, Unreadable) else _ENCODER.encode(entry).decode()
