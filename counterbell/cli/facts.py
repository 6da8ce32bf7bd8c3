"""The facts: what is there, and making all again."""

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop

TABLES = ("tickets", "responses", "spells", "ratings", "conversions")


def app() -> typer.Typer:
    """`facts` shows, `facts rebuild` makes again."""
    facts = typer.Typer(invoke_without_command=True)
    facts.callback()(show)
    facts.command()(rebuild)
    return facts


def show(context: typer.Context, shop: Shop = None) -> None:
    """Show the facts of a shop: months, rows, size, age, and what is older than the record."""
    if context.invoked_subcommand is not None:
        return
    open_installation()
    from django.utils import timezone
    from rich.console import Console
    from rich.table import Table

    from counterbell.formats import duration, number, size

    chosen = the_shop(shop)
    dirty = set(chosen.dirty_months.values_list("month", flat=True))
    months = {month.month: month for month in chosen.facts_months.all()}
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("month", *TABLES, "size", "age", ""):
        table.add_column(title, justify="left" if title in ("month", "") else "right")
    for name in sorted(dirty | months.keys()):
        month = months.get(name)
        cells = [f"{name // 12}-{name % 12 + 1:02}"]
        if month is None:
            cells += [""] * (len(TABLES) + 2)
        else:
            cells += [number(month.rows[one]) for one in TABLES] + [size(month.bytes)]
            cells.append(duration((timezone.now() - month.built_at).total_seconds()))
        table.add_row(*cells, "older than the record" if name in dirty else "")
    console = Console()
    if table.row_count:
        console.print(table)
    else:
        console.print("There are no facts yet: the record of this shop is empty. `counterbell import` fills it.")


def rebuild(shop: Shop = None) -> None:
    """Make all facts of the shop again from the record."""
    open_installation()
    from django.db import connection, transaction

    from counterbell.record.dirty import mark_all

    from ._refreshing import refresh_with_progress

    chosen = the_shop(shop)
    with transaction.atomic(), connection.cursor() as cursor:
        mark_all(cursor, chosen.pk)
    print(f"{refresh_with_progress(chosen)} months rebuilt.")
