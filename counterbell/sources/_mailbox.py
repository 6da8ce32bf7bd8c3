"""The raw mails of a mailbox, one after the other: of an mbox file, a Maildir, or a folder of .eml files.

A folder is searched with all its folders, so that the incoming and the sent mail can lie beside each other. The order
is that of the names, the same each time.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO

from counterbell.mail.headers import instant
from counterbell.mail.message import LARGEST, Mail

from ._files import BrokenFile, Opened, identity, is_file

FROM_LINE = re.compile(rb"From (?:\S+|.+@\S+) +[A-Z][a-z]{2} [A-Z][a-z]{2} +\d")
"""What stands between the mails of an mbox file."""
QUOTED_FROM = re.compile(rb">+From ")
LONGEST_LINE = 1 << 20
MAILDIR = ("cur", "new")
PACKED = (".gz", ".zst")

_WHEN = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) ([\d:]{5,8})(?: ([+-]\d{4}))? (\d{4})")


@dataclass(frozen=True)
class Raw:
    """A mail as it lies there, and when it was received if the mailbox says so."""

    content: bytes
    received_at: datetime | None = None


def timed(raw: Raw, reading: Callable[[bytes], Mail]) -> Mail:
    """The mail, read; by the mailbox's own time only where it tells none, as that may be the time of an export."""
    mail = reading(raw.content)
    return mail if mail.at or not raw.received_at else replace(mail, at=raw.received_at, received_at=raw.received_at)


class Mailbox:
    """A mailbox that can be read several times; `size` and `bytes_read` are of its files."""

    def __init__(self, path: Path, on_odd: Callable[[str, object], None]) -> None:
        if not path.exists():
            raise BrokenFile(f"There is no {str(path)!r}. Give an mbox file, a Maildir or a folder of .eml files.")
        if not path.is_dir() and not is_file(path):
            raise BrokenFile(f"{str(path)!r} is no file that can be read twice. Save what comes out of the pipe.")
        self._path, self._odd = path, on_odd
        self._files = sorted(_files(path)) if path.is_dir() else [path]
        self.size = sum(file.stat().st_size for file in self._files)
        self._read_before = 0
        self._opened: Opened | None = None

    @property
    def origin(self) -> str:
        """What tells this mailbox from others, so that a run that was broken off can go on."""
        if not self._path.is_dir():
            return identity(self._path)
        digest = hashlib.sha256()
        for file in self._files:
            digest.update(f"{file.relative_to(self._path)} {file.stat().st_size}\n".encode("utf-8", "surrogateescape"))
        return f"{self._path.name} ({len(self._files)} files, {digest.hexdigest()[:16]})"

    def bytes_read(self) -> int:
        """How many bytes have been read, each time anew."""
        return self._read_before + (self._opened.bytes_read if self._opened else 0)

    def mails(self) -> Iterator[Raw]:
        """All mails. Raises BrokenFile after what can be read of a file that is cut off or damaged."""
        for file in self._files:
            with Opened(file) as opened:
                self._opened = opened
                yield from self._of_file(file, opened)
                self._opened = None
                self._read_before += opened.bytes_read

    def _of_file(self, file: Path, opened: Opened) -> Iterator[Raw]:
        number = 0
        try:
            start = opened.bytes.readline(LONGEST_LINE)
            if start.startswith(b"From "):
                for raw in _of_mbox(start, opened.bytes):
                    number += 1
                    yield raw
            elif _is_mail(file, start) or file == self._path:
                yield Raw(start + opened.bytes.read(LARGEST + 1), _by_name(file))
            else:
                self._odd("file that is no mail", file.suffix or file.name)
        except (EOFError, OSError) as error:
            raise BrokenFile(
                f"{str(file)!r} is cut off or damaged ({error}): {number} mails of it could be read, and are taken in. "
                "Get the file again."
            ) from None


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = path.name.startswith(".") or path.parent.name == "tmp"
        if path.is_file() and not hidden and path.stat().st_size:
            yield path


def _is_mail(file: Path, start: bytes) -> bool:
    """Whether a file that is no mbox is a mail: by its ending, or as it lies in a Maildir."""
    return file.suffix.lower() == ".eml" or file.parent.name in MAILDIR


def _of_mbox(start: bytes, lines: IO[bytes]) -> Iterator[Raw]:
    """The mails of an mbox file of which the first line has been read."""
    received, mail, size, blank = _in_line(start), list[bytes](), 0, False
    for line in iter(partial(lines.readline, LONGEST_LINE), b""):
        if blank and line.startswith(b"From ") and FROM_LINE.match(line):
            yield Raw(b"".join(mail), received)
            received, mail, size = _in_line(line), [], 0
            continue
        blank = line in (b"\n", b"\r\n")
        size += len(line)
        if size <= LARGEST + LONGEST_LINE:
            mail.append(line[1:] if QUOTED_FROM.match(line) else line)
    yield Raw(b"".join(mail), received)


def _in_line(line: bytes) -> datetime | None:
    """When the mail was received, by the line before it; in UTC where it names no offset."""
    found = _WHEN.search(line.decode("ascii", "replace"))
    if found is None:
        return None
    month, day, time, offset, year = found.groups()
    return instant(f"{day} {month} {year} {time} {offset or '+0000'}")


def _by_name(file: Path) -> datetime | None:
    """When the mail was received, by its name in a Maildir, which begins with the seconds since 1970."""
    seconds = file.name.partition(".")[0]
    if file.parent.name in MAILDIR and seconds.isascii() and seconds.isdigit() and 9 <= len(seconds) <= 10:
        return datetime.fromtimestamp(int(seconds), UTC)
    return None
