"""What goes on by itself, in a process apart."""

import signal
import threading

from ._installation import open_installation


def command() -> None:
    """Keep facts fresh, send mail and watch goals for several web processes, until it is stopped."""
    open_installation()
    import logging.config

    from counterbell.site.logs import LOGGING
    from counterbell.site.loops import Running

    logging.config.dictConfig(LOGGING)
    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: ended.set())
    running = Running()
    running.start()
    ended.wait()
    running.stop()
