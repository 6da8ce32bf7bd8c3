"""Figures of groups of tickets that somebody has put together, each beside the same figures of all other tickets.

All groups are counted together, in one look at each fact. What is counted adds up, so what is outside a group is
everything but what is in it, and no second look is needed. A ticket may be in several groups.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterbell.accounts.models import Shop
from counterbell.facts import catalog

from . import metric
from ._engine import cursor, fetched
from ._facts import Facts, with_facts
from ._metric import Metric, Part, Values
from .periods import Period

Found = dict[int | None, dict[str, Any]]
"""Aggregates by group; null is all tickets."""


@dataclass(frozen=True)
class Beside:
    """The figures of the tickets in a group and of those outside it, as a report gives them but for quantiles."""

    inside: Mapping[str, Any]
    outside: Mapping[str, Any]


def beside(
    shop: Shop,
    period: Period,
    keys: Collection[str],
    groups: Mapping[int, Collection[str]],
    *,
    as_of: datetime | None = None,
) -> dict[int, Beside]:
    """The figures of these metrics in the period for each group of tickets, by the group's number.

    Tickets are named by their ids. The metrics must be counted at an anchor, as durations, ratios and CSAT are. Raises
    UnknownMetric.
    """
    asked = {key: metric(key) for key in keys}
    return with_facts(shop, as_of, lambda facts: _Grouped(facts, period, asked, groups).figures())


@dataclass(frozen=True)
class _Grouped:
    facts: Facts
    period: Period
    asked: Mapping[str, Metric]
    groups: Mapping[int, Collection[str]]

    def figures(self) -> dict[int, Beside]:
        found = {(key, name): self._found(part) for key, one in self.asked.items() for name, part in one.parts.items()}
        inside = {group: {at: values.get(group, {}) for at, values in found.items()} for group in self.groups}
        whole = {at: values.get(None, {}) for at, values in found.items()}
        return {
            group: Beside(
                self._shaped(counted), self._shaped({at: _less(whole[at], values) for at, values in counted.items()})
            )
            for group, counted in inside.items()
        }

    def _shaped(self, counted: Mapping[tuple[str, str], Values]) -> dict[str, Any]:
        shaped: dict[str, Any] = {}
        for key, one in self.asked.items():
            values = {name: counted[key, name] for name in one.parts}
            told = one.shape(values, quantiles=False)
            shaped |= {name.replace("{key}", key): value for name, value in told.items()}
        return shaped

    def _found(self, part: Part) -> Found:
        files = catalog.files(self.facts.months, part.fact, self.period.start_us, self.period.end_us)
        if not files:
            return {}
        reading = cursor()
        reading.register("grouped", self._table())
        rows = fetched(reading, self._sql(part), {"files": files})
        return {group: dict(zip(part.aggregates, values, strict=True)) for group, *values in rows}

    def _table(self) -> Any:
        """The groups as rows (group_number, group_ticket)."""
        import pyarrow as pa

        pairs = [(group, ticket) for group, tickets in self.groups.items() for ticket in set(tickets)]
        return pa.table(
            {
                "group_number": pa.array([group for group, _ in pairs], pa.int64()),
                "group_ticket": pa.array([ticket for _, ticket in pairs], pa.string()),
            }
        )

    def _sql(self, part: Part) -> str:
        aggregates = ", ".join(part.aggregates.values())
        return (
            f"with there as (select * from read_parquet($files) where {' and '.join(self._conditions(part))})\n"
            f"select null as group_number, {aggregates} from there\n"
            f"union all\n"
            f"select group_number, {aggregates} from there join grouped on group_ticket = ticket group by group_number"
        )

    def _conditions(self, part: Part) -> Iterator[str]:
        yield f"({part.base})"
        yield f"{part.day} >= date '{self.period.start}' and {part.day} < date '{self.period.end}'"


def _less(whole: Values, part: Values) -> Values:
    """What is left of aggregates that add up."""
    return {name: (value or 0) - (part.get(name) or 0) for name, value in whole.items()}
