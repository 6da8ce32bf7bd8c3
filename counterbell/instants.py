"""Instants as programs exchange them."""

from datetime import datetime
from typing import overload


@overload
def written(at: datetime) -> str: ...
@overload
def written(at: None) -> None: ...
def written(at: datetime | None) -> str | None:
    """An aware instant in UTC as the log format, the API and CSV write it: ISO 8601, ending in Z."""
    return at.isoformat().replace("+00:00", "Z") if at is not None else None
