"""What reads the cells of a row: one small function for each thing that the mapping tells of."""

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Choices
from datetime import datetime
from functools import reduce
from typing import TypeVar

from django.utils.translation import gettext_noop as later

from counterbell.errors import did_you_mean
from counterbell.record.entries import Author, StatusName
from counterbell.record.said import Said

from ._csv_mapping import BadMapping, Cell, TimeForm, Where
from ._csv_times import NoTime, times

Cells = list[str]
Text = Callable[[Cells], str]
Meaning = Callable[[str], str]
MaybeText = Callable[[Cells], str | None]
Time = Callable[[Cells], datetime]
MaybeTime = Callable[[Cells], datetime | None]
Choice = TypeVar("Choice")

LONGEST_ID = 200

STATUSES: dict[str, StatusName] = {"open": "open", "pending": "pending", "snoozed": "snoozed", "closed": "closed"}
AUTHORS: dict[str, Author] = {"customer": "customer", "agent": "agent", "automation": "automation"}
YES_OR_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


MISSING = {
    "id": later("The row has no id in column %(column)r. Fill it in, or name another column."),
    "channel": later("The row has no channel in column %(column)r. Fill it in, or name another column."),
}
"""What is said of a cell that must not be empty, by what it tells; of an id where it is no other."""
NO_TIME = later("The row has no time in column %(column)r. Fill it in, or name another column.")


