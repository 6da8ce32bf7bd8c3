"""Taking a file from a browser: straight to the data directory, under a name of our own, never past the limit."""

import secrets
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext as _

from counterbell.errors import Problem
from counterbell.formats import size

MARGIN = 1 << 16
"""So many bytes a request may have beside its file."""


class TooLarge(Problem):
    """A file above the limit."""


def directory() -> Path:
    """Where files lie until they are taken in; only the program's own account reads it."""
    place = Path(settings.FACTS_DIRECTORY).parent / "uploads"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def limit() -> int:
    """So many bytes a file may have."""
    return int(settings.UPLOAD_BYTES)


def refuse_too_large(told_bytes: str) -> None:
    """Refuse a request by the length that it tells, before any of it is read. Raises TooLarge."""
    if told_bytes.isdecimal() and int(told_bytes) > limit() + MARGIN:
        raise TooLarge(_too_large())


def _too_large() -> str:
    return _(
        "The file is larger than %(limit)s. Pack it (.gz), split it, or take it in with “counterbell import” on the "
        "server."
    ) % {"limit": size(limit())}


class ToDisk(FileUploadHandler):
    """Writes what comes to disk, and stops at the limit."""

    too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.path = directory() / secrets.token_hex(16)
        self.written = 0
        self.file: IO[bytes] = self.path.open("xb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.written += len(raw_data)
        if self.written > limit():
            self._give_up()
            self.too_large = True
            raise StopUpload(connection_reset=True)
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "Stored":
        self.file.close()
        return Stored(self.path, self.file_name or "", self.written)

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self._give_up()

    def _give_up(self) -> None:
        self.file.close()
        self.path.unlink(missing_ok=True)

    def refuse_if_too_large(self) -> None:
        """Say so, where the file that came was too large. Raises TooLarge."""
        if self.too_large:
            raise TooLarge(_too_large())


class Stored(UploadedFile):  # type: ignore[type-arg]
    """A file that has come, as it lies on disk."""

    def __init__(self, path: Path, name: str, written: int) -> None:
        super().__init__(None, name, size=written)
        self.path, self.written = path, written
