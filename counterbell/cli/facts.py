"""The facts: what is there, and making all again."""

from typing import Any

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop

OLD = "*"
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
    from django.utils.translation import gettext as _
    from rich.console import Console

    from ._table import plain_table

    chosen = the_shop(shop)
    dirty = set(chosen.dirty_months.values_list("month", flat=True))
    months = {month.month: month for month in chosen.facts_months.all()}
    if not dirty and not months:
        print(_("There are no facts yet: the record of this shop is empty. `counterbell import` fills it."))
        return
    table = plain_table()
    table.add_column(_("Month"), no_wrap=True)
    titles = (_("Tickets"), _("Responses"), _("Spells"), _("Ratings"), _("Orders"), _("Size"), _("Age"))
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for name in sorted(dirty | months.keys()):
        old = OLD if name in dirty else ""
        table.add_row(f"{name // 12}-{name % 12 + 1:02}", *_cells(months.get(name)), old)
    table.add_row(_("All"), *_totals(list(months.values())), style="bold")
    Console().print(table)
    if dirty:
        print(OLD, _("older than the record"))


def _cells(month: Any) -> list[str]:
    from django.utils import timezone

    from counterbell.formats import NOTHING, duration, number, size

    if month is None:
        return [NOTHING] * (len(TABLES) + 2)
    age = (timezone.now() - month.built_at).total_seconds()
    return [*(number(month.rows[one]) for one in TABLES), size(month.bytes), duration(age)]


def _totals(months: list[Any]) -> list[str]:
    from counterbell.formats import number, size

    rows = [number(sum(month.rows[one] for month in months)) for one in TABLES]
    return [*rows, size(sum(month.bytes for month in months)), ""]


def rebuild(shop: Shop = None) -> None:
    """Make all facts of the shop again from the record."""
    open_installation()
    from django.db import connection, transaction
    from django.utils.translation import ngettext

    from counterbell.record.dirty import mark_all

    from ._refreshing import refresh_with_progress

    chosen = the_shop(shop)
    with transaction.atomic(), connection.cursor() as cursor:
        mark_all(cursor, chosen.pk)
    count = refresh_with_progress(chosen)
    print(ngettext("%(count)s month rebuilt.", "%(count)s months rebuilt.", count) % {"count": count})
