"""Where a list in pages goes on: after how many rows, as of which instant, asked when. Signed, so that it is ours."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from django.core import signing

from counterbell.errors import Problem
from counterbell.record.entries import instant, microseconds

SALT = "counterbell.api.cursor"


@dataclass(frozen=True)
class Cursor:
    """A place in a list as it stood at an instant; the days of a period that nobody named are those of `asked_at`."""

    offset: int
    as_of: datetime
    asked_at: datetime

    @classmethod
    def read(cls, text: str, as_of: datetime | None) -> Self:
        """The place that a page's `next` names; without one, the beginning, as of then or now. Raises Problem."""
        if not text:
            now = datetime.now(UTC)
            return cls(0, as_of or now, now)
        try:
            offset, us, asked_us = signing.loads(text, salt=SALT)
        except (signing.BadSignature, ValueError):
            raise Problem("This cursor is none of ours. Take `next` of the page before, as it is.") from None
        return cls(offset, instant(us), instant(asked_us))

    def after(self, count: int, total: int) -> str | None:
        """The place behind so many rows; null if there are no more."""
        if self.offset + count >= total or not count:
            return None
        place = [self.offset + count, microseconds(self.as_of), microseconds(self.asked_at)]
        return signing.dumps(place, salt=SALT)
