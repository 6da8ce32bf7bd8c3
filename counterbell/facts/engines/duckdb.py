"""DuckDB, in the process: the engine for everything up to some ten million tickets."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
from django.conf import settings

HERE = Path(__file__).parent.parent
TABLES = ("responses", "ratings", "spells", "credits", "tickets", "conversions")
"""The SQL files in the order in which they need each other; `credits` is a step and no fact."""


def make_facts(read: Mapping[str, pa.Table], window_us: int) -> dict[str, pa.Table]:
    """The facts of the months read, by table, before business hours and local days are added."""
    connection = _engine().cursor()
    try:
        for name, table in read.items():
            connection.register(name, table)
        connection.execute("create temp table setting as select cast(? as bigint) as window_us", [window_us])
        for statement in _making():
            connection.execute(statement)
        return {name: connection.sql(f"from made_{name}").to_arrow_table() for name in TABLES if name != "credits"}
    finally:
        connection.close()


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """The program's engine for facts; each making of facts has a cursor with tables of its own."""
    return connect()


def connect() -> duckdb.DuckDBPyConnection:
    """A connection to an empty database in memory, bounded, that goes to the disk for what does not fit."""
    spill = settings.FACTS_DIRECTORY / "spill"
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{settings.MEMORY_MEGABYTES}MB",
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )


@cache
def _making() -> list[duckdb.Statement]:
    """All the steps to the facts in their order, parsed once: for a small shop the parsing is much of the work."""
    refunded = "select order_id, cast(sum(amount) as bigint) as amount from refund group by order_id"
    steps = [
        f"create temp table refunded as {refunded}",
        *statements("steps"),
        *(f"create temp table made_{name} as {statements(name)[0]}" for name in TABLES),
    ]
    return [parsed for step in steps for parsed in _engine().extract_statements(step)]


@cache
def statements(name: str) -> list[str]:
    """The statements of one of our SQL files."""
    text = (HERE / f"{name}.sql").read_text()
    return [part for part in _split(re.sub(r"(?m)^\s*--.*$", "", text)) if part]


def _split(text: str) -> Iterable[str]:
    return (part.strip() for part in text.split(";"))
