"""The key that signs sessions and links: from COUNTERBELL_SECRET, else a file in the data directory."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def signing_key(directory: Path) -> str:
    """The installation's own key; made when there is none, readable by its owner only."""
    if told := os.environ.get("COUNTERBELL_SECRET"):
        return told
    path = directory / "secret"
    if not path.exists():
        with NamedTemporaryFile(dir=directory) as file:
            file.write(secrets.token_urlsafe(64).encode())
            file.flush()
            with suppress(FileExistsError):  # another process has just made one
                os.link(file.name, path)
    return path.read_text().strip()
