"""What the metrics are."""

import json
from textwrap import dedent
from typing import Annotated

import typer

from ._installation import open_installation


def command(
    key: Annotated[str | None, typer.Argument(help="the metric to explain; without one, all are listed")] = None,
) -> None:
    """List the metrics, or explain one: its rule, what it leaves out, an example, and the SQL that runs."""
    open_installation()
    if key is None:
        _list()
    else:
        _explain(key)


def _list() -> None:
    from django.utils.translation import gettext as _
    from rich.console import Console
    from rich.text import Text

    from counterbell.metrics import metrics
    from counterbell.words import title_of

    from ._table import fits, plain_table, print_with_details

    console = Console()
    narrow, wide = plain_table(), plain_table()
    for table, titles in ((narrow, (_("Key"), _("Metric"))), (wide, (_("Key"), _("Metric"), _("Question")))):
        for title in titles:
            table.add_column(title, no_wrap=True)
    for name, one in metrics().items():
        narrow.add_row(Text(name, style="bold"), title_of(one))
        wide.add_row(Text(name, style="bold"), title_of(one), Text(_(one.question), style="dim"))
    if fits(console, wide):
        console.print(wide)
    else:
        print_with_details(console, narrow, [[_(one.question)] for one in metrics().values()])


def _explain(key: str) -> None:
    from django.utils.translation import gettext as _
    from rich.console import Console
    from rich.markup import escape

    from counterbell.metrics import metric
    from counterbell.metrics.explain import VERSION, rule, sql
    from counterbell.words import DIRECTIONS, UNITS, title_of

    one = metric(key)
    console = Console(highlight=False)
    console.print(f"[bold]{escape(title_of(one))}[/bold]  [dim]{key}[/dim]")
    measured = _("In %(unit)s. Definition of version %(version)s.") % {"unit": _(UNITS[one.unit]), "version": VERSION}
    example = _("%(history)s\ngives %(value)s") % {
        "history": dedent(one.example.log).strip(),
        "value": json.dumps(one.example.value),
    }
    for heading, text in (
        ("", f"{_(one.question)} {_(DIRECTIONS[one.better])}"),
        (_("Rule"), f"{_(rule(key))}\n\n{measured}"),
        (_("Left out"), _(one.excluded)),
        (_("Example"), example),
    ):
        console.print(f"\n[dim]{escape(heading)}[/dim]" if heading else "")
        console.print(text, markup=False)
    console.print(f"\n[dim]{escape(_('SQL, by month over 2025'))}[/dim]")
    for statement in sql(key):
        console.print(f"{statement}\n", markup=False, soft_wrap=True)
