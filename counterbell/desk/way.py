"""The list of the inbox that a ticket was opened from, as its address tells: the way back and on stays in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from . import saved
from .folders import Filters

HIGHEST_PAGE = 500
LONGEST_SEARCH = 200
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Way:
    """A view with its filters, or a search, on some page; `then` is the ticket that followed in it, 0: not told.

    A ticket that is answered or closed leaves its place in the list, so what came after it is told beforehand.
    """

    view: str = "waiting"
    filters: Filters = field(default_factory=Filters)
    asked: str = ""
    page: int = 1
    then: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Way":
        """The way that an address tells; whatever else stands in it is not looked at."""
        view, filters = saved.read(dict(query))
        asked = query.get("q", "").replace("\0", "")[:LONGEST_SEARCH].strip()
        page = min(max(whole(query.get("page")), 1), HIGHEST_PAGE)
        return cls(view, filters, asked, page, whole(query.get("then")))

    @property
    def is_plain(self) -> bool:
        """Whether it is the usual list, nothing narrowed."""
        return (self.view, self.filters, self.asked) == ("waiting", Filters(), "")

    @property
    def fields(self) -> dict[str, str | int]:
        """What an address says of it; nothing of the usual list."""
        view = {} if self.is_plain else {"view": self.view, **self.filters.told, "q": self.asked}
        numbers = {"page": self.page if self.page > 1 else 0, "then": self.then}
        return {name: value for name, value in (view | numbers).items() if value}

    @property
    def told(self) -> str:
        """The same as it stands in an address."""
        return urlencode(self.fields)

    @property
    def tail(self) -> str:
        """The end of an address that has nothing behind its path yet."""
        return f"?{self.told}" if self.told else ""

    @property
    def more(self) -> str:
        """The end of an address that has something behind its path already."""
        return f"&{self.told}" if self.told else ""

    @property
    def back(self) -> str:
        """The end of the address of the list itself."""
        return replace(self, then=0).tail


def whole(told: str | None) -> int:
    """A whole number that the database can hold; 0 for anything else."""
    return number if told and told.isascii() and told.isdecimal() and (number := int(told[:20])) <= LARGEST else 0
