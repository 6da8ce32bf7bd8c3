"""How the record keeps instants: microseconds since 1970-01-01 UTC, the same on every database."""

from datetime import datetime
from typing import Any

from django.db import models

from .entries import instant, microseconds


class InstantField(models.BigIntegerField):  # type: ignore[type-arg]
    """An instant, read and written as an aware datetime, kept as UTC microseconds.

    Exact on SQLite and PostgreSQL alike, compared as a number, and read by the facts without parsing.
    """

    _pyi_private_set_type: datetime | int  # type: ignore[assignment]
    _pyi_private_get_type: datetime  # type: ignore[assignment]
    _pyi_lookup_exact_type: datetime | int  # type: ignore[assignment]

    def from_db_value(self, stored: int | None, *_: Any) -> datetime | None:
        return None if stored is None else instant(stored)

    def get_prep_value(self, moment: datetime | int | None) -> int | None:
        return microseconds(moment) if isinstance(moment, datetime) else moment
