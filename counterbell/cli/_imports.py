"""What a person sees of an import: a bar while it runs, a summary when it is done."""

import sys
import time
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from counterbell.accounts.models import Shop
from counterbell.formats import number
from counterbell.record.outcome import Summary
from counterbell.sources._run import Outcome
from counterbell.sources._stream import Stream

from ._table import plain_table

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

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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
        _say(_("Went on after line %(line)s, where the last run stopped.") % {"line": number(outcome.resumed_after)})
    errors.print(_table(outcome.summary))
    duration = _("%(seconds)s s") % {"seconds": number(seconds, 1)}
    _say(_("Done in %(time)s, shop %(shop)s.") % {"time": duration, "shop": shop.slug})
    if outcome.waiting:
        sentence = ngettext(
            "%(count)s entry names something that is not there yet; it is kept, and goes in when that comes.",
            "%(count)s entries name something that is not there yet; they are kept, and go in when it comes.",
            outcome.waiting,
        )
        _say(sentence % {"count": number(outcome.waiting)})
    if outcome.refused_file:
        _say(_("Refused and waiting lines, each with its reason: %(file)s") % {"file": outcome.refused_file})
    if not shop.told:
        _say(
            _("No shop line told the time zone and currency; %(zone)s is assumed until one does.")
            % {"zone": shop.timezone}
        )
    if outcome.broken:
        _say(f"counterbell: {outcome.broken}", style="red")
    elif not outcome.anything_in and not outcome.summary.read:
        _say(_("There was nothing in it."))


def _say(sentence: str, style: str = "") -> None:
    errors.print(Text(sentence, style=style), soft_wrap=True)


def _table(summary: Summary) -> Table:
    columns = [
        (_("Read"), summary.read),
        (_("New"), summary.new),
        (_("Known"), summary.known),
        (_("Refused"), summary.refused),
    ]
    if summary.aside:
        columns.append((_("Waiting"), summary.aside))
    table = plain_table()
    table.add_column(_("Entries"))
    for title, _counts in columns:
        table.add_column(title, justify="right")
    for kind in summary.read:
        table.add_row(kind, *(number(counts[kind]) for _title, counts in columns))
    if len(summary.read) > 1:
        table.add_row(_("all"), *(number(counts.total()) for _title, counts in columns), style="bold")
    return table
