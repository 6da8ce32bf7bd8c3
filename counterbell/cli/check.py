"""Whether the present state of the tickets is what their history says."""

from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop


def command(
    shop: Shop = None,
    repair: Annotated[bool, typer.Option("--repair", help="make the state again from the history")] = False,
) -> None:
    """Compare each ticket's kept state with its history, and say where they differ."""
    open_installation()
    from django.db import connection, transaction
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from counterbell.record import dirty, state

    chosen = the_shop(shop)
    with connection.cursor() as cursor:
        found = list(state.differences(cursor, chosen.pk))
    for ticket, column, kept, told in found:
        difference = {"ticket": ticket, "column": column, "kept": repr(kept), "told": repr(told)}
        print(_("ticket %(ticket)s: %(column)s is kept as %(kept)s, the history says %(told)s") % difference)
    if not found:
        print(_("The state of all tickets is what their history says."))
        return
    if not repair:
        print(
            ngettext("%(count)s difference.", "%(count)s differences.", len(found)) % {"count": len(found)},
            _("`counterbell check --repair` makes the state again from the history."),
        )
        raise typer.Exit(1)
    with transaction.atomic(), connection.cursor() as cursor:
        state.rebuild(cursor, chosen.pk)
        dirty.mark_all(cursor, chosen.pk)
    print(ngettext("%(count)s difference mended.", "%(count)s differences mended.", len(found)) % {"count": len(found)})
