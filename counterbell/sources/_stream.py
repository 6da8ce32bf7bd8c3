"""What a source gives: a stream of entries that can go on where it stopped, or an API to be read live."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from counterbell.credentials import Secret as Secret
from counterbell.record.entries import Entry
from counterbell.record.outcome import Positioned

if TYPE_CHECKING:
    from ._api import Api

VendorObject = dict[str, Any]
"""A ticket, message or order as the vendor's API gives it; numbers with decimals are Decimal, never float."""

Place = dict[str, Any]
"""How far the reading of one kind of object is, as JSON. `since` is the update time to begin at."""


class Beside:
    """What a source tells beside its entries: what it did not know, and the vendor's own figures."""

    def __init__(self) -> None:
        self.oddities: Counter[tuple[str, str]] = Counter()
        self.figures: list[tuple[str, str, int | str]] = []
        self._heard = True

    def odd(self, what: str, value: object) -> None:
        """Count something that the source's tables do not know: `odd("unknown channel", "tiktok-comment")`."""
        if self._heard:
            self.oddities[what, str(value)[:100]] += 1

    def figure(self, ticket: str, name: str, value: int | str) -> None:
        """Keep the vendor's own figure of a ticket: a duration in microseconds, or a text."""
        if self._heard:
            self.figures.append((ticket, name, value))

    def taken_figures(self) -> list[tuple[str, str, int | str]]:
        """The figures told since this was asked last."""
        taken, self.figures = self.figures, []
        return taken

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Within this nothing is counted: it was when the same was read before."""
        self._heard = False
        try:
            yield
        finally:
            self._heard = True


@dataclass(frozen=True)
class Stream:
    """The entries of a source and what is known of their number.

    `entries(after)` yields (line, entry) for the lines after that one. `origin` names what is read, so that a run that
    was broken off is recognised; empty when it cannot be (a pipe). `size` and `done` are in bytes.

    `keep(line)` is called in the transaction that puts everything up to that line into the record; `batch` is how many
    entries go into a transaction (null: as many as is fast). `apart`: the manner of reading, where a shop that has read
    this source in another manner would count things twice ("csv", "pages"). `priority_now`: a ticket comes with its
    present priority, which stands right behind it once more, with the time of the ticket's last change.
    """

    origin: str
    entries: Callable[[int], Iterator[Positioned]]
    size: int | None = None
    done: Callable[[], int] = lambda: 0
    beside: Beside = field(default_factory=Beside)
    keep: Callable[[int], None] = lambda _line: None
    batch: int | None = None
    apart: str = ""
    priority_now: bool = False


def after(line: int, entries: Iterator[Positioned]) -> Iterator[Positioned]:
    """The entries of the lines after that one."""
    return (positioned for positioned in entries if positioned[0] > line)


# ---- objects of an API, saved in files or read live

EntriesOf = Callable[[str, VendorObject], Iterable[Entry]]
"""The pure mapping of a source: (kind, object) to entries. It raises NotReadable for an object that it cannot read."""

Mapping = Callable[[Beside], EntriesOf]
"""Makes the mapping for one run; the result may remember what objects of `whole` kinds told (who is a bot)."""


@dataclass(frozen=True)
class Page:
    """Objects of one kind, and the place to go on from once they are in the record.

    `pages_left` is how many pages of this kind follow, where the API tells.
    """

    objects: list[VendorObject]
    place: Place
    pages_left: int | None = None


def in_order(objects: list[VendorObject], field: str) -> list[VendorObject]:
    """The objects of a page in the order of a field; as they are where there is none."""
    return sorted(objects, key=lambda one: str(one.get(field) or "")) if field else objects


@dataclass(frozen=True)
class Kind:
    """One type of object that the API lists, by the name that its files or folder of saved pages begin with.

    `pages(api, place)` yields its pages from a place on ({} or {"since": ...} at first), each with the place after it;
    the place of the last one is where the next run begins. `whole`: few objects that the mapping needs to understand
    the others; they are read wholly, before the others, at every run and when a run goes on. `ordered_by`: the field
    in whose order the mapping must see the objects of a page, whatever the order on it. `needs`: a TypedDict with what
    the mapping reads of an object, so that the rest of a saved page need not be decoded; null: all of it.
    """

    name: str
    pages: Callable[["Api", Place], Iterator[Page]]
    whole: bool = False
    ordered_by: str = ""
    needs: Any = None


@dataclass(frozen=True)
class Live:
    """An API to be read: whose account, how we are let in, what it lists and how that maps to entries.

    `priority_now` as of a Stream.
    """

    account: str
    secret: Secret
    kinds: tuple[Kind, ...]
    mapping: Mapping
    api: Callable[[str], "Api"]
    since: str | None = None
    apart: str = "pages"
    priority_now: bool = False
