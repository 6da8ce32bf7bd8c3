"""The reference of the facts: the same SQL in DuckDB straight from Parquet copies of the tables, in one go.

python bench/plain_facts.py copy COPIES writes what the facts read of the record (all months at once) as Parquet files;
python bench/plain_facts.py make COPIES FACTS runs steps.sql and the SQL of the five tables over them and writes the
five tables. Business hours, local days and the cutting into months are not in it. Prints {"seconds", "cpu_seconds",
"rows" by table}.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

MEMORY = "16GB"
DAY_US = 86_400_000_000


def write_copies(copies: Path) -> None:
    """Write the tables of facts/reading.py, read for all months of the only shop in one span."""
    from counterbell.cli._installation import open_installation, the_shop

    open_installation()
    import pyarrow.parquet as pq
    from django.db import connection

    from counterbell.facts.build import database
    from counterbell.facts.reader import close_all, reader
    from counterbell.facts.reading import Span, read
    from counterbell.record.dirty import all_months

    shop = the_shop(None)
    with connection.cursor() as cursor:
        months = all_months(cursor, shop.pk)
    span = Span(shop.pk, min(months), max(months), shop.conversion_days * DAY_US)
    copies.mkdir(parents=True, exist_ok=True)
    for name, table in read(reader(database()), span).items():
        pq.write_table(table, copies / f"{name}.parquet")
    (copies / "window_us").write_text(str(span.window_us))
    close_all()


def make(copies: Path, facts: Path) -> dict[str, Any]:
    """Run the SQL; returns the seconds it took and the rows that each table has."""
    import duckdb

    from counterbell.facts.engines.duckdb import TABLES, statements

    facts.mkdir(parents=True, exist_ok=True)
    made = [name for name in TABLES if name != "credits"]
    began, cpu_began = time.perf_counter(), time.process_time()
    engine = duckdb.connect(
        config={"memory_limit": MEMORY, "temp_directory": str(facts / "spill"), "preserve_insertion_order": False}
    )
    for copy in copies.glob("*.parquet"):
        engine.execute(f"create view {copy.stem} as from read_parquet('{copy}')")
    window_us = int((copies / "window_us").read_text())
    engine.execute(f"create temp table setting as select cast({window_us} as bigint) as window_us")
    refunded = "select order_id, cast(sum(amount) as bigint) as amount from refund group by order_id"
    engine.execute(f"create temp table refunded as {refunded}")
    for statement in statements("steps"):
        engine.execute(statement)
    for name in TABLES:
        engine.execute(f"create temp table made_{name} as {statements(name)[0]}")
    for name in made:
        engine.execute(f"copy made_{name} to '{facts / name}.parquet' (format parquet, compression snappy)")
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    rows = {name: engine.sql(f"from made_{name}").count("*").fetchall()[0][0] for name in made}
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "rows": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    copying = commands.add_parser("copy")
    copying.add_argument("copies", type=Path)
    making = commands.add_parser("make")
    making.add_argument("copies", type=Path)
    making.add_argument("facts", type=Path)
    wanted = parser.parse_args()
    if wanted.command == "copy":
        write_copies(wanted.copies)
    else:
        print(json.dumps(make(wanted.copies, wanted.facts)))


if __name__ == "__main__":
    main()
