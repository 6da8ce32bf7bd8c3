"""The vendor's own figures beside ours."""

from collections import Counter
from enum import StrEnum
from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"


def command(
    source: Annotated[str | None, typer.Argument(help="whose figures; default: all that came along")] = None,
    ticket: Annotated[str | None, typer.Option(metavar="ID", help="of one ticket only")] = None,
    limit: Annotated[int, typer.Option(min=0, help="how many differences to print")] = 50,
    shop: Shop = None,
    format: Annotated[Format, typer.Option(help="how to print it; csv: all figures, the equal too")] = Format.TABLE,
) -> None:
    """Where a helpdesk's own figures differ from ours, ticket by ticket, and which rule explains it."""
    open_installation()
    from django.utils.translation import gettext as _
    from rich.console import Console
    from rich.table import Table

    from counterbell.formats import NOTHING, duration, number

    from . import _output
    from ._comparing import Difference, differences

    found = differences(the_shop(shop), source, ticket)
    if format is Format.CSV:
        columns = ("source", "ticket", "figure", "theirs", "ours", "why")
        _output.csv_rows(columns, ([getattr(one, column) for column in columns] for one in found))
        return

    def shown(value: int | str | None) -> str:
        return duration(value / 1_000_000) if isinstance(value, int) else value or NOTHING

    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in (_("Ticket"), _("Figure"), _("Theirs"), _("Ours"), _("Why")):
        table.add_column(title, overflow="fold")
    equal: Counter[str] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    differing: Difference
    for differing in found:
        if not differing.why:
            equal[differing.figure] += 1
            continue
        reasons[differing.figure, differing.why] += 1
        if reasons.total() <= limit:
            values = (shown(differing.theirs), shown(differing.ours))
            table.add_row(differing.ticket, differing.figure, *values, differing.why)
    console = Console(highlight=False, markup=False)
    if reasons:
        console.print(table)
    for figure in sorted({*equal, *(figure for figure, _why in reasons)}):
        console.print(_("%(figure)s: %(count)s equal") % {"figure": figure, "count": number(equal[figure])})
        for (name, why), count in reasons.most_common():
            if name == figure:
                console.print(f"  {number(count)}: {why}")
    if not equal and not reasons:
        console.print(
            _(
                "No figures of a vendor have come along. Zendesk's ticket metrics, Freshdesk's tickets and Gorgias' "
                "CSV export bring some."
            )
        )
