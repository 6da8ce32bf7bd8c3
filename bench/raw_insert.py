"""The reference of the import: the same rows, inserted with sqlite3 and nothing else.

python bench/raw_insert.py RECORD NEW_DATABASE [--keys] reads the record's rows table by table, a chunk at a time, and
inserts them into the same tables of a new database: bare ones, or (--keys) with all their keys, constraints and
indexes. Only the inserting and committing is timed. Prints {"rows", "seconds", "cpu_seconds"}.
"""

import argparse
import json
import sqlite3
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from counterbell.record.append_only import HISTORY

CHUNK = 40_000
"""As many rows a transaction as the import has entries."""

AS_THE_IMPORT_HAS_THEM = (
    "journal_mode = wal",
    "synchronous = normal",
    "wal_autocheckpoint = 16000",
    "cache_size = -256000",
    "foreign_keys = off",
)
"""The settings of the database while counterbell/record/write.py takes a stream in."""


TABLES = [f"record_{name}" for name in ("agent", "customer", *HISTORY)]
"""The tables whose rows come from the log."""


def lay_out(record: sqlite3.Connection, target: sqlite3.Connection, table: str, *, keys: bool) -> None:
    """Make the table in the target."""
    if keys:
        statements = record.execute(
            "select sql from sqlite_master where tbl_name = ? and type in ('table', 'index')", [table]
        )
        for (statement,) in sorted(statements, key=lambda row: not str(row[0]).startswith("CREATE TABLE")):
            if statement is not None:
                target.execute(statement)
    else:
        columns = record.execute("select name, type from pragma_table_info(?)", [table])
        target.execute(f'create table "{table}" ({", ".join(f"{name} {kind}" for name, kind in columns)})')


@dataclass
class Inserted:
    """How many rows went in, and the wall and CPU seconds that inserting and committing them took."""

    rows: int = 0
    seconds: float = 0
    cpu_seconds: float = 0


def copy(record: sqlite3.Connection, target: sqlite3.Connection, table: str, inserted: Inserted) -> None:
    """Copy the rows of a table."""
    reading = record.execute(f'select * from "{table}" order by id')
    statement = f'insert into "{table}" values ({", ".join("?" * len(reading.description))})'
    while chunk := reading.fetchmany(CHUNK):
        began, cpu_began = time.perf_counter(), time.process_time()
        target.executemany(statement, chunk)
        target.commit()
        inserted.seconds += time.perf_counter() - began
        inserted.cpu_seconds += time.process_time() - cpu_began
        inserted.rows += len(chunk)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("record", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--keys", action="store_true")
    wanted = parser.parse_args()
    record = sqlite3.connect(f"file:{wanted.record}?mode=ro", uri=True)
    target = sqlite3.connect(wanted.target)
    for setting in AS_THE_IMPORT_HAS_THEM:
        target.execute(f"pragma {setting}")
    inserted = Inserted()
    for table in TABLES:
        lay_out(record, target, table, keys=wanted.keys)
        copy(record, target, table, inserted)
    print(json.dumps(asdict(inserted)))


if __name__ == "__main__":
    main()
