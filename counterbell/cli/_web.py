"""What serving needs: a free port, static files gathered, and the server."""

import hashlib
import multiprocessing
import os
import signal
import socket
from functools import partial
from pathlib import Path
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
    """Put the files that pages need in one place, named by their content, so that browsers may keep them for good.

    Done again only when one of them has changed, since packing them takes seconds.
    """
    from django.conf import settings
    from django.core.management import call_command

    gathered_from = Path(settings.STATIC_ROOT) / "gathered-from"
    sources = _sources()
    if gathered_from.exists() and gathered_from.read_text() == sources:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    gathered_from.write_text(sources)


def _sources() -> str:
    """A digest of what there is to gather: names, sizes and times."""
    from django.contrib.staticfiles.finders import get_finders

    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            found = os.stat(storage.path(name))
            seen.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def server(host: str, port: int, workers: int, threads: int) -> Any:
    """Granian for our program; it answers what is under way before it ends."""
    from django.db import connections
    from granian.constants import Interfaces
    from granian.server import Server

    from counterbell.site.logs import LOGGING
    from counterbell.site.serving import THREADS

    connections.close_all()  # a web process is a fork of this one
    os.environ[THREADS] = str(threads)
    granian = Server(
        "counterbell.site.serving:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        backpressure=1024,
        factory=True,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_dictconfig=LOGGING,
    )
    granian.on_startup(_end_streams_first)
    return granian


def _end_streams_first() -> None:
    """Before the server stops its processes, let them end their streams, which would go on for ever."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, partial(_end_streams, signal.getsignal(sign)))


def _end_streams(then: Any, sign: int, frame: Any) -> None:
    from counterbell.site.serving import END_STREAMS

    for process in multiprocessing.active_children():
        if process.pid:
            os.kill(process.pid, END_STREAMS)
    then(sign, frame)
