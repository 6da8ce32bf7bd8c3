"""The rows of a file with columns, one after the other: CSV (plain, .gz, .zst) and the sheets of a workbook."""

import csv
import io
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Protocol

from django.utils.translation import gettext_noop as later

from counterbell.record.entries import Unreadable
from counterbell.record.said import Said

from ._csv_mapping import BadMapping, FileForm
from ._files import BrokenFile, Opened

Cells = list[str]
Row = tuple[int, Cells | Unreadable]
"""The number of a row's first line in the file (the header is line 1), and its cells, or why it has none."""

LONGEST_CELL = 1_000_000
"""Characters; a longer one is a quotation mark that was never closed."""

_UNDECODABLE = re.compile("[\udc80-\udcff]")


class Table(Protocol):
    """A file with a header and rows, which can be read from the start as often as needed."""

    header: Cells

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file, as it lies there, have been read for its rows, all times together."""

    def rows(self) -> Iterator[Row]:
        """All rows after the header, empty ones left out; one that is not as wide as the header is Unreadable."""

    def raw(self) -> str:
        """The text of the row that `rows` gave last."""


def open_table(path: Path, form: FileForm) -> Table:
    """The file as a table, by its ending; raises BrokenFile, and BadMapping where the mapping's sheet is not in it."""
    return Sheet(path, form) if path.suffix.lower() == ".xlsx" else CsvFile(path, form)


def readable(table: Table) -> Iterator[Row]:
    """The rows up to where the file breaks off, if it does; whoever reads them again is told."""
    with suppress(BrokenFile):
        yield from table.rows()


class CsvFile:
    """A CSV file, read in constant memory."""

    def __init__(self, path: Path, form: FileForm) -> None:
        self.path = path
        self.form = form
        self._lines: list[str] = []
        self._decoded = True
        self._opened: list[Opened] = []
        with closing(self._parsed()) as parsed:
            self.header = self._header(parsed)
        self._opened.clear()

    @property
    def bytes_read(self) -> int:
        return sum(opened.bytes_read for opened in self._opened)

    def raw(self) -> str:
        return _printable("".join(self._lines)).rstrip("\r\n")

    def rows(self) -> Iterator[Row]:
        with closing(self._parsed()) as parsed:
            yield from self._rows(parsed)

    def _rows(self, parsed: Iterator[Row]) -> Iterator[Row]:
        width = len(self._header(parsed))
        pieces = _Pieces(width)
        for line, cells in parsed:
            if isinstance(cells, Unreadable) or len(cells) >= width:
                if pieces.held:
                    yield from pieces.refusals()
                if isinstance(cells, Unreadable) or len(cells) > width:
                    yield line, self._cut(cells, width)
                elif any(cells):
                    yield line, cells
            elif any(cells):
                if not pieces.fits(cells):
                    yield from pieces.refused_one_by_one()
                pieces.add(line, cells, self.raw())
        yield from pieces.refusals()

    def _header(self, parsed: Iterator[Row]) -> Cells:
        for _, cells in parsed:
            if isinstance(cells, Unreadable):
                raise BadMapping(f"The header of {str(self.path)!r} cannot be read: {cells.reason}.")
            if any(cells):
                return [cells[0].removeprefix("\ufeff"), *cells[1:]]
        raise BrokenFile(f"{str(self.path)!r} is empty: there is no header to find the columns by.")

    def _cut(self, cells: Cells | Unreadable, width: int) -> Cells | Unreadable:
        if isinstance(cells, Unreadable) or not any(cells[width:]):
            return cells if isinstance(cells, Unreadable) else cells[:width]
        return Unreadable(_of_other_width(len(cells), width), self.raw())

    def _parsed(self) -> Generator[Row]:
        """Every row as the csv module reads it, the header first."""
        line = 0
        csv.field_size_limit(LONGEST_CELL)
        with Opened(self.path) as file:
            self._opened.append(file)
            text = io.TextIOWrapper(file.bytes, self.form.encoding, errors="surrogateescape", newline="")
            reader = csv.reader(self._remembered(text), delimiter=self.form.delimiter)
            try:
                while True:
                    line = reader.line_num + 1
                    self._lines.clear()
                    self._decoded = True
                    try:
                        cells = next(reader)
                    except csv.Error as error:
                        yield line, Unreadable(_unparsed(error), self.raw())
                        continue
                    yield line, cells if self._decoded else self._undecodable()
            except StopIteration:
                return
            except (EOFError, OSError, UnicodeError) as error:
                raise BrokenFile(_breaks_off(self.path, line, error)) from None

    def _remembered(self, text: Iterable[str]) -> Iterator[str]:
        """The lines of the text; keeps those of the present row."""
        lines = self._lines
        for line in text:
            line = line.replace("\0", "")  # no database keeps this character
            if not line.isascii() and _UNDECODABLE.search(line):
                self._decoded = False
            lines.append(line)
            yield line

    def _undecodable(self) -> Unreadable:
        words = later("row is not written in %(encoding)s; set 'encoding' in [file] of the mapping")
        return Unreadable(Said(words, encoding=self.form.encoding), self.raw())


