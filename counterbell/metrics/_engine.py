"""The program's engine for questions, and what it has found, kept until the facts change."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import duckdb

from counterbell.facts.engines.duckdb import connect

KEPT_ANSWERS = 100

Row = tuple[Any, ...]
Found = TypeVar("Found")


class FilesGone(Exception):
    """A file of facts is no longer there: its version was replaced and removed since the catalog was read."""


@dataclass(frozen=True)
class Sql:
    """A query over some Parquet files, bound as $files."""

    text: str
    files: tuple[str, ...]


_lock = threading.Lock()
_connection: duckdb.DuckDBPyConnection | None = None
_found: OrderedDict[Hashable, Any] = OrderedDict()


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
        _found.clear()


def kept(key: Hashable, find: Callable[[], Found], *, use: bool = True) -> Found:
    """What was found under this key before, else what `find` finds now; the key names the versions of the facts."""
    with _lock:
        if use and key in _found:
            _found.move_to_end(key)
            return _found[key]  # type: ignore[no-any-return]
    found = find()
    with _lock:
        _found[key] = found
        while len(_found) > KEPT_ANSWERS:
            _found.popitem(last=False)
    return found


def rows(sql: Sql, parameters: Mapping[str, Any]) -> Sequence[Row]:
    """The rows of a query. Raises FilesGone if a file is no longer there."""
    return fetched(cursor(), sql.text, {"files": list(sql.files), **parameters})


def fetched(reading: duckdb.DuckDBPyConnection, text: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
    """The rows of a query by a cursor, which is closed. Raises FilesGone if a file is no longer there."""
    with reading:
        try:
            return reading.execute(text, parameters).fetchall()
        except duckdb.IOException as error:
            raise FilesGone(str(error)) from error


def rows_by_hour(sql: Sql, parameters: Mapping[str, Any], starts: Sequence[datetime]) -> Sequence[Row]:
    """The rows of a query that looks hours up in the table `hour_bucket` of their starts."""
    import pyarrow as pa

    table = pa.table({"place": pa.array(range(len(starts))), "starts": pa.array(starts, pa.timestamp("us"))})
    reading = cursor()
    reading.register("hour_bucket", table)
    return fetched(reading, sql.text, {"files": list(sql.files), **parameters})
