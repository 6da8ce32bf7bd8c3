"""What a person sees of an import: a bar while it runs, a summary when it is done."""

import sys
import time
from types import TracebackType
from typing import Any, Self

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from counterbell.accounts.models import Shop
from counterbell.formats import number
from counterbell.record.outcome import Summary
from counterbell.sources._run import Outcome
from counterbell.sources._stream import Stream

EVERY_SECONDS = 10
"""Where nobody watches (no terminal), a line is written so often."""

errors = Console(stderr=True)


class Progress:
    """A bar with rate and time left on a terminal; elsewhere a line now and then."""

    def __init__(self, stream: Stream) -> None:
        self._began = self._said = time.monotonic()
        self._first: int | None = None
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._bar = Bar(*columns, console=errors, transient=True, disable=not errors.is_terminal)
        self._task = self._bar.add_task(_("Reading"), total=stream.size)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def update(self, summary: Summary, stream: Stream) -> None:
        """Show how far it is."""
        read, now = summary.read.total(), time.monotonic()
        self._first = read if self._first is None else self._first
        rate = (read - self._first) / max(now - self._began, 0.001) if read > self._first else 0
        told = _("%(lines)s lines, %(rate)s a second") % {"lines": number(read), "rate": number(rate)}
        self._bar.update(self._task, completed=stream.done(), description=told)
        if not errors.is_terminal and now - self._said > EVERY_SECONDS:
            self._said = now
            print(told, file=sys.stderr)


def show(shop: Shop, outcome: Outcome, seconds: float) -> None:
    """Print what came of an import."""
    if outcome.resumed_after:
        errors.print(_("Went on after line %(line)s, where the last run stopped.") % {"line": number(outcome.resumed_after)})
    errors.print(_table(outcome.summary))
    read = outcome.summary.read.total()
    errors.print(
        _("%(lines)s entries in %(seconds)s s into shop %(shop)s.")
        % {"lines": number(read), "seconds": number(seconds, 1), "shop": shop.slug}
    )
    if outcome.waiting:
        errors.print(
            _("%(count)s entries name a ticket, survey or order that is not there; they are kept and go in when it comes.")
            % {"count": number(outcome.waiting)}
        )
    if outcome.refused_file:
        errors.print(_("Refused and waiting lines, each with its reason: %(file)s") % {"file": outcome.refused_file}, soft_wrap=True)
    if not shop.told:
        errors.print(
            _("No shop line told the time zone and currency; %(zone)s is assumed until one does.") % {"zone": shop.timezone}
        )
    if outcome.broken:
        errors.print(f"counterbell: {outcome.broken}", style="red", soft_wrap=True)
    elif not read:
        errors.print(_("There was nothing in it."))


def _table(summary: Summary) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    columns: list[tuple[str, Any]] = [
        (_("read"), summary.read), (_("new"), summary.new), (_("known"), summary.known), (_("refused"), summary.refused)
    ]  # fmt: skip
    for title, _counts in columns:
        table.add_column(title, justify="right")
    for kind in [*summary.read]:
        table.add_row(kind, *(number(counts[kind]) for _title, counts in columns))
    return table
