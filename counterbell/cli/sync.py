"""Keeping up to date with the accounts that are connected."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from counterbell.errors import Problem

from ._installation import open_installation

if TYPE_CHECKING:
    from counterbell.record.models import Connection


def command(
    now: Annotated[bool, typer.Option("--now", help="read all of them, also those that are not due yet")] = False,
) -> None:
    """Read what is new in all accounts that are due (`counterbell import SOURCE --every MINUTES` connects one)."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.record.models import Connection

    failed = False
    at = timezone.now()
    scheduled = Connection.objects.filter(every_minutes__isnull=False).select_related("shop").order_by("pk")
    if not scheduled:
        print(_("Nothing is connected. `counterbell import SOURCE --every MINUTES` connects an account."))
    for connection in scheduled:
        if now or due(connection, at):
            failed |= not _read(connection)
    if failed:
        raise typer.Exit(1)


def due(connection: "Connection", at: datetime) -> bool:
    """Whether the account is to be read again: so many minutes after a run began, a run that failed included."""
    return connection.began_at is None or at - connection.began_at >= timedelta(minutes=connection.every_minutes or 0)


def _read(connection: "Connection") -> bool:
    """Read one account and tell in a line what came of it; returns whether it could be read."""
    from counterbell.credentials import decrypted, found
    from counterbell.sources import source
    from counterbell.sources._live import BeingRead, read

    from ._live import one_line, show_oddities

    live = source(connection.source).stream(**connection.settings)
    try:
        outcome = read(connection, live, found(live.secret) or decrypted(connection.secret))
    except BeingRead as problem:
        print(f"{connection.source} {connection.account}: {problem}")
        return True
    except Problem as problem:
        print(f"{connection.source} {connection.account}: {problem}")
        return False
    connection.refresh_from_db()
    print(one_line(connection, outcome))
    show_oddities(outcome)
    return outcome.broken is None
