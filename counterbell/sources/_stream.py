"""What a source gives: a stream of entries that can go on where it stopped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from counterbell.record.outcome import Positioned


@dataclass(frozen=True)
class Stream:
    """The entries of a source and what is known of their number.

    `entries(after)` yields (line, entry) for the lines after that one. `origin` names what is read, so that a run that
    was broken off is recognised; empty when it cannot be (a pipe). `size` and `done` are in bytes.
    """

    origin: str
    entries: Callable[[int], Iterator[Positioned]]
    size: int | None = None
    done: Callable[[], int] = lambda: 0


def after(line: int, entries: Iterator[Positioned]) -> Iterator[Positioned]:
    """The entries of the lines after that one."""
    return (positioned for positioned in entries if positioned[0] > line)
