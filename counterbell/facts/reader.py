"""The process that reads the record: SQL in, Arrow out.

It stands apart from the program because two SQLite libraries (Python's own, and the one in the Arrow driver) must not
have the same file open in one process: when one of them closes the file, the locks of the other are lost. One reader
serves its program for as long as that runs.

Run as `python -m counterbell.facts.reader`: each line of standard input is a JSON list of queries, answered on standard
output by one Arrow stream a query, all of one snapshot of the database, and an empty one when all went well.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any
from urllib.parse import quote

import pyarrow as pa

from counterbell.errors import Problem

BATCH_ROWS = 65_536


class ReadFailed(Problem):
    """The record could not be read; the sentence says what the database said."""


class Reader:
    """A reading process for one database (a SQLite file's path or a postgresql:// address)."""

    def __init__(self, database: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "counterbell.facts.reader"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._lock = threading.Lock()
        self._say(database)

    def read(self, queries: Mapping[str, str]) -> dict[str, pa.Table]:
        """Run the queries in one snapshot; returns their tables by the names given."""
        with self._lock:
            self._say(list(queries.values()))
            tables = {}
            for name in queries:
                tables[name] = self._answer()
            self._answer()  # that nothing went wrong
            return tables

    def close(self) -> None:
        """End the process."""
        with suppress(OSError):
            self._input.close()
        self._process.wait(10)
        self._output.close()

    @property
    def alive(self) -> bool:
        """Whether the process can still be asked."""
        return self._process.poll() is None

    @property
    def _input(self) -> Any:
        return self._process.stdin

    @property
    def _output(self) -> Any:
        return self._process.stdout

    def _say(self, message: object) -> None:
        try:
            self._input.write(json.dumps(message).encode() + b"\n")
            self._input.flush()
        except (OSError, ValueError):
            self.close()
            raise ReadFailed("The process that reads the record has ended. Run the command again.") from None

    def _answer(self) -> pa.Table:
        try:
            with pa.ipc.open_stream(self._output) as stream:
                table = stream.read_all()
        except (pa.ArrowInvalid, OSError):
            self._process.kill()
            self.close()
            raise ReadFailed(
                "The process that reads the record has ended in mid-answer. Run the command again."
            ) from None
        if table.schema.metadata and b"problem" in table.schema.metadata:
            self.close()
            raise ReadFailed(f"The record cannot be read: {table.schema.metadata[b'problem'].decode()}")
        return table


_readers: dict[str, Reader] = {}
_readers_lock = threading.Lock()


def reader(database: str) -> Reader:
    """The program's reader for that database, started when there is none yet."""
    with _readers_lock:
        known = _readers.get(database)
        if known is not None and not known.alive:
            known.close()
            known = None
        if known is None:
            known = _readers[database] = Reader(database)
        return known


def close_all() -> None:
    """End all reading processes of this program."""
    with _readers_lock:
        for one in _readers.values():
            one.close()
        _readers.clear()


def _serve() -> None:
    output = sys.stdout.buffer
    questions = iter(sys.stdin)
    database, connection = json.loads(next(questions)), None
    for line in questions:
        try:
            connection = connection or _connect(database)
            _tell(connection, json.loads(line), output)
        except Exception as problem:
            with pa.ipc.new_stream(output, pa.schema([], metadata={"problem": str(problem)})):
                pass
            output.flush()
            return
        output.flush()


def _tell(connection: Any, queries: list[str], output: IO[bytes]) -> None:
    """Run the queries in one snapshot and write their answers."""
    with connection.cursor() as cursor:
        if connection.adbc_get_info().get("vendor_name") == "PostgreSQL":
            cursor.execute("set transaction isolation level repeatable read, read only")
        for query in queries:
            cursor.execute(query)
            with cursor.fetch_record_batch() as batches, pa.ipc.new_stream(output, batches.schema) as stream:
                for batch in batches:
                    stream.write_batch(batch)
    connection.rollback()
    with pa.ipc.new_stream(output, pa.schema([])):
        pass


def _connect(database: str) -> Any:
    if database.startswith("postgres"):
        from adbc_driver_postgresql import dbapi as postgresql

        return postgresql.connect(database)
    from adbc_driver_sqlite import dbapi as sqlite

    connection = sqlite.connect(f"file:{quote(database)}?mode=ro")
    cursor = connection.cursor()
    cursor.execute("pragma busy_timeout = 30000")
    cursor.execute("pragma temp_store = memory")
    cursor.close()
    connection.rollback()
    return connection


if __name__ == "__main__":
    _serve()
