"""The facts, made by SQL, say row by row what a plain reading of the definitions says."""

import os
from typing import Any

import pytest
from facts.facts_of import Line, Row, rows, shop_with
from histories import histories
from hypothesis import HealthCheck, Phase, given, settings
from plain_reading import Reading

KEYS = {
    "tickets": ("ticket",),
    "responses": ("ticket", "waited_from", "replied_at", "agent"),
    "ratings": ("survey",),
    "conversions": ("order",),
}
PHASES = [phase for phase in Phase if phase is not Phase.shrink or not os.environ.get("COUNTERBELL_NO_SHRINK")]
EXAMPLES = int(os.environ.get("COUNTERBELL_EXAMPLES", "40"))


def comparable(found: list[Row], wanted: list[Row], table: str) -> tuple[list[Row], list[Row]]:
    """Both lists in the same order, with the columns that the reading has."""
    key = KEYS[table]
    columns = list(wanted[0]) if wanted else list(key)

    def in_order(these: list[Row]) -> list[Row]:
        chosen = [{column: row[column] for column in columns if column in row} for row in these]
        return sorted(chosen, key=lambda row: [str(row[column]) for column in key])

    return in_order(found), in_order(wanted)


def differences(ours: list[Row], theirs: list[Row]) -> list[str]:
    """What differs, in short: a missing row, or a column with what the facts and the reading say."""
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows, not {len(theirs)}"]
    return [
        f"{list(theirs_row.values())[0]}: {column} is {ours_row.get(column)!r}, not {value!r}"
        for ours_row, theirs_row in zip(ours, theirs, strict=True)
        for column, value in theirs_row.items()
        if ours_row.get(column) != value
    ]


def without_what_is_left_out(row: Row) -> Row:
    """Of a ticket that is not counted only its creation matters."""
    if row["left_out"] is None:
        return row
    return {name: value for name, value in row.items() if name.startswith("created") or name in ("ticket", "left_out")}


def check(lines: list[Line]) -> None:
    shop = shop_with(lines)
    reading = Reading(lines, None)
    for table in KEYS:
        found = rows(shop, table)
        if table == "conversions":
            found = [row for row in found if row["ticket"] is not None]
        ours, theirs = comparable(found, getattr(reading, table), table)
        if table == "tickets":
            ours, theirs = ([without_what_is_left_out(row) for row in some] for some in (ours, theirs))
        assert not differences(ours, theirs), (table, differences(ours, theirs))
    check_spells(rows(shop, "spells"), reading)


def check_spells(parts: list[Row], reading: Reading) -> None:
    spells: dict[Any, Row] = {}
    for part in parts:
        spell = spells.setdefault((part["ticket"], part["number"]), {"opened_at": None, "closed_at": None})
        if part["opens"]:
            spell["opened_at"] = part["since"]
        if part["closes"]:
            spell["closed_at"] = part["until"]
    wanted = {(s["ticket"], s["number"]): {"opened_at": s["opened_at"], "closed_at": s["closed_at"]} for s in reading.spells}
    assert spells == wanted
    moments = {part["since"] for part in parts} | {part["until"] for part in parts if part["until"] is not None}
    for moment in sorted(moments):
        there = [p for p in parts if p["since"] <= moment and (p["until"] is None or p["until"] > moment)]
        level = [{n: p[n] for n in ("ticket", "status", "agent", "team", "tags", "intent")} for p in there]
        told = [{n: p[n] for n in ("ticket", "status", "agent", "team", "tags", "intent")} for p in reading.level_at(moment, True)]
        assert sorted(level, key=str) == sorted(told, key=str)


@given(histories())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@pytest.mark.usefixtures("sqlite")
def test_facts_equal_the_plain_reading(sqlite: object, lines: list[Line]) -> None:
    check(lines)
