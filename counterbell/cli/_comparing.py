"""The figures that vendors computed of their tickets, held against ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from counterbell.accounts.models import Shop
from counterbell.facts import catalog
from counterbell.facts.build import refresh
from counterbell.metrics._engine import cursor
from counterbell.record.entries import microseconds
from counterbell.record.models import VendorFigure
from counterbell.sources import source
from counterbell.sources._decisions import Compared, Twin, reason, same

AT_ONCE = 10_000
"""So many figures are looked up together."""

NOT_THERE = "This ticket is not in the record, or not counted."


@dataclass(frozen=True)
class Difference:
    """A vendor's figure beside ours: durations in microseconds; `why` is empty where both are the same."""

    source: str
    ticket: str
    figure: str
    theirs: int | str
    ours: int | str | None
    why: str


def differences(shop: Shop, name: str | None = None, ticket: str | None = None) -> Iterator[Difference]:
    """All figures kept of the shop, ticket by ticket, with what explains where they are not ours."""
    refresh(shop)
    months = catalog.months(shop, microseconds(datetime.now(UTC)))
    files = [str(month.directory / "tickets.parquet") for month in months]
    kept = VendorFigure.objects.filter(shop=shop).order_by("source", "ticket", "name")
    if name:
        kept = kept.filter(source=name)
    if ticket:
        kept = kept.filter(ticket=ticket)
    figures = kept.iterator(AT_ONCE)
    while some := list(islice(figures, AT_ONCE)):
        facts = _facts(files, {figure.ticket for figure in some})
        for figure in some:
            twin = getattr(source(figure.source), "VENDOR_FIGURES", {}).get(figure.name)
            if twin is not None:
                yield _compared(figure, twin, facts.get(figure.ticket))


def _compared(figure: VendorFigure, twin: Twin, facts: dict[str, Any] | None) -> Difference:
    theirs: int | str = figure.text or "" if figure.value_us is None else figure.value_us
    if facts is None or facts["left_out"]:
        return Difference(figure.source, figure.ticket, figure.name, theirs, None, NOT_THERE)
    compared = Compared(theirs, facts[twin.column], facts)
    why = "" if same(twin, compared) else reason(twin, compared)
    return Difference(figure.source, figure.ticket, figure.name, theirs, compared.ours, why)


def _facts(files: list[str], tickets: set[str]) -> dict[str, dict[str, Any]]:
    if not files:
        return {}
    with cursor() as reading:
        found = reading.execute(
            "select * from read_parquet($files) where ticket in (select unnest($tickets))",
            {"files": files, "tickets": sorted(tickets)},
        )
        columns = [column[0] for column in found.description or []]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return {row["ticket"]: row for row in rows}
