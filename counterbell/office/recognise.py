"""What a file is, told by its first bytes and its header, never by its name alone."""

import csv
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterbell.errors import Problem
from counterbell.record.entries import Entry
from counterbell.sources._csv_mapping import FileForm
from counterbell.sources._csv_rows import open_table
from counterbell.sources._files import Opened
from counterbell.sources._shopify_csv import COLUMNS as OF_SHOPIFY

HEAD = 1 << 16
"""So many bytes, unpacked, are looked at."""

SAMPLE_ROWS = 200
LONGEST_SAMPLED = 2_000
"""Characters of a cell in the sample."""

UNPACKED_WORKBOOK = 1 << 30
"""A workbook that is larger than this when unpacked is not opened: it would be held in memory as a whole."""

SHEET, LOG = "sheet", "log"
WHY: dict[str, Promise] = {
    LOG: later("Each line is an entry of Counterbell's own log format."),
    "gorgias": later("Its columns are those of the export of tickets of Gorgias."),
    "shopify": later("Its columns are those of the export of orders of Shopify."),
    SHEET: later("It is a workbook; its first sheet is a table."),
    "table": later("It is a table with a header; say which column tells what."),
}
SOURCES: dict[str, str] = {LOG: "log_file", "gorgias": "gorgias", "shopify": "shopify"}

OF_GORGIAS = {"initial channel", "survey score", "ticket field: ai intent", "created by an agent", "assignee name"}
ENTRIES = {one.__struct_config__.tag for one in get_args(Entry)}


@dataclass(frozen=True)
class Recognised:
    """From which source a file is, by what that was seen, and of a table its form, header and first rows."""

    source: str
    why: str
    sample: dict[str, Any] = field(default_factory=dict)


def recognise(path: Path, name: str) -> Recognised:
    """What the file is. Raises Problem, with a word on what it is instead, for one that cannot be taken in."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        return _workbook(path, name)
    try:
        with Opened(path) as opened:
            head = opened.bytes.read(HEAD)
    except (EOFError, OSError):
        raise Problem(
            _("“%(file)s” is packed, and damaged. Pack it again, or drop it unpacked.") % {"file": name}
        ) from None
    _refuse_others(head, name)
    if _is_log(head):
        return Recognised("log_file", LOG)
    return _table(path, head, name)


def _workbook(path: Path, name: str) -> Recognised:
    told = {"file": name}
    try:
        with zipfile.ZipFile(path) as packed:
            inside = packed.infolist()
    except zipfile.BadZipFile:
        raise Problem(_("“%(file)s” is damaged. Save it again and drop it once more.") % told) from None
    if not any(one.filename == "xl/workbook.xml" for one in inside):
        raise Problem(_("“%(file)s” is a ZIP archive. Unpack it, and drop the files in it.") % told)
    if sum(one.file_size for one in inside) > UNPACKED_WORKBOOK:
        raise Problem(_("“%(file)s” is too large a workbook. Save its sheet as CSV, and drop that.") % told)
    return Recognised("csv_file", SHEET, _sample(path, FileForm(sheet=1)) | {"is_sheet": True})


def _refuse_others(head: bytes, name: str) -> None:
    begins, told = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower(), {"file": name}
    if not begins:
        raise Problem(_("“%(file)s” is empty.") % told)
    if begins.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        raise Problem(
            _("“%(file)s” is a web page (HTML), whatever its name says. Export a CSV, an XLSX or a log, and drop that.")
            % told
        )
    if begins.startswith(b"<"):
        raise Problem(_("“%(file)s” is XML. Export a CSV, an XLSX or a log, and drop that.") % told)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Problem(_("“%(file)s” is a workbook of the old kind (.xls). Save it as .xlsx or CSV.") % told)
    if head.startswith(b"From "):
        raise Problem(_("“%(file)s” is a mailbox. It is taken in by “counterbell import mbox” on the server.") % told)
    if head.startswith(b"%PDF") or (b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise Problem(_("“%(file)s” is no text. Export a CSV, an XLSX or a log, and drop that.") % told)


def _is_log(head: bytes) -> bool:
    first = next((line for line in head.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip()), b"")
    try:
        told = msgspec.json.decode(first)
    except msgspec.DecodeError:
        return False
    return isinstance(told, dict) and told.get("type") in ENTRIES


def _table(path: Path, head: bytes, name: str) -> Recognised:
    if head.lstrip().startswith((b"{", b"[")):
        raise Problem(
            _("“%(file)s” is JSON, but no log of Counterbell: its lines have no type that the log knows.")
            % {"file": name}
        )
    form = _form_of(head)
    sample = _sample(path, form)
    header = {column.strip() for column in sample["header"]}
    if len(header) < 2:
        raise Problem(_("“%(file)s” has no columns: its first line is no header of a table.") % {"file": name})
    if set(OF_SHOPIFY) <= header:
        return Recognised("shopify", "shopify", sample)
    small = {column.casefold() for column in header}
    if "ticket id" in small and small & OF_GORGIAS:
        return Recognised("gorgias", "gorgias", sample)
    return Recognised("csv_file", "table", sample)


def _form_of(head: bytes) -> FileForm:
    encoding = _encoding(head)
    first = next((line for line in head.decode(encoding, "replace").splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=lambda one: len(next(csv.reader([first], delimiter=one))))
    return FileForm(encoding=encoding, delimiter=delimiter)


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head[: head.rfind(b"\n") + 1 or None].decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _sample(path: Path, form: FileForm) -> dict[str, Any]:
    """The form of a table, its header and its first rows, as JSON. Raises Problem where it cannot be read."""
    table = open_table(path, form)
    rows: list[list[str]] = []
    for _line, cells in table.rows():
        if isinstance(cells, list):
            rows.append([cell[:LONGEST_SAMPLED] for cell in cells])
        if len(rows) == SAMPLE_ROWS:
            break
    return {"form": msgspec.to_builtins(form), "header": table.header, "rows": rows}
