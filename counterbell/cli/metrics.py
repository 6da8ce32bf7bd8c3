"""What the metrics are."""

from typing import Annotated

import typer

from ._installation import open_installation


def command(key: Annotated[str | None, typer.Argument(help="the metric to explain; without one, all are listed")] = None) -> None:
    """List the metrics, or explain one: its rule, what it leaves out, an example, and the SQL that runs."""
    open_installation()
    from rich.console import Console
    from rich.table import Table

    from counterbell.metrics import metric, metrics

    from ._output import title_of

    console = Console()
    if key is None:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for title in ("key", "title", "question"):
            table.add_column(title, no_wrap=title == "key")
        for name, one in metrics().items():
            table.add_row(name, title_of(one), one.question)
        console.print(table)
        return
    from counterbell.metrics.explain import explain

    metric(key)
    console.print(explain(key), highlight=False, markup=False, soft_wrap=True)
