"""How fast saved pages of helpdesks and shops go in, beside the log format: python bench/source_rates.py [SOURCE ...].

For each source it writes pages of N and of 2 N tickets (or orders), imports each by the command into an installation of
its own, exports what came of it, and imports pages and log again in fresh processes, in turn and several times, which
tell their CPU without the start of the program (import_alone.py). The least seconds count: other work on the machine
only ever adds to them. All rates are entries of that log in a second, so that both have done the same. `--peak` imports
N tickets once and tells the memory that it took.
"""

import argparse
import tempfile
from pathlib import Path

import source_pages
from processes import Finished, counterbell, script

TITLES = ("source", "entries", "entries/s of CPU", "the log's", "ratio", "entries/s", "peak at N", "peak at 2 N")
PEAK_TITLES = ("source", "tickets or orders", "peak", "seconds of CPU")


def main() -> None:
    """Measure the sources that were asked for, and print a table."""
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("sources", nargs="*", metavar="SOURCE", default=list(source_pages.PAGES))
    asking.add_argument("--tickets", type=int, default=20_000, metavar="N", help="tickets, or orders (20000)")
    asking.add_argument("--times", type=int, default=3, help="imports of each, of which the fastest counts (3)")
    asking.add_argument("--peak", action="store_true", help="only the peak memory at N")
    asked = asking.parse_args()
    titles = PEAK_TITLES if asked.peak else TITLES
    print(f"| {' | '.join(titles)} |")
    print("|" + " --- |" * len(titles))
    for source in asked.sources:
        row = peak(source, asked.tickets) if asked.peak else measured(source, asked.tickets, asked.times)
        print(f"| {' | '.join(row)} |", flush=True)


def measured(source: str, tickets: int, times: int) -> list[str]:
    """A row of the table of rates."""
    with tempfile.TemporaryDirectory(prefix="counterbell-") as directory:
        home = Path(directory)
        small, large = (_imported(home / str(many), source, many) for many in (tickets, 2 * tickets))
        log = home / "told.ndjson"
        counterbell(home / str(2 * tickets), "export", str(log))
        with log.open("rb") as lines:
            entries = sum(1 for _line in lines)
        pages = home / str(2 * tickets) / "pages"
        alone = [
            (_alone(home / f"pages-{time}", source, pages), _alone(home / f"log-{time}", "log_file", log))
            for time in range(times)
        ]
    of_cpu, of_log = (entries / min(seconds) for seconds in zip(*alone, strict=True))
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


def peak(source: str, tickets: int) -> list[str]:
    """A row of the table of peaks."""
    with tempfile.TemporaryDirectory(prefix="counterbell-") as directory:
        whole = _imported(Path(directory), source, tickets)
    return [source, f"{tickets:,}", f"{whole.peak_bytes / 1e6:,.0f} MB", f"{whole.cpu_seconds:,.0f}"]


def _imported(home: Path, source: str, tickets: int) -> Finished:
    pages = home / "pages"
    pages.mkdir(parents=True)
    source_pages.write(source, pages, tickets)
    return counterbell(home, "import", source, "--folder", str(pages))


def _alone(home: Path, source: str, path: Path) -> float:
    """Seconds of CPU of an import into a new installation, without the start of the program."""
    told: dict[str, float] = script(home, "import_alone", source, path).answer()
    return told["cpu_seconds"]


if __name__ == "__main__":
    main()
