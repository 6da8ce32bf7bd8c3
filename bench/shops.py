"""The made shops that are measured: a log, and an installation of Counterbell that has taken it in; both are kept."""

import shutil
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from processes import Finished, counterbell, script

FIRST_DAY = date(2024, 1, 1)
"""As in make_log.py."""


@dataclass(frozen=True)
class MadeShop:
    """A shop with so many tickets over so many months from FIRST_DAY on, under `directory`."""

    directory: Path
    tickets: int
    months: int

    @property
    def name(self) -> str:
        return f"{self.tickets}x{self.months}"

    @property
    def log(self) -> Path:
        return self.directory / f"log-{self.name}.ndjson"

    @property
    def home(self) -> Path:
        """The data directory of the installation that has taken the log in."""
        return self.directory / f"shop-{self.name}"

    @property
    def record(self) -> Path:
        return self.home / "record.sqlite3"

    @property
    def scratch(self) -> Path:
        """Where measurements may leave what they remove again."""
        return self.directory / f"scratch-{self.name}"

    @property
    def end(self) -> date:
        """The first day on which no ticket is created any more."""
        return _after_months(self.months)

    def with_months(self, months: int) -> "MadeShop":
        """A shop of another age whose months have as many tickets as those of this one."""
        days, wanted = (self.end - FIRST_DAY).days, (_after_months(months) - FIRST_DAY).days
        return MadeShop(self.directory, round(self.tickets * wanted / days), months)

    # ---- what there is of it

    def need_log(self) -> None:
        """Make the log, if it is not there."""
        if not self.log.exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            unfinished = self.log.with_name(f"unfinished-{self.log.name}")
            report("making the log", self)
            script(None, "make_log", unfinished, "--tickets", self.tickets, "--months", self.months)
            unfinished.rename(self.log)

    def need_record(self) -> None:
        """Take the log in, if that has not been done."""
        if not self._mark("record").exists():
            self.take_in()

    def need_facts(self) -> None:
        """Make the facts, if that has not been done."""
        self.need_record()
        if not self._mark("facts").exists():
            self.make_facts()

    def take_in(self) -> Finished:
        """Take the log into an installation that is new."""
        self.need_log()
        shutil.rmtree(self.home, ignore_errors=True)
        report("taking the log in", self)
        finished = counterbell(self.home, "import", "log_file", str(self.log))
        self._mark("record").touch()
        return finished

    def make_facts(self) -> Finished:
        """Make all facts, again if they are there."""
        self.need_record()
        report("making the facts", self)
        finished = counterbell(self.home, "facts", "rebuild")
        self._mark("facts").touch()
        return finished

    def _mark(self, done: str) -> Path:
        return self.home / f"bench-has-made-{done}"


def _after_months(months: int) -> date:
    number = FIRST_DAY.month - 1 + months
    return date(FIRST_DAY.year + number // 12, number % 12 + 1, 1)


def days_before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def report(what: str, shop: MadeShop) -> None:
    """Tell whoever waits what is going on."""
    print(f"{time.strftime('%H:%M:%S')}  {what} ({shop.tickets:,} tickets, {shop.months} months)", file=sys.stderr)
