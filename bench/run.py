"""Measures Counterbell on a made shop and prints a table: python bench/run.py [--tickets 1000000] [--months 24].

What is measured, and against what, stands in bench/README.md. The log and the installation that has taken it in are
kept in --data for the next time; each measurement runs in a process of its own. What is going on is told on standard
error.
"""

import argparse
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import table
from processes import Finished, counterbell, run, script
from shops import FIRST_DAY, MadeShop, days_before, report
from table import Row

COLD_RUNS = 5
HEADLINE_DAYS = 28
REPLY_RUNS = 2
NO_SLOWER = 1.1
"""What differs by less than this from one run to the next is not told apart."""
SMALL_MONTHS = 3
"""The small shop of the reply: as many tickets a month as the large one, over so many months."""
MEMORY_MONTHS = (6, 12)
ENOUGH_BYTES = 1_500_000_000


def importing(shop: MadeShop) -> Iterator[Row]:
    """Taking the log in, against the bare insertion of the same rows."""
    finished = shop.take_in()
    bare, keyed = (_raw_insert(shop, *keys) for keys in ([], ["--keys"]))
    rate = bare["rows"] / finished.seconds
    for name, raw in (("bare tables", bare), ("tables with their keys", keyed)):
        raw_rate = raw["rows"] / raw["seconds"]
        yield Row(
            what=f"import of the log, against raw inserts into {name}",
            ours=f"{rate:,.0f} rows/s ({_both(finished.seconds, finished.cpu_seconds)})",
            reference=f"{raw_rate:,.0f} rows/s ({_both(raw['seconds'], raw['cpu_seconds'])})",
            ratio=f"{rate / raw_rate:.2f}",
            aim="at least 0.4",
            met=rate / raw_rate >= 0.4,
            peak_bytes=finished.peak_bytes,
        )
    yield _memory("import", finished)


def _raw_insert(shop: MadeShop, *keys: str) -> Any:
    report(f"inserting raw {' '.join(keys)}".strip(), shop)
    shop.scratch.mkdir(exist_ok=True)
    try:
        return script(None, "raw_insert", shop.record, shop.scratch / "raw.sqlite3", *keys).answer()
    finally:
        shutil.rmtree(shop.scratch)


def facts(shop: MadeShop) -> Iterator[Row]:
    """Making all facts, against the same SQL over Parquet copies."""
    shop.need_record()
    copies = shop.scratch / "copies"
    report("copying the record's tables to Parquet", shop)
    script(shop.home, "plain_facts", "copy", copies)
    report("making the facts plainly", shop)
    plain = script(shop.home, "plain_facts", "make", copies, shop.scratch / "facts").answer()
    shutil.rmtree(shop.scratch)
    finished = shop.make_facts()
    yield Row(
        what="facts of everything, from SQLite to Parquet",
        ours=_both(finished.seconds, finished.cpu_seconds),
        reference=_both(plain["seconds"], plain["cpu_seconds"]),
        ratio=f"{finished.seconds / plain['seconds']:.2f}",
        aim="at most 2.5",
        met=finished.seconds / plain["seconds"] <= 2.5,
        peak_bytes=finished.peak_bytes,
    )
    yield _memory("facts", finished)


def weeks(shop: MadeShop) -> Iterator[Row]:
    """The ten metrics by week over the whole time, against SQL by hand."""
    shop.need_facts()
    for compare in ("previous", "year"):
        report(f"asking for all weeks, compared with {compare}", shop)
        found = script(shop.home, "questions", "weeks", FIRST_DAY, shop.end, "--compare", compare).answer()
        if found["wrong"]:
            raise AssertionError("\n".join(["The report and the SQL by hand differ:", *found["wrong"][:20]]))
        ours, reference = (statistics.median(wall for wall, _ in found[name]) for name in ("ours", "reference"))
        cpu, cpu_reference = (statistics.median(cpu for _, cpu in found[name]) for name in ("ours", "reference"))
        before = {"previous": "the time before (of which nothing is there)", "year": "a year before"}[compare]
        yield Row(
            what=f"the ten by week over {shop.months} months, compared with {before}",
            ours=f"{_milliseconds(ours)}, {_milliseconds(cpu)} of CPU",
            reference=f"{_milliseconds(reference)}, {_milliseconds(cpu_reference)} of CPU",
            ratio=f"{ours / reference:.2f}",
            aim="at most 1.2",
            met=ours / reference <= 1.2,
            peak_bytes=found["peak_bytes"],
        )


def headlines(shop: MadeShop) -> Iterator[Row]:
    """The ten of the last days by day with comparison, fresh and asked again."""
    shop.need_facts()
    for name, options in (("", []), (", with median and p90", ["--quantiles"])):
        report("asking for the headlines", shop)
        start = days_before(shop.end, HEADLINE_DAYS)
        found = script(shop.home, "questions", "headlines", start, shop.end, *options).answer()
        for state, words, most in (("fresh", "fresh", 0.25), ("kept", "when the facts have not changed", 0.02)):
            seconds = statistics.median(found[state])
            yield Row(
                what=f"the ten of {HEADLINE_DAYS} days by day with comparison{name}, {words}",
                ours=_milliseconds(seconds),
                aim=f"under {most * 1000:.0f} ms",
                met=seconds < most,
                peak_bytes=found["peak_bytes"],
            )


