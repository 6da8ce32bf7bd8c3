"""The sources, and the accounts that are connected."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from counterbell.record.models import Connection


def command(
    name: Annotated[str | None, typer.Argument(help="the source to explain; without one, all are listed")] = None,
) -> None:
    """List the sources and the connected accounts, or explain a source and what it makes of what a vendor says."""
    import inspect

    from ._installation import open_installation

    open_installation()
    from counterbell.sources import names, source

    if name is None:
        for one in names():
            print(f"{one}: {(inspect.getdoc(source(one)) or '').splitlines()[0]}")
        _connected()
        return
    print(inspect.getdoc(source(name)))
    print(f"\n{inspect.getdoc(source(name).stream)}\n`counterbell import {name} --help` lists what it takes.")
    _decisions(source(name))


def _decisions(module: Any) -> None:
    """What the source's own table says."""
    from rich.console import Console
    from rich.table import Table

    if not hasattr(module, "DECISIONS"):
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("About", "The source says", "Counterbell takes it as"):
        table.add_column(title, overflow="fold")
    about = ""
    for decision in module.DECISIONS:
        table.add_row("" if decision.about == about else decision.about, decision.vendor, decision.ours)
        about = decision.about
    print()
    Console(highlight=False, markup=False).print(table)


def _connected() -> None:
    """The connected accounts: when each was last read, how far it is, what stands in its way."""
    from django.utils.translation import gettext as _

    from counterbell.record.models import Connection

    connections = Connection.objects.select_related("shop").order_by("shop__slug", "source", "account")
    if connections:
        print(f"\n{_('Connected:')}")
    for connection in connections:
        print("; ".join([f"{connection.source} {connection.account} ({connection.shop.slug})", *_state(connection)]))


def _state(connection: "Connection") -> list[str]:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.formats import moment, number

    told = []
    every = connection.every_minutes
    told.append(_("every %(minutes)s minutes") % {"minutes": number(every)} if every is not None else _("by hand only"))
    if connection.lease_until and connection.lease_until > timezone.now():
        read, left = connection.pages_read, connection.pages_left
        of_all = "" if left is None else _(" of %(pages)s") % {"pages": number(read + left)}
        told.append(_("being read: page %(page)s") % {"page": number(read)} + of_all)
    ended = connection.ended_at
    told.append(_("last read %(moment)s UTC") % {"moment": moment(ended)} if ended else _("not read to its end yet"))
    for kind, place in connection.places.items():
        if place.get("since"):
            told.append(_("%(kind)s up to %(moment)s") % {"kind": kind, "moment": place["since"]})
    if connection.error:
        told.append(_("the last run stopped: %(reason)s") % {"reason": connection.error})
    return told
