"""The web pages."""

import os
from typing import Annotated

import typer

from ._installation import open_installation


def command(
    host: Annotated[str, typer.Option(help="the address to listen on; 0.0.0.0 for all of this machine")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="the port to listen on")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="web processes; more than one needs DATABASE_URL")] = 1,
    threads: Annotated[int, typer.Option(min=1, help="requests that a process answers at once")] = 8,
    loops: Annotated[bool, typer.Option(help="keep facts fresh, send mail and watch goals here, too")] = True,
) -> None:
    """Serve the dashboard, and do what goes on by itself, until it is stopped (Ctrl+C, SIGTERM)."""
    from counterbell.errors import Problem
    from counterbell.site import options

    if workers > 1 and not options.value("DATABASE_URL"):
        raise Problem("Several web processes need PostgreSQL: set DATABASE_URL, or leave --workers away.")
    open_installation()
    from counterbell.site.serving import WITH_LOOPS

    from ._web import ready_to_serve, server

    ready_to_serve(host, port)
    if loops and workers == 1:
        os.environ[WITH_LOOPS] = "1"
    server(host, port, workers, threads).serve()
