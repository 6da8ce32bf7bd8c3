"""Counterbell's own log format (docs/log_format.md): one JSON object a line; a file, plain, .gz or .zst, or a pipe."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Annotated, get_args

import msgspec
from django.utils.translation import gettext_noop as later
from msgspec import Struct

from counterbell.errors import did_you_mean
from counterbell.record.entries import FORMAT_VERSION, Entry, Shop, Unreadable
from counterbell.record.outcome import Positioned
from counterbell.record.said import Said

from ._files import BrokenFile, Opened, identity
from ._stream import Stream

SHOWN = 2_000
"""Of a line that cannot be read, so many bytes are kept."""

LONGEST_LINE = 64 << 20
"""Bytes; a longer line is none of ours, and is not held in memory."""

BOM = b"\xef\xbb\xbf"
NUL = rb"\u0000"
_NULS = re.compile(rb"((?<!\\)(?:\\\\)*)\\u0000")
_DECODER: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


class OtherVersion(BrokenFile):
    """A log of a version that this program does not read."""


def stream(path: Annotated[Path, "the log file; - reads standard input"]) -> Stream:
    """Everything that a log tells: a shop, its people, tickets, messages, ratings and orders."""
    opened = Opened(path)

    def read(after: int) -> Iterator[Positioned]:
        with opened:
            yield from entries(opened.bytes, str(path), after)

    return Stream(origin=identity(path), entries=read, size=opened.size, done=lambda: opened.bytes_read)


def entries(lines: IO[bytes], name: str, after: int = 0) -> Iterator[Positioned]:
    """The entries of a log, each with the number of its line; lines that are no entry as Unreadable.

    Raises BrokenFile where the file breaks off, after all lines before that, and OtherVersion at a shop line that
    tells of a version that this program does not read.
    """
    number = shop_line = 0
    try:
        for number, line in enumerate(iter(partial(lines.readline, LONGEST_LINE), b""), 1):
            entry = _read(line) if len(line) < LONGEST_LINE else _read_long(line, lines)
            if number <= after:
                shop_line = shop_line or number * (type(entry) is Shop)
                continue
            if type(entry) is Shop or type(entry) is Unreadable:
                _check_version(line, name, number)
            if type(entry) is Shop:
                if shop_line:
                    entry = _second_shop(line, shop_line)
                shop_line = shop_line or number
            if entry is not None:
                yield number, entry
    except (EOFError, OSError) as error:
        raise BrokenFile(
            f"{name!r} is cut off or damaged ({error}): it could be read up to line {number}, and what could is in the "
            "record. Get the file again."
        ) from None


def without_shop(lines: Iterator[Positioned], why: str) -> Iterator[Positioned]:
    """The entries, for whoever may not set the shop: a line that would is refused, and told why."""
    for line, entry in lines:
        yield line, Unreadable(why, "", "type") if type(entry) is Shop else entry


def _read(line: bytes) -> Entry | Unreadable | None:
    """What the line says; nothing if it is blank."""
    if b"\\" in line and NUL in line:
        line = _NULS.sub(rb"\1", line)  # no database keeps this character
    try:
        return _DECODER.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if line.startswith(BOM):
            return _read(line.removeprefix(BOM))
        return _unreadable(line, error) if line.strip() else None


def _read_long(line: bytes, lines: IO[bytes]) -> Entry | Unreadable | None:
    """What a line says of which this is all or the beginning; the rest is left out."""
    if line.endswith(b"\n"):
        return _read(line)
    rest = line
    while rest and not rest.endswith(b"\n"):
        rest = lines.readline(LONGEST_LINE)
    return Unreadable(f"The line is longer than {LONGEST_LINE >> 20} MB. Write one object a line.", _text(line))


class _Head(Struct):
    """What is asked of a line first, of whatever version it is."""

    type: str
    version: int = FORMAT_VERSION


def _head(line: bytes) -> _Head | None:
    try:
        return msgspec.json.decode(line.removeprefix(BOM), type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _check_version(line: bytes, name: str, number: int) -> None:
    """Raises OtherVersion if the line says that the log is of one that this program does not read."""
    head = _head(line)
    if head and head.type == "shop" and head.version != FORMAT_VERSION:
        raise OtherVersion(
            f"{name!r} is a log of version {head.version}, as its line {number} says; this Counterbell reads version "
            f"{FORMAT_VERSION}. Import it with a Counterbell that reads it."
        )


def _second_shop(line: bytes, first: int) -> Unreadable:
    reason = f"A log has one shop line; this one has its in line {first}. Take one of them out."
    return Unreadable(reason, _text(line), "type")


def _unreadable(line: bytes, error: Exception) -> Unreadable:
    if isinstance(error, msgspec.ValidationError) and (said := _SAID.fullmatch(str(error))):
        what, place = said["what"], said["place"] or ""
        missing = _MISSING.fullmatch(what) or _UNKNOWN.fullmatch(what)
        field = missing["field"] if missing and not place else re.split(r"[.\[]", place)[0] or None
        return Unreadable(_in_words(what, place), _text(line), field)
    return Unreadable(_no_object(line, error), _text(line))


def _no_object(line: bytes, error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return Said(later("The line is not written in UTF-8. Save the file in UTF-8."))
    if half := _HALF_CHARACTER.search(line):
        return f"The line holds half of a character ({half[0].decode()}). Write the whole one, or leave it out."
    what = "too many brackets within brackets" if isinstance(error, RecursionError) else str(error)
    return Said(later("The line is no JSON object: %(why)s. Write one object a line."), why=what)


def _in_words(what: str, place: str) -> str:
    """What msgspec found wrong, at a place such as `tags[1]`, as a sentence for whoever made the log."""
    if unknown := _UNKNOWN.fullmatch(what):
        words = later("There is no field %(field)r here. docs/log_format.md lists the fields of each type.")
        return Said(words, field=unknown["field"])
    if missing := _MISSING.fullmatch(what):
        return Said(later("The field %(field)r is missing. Add it."), field=missing["field"])
    if place == "type":
        if not (value := re.fullmatch(r"Invalid value '(.*)'", what, re.DOTALL)):
            return "'type' must be a text. docs/log_format.md lists the types."
        name = value[1]
        return f"There is no type {name!r}.{did_you_mean(name, TYPES)} docs/log_format.md lists the types."
    if place == "score":
        return Said(later("The score must be a whole number from 1 to 5."))
    if "with a timezone" in what:
        words = later("%(field)r is a time without its offset from UTC. Write it like 2025-03-04T09:00:00Z.")
        return Said(words, field=place)
    if "datetime" in what:
        return Said(later("%(field)r is no time that exists. Write it like 2025-03-04T09:00:00Z."), field=place)
    if "encoded date" in what:
        return f"{place!r} is no date that exists. Write it like 2025-03-04."
    if enum := _ENUM.fullmatch(what):
        return f"{place!r} cannot be {enum['value']}. docs/log_format.md lists what it can be."
    if expected := _EXPECTED.fullmatch(what):
        return f"{repr(place) if place else 'The line'} must be {_expected(**expected.groupdict())}."
    return f"{repr(place) if place else 'The line'}: {what}."


def _expected(kind: str, got: str | None, least: str | None, most: str | None, length: str | None) -> str:
    words = " or ".join(_KINDS.get(one, one) for one in kind.split(" | "))
    if got:
        return f"{words}, not {_KINDS.get(got, got) if got != 'float' else 'one with decimals'}"
    many = " characters" if length and kind == "str" else ""
    if least:
        return f"{words} of at least {least}{many}"
    return f"{words} of at most {most}{many}" if most else words


TYPES = tuple(str(one.__struct_config__.tag) for one in get_args(Entry))
_KINDS = {
    "str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list",
    "object": "an object", "null": "null",
}  # fmt: skip
_SAID = re.compile(r"(?P<what>.*?)(?: - at (?:`key` in )?`\$\.?(?P<place>[^`]*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>.*)`")
_ENUM = re.compile(r"Invalid enum value (?P<value>.*)", re.DOTALL)
_EXPECTED = re.compile(
    r"Expected `(?P<kind>[\w |]+)`(?:, got `(?P<got>\w+)`)?(?P<length> of length)?"
    r"(?: >= (?P<least>\d+))?(?: <= (?P<most>\d+))?(?: \d+)?"
)
_HALF_CHARACTER = re.compile(rb"\\u[dD][89abAB]\w\w(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]\w\w)\\u[dD][c-fC-F]\w\w")


def _text(line: bytes) -> str:
    return line[:SHOWN].decode("utf-8", "replace").rstrip("\r\n")
