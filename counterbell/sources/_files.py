"""Files as sources read them: plain, .gz or .zst, told by their first bytes, so that a pipe can be any of them."""

import hashlib
import io
import os
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol, Self

import zstandard

from counterbell.errors import Problem

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STDIN = Path("-")
GZIP, ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
PIECE = 1 << 14
"""Bytes of a packed file that are unpacked at a time."""


class BrokenFile(Problem, ValueError):
    """A file that cannot be read, or not to its end; the sentence says how far it could be."""


class Opened:
    """A file open for reading: `bytes`, unpacked, and how much of the file itself has been read."""

    def __init__(self, path: Path) -> None:
        try:
            self._raw = sys.stdin.buffer if path == STDIN else path.open("rb", buffering=0)
        except OSError as error:
            raise BrokenFile(f"{str(path)!r} cannot be opened: {error.strerror}. Give the path of a file.") from None
        self.size = path.stat().st_size if is_file(path) else None
        self._counted = _Counted(self._raw)
        self.bytes = _unpacked(io.BufferedReader(self._counted, 1 << 20))

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file, as it lies there, have been read."""
        return self._counted.count

    def close(self) -> None:
        """Let go of the file; standard input stays open."""
        self.bytes.close()
        if self._raw is not sys.stdin.buffer:
            self._raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def whole(path: Path) -> bytes:
    """All that a file says, unpacked; what is not packed is read into one piece of memory and copied nowhere."""
    with suppress(OSError):
        told = path.read_bytes()
        if not told.startswith((GZIP, ZSTANDARD)):
            return told
    with Opened(path) as file:  # which also says what is wrong with a file that cannot be opened
        return file.bytes.read()


class _Counted(io.RawIOBase):
    """A file of which one knows how much has been read."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw, self.count = raw, 0
        self._read_once: Callable[[WriteableBuffer], int] = (
            raw.readinto if isinstance(raw, io.FileIO) else raw.readinto1  # type: ignore[attr-defined]
        )

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        read = self._read_once(buffer)
        self.count += read
        return read

    def readall(self) -> bytes:
        rest = self._raw.read()
        self.count += len(rest)
        return rest


class _Frame(Protocol):
    """What unpacks one compressed frame (a "member" of a .gz file); of a file with several, each has its own."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, piece: bytes, /) -> bytes: ...


class _Unpacked(io.RawIOBase):
    """A packed file, unpacked: everything up to where it is damaged or cut off, then EOFError or OSError.

    The readers that come with Python and Arrow lose up to a megabyte before that, or say nothing.
    """

    def __init__(self, packed: IO[bytes], frame: Callable[[], _Frame]) -> None:
        self._packed, self._new_frame = packed, frame
        self._frame = frame()
        self._begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        while not self._ready:
            if not self._read_on():
                return 0
        view = memoryview(buffer)
        piece = self._ready[: len(view)]
        view[: len(piece)] = piece
        self._ready = self._ready[len(piece) :]
        return len(piece)

    def _read_on(self) -> bool:
        """Unpack one more piece; false at the end."""
        piece = self._frame.unused_data or self._packed.read(PIECE)
        if self._frame.eof:
            self._frame, self._begun = self._new_frame(), False
            piece = piece.lstrip(b"\0") or self._packed.read(PIECE).lstrip(b"\0")  # what a tape pads with
        if not piece:
            if self._begun:
                raise EOFError("it ends before its compressed part does")
            return False
        self._begun = True
        try:
            self._ready = memoryview(self._frame.decompress(piece))
        except (zlib.error, zstandard.ZstdError) as error:
            raise OSError(str(error)) from None
        return True


def _unpacked(packed: io.BufferedReader) -> IO[bytes]:
    start = packed.peek(4)[:4]
    if start.startswith(GZIP):
        return io.BufferedReader(_Unpacked(packed, lambda: zlib.decompressobj(wbits=31)), 1 << 20)
    if start.startswith(ZSTANDARD):
        return io.BufferedReader(_Unpacked(packed, lambda: zstandard.ZstdDecompressor().decompressobj()), 1 << 20)
    return packed


def is_file(path: Path) -> bool:
    """Whether this is a file that can be read again from its start, not standard input or another pipe."""
    return path != STDIN and path.is_file()


def identity(path: Path) -> str:
    """What tells a file from others, so that a broken run can go on: its name, size and a digest of its beginning.

    Empty for a pipe.
    """
    if not is_file(path):
        return ""
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(1 << 16)).hexdigest()[:16]
    name = os.fsencode(path.name).decode("utf-8", "replace")
    return f"{name} ({path.stat().st_size} bytes, {digest})"