def dashboard(shop: MadeShop) -> Iterator[Row]:
    """The numbers of a dashboard's pages, fresh; of the overview against the ten by hand."""
    shop.need_facts()
    report("asking for the pages of a dashboard", shop)
    found = script(shop.home, "overview", days_before(shop.end, HEADLINE_DAYS), shop.end).answer()
    reference, cpu_reference = (statistics.median(each) for each in zip(*found["reference"], strict=True))
    for name, most in (("overview", 0.4), ("metric", 0.3), ("backlog", 0.3), ("agents", 0.4)):
        seconds, cpu = (statistics.median(each) for each in zip(*found[name], strict=True))
        against = name == "overview"
        yield Row(
            what=f"the numbers of the page `{name}` of {HEADLINE_DAYS} days, fresh",
            ours=f"{_milliseconds(seconds)}, {_milliseconds(cpu)} of CPU",
            reference=f"{_milliseconds(reference)}, {_milliseconds(cpu_reference)} of CPU" if against else "",
            ratio=f"{cpu / cpu_reference:.2f} by CPU" if against else "",
            aim=f"under {most * 1000:.0f} ms",
            met=seconds < most,
            peak_bytes=found["peak_bytes"],
        )


def cold(shop: MadeShop) -> Iterator[Row]:
    """The same from a command that has to start, against Python importing two of its libraries."""
    shop.need_facts()
    report("asking cold", shop)
    start = days_before(shop.end, HEADLINE_DAYS)
    command = ["report", "--from", str(start), "--to", str(shop.end), "--grain", "day", "--compare", "previous"]
    counterbell(shop.home, *command)
    ours, reference = [], []
    for _ in range(COLD_RUNS):
        ours.append(counterbell(shop.home, *command))
        reference.append(run([sys.executable, "-c", "import duckdb, django"]))
    seconds, imports = (statistics.median(each.seconds for each in runs) for runs in (ours, reference))
    yield Row(
        what=f"the ten of {HEADLINE_DAYS} days from a cold `counterbell report`, against importing duckdb and django",
        ours=_milliseconds(seconds),
        reference=_milliseconds(imports),
        ratio=f"+ {_milliseconds(seconds - imports)}",
        aim="at most + 1 s",
        met=seconds - imports <= 1,
        peak_bytes=max(each.peak_bytes for each in ours),
    )


def reply(shop: MadeShop) -> Iterator[Row]:
    """One reply until it shows, in this shop and in a small one of the same size a month."""
    small = shop.with_months(SMALL_MONTHS)
    runs = [(_replies(shop), _replies(small)) for _ in range(REPLY_RUNS)]
    here, there = ([each for finished in of_shop for each in finished.answer()] for of_shop in zip(*runs, strict=True))
    seconds, in_small = (statistics.median(each["all"] for each in replies) for replies in (here, there))
    parts = ", ".join(
        f"{name} {_milliseconds(statistics.median(each[name] for each in here))}"
        for name in ("write", "refresh", "ask")
    )
    yield Row(
        what="one reply until it shows",
        ours=f"{_milliseconds(seconds)} ({parts})",
        aim="under 1.5 s",
        met=seconds < 1.5,
        peak_bytes=max(large.peak_bytes for large, _ in runs),
    )
    yield Row(
        what=f"the same, against a shop of {small.tickets:,} tickets",
        ours=_milliseconds(seconds),
        reference=_milliseconds(in_small),
        ratio=f"{seconds / in_small:.2f}",
        aim=f"no slower (at most {NO_SLOWER})",
        met=seconds <= in_small * NO_SLOWER,
    )


def _replies(shop: MadeShop) -> Finished:
    shop.need_facts()
    report("replying", shop)
    return script(shop.home, "freshness")


def memory(shop: MadeShop) -> Iterator[Row]:
    """The peaks of import and facts of younger shops of the same size a month."""
    for months in MEMORY_MONTHS:
        younger = shop.with_months(months)
        for what, finished in (("import", younger.take_in()), ("facts", younger.make_facts())):
            yield _memory(f"{what} of {months} months ({younger.tickets:,} tickets)", finished)
        shutil.rmtree(younger.home)
        younger.log.unlink()


def _memory(what: str, finished: Finished) -> Row:
    return Row(
        what=f"peak memory of {what}",
        ours=f"{finished.peak_bytes / 1e6:,.0f} MB",
        aim=f"under {ENOUGH_BYTES / 1e9} GB",
        met=finished.peak_bytes < ENOUGH_BYTES,
        peak_bytes=finished.peak_bytes,
    )


def _both(seconds: float, cpu_seconds: float) -> str:
    return f"{seconds:.1f} s, {cpu_seconds:.1f} s of CPU"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


MEASUREMENTS: dict[str, Callable[[MadeShop], Iterator[Row]]] = {
    "import": importing, "facts": facts, "weeks": weeks, "headlines": headlines, "cold": cold, "reply": reply,
    "dashboard": dashboard,
}  # fmt: skip


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--only", type=_names, default=list(MEASUREMENTS), help=f"of {','.join(MEASUREMENTS)}")
    parser.add_argument("--memory", action="store_true", help="also import and facts of younger shops")
    parser.add_argument(
        "--data", type=Path, default=Path(__file__).parent / ".data", help="where logs and shops are kept"
    )
    parser.add_argument("--markdown", action="store_true", help="print the table as it stands in README.md")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - MEASUREMENTS.keys():
        raise argparse.ArgumentTypeError(
            f"no measurement {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}"
        )
    return names


def rows_of(shop: MadeShop, names: Sequence[str], *, with_memory: bool) -> Iterator[Row]:
    for name in names:
        yield from MEASUREMENTS[name](shop)
    if with_memory:
        yield from memory(shop)


def main() -> None:
    wanted = arguments()
    shop = MadeShop(wanted.data.resolve(), wanted.tickets, wanted.months)
    rows = list(rows_of(shop, wanted.only, with_memory=wanted.memory))
    print(f"{shop.tickets:,} tickets over {shop.months} months. {table.machine()}\n")
    print(table.markdown(rows) if wanted.markdown else table.plain(rows))


if __name__ == "__main__":
    main()
