"""The key that signs sessions and links: from COUNTERBELL_SECRET, else a file in the data directory."""

import os
import secrets
from pathlib import Path

from counterbell.kept_files import put_once


def signing_key(directory: Path) -> str:
    """The installation's own key; made when there is none, readable by its owner only."""
    if told := os.environ.get("COUNTERBELL_SECRET"):
        return told
    path = directory / "secret"
    if not path.exists():
        put_once(path, secrets.token_urlsafe(64).encode())
    return path.read_text().strip()
