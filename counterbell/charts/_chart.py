"""What every chart has: a title, a sentence that says what it shows, the table behind it, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .palette import Palette

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True)
class Cell:
    """A cell of the table behind a chart: its text, and where its tickets are."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Table:
    """The table behind a chart: the first cell of each row names it."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, header: Sequence[str], rows: Sequence[Sequence[str]], hrefs: Sequence[str | None] = ()) -> Table:
        """A table of texts; the first cell of a row leads to where its `href` says."""
        links = list(hrefs) or [None] * len(rows)
        made = (
            (Cell(first, href), *(Cell(text) for text in others))
            for (first, *others), href in zip(rows, links, strict=True)
        )
        return cls(tuple(header), tuple(made))


@dataclass(frozen=True)
class Chart:
    """A chart in the language in which it was made. `draw` gives its Vega-Altair definition in a theme's colours."""

    title: str
    description: str
    table: Table
    height: int
    draw: Callable[[Palette], alt.LayerChart]
    subtitle: str = ""
    language: str = field(default_factory=lambda: get_language() or "en")

    @property
    def table_label(self) -> str:
        """What opens the table on the page."""
        return _("As a table")