def _of_other_width(columns: int, width: int) -> Said:
    return Said(later("row has %(columns)s columns, the header has %(width)s"), columns=columns, width=width)


class _Pieces:
    """Rows that are too short, held until it is seen whether they are the pieces of one.

    Where somebody wrote a text with line breaks and no quotation marks, one row becomes several short ones.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.held: list[tuple[int, int, str]] = []
        """line, number of cells, text"""

    def add(self, line: int, cells: Cells, raw: str) -> None:
        self.held.append((line, len(cells), raw))

    def fits(self, cells: Cells) -> bool:
        """Whether these cells can be what follows in the same row: the first of them continues a cell."""
        return self._cells() + len(cells) - 1 <= self.width

    def refusals(self) -> Iterator[Row]:
        """After the last of them: one refusal if they make up exactly one row, else one for each."""
        if len(self.held) < 2 or self._cells() != self.width:
            yield from self.refused_one_by_one()
            return
        line, count, _ = self.held[0]
        words = later(
            "row breaks off after %(count)s of %(width)s columns and goes on in line %(line)s: "
            "a line break in a text that is not in quotation marks"
        )
        reason = Said(words, count=count, width=self.width, line=self.held[-1][0])
        yield line, Unreadable(reason, "\n".join(raw for _, _, raw in self.held))
        self.held.clear()

    def refused_one_by_one(self) -> Iterator[Row]:
        for line, count, raw in self.held:
            yield line, Unreadable(_of_other_width(count, self.width), raw)
        self.held.clear()

    def _cells(self) -> int:
        return sum(count for _, count, _ in self.held) - len(self.held) + 1


class Sheet:
    """A sheet of an .xlsx workbook, which is held in memory as a whole."""

    def __init__(self, path: Path, form: FileForm) -> None:
        self.path = path
        self.sheet = form.sheet
        self._cells: Cells = []
        header = next(self._filled(), None)
        if header is None:
            raise BrokenFile(f"The sheet {form.sheet!r} of {str(path)!r} is empty: there is no header.")
        self.header = header[1]

    @property
    def bytes_read(self) -> int:
        return 0

    def raw(self) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(self._cells)
        return text.getvalue()

    def rows(self) -> Iterator[Row]:
        filled = self._filled()
        next(filled)
        yield from filled

    def _filled(self) -> Iterator[tuple[int, Cells]]:
        """Every row with anything in it, the header first."""
        for line, cells in enumerate(self._rows(), start=1):
            self._cells = [_cell_text(cell) for cell in cells]
            if any(self._cells):
                yield line, self._cells

    def _rows(self) -> Iterator[list[Any]]:
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            workbook = CalamineWorkbook.from_path(self.path)
            names = workbook.sheet_names
            name = names[self.sheet - 1] if isinstance(self.sheet, int) and self.sheet <= len(names) else self.sheet
            if name not in names:
                raise BadMapping(
                    f"{str(self.path)!r} has no sheet {name!r} that the mapping names in [file]; it has: {_list(names)}"
                )
            yield from workbook.get_sheet_by_name(name).iter_rows()
        except CalamineError as error:
            raise BrokenFile(f"{str(self.path)!r} cannot be read as a workbook: {error}. Save it again.") from None


def _breaks_off(path: Path, line: int, error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return f"{str(path)!r} is not written as the mapping says, from line {line} on: {error}."
    return f"{str(path)!r} is cut off or damaged ({error}): it could be read up to line {line - 1}. Get the file again."


def _unparsed(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"a cell is longer than {LONGEST_CELL} characters: a quotation mark is not closed"
    return f"row is no CSV: {error}"


def _printable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _cell_text(cell: Any) -> str:
    """A cell of a sheet as a CSV file would have it: whole numbers without `.0`, times as ISO 8601."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case date() | datetime() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names)) + "."
