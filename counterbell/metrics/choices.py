"""Which values each dimension has in a shop, for menus of filters: most frequent first, and not too many.

Each month's are found once: its facts never change under the name of their version.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from counterbell.accounts.models import Shop
from counterbell.facts import catalog

from ._engine import cursor, fetched
from ._facts import Facts, with_facts
from .query import DIMENSIONS

MOST = 200
KEPT_MONTHS = 2_000

OF_TICKETS = ("channel", "store", "language", "country", "direction")


@dataclass(frozen=True)
class Choice:
    """A value of a dimension, and on how many tickets it was found: with an agent that closed, answered or has them."""

    value: str
    n: int


Counts = Mapping[str, "Counter[str]"]

_months: OrderedDict[str, Counts] = OrderedDict()
_lock = threading.Lock()


def choices(shop: Shop, *, most: int = MOST, as_of: datetime | None = None) -> dict[str, tuple[Choice, ...]]:
    """By dimension its values, most frequent first, at most so many of each; having none is not among them."""
    return with_facts(shop, as_of, lambda facts: _choices(facts, most))


def _choices(facts: Facts, most: int) -> dict[str, tuple[Choice, ...]]:
    counts: dict[str, Counter[str]] = {dimension: Counter() for dimension in DIMENSIONS}
    for of_month in _of_months(facts.months):
        for dimension, values in of_month.items():
            counts[dimension].update(values)
    return {dimension: _most_frequent(values, most) for dimension, values in counts.items()}


def _most_frequent(values: "Counter[str]", most: int) -> tuple[Choice, ...]:
    ordered = sorted(values.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Choice(value, n) for value, n in ordered[:most])


def _of_months(months: list[catalog.Month]) -> list[Counts]:
    names = [str(month.directory) for month in months]
    with _lock:
        known = {name: _months[name] for name in names if name in _months}
    found = _found([name for name in names if name not in known])
    with _lock:
        _months.update(found)
        for name in known:
            _months.move_to_end(name)
        while len(_months) > KEPT_MONTHS:
            _months.popitem(last=False)
    return [*known.values(), *found.values()]


def _found(directories: list[str]) -> dict[str, Counts]:
    found: dict[str, dict[str, Counter[str]]] = {name: {} for name in directories}
    if not directories:
        return {}
    for dimension in DIMENSIONS:
        places = [(table, value) for table, counted, value in _COUNTED if counted == dimension]
        named = " union all ".join(_named(table, value) for table, value in places)
        n = "count(distinct ticket)" if dimension in _OFTEN else "count(*)"
        text = f"select directory, value, {n} from ({named}) where value is not null group by all"
        files = {table: [f"{directory}/{table}.parquet" for directory in directories] for table, _value in places}
        for directory, name, n in fetched(cursor(), text, files):
            found[directory].setdefault(dimension, Counter())[name] += n
    return dict(found)


def _named(table: str, value: str) -> str:
    """The tickets of a table with a value of the dimension; a ticket's facts are all in the month of its creation."""
    return (
        f"select parse_dirpath(filename) as directory, ticket, {value} as value "
        f"from read_parquet(${table}, filename = true) where {_WHERE[table]}"
    )


_OFTEN = ("agent", "team")
"""Of what a ticket may have several rows with the same value; to count tickets then takes several times the work."""
_WHERE = {"tickets": "left_out is null", "responses": "counts_human", "spells": "until is null"}
_COUNTED = (
    *(("tickets", dimension, dimension) for dimension in OF_TICKETS),
    ("tickets", "intent", "closed_intent"),
    ("tickets", "priority", "closed_priority"),
    ("tickets", "tag", "unnest(closed_tags)"),
    ("tickets", "agent", "closed_agent"),
    ("tickets", "team", "closed_team"),
    ("responses", "agent", "agent"),
    ("responses", "team", "team"),
    ("spells", "intent", "intent"),
    ("spells", "priority", "priority"),
    ("spells", "tag", "unnest(tags)"),
    ("spells", "agent", "agent"),
    ("spells", "team", "team"),
)
"""Of which table what is counted: what changes in a ticket's life as it is now, or was at the final close."""
