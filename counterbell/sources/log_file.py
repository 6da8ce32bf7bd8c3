"""Counterbell's own log format, in and out (docs/log_format.md): one JSON object a line, plain, .gz or .zst, or a pipe."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import msgspec

from counterbell.record.entries import Entry, Shop, Unreadable
from counterbell.record.outcome import Positioned

from ._files import BrokenFile, Opened, identity
from ._stream import Stream

SHOWN = 2_000
"""Of a line that cannot be read, so many bytes are kept."""

_DECODER = msgspec.json.Decoder(Entry)


def stream(path: Annotated[Path, "the log file; - reads standard input"]) -> Stream:
    """Everything that a log tells: a shop, its people, tickets, messages, ratings and orders."""
    opened = Opened(path)
    return Stream(
        origin=identity(path),
        entries=lambda after: entries(opened.bytes, str(path), after),
        size=opened.size,
        done=lambda: opened.bytes_read,
    )


def entries(lines: IO[bytes], name: str, after: int = 0) -> Iterator[Positioned]:
    """The entries of a log, each with the number of its line; lines that are no entry as Unreadable.

    Raises BrokenFile where the file breaks off, after all lines before that.
    """
    number = 0
    shop_line = 0
    try:
        for number, line in enumerate(lines, 1):
            if number <= after:
                continue
            try:
                entry = _DECODER.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                if line.strip():
                    yield number, _unreadable(line, error)
                continue
            if type(entry) is Shop:
                if shop_line:
                    reason = f"A log has one shop line; this one has its in line {shop_line}. Take one of them out."
                    yield number, Unreadable(reason, _text(line), "type")
                    continue
                shop_line = number
            yield number, entry
    except (EOFError, OSError, zlib.error) as error:
        raise BrokenFile(
            f"{name!r} is cut off or damaged ({error}): it could be read up to line {number}, and what could is in the "
            "record. Get the file again."
        ) from None


def _unreadable(line: bytes, error: Exception) -> Unreadable:
    if isinstance(error, msgspec.ValidationError):
        said, _, place = str(error).partition(" - at `$.")
        field = re.split(r"[.\[`]", place)[0] or None
        return Unreadable(_in_words(said, field, line), _text(line), field)
    return Unreadable(f"This is no JSON object: {error}. Write one object a line, in UTF-8.", _text(line))


def _in_words(said: str, field: str | None, line: bytes) -> str:
    if field == "type":
        return f"{said}: there is no line of that type. Is the log of a newer version? docs/log_format.md lists the types."
    if field == "score":
        return "The score is not a whole number from 1 to 5."
    if match := re.match(r"Object contains unknown field `(.*)`", said):
        return f"There is no field {match[1]!r} in a line of this type. docs/log_format.md lists the fields."
    if match := re.match(r"Object missing required field `(.*)`", said):
        return f"The field {match[1]!r} is missing."
    if "datetime" in said:
        return f"{field!r} is no time with an offset, such as 2025-03-04T09:00:00Z ({said})."
    return f"{field!r}: {said}." if field else f"{said}."


def _text(line: bytes) -> str:
    return line[:SHOWN].decode("utf-8", "replace").rstrip("\r\n")
