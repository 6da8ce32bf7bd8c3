"""What a source decides at the edge, as tables that can be read: its mapping, and how the vendor's figures differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Decision:
    """What we make of something that the vendor says: `about` is the question ("closed", "automation", "paid")."""

    about: str
    vendor: str
    ours: str


@dataclass(frozen=True)
class Compared:
    """A vendor's figure of a ticket and ours, durations in microseconds; `facts` is the ticket's row of the facts."""

    theirs: int | str
    ours: int | str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """A difference between the vendor's definition and ours, in words, and whether it can explain what was found."""

    words: str
    explains: Callable[[Compared], bool] = lambda _compared: True


@dataclass(frozen=True)
class Twin:
    """Our column of the ticket facts that a vendor's figure is held against; the first rule that fits explains.

    `within_us`: so close is the same (a vendor that tells whole minutes: a minute). A source's table of them,
    `VENDOR_FIGURES`, goes by the names of the figures.
    """

    column: str
    rules: tuple[Rule, ...] = field(default_factory=tuple)
    within_us: int = 0


UNEXPLAINED = "None of the known differences explains this; please look at the ticket."


def same(twin: Twin, compared: Compared) -> bool:
    """Whether the two figures are one."""
    if isinstance(compared.theirs, int) and isinstance(compared.ours, int):
        return abs(compared.theirs - compared.ours) <= twin.within_us
    return str(compared.theirs) == str("" if compared.ours is None else compared.ours)


def reason(twin: Twin, compared: Compared) -> str:
    """Which rule explains a difference, in words."""
    return next((rule.words for rule in twin.rules if rule.explains(compared)), UNEXPLAINED)
