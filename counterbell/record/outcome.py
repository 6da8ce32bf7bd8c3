"""What came of what was put to the record."""

from collections import Counter
from dataclasses import dataclass, field

from .entries import Entry, Unreadable

Positioned = tuple[int, Entry | Unreadable]
"""An entry with its place in its source (a line number; 0 where there is none)."""


def kind_of(entry: Entry | Unreadable) -> str:
    """The type of an entry as the log format names it; `unreadable` for a line that is none."""
    return "unreadable" if isinstance(entry, Unreadable) else str(entry.__struct_config__.tag)


@dataclass
class Refusal:
    """A line of a source that did not go in, and why. `aside`: it waits for what it names to come."""

    line: int
    raw: str
    reason: str
    field: str | None = None
    aside: bool = False


@dataclass
class Summary:
    """How many entries came to what, by type."""

    read: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Summary") -> None:
        """Count the other stream in."""
        for name in self.__dataclass_fields__:
            getattr(self, name).update(getattr(other, name))

    def as_dict(self) -> dict[str, dict[str, int]]:
        """The counts as plain JSON."""
        return {name: dict(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def from_dict(cls, counts: dict[str, dict[str, int]]) -> "Summary":
        """The counts that `as_dict` gave."""
        return cls(**{name: Counter(of_type) for name, of_type in counts.items()})
