"""What serving needs: static files gathered, a free port, and the server."""

import socket
from typing import Any

from django.core.management import call_command

from counterbell.errors import Problem


def ready_to_serve(host: str, port: int) -> None:
    """Gather the static files. Raises Problem when the port is taken."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise Problem(
            f"Nothing can listen on {host}:{port} ({error.strerror}). Choose another --port, or stop what is there."
        ) from None
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
