"""The one family of our own errors: each says what, which one, and what to do, to the person who sees it."""

from collections.abc import Iterable
from difflib import get_close_matches


class Problem(Exception):
    """Something the person who sees the sentence can mend; shown without a traceback."""


class DatabaseTooNew(Problem):
    """The database was made by a later version of Counterbell."""


class NotFound(Problem):
    """There is no such thing; the sentence names what there is."""


def closest(name: str, known: Iterable[str]) -> str | None:
    """What is closest to `name` among `known`, if anything is close."""
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.6)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence part (with a leading space) naming what is closest to `name` among `known`, or nothing."""
    close = closest(name, known)
    return f" Did you mean {close!r}?" if close else ""
