"""The list of what stands behind a figure: tickets, replies, ratings or orders, page by page, in any order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import ngettext

from counterbell import formats
from counterbell.accounts.opening_hours import zone
from counterbell.metrics import metric
from counterbell.metrics.rows import Page, Rows

from . import sight
from .look import Look
from .view import View

ROWS_A_PAGE = 25

SHOWN: dict[str, tuple[str, ...]] = {
    "tickets": (
        "ticket", "channel", "intent", "created_at", "first_response_seconds", "resolution_seconds", "replies",
        "closer", "score",
    ),
    "left_out": ("ticket", "left_out", "channel", "intent", "created_at"),
    "responses": ("ticket", "channel", "agent", "team", "waited_from", "replied_at", "response_seconds"),
    "ratings": ("ticket", "score", "commented", "channel", "agent", "sent_at", "rated_at"),
    "orders": ("order", "ticket", "channel", "agent", "created_at", "placed_at", "seconds_after_ticket", "revenue"),
    "open": ("ticket", "status", "assignee", "channel", "intent", "created_at", "age_seconds", "waiting_since"),
    "flow": ("ticket", "opened", "closed", "channel", "intent", "created_at", "closed_at"),
}  # fmt: skip
"""Which columns a page shows of each kind of row; the CSV has them all."""

TITLES = {
    "ticket": later("Ticket"), "order": later("Order"), "survey": later("Survey"), "channel": later("Channel"),
    "intent": later("Intent"), "agent": later("Agent"), "team": later("Team"), "assignee": later("Assignee"),
    "closer": later("Closed by"), "status": later("Status"), "score": later("Score"), "replies": later("Replies"),
    "created_at": later("Created"), "closed_at": later("Closed on"), "replied_at": later("Replied"),
    "rated_at": later("Rated"), "sent_at": later("Asked"), "placed_at": later("Ordered"),
    "waited_from": later("Waited from"), "waiting_since": later("Waiting since"),
    "first_response_seconds": later("First response"), "first_response_business_seconds": later("First response"),
    "resolution_seconds": later("Resolution"), "resolution_business_seconds": later("Resolution"),
    "response_seconds": later("Response"), "response_business_seconds": later("Response"),
    "age_seconds": later("Age"), "seconds_after_ticket": later("After the ticket"), "revenue": later("Revenue"),
    "commented": later("Comment"), "opened": later("Opened"), "closed": later("Closed"),
    "left_out": later("Left out as"),
}  # fmt: skip

REASONS = {"merged": later("merged"), "spam": later("spam"), "deleted": later("deleted")}


@dataclass(frozen=True)
class Cell:
    """A cell: its text, whether it is a number, the instant that it tells, and where it leads, if it does."""

    text: str
    numeric: bool = False
    instant: str = ""
    href: str = ""


@dataclass(frozen=True)
class Heading:
    """A column's heading: a link that sorts by it, the other way round if it does already."""

    text: str
    href: str
    numeric: bool
    sorted: str = ""
    """`ascending` or `descending` where the list is sorted by it."""


