"""Reading an account live, as a person sees it: how far it is, how long it will take, what came of it."""

import sys
import time
from types import TracebackType
from typing import Any, Self

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from counterbell.credentials import asked_for, encrypted, found
from counterbell.formats import number
from counterbell.record.models import Connection
from counterbell.sources._live import Progress, connection_of, read
from counterbell.sources._run import Outcome
from counterbell.sources._stream import Live

EVERY_SECONDS = 10
"""Where nobody watches (no terminal), a line is written so often."""


def import_live(shop: Any, name: str, live: Live, settings: dict[str, Any], every_minutes: int | None) -> None:
    """Read an account into the record; `every_minutes` makes it one that `counterbell sync` reads."""
    from ._imports import show

    secret = found(live.secret) or asked_for(live.secret)
    connection = connection_of(shop, name, live, settings)
    if every_minutes is not None:
        connection.every_minutes, connection.secret = every_minutes, encrypted(secret)
        connection.save(update_fields=["every_minutes", "secret"])
    began = time.monotonic()
    with Watched(live.account) as watched:
        outcome = read(connection, live, secret, watched.update)
    show(shop, outcome, time.monotonic() - began)
    show_oddities(outcome)
    if outcome.broken:
        raise typer.Exit(1)


class Watched:
    """Pages done of those known, with the time left, on a terminal; elsewhere a line now and then."""

    def __init__(self, account: str) -> None:
        self._account, self._said = account, time.monotonic()
        console = Console(stderr=True)
        self._quiet = not console.is_terminal
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Bar(*columns, console=console, transient=True, disable=self._quiet)
        self._kind, self._read_before, self._began = "", 0, time.monotonic()
        self._task = self._bar.add_task(account, total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def update(self, progress: Progress) -> None:
        """Show how far it is."""
        if progress.kind != self._kind:
            self._kind, self._read_before, self._began = progress.kind, progress.pages - 1, time.monotonic()
            self._bar.reset(self._task)
        done = progress.pages - self._read_before
        total = None if progress.left is None else done + progress.left
        self._bar.update(self._task, completed=done, total=total, description=self._told(progress))
        if self._quiet and time.monotonic() - self._said > EVERY_SECONDS:
            self._said = time.monotonic()
            print(f"{self._told(progress)}{self._to_come(done, progress.left)}", file=sys.stderr)

    def _told(self, progress: Progress) -> str:
        told = _("%(account)s: %(kind)s, page %(page)s") % {
            "account": self._account, "kind": progress.kind, "page": number(progress.pages - self._read_before)
        }  # fmt: skip
        return f"{told} ({progress.waiting})" if progress.waiting else told

    def _to_come(self, done: int, left: int | None) -> str:
        if left is None:
            return ""
        from counterbell.formats import duration

        seconds = (time.monotonic() - self._began) / max(done, 1) * left
        return _(" of %(pages)s, about %(time)s to go") % {"pages": number(done + left), "time": duration(seconds)}


def show_oddities(outcome: Outcome) -> None:
    """Print what the source's tables do not know, with how often it came."""
    for (what, value), count in outcome.oddities.most_common():
        print(f"{what} {value!r}: {number(count)}", file=sys.stderr)


def one_line(connection: Connection, outcome: Outcome) -> str:
    """What came of a run, in a line."""
    told = _("%(source)s %(account)s: %(new)s new, %(known)s known, %(refused)s refused, %(pages)s pages") % {
        "source": connection.source,
        "account": connection.account,
        "new": number(outcome.summary.new.total()),
        "known": number(outcome.summary.known.total()),
        "refused": number(outcome.summary.refused.total()),
        "pages": number(connection.pages_read),
    }
    return f"{told}; {outcome.broken}" if outcome.broken else told
