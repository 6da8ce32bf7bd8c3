"""The facts, made by SQL, say row by row what a plain reading of the definitions says, as of any instant."""

from datetime import UTC, datetime
from typing import Any

import pytest
from facts.facts_of import Line, Row, rows_in, shop_with
from facts.rivals import rivals
from histories import as_ofs
from hypothesis import given
from hypothesis import strategies as st
from plain_reading import Reading
from record.together import shared_histories
from rounds import rounds

from counterbell.accounts.models import Shop
from counterbell.facts import catalog
from counterbell.facts.build import refresh
from counterbell.record.entries import microseconds

KEYS = {
    "tickets": ("ticket",),
    "responses": ("ticket", "waited_from", "replied_at", "agent"),
    "ratings": ("survey",),
    "conversions": ("order",),
}
SLICES = ("ticket", "status", "agent", "team", "tags", "intent", "priority")


@given(shared_histories())
@rounds(6)
@pytest.mark.usefixtures("sqlite")
def test_facts_equal_the_plain_reading(sqlite: object, lines: list[Line]) -> None:
    check(lines, None)


@given(st.data())
@rounds(6)
@pytest.mark.usefixtures("sqlite")
def test_facts_of_a_past_instant_equal_a_plain_reading_of_the_log_until_then(
    sqlite: object, data: st.DataObject
) -> None:
    lines = data.draw(shared_histories())
    check(lines, data.draw(as_ofs(lines)))


@given(st.data())
@rounds(6)
@pytest.mark.usefixtures("sqlite")
def test_so_do_orders_at_the_turn_of_a_month(sqlite: object, data: st.DataObject) -> None:
    lines, _ = data.draw(rivals())
    check(lines, data.draw(as_ofs(lines)))


@given(st.data())
@rounds(1)
@pytest.mark.usefixtures("installation")
def test_facts_are_the_same_on_every_database(installation: str, data: st.DataObject) -> None:
    lines = data.draw(shared_histories())
    check(lines, data.draw(as_ofs(lines)))


def check(lines: list[Line], as_of: datetime | None) -> None:
    shop = shop_with(lines)
    reading = Reading(lines, as_of)
    facts = facts_as_of(shop, as_of or datetime.now(UTC))
    for table in KEYS:
        ours, theirs = comparable(facts(table), getattr(reading, table), table)
        assert not differences(ours, theirs), (table, differences(ours, theirs))
    check_spells(facts("spells"), reading)


def facts_as_of(shop: Shop, as_of: datetime) -> Any:
    """The rows of a table by its name, as they stood."""
    refresh(shop)
    months = catalog.months(shop, microseconds(as_of))
    return lambda table: rows_in([month.directory for month in months], table)


def comparable(found: list[Row], wanted: list[Row], table: str) -> tuple[list[Row], list[Row]]:
    """Both lists in the same order, with the columns that the reading has."""
    key = KEYS[table]
    columns = list(wanted[0]) if wanted else list(key)
    found = [row for row in found if row["ticket"] is not None]  # an order that no ticket is credited with

    def in_order(these: list[Row]) -> list[Row]:
        chosen = [{column: row[column] for column in columns if column in row} for row in these]
        return sorted(map(without_what_is_left_out, chosen), key=lambda row: [str(row[column]) for column in key])

    return in_order(found), in_order(wanted)


def without_what_is_left_out(row: Row) -> Row:
    """Of a ticket that is not counted only its creation matters."""
    if row.get("left_out") is None:
        return row
    return {name: value for name, value in row.items() if name.startswith("created") or name in ("ticket", "left_out")}


def differences(ours: list[Row], theirs: list[Row]) -> list[str]:
    """What differs, in short: a missing row, or a column with what the facts and the reading say."""
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows, not {len(theirs)}"]
    return [
        f"{next(iter(theirs_row.values()))}: {column} is {ours_row.get(column)!r}, not {value!r}"
        for ours_row, theirs_row in zip(ours, theirs, strict=True)
        for column, value in theirs_row.items()
        if ours_row.get(column) != value
    ]


def check_spells(parts: list[Row], reading: Reading) -> None:
    spells: dict[Any, Row] = {}
    for part in parts:
        spell = spells.setdefault((part["ticket"], part["number"]), {"opened_at": None, "closed_at": None})
        if part["opens"]:
            spell["opened_at"] = part["since"]
        if part["closes"]:
            spell["closed_at"] = part["until"]
    wanted = {
        (spell["ticket"], spell["number"]): {"opened_at": spell["opened_at"], "closed_at": spell["closed_at"]}
        for spell in reading.spells
    }
    assert spells == wanted
    assert {part["ticket"]: part["waiting_since"] for part in parts if part["waiting_since"]} == reading.waiting
    moments = {part["since"] for part in parts} | {part["until"] for part in parts if part["until"] is not None}
    for moment in sorted(moments):
        there = [
            part for part in parts if part["since"] <= moment and (part["until"] is None or part["until"] > moment)
        ]
        assert sliced(there) == sliced(reading.level_at(moment, inclusive=True))


def sliced(level: list[Row]) -> list[Row]:
    """The open tickets with what a level can be sliced by, in some order."""
    return sorted(({name: row[name] for name in SLICES} for row in level), key=str)
