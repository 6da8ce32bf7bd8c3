"""How fast saved pages of helpdesks and shops go in, beside the log format: python bench/source_rates.py [SOURCE ...].

For each source it writes pages of N and of 2 N tickets (or orders), imports each in a fresh process into an
installation of its own, exports what came of it, and imports that log too. All rates are entries of that log in a
second, so that both have done the same; those of CPU are without the start of the program, which is measured by the
import of a single ticket.
"""

import argparse
import tempfile
from pathlib import Path

import source_pages
from processes import Finished, counterbell

TITLES = ("source", "entries", "entries/s of CPU", "the log's", "ratio", "entries/s", "peak at N", "peak at 2 N")


def main() -> None:
    """Measure the sources that were asked for, and print a table."""
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("sources", nargs="*", metavar="SOURCE", default=list(source_pages.PAGES))
    asking.add_argument("--tickets", type=int, default=20_000, metavar="N", help="tickets, or orders (20000)")
    asked = asking.parse_args()
    print(f"| {' | '.join(TITLES)} |")
    print("|" + " --- |" * len(TITLES))
    for source in asked.sources:
        print(f"| {' | '.join(measured(source, asked.tickets))} |", flush=True)


def measured(source: str, tickets: int) -> list[str]:
    """A row of the table."""
    with tempfile.TemporaryDirectory(prefix="counterbell-") as directory:
        home = Path(directory)
        start, small, large = (_imported(home / str(many), source, many) for many in (1, tickets, 2 * tickets))
        log = home / "told.ndjson"
        counterbell(home / str(2 * tickets), "export", str(log))
        with log.open("rb") as lines:
            entries = sum(1 for _line in lines)
        plain = counterbell(home / "log", "import", "log_file", str(log))
    of_cpu, of_log = (entries / (whole.cpu_seconds - start.cpu_seconds) for whole in (large, plain))
    return [
        source,
        f"{entries:,}",
        f"{of_cpu:,.0f}",
        f"{of_log:,.0f}",
        f"{of_cpu / of_log:.2f}",
        f"{entries / large.seconds:,.0f}",
        f"{small.peak_bytes / 1e6:,.0f} MB",
        f"{large.peak_bytes / 1e6:,.0f} MB",
    ]


def _imported(home: Path, source: str, tickets: int) -> Finished:
    pages = home / "pages"
    pages.mkdir(parents=True)
    source_pages.write(source, pages, tickets)
    return counterbell(home, "import", source, "--folder", str(pages))


if __name__ == "__main__":
    main()