@dataclass(frozen=True)
class RowList:
    """What the template `dashboard/_rows.html` shows of the rows behind a metric; `page` is the page it stands on."""

    look: Look
    key: str
    page: str
    args: tuple[str, ...]

    @property
    def view(self) -> View:
        """What is shown now."""
        return self.look.view

    @property
    def kind(self) -> str:
        """What the rows are: tickets, responses, ratings ..."""
        return metric(self.key).rows

    @cached_property
    def found(self) -> Rows:
        """The rows of the page."""
        sort, descending = self.view.order
        offset = (self.view.page - 1) * ROWS_A_PAGE
        return self.look.rows(self.key, Page(ROWS_A_PAGE, offset, sort, descending))

    @property
    def total(self) -> int:
        """How many rows there are, on whichever page."""
        return self.found.total

    @property
    def count(self) -> str:
        """How many of what there are."""
        n = self.total
        texts = {
            "responses": ngettext("%(n)s reply", "%(n)s replies", n),
            "ratings": ngettext("%(n)s rating", "%(n)s ratings", n),
            "orders": ngettext("%(n)s order", "%(n)s orders", n),
        }
        return texts.get(self.kind, ngettext("%(n)s ticket", "%(n)s tickets", n)) % {"n": formats.number(n)}

    # ---- columns

    @property
    def columns(self) -> list[str]:
        """The columns that are shown."""
        return [self._on_the_clock(column) for column in SHOWN[self.kind]]

    def _on_the_clock(self, column: str) -> str:
        business = column.replace("_seconds", "_business_seconds")
        return business if self.view.business and business in self.found.columns else column

    @property
    def headings(self) -> list[Heading]:
        """The headings."""
        sort, descending = self.view.order
        found = []
        for column in self.columns:
            here = column == sort
            way = ("descending" if descending else "ascending") if here else ""
            down = not descending if here else _is_numeric(column)
            href = ""
            if sight.may_sort(self.look.membership, column):
                href = self._link(self.view.changed(sort=f"{'-' * down}{column}"))
            found.append(Heading(_(TITLES[column]), href, _is_numeric(column), way))
        return found

    @property
    def rows(self) -> list[list[Cell]]:
        """The cells, row by row."""
        places = [self.found.columns.index(column) for column in self.columns]
        return [list(self._cells(row, places)) for row in self.found.rows]

    def _cells(self, row: Sequence[Any], places: Sequence[int]) -> Iterator[Cell]:
        currency = row[self.found.columns.index("currency")] if "currency" in self.found.columns else ""
        for place in places:
            yield self._cell(self.found.columns[place], row[place], currency)

    def _cell(self, column: str, value: Any, currency: str) -> Cell:
        numeric = _is_numeric(column)
        match value:
            case None:
                return Cell(formats.NOTHING, numeric)
            case bool():
                return Cell(_("yes") if value else formats.NOTHING)
            case datetime():
                instant = value.replace(tzinfo=UTC)
                return Cell(
                    formats.moment(instant.astimezone(zone(self.look.shop.timezone))), False, instant.isoformat()
                )
        if column.endswith("_seconds") or column == "seconds_after_ticket":
            return Cell(formats.duration(value), True)
        if column == "revenue" and currency:
            return Cell(formats.money(value, currency), True)
        if numeric:
            return Cell(formats.number(value), True)
        return Cell(self._word(column, value), href=self.look.ticket(value) if column == "ticket" else "")

    def _word(self, column: str, value: str) -> str:
        if column in sight.NAMING:
            return self.look.names.agent(value)
        if column == "left_out":
            return _(REASONS[value])
        return self.look.names.value(column, value)

    # ---- pages

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(-(-self.total // ROWS_A_PAGE), 1)

    @property
    def place(self) -> str:
        """Which rows the page shows."""
        first = (self.view.page - 1) * ROWS_A_PAGE + 1
        last = min(self.view.page * ROWS_A_PAGE, self.total)
        told = {"first": formats.number(first), "last": formats.number(last), "total": formats.number(self.total)}
        return _("%(first)s to %(last)s of %(total)s") % told

    @property
    def before(self) -> str:
        """The address of the page before; nothing on the first."""
        return self._link(self.view.changed(page=min(self.view.page - 1, self.pages))) if self.view.page > 1 else ""

    @property
    def after(self) -> str:
        """The address of the next page; nothing on the last."""
        return self._link(self.view.changed(page=self.view.page + 1)) if self.view.page < self.pages else ""

    @property
    def whole(self) -> str:
        """The address of the list that is not narrowed."""
        return self._link(self.view.of_all_rows())

    @property
    def export(self) -> str:
        """Where the rows are as CSV."""
        return self.look.to("shop_metrics_rows", self.key, view=self.view.changed(page=1))

    def _link(self, view: View) -> str:
        return self.look.to(self.page, *self.args, view=view, fragment="rows")


def _is_numeric(column: str) -> bool:
    return column.endswith("_seconds") or column in (
        "score", "replies", "opened", "closed", "revenue", "seconds_after_ticket"
    )  # fmt: skip
