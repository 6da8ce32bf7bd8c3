"""Files as sources read them: plain, .gz or .zst, told by their first bytes, so that a pipe can be any of them."""

import gzip
import hashlib
import io
import sys
from pathlib import Path
from typing import IO, cast

from counterbell.errors import Problem

STDIN = Path("-")
GZIP, ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class BrokenFile(Problem, ValueError):
    """A file that cannot be read, or not to its end; the sentence says how far it could be."""


class Opened:
    """A file open for reading: `bytes`, unpacked, and how much of the file itself has been read."""

    def __init__(self, path: Path) -> None:
        try:
            self._raw: IO[bytes] = sys.stdin.buffer if path == STDIN else path.open("rb")
            self.size = None if path == STDIN else path.stat().st_size
        except OSError as error:
            raise BrokenFile(f"{str(path)!r} cannot be opened: {error.strerror}. Give the path of a file.") from None
        self._counted = _Counted(self._raw)
        packed = io.BufferedReader(self._counted, 1 << 20)
        self.bytes = _unpacked(packed)

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file, as it lies there, have been read."""
        return self._counted.count


class _Counted(io.RawIOBase):
    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self.count = raw, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        piece = self._raw.read1(len(view)) if hasattr(self._raw, "read1") else self._raw.read(len(view))
        view[: len(piece)] = piece
        self.count += len(piece)
        return len(piece)


def _unpacked(packed: io.BufferedReader) -> IO[bytes]:
    start = packed.peek(4)[:4]
    if start.startswith(GZIP):
        return cast(IO[bytes], gzip.open(packed))
    if start.startswith(ZSTANDARD):
        # zstandard's own stream ends without a word where a file was cut off
        import pyarrow

        return io.BufferedReader(pyarrow.CompressedInputStream(packed, "zstd"), 1 << 20)  # type: ignore[arg-type]
    return packed


def identity(path: Path) -> str:
    """What tells a file from others, so that a broken run can go on: its name, size and a digest of its beginning."""
    if path == STDIN:
        return ""
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(1 << 16)).hexdigest()[:16]
    return f"{path.name} ({path.stat().st_size} bytes, {digest})"