class Refused(Exception):
    """A row that cannot be read: why, and the column that is to blame."""

    def __init__(self, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.column = reason, column


class Columns:
    """The columns of a file, by the names of its header; every method gives what reads one value from a row.

    `key` is what the mapping calls that value. All raise BadMapping where the file has no such column; what they
    give raises Refused where a row has no fitting value.
    """

    def __init__(self, header: Cells, time: TimeForm, zone: str | None) -> None:
        self.header = header
        self._folded = [name.strip().casefold() for name in header]
        self._times = times(time.formats, time.zone or zone)

    def text(self, where: Where | None, key: str) -> Text:
        """The text without blanks around it; empty where there is none."""
        if where is None:
            return _always("")
        if isinstance(where, Cell):
            return self._cell_text(where, key)
        return _at(self._place(where, 1, key))

    def _cell_text(self, cell: Cell, key: str) -> Text:
        written, meant = self._written(cell, key), _meanings(cell)
        if not meant:
            return written
        if len(meant) == 1:
            (meaning,) = meant
            return lambda cells: meaning(written(cells))
        return lambda cells: reduce(lambda text, meaning: meaning(text), meant, written(cells))

    def _written(self, cell: Cell, key: str) -> Text:
        if cell.column is None:
            return _always(cell.value or "")
        return _at(self._place(cell.column, cell.nth, key))

    def maybe_text(self, where: Where | None, key: str) -> MaybeText:
        """The text, or None where it is empty."""
        read = self.text(where, key)
        return lambda cells: read(cells) or None

    def id(self, where: Where, key: str) -> Text:
        """A text that must be there, of a length that the record can keep."""
        read, column = self.text(where, key), column_of(where)

        def checked(cells: Cells) -> str:
            text = read(cells)
            if not text:
                raise Refused(Said(MISSING.get(key, MISSING["id"]), column=column), column)
            return checked_id(text, column)

        return checked

    def maybe_id(self, where: Where | None, key: str) -> MaybeText:
        """An id where there is one."""
        read, column = self.text(where, key), column_of(where)
        return lambda cells: checked_id(text, column) if (text := read(cells)) else None

    def time(self, where: Where, key: str) -> Time:
        """The instant, aware and in UTC."""
        maybe, column = self.maybe_time(where, key), column_of(where)

        def read(cells: Cells) -> datetime:
            time = maybe(cells)
            if time is None:
                raise Refused(Said(NO_TIME, column=column), column)
            return time

        return read

    def maybe_time(self, where: Where | None, key: str) -> MaybeTime:
        """The instant, aware and in UTC, where there is one."""
        text, column, read = self.text(where, key), column_of(where), self._times

        def maybe(cells: Cells) -> datetime | None:
            written = text(cells)
            if not written:
                return None
            try:
                return read(written)
            except NoTime as error:
                words = later("%(written)r in column %(column)r %(why)s")
                raise Refused(Said(words, written=written, column=column, why=error.args[0]), column) from None

        return maybe

    def one_of(self, where: Where | None, key: str, choices: Choices[str, Choice]) -> Callable[[Cells], Choice | None]:
        """One of the choices, compared without case, where the cell is not empty."""
        text, column = self.text(where, key), column_of(where)

        def read(cells: Cells) -> Choice | None:
            written = text(cells)
            if not written:
                return None
            if (choice := choices.get(written)) is None and (choice := choices.get(written.casefold())) is None:
                raise Refused(
                    Said(
                        later(
                            "%(written)r in column %(column)r is none of %(choices)s; "
                            "tell what it means with 'values' of %(key)r in the mapping"
                        ),
                        written=written,
                        column=column,
                        choices=", ".join(choices),
                        key=key,
                    ),
                    column,
                )
            return choice

        return read

    def number(self, where: Where | None, key: str) -> Callable[[Cells], float | None]:
        """A number where there is one."""
        text, column = self.text(where, key), column_of(where)

        def read(cells: Cells) -> float | None:
            written = text(cells)
            try:
                return float(written) if written else None
            except ValueError:
                raise Refused(
                    Said(later("%(written)r in column %(column)r is no number"), written=written, column=column), column
                ) from None

        return read

    def score(self, where: Where | None, key: str) -> Callable[[Cells], int | None]:
        """A score from 1 to 5 where there is one."""
        number, text, column = self.number(where, key), self.text(where, key), column_of(where)

        def read(cells: Cells) -> int | None:
            score = number(cells)
            if score is None:
                return None
            if score in (1, 2, 3, 4, 5):
                return int(score)
            words = later("%(written)r in column %(column)r is no score from 1 to 5")
            raise Refused(Said(words, written=text(cells), column=column), column)

        return read

    def tags(self, wheres: list[Where], key: str) -> Callable[[Cells], list[str]]:
        """All tags that the columns name, each once."""
        readers = [self._tags_of(where, key) for where in wheres]
        return lambda cells: list(dict.fromkeys(tag for read in readers for tag in read(cells)))

    def _tags_of(self, where: Where, key: str) -> Callable[[Cells], Iterable[str]]:
        if not isinstance(where, Cell) or where.separator is None:
            text = self.text(where, key)
            return lambda cells: filter(None, [text(cells)])
        separator, written, meant = where.separator, self._written(where, key), _meanings(where)

        def tags(cells: Cells) -> Iterable[str]:
            parts = (part.strip() for part in written(cells).split(separator))
            return filter(None, (reduce(lambda text, meaning: meaning(text), meant, part) for part in parts))

        return tags

    def _place(self, column: str, nth: int, key: str) -> int:
        places = [place for place, name in enumerate(self.header) if name == column]
        if not places:
            wanted = column.strip().casefold()
            places = [place for place, name in enumerate(self._folded) if name == wanted]
        if not places:
            raise BadMapping(
                f"The file has no column {column!r} that the mapping names for {key!r}; it has: "
                f"{', '.join(map(repr, self.header))}.{did_you_mean(column, self.header)}{self._one_column()}"
            )
        if nth > len(places):
            raise BadMapping(
                f"The file has column {column!r} {len(places)} times; the mapping names number {nth} for {key!r}."
            )
        return places[nth - 1]

    def _one_column(self) -> str:
        if len(self.header) > 1:
            return ""
        return " It is a single column: set 'delimiter' in [file] of the mapping."


def checked_id(text: str, column: str | None) -> str:
    """The text, if it is short enough for an id; raises Refused."""
    if len(text) > LONGEST_ID:
        words = later("%(start)r... in column %(column)r is longer than an id may be (%(longest)s)")
        raise Refused(Said(words, start=text[:40], column=column, longest=LONGEST_ID), column)
    return text


def column_of(where: Where | None) -> str | None:
    """The column that is named there, for what is said of it; empty for a constant."""
    return where.column or "" if isinstance(where, Cell) else where


def _always(text: str) -> Text:
    return lambda _: text


def _at(place: int) -> Text:
    return lambda cells: cells[place].strip()


def _meanings(cell: Cell) -> list[Meaning]:
    """What is to be done to the text of a cell, in this order."""
    meant: list[Meaning] = []
    if cell.whole_number:
        meant.append(_whole_number)
    if cell.values:
        meant.append(_translation(cell.values))
    if cell.prefix:
        meant.append(lambda text: cell.prefix + text if text else "")
    return meant


def _whole_number(text: str) -> str:
    number, _, rest = text.partition(".")
    return text if rest.strip("0") else number


def _translation(values: dict[str, str]) -> Meaning:
    folded = {written.casefold(): meant for written, meant in values.items()}

    def translated(text: str) -> str:
        meant = values.get(text)
        return folded.get(text.casefold(), text) if meant is None else meant

    return translated
