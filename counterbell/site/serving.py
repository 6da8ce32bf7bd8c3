"""The web process: the program that Granian calls, and the loops beside it."""

import logging.config
import os
import threading
import time
from multiprocessing.util import Finalize

from .logs import LOGGING

WITH_LOOPS = "COUNTERBELL_WITH_LOOPS"
"""Set for a web process that also runs the loops."""

_running = None


def application():  # type: ignore[no-untyped-def]
    """The WSGI program of this process; starts the loops where they belong here."""
    global _running
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterbell.site.settings")
    logging.config.dictConfig(LOGGING)
    from django.core.wsgi import get_wsgi_application

    program = get_wsgi_application()
    if os.environ.get(WITH_LOOPS):
        from .loops import Running

        _running = Running()
        _running.start()
        Finalize(None, _running.stop, exitpriority=10)
    threading.Thread(target=_end_with_the_server, args=[os.getppid()], daemon=True).start()
    return program


def _end_with_the_server(server: int) -> None:
    """A web process must not go on answering when the server that began it was killed."""
    while os.getppid() == server:
        time.sleep(1)
    os._exit(1)


def loops_go() -> bool:
    """Whether the loops of this process go, if it has any."""
    return _running is None or _running.alive()
