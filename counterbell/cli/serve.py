"""The web pages."""

import os
from typing import Annotated

import typer

from ._installation import open_installation


def command(
    host: Annotated[str, typer.Option(help="the address to listen on; 0.0.0.0 for all of this machine")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="the port to listen on; default: 8000, or the next free one")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="web processes; more than one needs DATABASE_URL")] = 1,
    threads: Annotated[int, typer.Option(min=1, help="requests that a process answers at once")] = 4,
    loops: Annotated[bool, typer.Option(help="do here, too, what goes on by itself (else: counterbell worker)")] = True,
    demo: Annotated[bool, typer.Option("--demo", help="say first who may sign in to the demo shop")] = False,
) -> None:
    """Serve the dashboard, and do what goes on by itself, until it is stopped (Ctrl+C, SIGTERM)."""
    from counterbell.errors import Problem
    from counterbell.site import options

    from ._web import chosen_port, gather_static_files, server

    if workers > 1 and not options.value("DATABASE_URL"):
        raise Problem("Several web processes need PostgreSQL: set DATABASE_URL, or leave --workers away.")
    listening_on = chosen_port(host, port)
    os.environ.setdefault("COUNTERBELL_URL", f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{listening_on}")  # noqa: S104
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.site.serving import WITH_LOOPS

    from ._demo_people import tell_who_signs_in

    gather_static_files()
    if loops:
        os.environ[WITH_LOOPS] = "1"
    if demo:
        tell_who_signs_in()
    print(
        _("Counterbell is at %(address)s (Ctrl+C ends it).") % {"address": options.value("COUNTERBELL_URL")}, flush=True
    )
    server(host, listening_on, workers, threads).serve()
