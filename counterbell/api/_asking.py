"""The parameters by which several resources choose a period and filters, with what they mean."""

from datetime import UTC, datetime
from typing import Any

from ninja import Field, Schema

from counterbell.accounts.models import Shop
from counterbell.metrics import asked
from counterbell.metrics.periods import Period
from counterbell.metrics.query import Condition

Plain = dict[str, Any]


class Asked(Schema):
    """A period of the shop, filters, and as of when."""

    start: str = Field("", alias="from", description="first day, such as 2025-03-01; default: 28 days up to today")
    to: str = Field("", description="first day after the period; default: tomorrow")
    where: list[str] = Field([], description="filters that all hold: channel=email,chat or tag!=vip; may be repeated")
    as_of: str = Field("", description="as it stood then, such as 2025-03-10T00:00:00Z; default: now")

    def period(self, shop: Shop, grain: str = "day", *, now: datetime | None = None) -> Period:
        """The period, in the shop's zone; the usual one is that of `now`. Raises BadPeriod."""
        return asked.period(shop, self.start or None, self.to or None, grain, now=now or datetime.now(UTC))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The filters. Raises UnknownDimension or Problem."""
        return tuple(Condition.parse(text) for text in self.where)

    @property
    def instant(self) -> datetime | None:
        """As of when; null: now. Raises Problem."""
        return asked.instant(self.as_of, "as_of")
