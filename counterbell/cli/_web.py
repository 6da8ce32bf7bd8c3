"""What serving needs: a free port, static files gathered, and the server."""

import socket
from typing import Any

from counterbell.errors import Problem

USUAL_PORT = 8000
TRIED = 20
"""So many ports are tried, from the usual one on, when nobody has asked for a certain one."""


def chosen_port(host: str, wanted: int | None) -> int:
    """The port asked for, or the usual one, or the next that is free. Raises Problem when there is none."""
    ports = [wanted] if wanted else range(USUAL_PORT, USUAL_PORT + TRIED)
    for port in ports:
        try:
            with socket.create_server((host, port)):
                return port
        except OSError as error:
            reason = error.strerror
    raise Problem(f"Nothing can listen on {host}:{ports[-1]} ({reason}). Choose another --port, or stop what is there.")


def gather_static_files() -> None:
    """Put the files that pages need in one place, named by their content, so that browsers may keep them for good."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def server(host: str, port: int, workers: int, threads: int) -> Any:
    """Granian for our program; it answers what is under way before it ends."""
    from django.db import connections
    from granian.constants import Interfaces
    from granian.server import Server

    from counterbell.site.logs import LOGGING

    connections.close_all()  # a web process is a fork of this one
    return Server(
        "counterbell.site.serving:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=512,
        factory=True,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_dictconfig=LOGGING,
    )
