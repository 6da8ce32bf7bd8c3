"""The program's engine for questions, and what it has found, kept until the facts change."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from counterbell.facts.engines.duckdb import connect

KEPT_ANSWERS = 2_000

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Sql:
    """A query over some Parquet files, bound as $files."""

    text: str
    files: tuple[str, ...]


_lock = threading.Lock()
_connection: duckdb.DuckDBPyConnection | None = None
_answers: OrderedDict[tuple[Any, ...], Sequence[Row]] = OrderedDict()


def cursor() -> duckdb.DuckDBPyConnection:
    """A cursor of the program's engine."""
    global _connection
    with _lock:
        if _connection is None:
            _connection = connect()
            _connection.execute("set parquet_metadata_cache = true")
            _connection.execute("set timezone = 'UTC'")
        return _connection.cursor()


def forget() -> None:
    """Let go of all kept answers."""
    with _lock:
        _answers.clear()


def rows(sql: Sql, parameters: Mapping[str, Any]) -> Sequence[Row]:
    """The rows of a query; files never change, so what was found in them once holds."""
    key = (sql, tuple(sorted(parameters.items())))
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    with cursor() as reading:
        found = reading.execute(sql.text, {"files": list(sql.files), **parameters}).fetchall()
    with _lock:
        _answers[key] = found
        while len(_answers) > KEPT_ANSWERS:
            _answers.popitem(last=False)
    return found


def rows_by_hour(sql: Sql, parameters: Mapping[str, Any], starts: Sequence[datetime]) -> Sequence[Row]:
    """The rows of a query that looks hours up in the table `hour_bucket` of their starts."""
    import pyarrow as pa

    table = pa.table({"place": pa.array(range(len(starts))), "starts": pa.array(starts, pa.timestamp("us"))})
    with cursor() as reading:
        reading.register("hour_bucket", table)
        return reading.execute(sql.text, {"files": list(sql.files), **parameters}).fetchall()
