"""The columns of the facts that no SQL computes: business time and local days, both by the rules of the shop."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from counterbell.accounts.local_time import local_days
from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import read_schedules, zone

from .hours import OpenTime

BUSINESS = {
    "tickets": {
        "first_response_business_us": ("first_customer_at", "first_response_at"),
        "first_response_any_business_us": ("first_customer_at", "first_response_any_at"),
        "first_resolution_business_us": ("created_at", "first_closed_at"),
        "resolution_business_us": ("created_at", "closed_at"),
    },
    "responses": {"waited_business_us": ("waited_from", "replied_at")},
}
"""By table, the business durations to add: from one instant to the other; null where the calendar duration is."""

DAYS = {
    "tickets": ("created", "first_response", "first_response_any", "closed"),
    "responses": ("replied",),
    "spells": ("since", "until"),
    "ratings": ("sent", "rated"),
    "conversions": ("created", "placed"),
}
"""By table, the instants whose local day is asked for: the day of `created_at` is `created_day`."""


INSTANTS = ("since", "until", "waited_from", "waiting_since")
"""Columns that are instants though their names do not end like one."""


@dataclass(frozen=True)
class Clock:
    """A shop's zone and opening hours."""

    zone: ZoneInfo
    open_time: OpenTime | None

    @classmethod
    def of(cls, shop: Shop) -> "Clock":
        """The clock of a shop as it is set now."""
        where = zone(shop.timezone)
        return cls(where, None if not shop.hours else OpenTime(where, read_schedules(shop.hours)))


def finish(name: str, table: pa.Table, clock: Clock) -> pa.Table:
    """The table with its business durations and local days, its instants as timestamps (UTC, without a zone)."""
    for column, (start, end) in BUSINESS.get(name, {}).items():
        calendar = column.replace("_business_us", "_us")
        table = table.append_column(column, _business(table, start, end, calendar, clock.open_time))
    for anchor in DAYS[name]:
        instants = table[_instant(anchor, table)]
        table = table.append_column(f"{anchor}_day", _local_days(instants, clock.zone))
    for place, field in enumerate(table.schema):
        if field.type == pa.int64() and (field.name.endswith("_at") or field.name in INSTANTS):
            table = table.set_column(place, field.name, table[place].cast(pa.timestamp("us")))
    return table


def _instant(anchor: str, table: pa.Table) -> str:
    return anchor if anchor in table.column_names else f"{anchor}_at"


def _business(table: pa.Table, start: str, end: str, calendar: str, open_time: OpenTime | None) -> pa.Array:
    if open_time is None:
        return pa.nulls(table.num_rows, pa.int64())
    known = pc.is_valid(table[calendar]).to_numpy()
    starts, ends = (table[column].fill_null(0).to_numpy() for column in (start, end))
    durations = np.zeros(table.num_rows, np.int64)
    durations[known] = open_time.between(starts[known], ends[known])
    return pa.array(durations, mask=~known)


def _local_days(instants: pa.ChunkedArray, zone: ZoneInfo) -> pa.Array:
    known = pc.is_valid(instants).to_numpy()
    days = np.zeros(len(instants), np.int32)
    days[known] = local_days(zone, instants.fill_null(0).to_numpy()[known])
    return pa.array(days, pa.int32(), mask=~known).cast(pa.date32())
