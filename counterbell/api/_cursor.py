"""Where a list in pages goes on: after how many rows, as of which instant. Signed, so that it says what we said."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from django.core import signing

from counterbell.errors import Problem
from counterbell.record.entries import instant, microseconds

SALT = "counterbell.api.cursor"


@dataclass(frozen=True)
class Cursor:
    """A place in a list as it stood at an instant."""

    offset: int
    as_of: datetime

    @classmethod
    def read(cls, text: str, as_of: datetime | None) -> Self:
        """The place that a page's `next` names; without one, the beginning, as of then or now. Raises Problem."""
        if not text:
            return cls(0, as_of or datetime.now(UTC))
        try:
            offset, us = signing.loads(text, salt=SALT)
        except signing.BadSignature:
            raise Problem("This cursor is none of ours. Take `next` of the page before, as it is.") from None
        return cls(offset, instant(us))

    def after(self, count: int, total: int) -> str | None:
        """The place behind so many rows; null if there are no more."""
        if self.offset + count >= total or not count:
            return None
        return signing.dumps([self.offset + count, microseconds(self.as_of)], salt=SALT)
