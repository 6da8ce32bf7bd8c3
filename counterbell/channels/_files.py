"""Bytes by their digest, in files of the data directory: raw mails and what hung on them, each shop's apart.

A file is there wholly or not at all, and keeping it twice is harmless.
"""

import hashlib
import os
from pathlib import Path

from django.conf import settings

from counterbell.accounts.models import Shop
from counterbell.kept_files import put_once


def keep(shop: Shop, content: bytes) -> str:
    """Keep the bytes for that shop, on the disk when this returns; returns their digest (SHA-256)."""
    digest = digest_of(content)
    path = _path(shop, digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    put_once(path, content)
    _onto_the_disk(path.parent)
    return digest


def digest_of(content: bytes) -> str:
    """By what the bytes are known."""
    return hashlib.sha256(content).hexdigest()


def read(shop: Shop, digest: str) -> bytes:
    """The bytes of that digest. Raises FileNotFoundError."""
    return _path(shop, digest).read_bytes()


def forget(shop: Shop, digest: str) -> None:
    """Remove the bytes of that digest."""
    _path(shop, digest).unlink(missing_ok=True)


def _path(shop: Shop, digest: str) -> Path:
    return Path(settings.FACTS_DIRECTORY).parent / "mail" / str(shop.pk) / digest[:2] / digest


def _onto_the_disk(directory: Path) -> None:
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
