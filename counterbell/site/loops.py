"""The loops of a process: each runs in a thread of its own until the end.

A loop's verb is safe to run in several processes at once. A round that fails is logged, and the loop goes on.
"""

import logging
import threading
import time
from datetime import UTC, datetime

from django.db import close_old_connections

from counterbell.parts import Loop, loops

from .gauges import LOOP_RUNS, LOOP_SECONDS

logger = logging.getLogger("counterbell.loops")


class Running:
    """The loops of this process."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=[loop], name=f"loop-{loop.name}", daemon=True) for loop in loops()
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, patience_seconds: float = 10) -> None:
        """Let each finish its round; what takes longer is cut off, which every verb survives."""
        self._end.set()
        last = time.monotonic() + patience_seconds
        for thread in self._threads:
            thread.join(max(0, last - time.monotonic()))

    def alive(self) -> bool:
        """Whether all of them still go."""
        return all(thread.is_alive() for thread in self._threads)

    def _keep(self, loop: Loop) -> None:
        while not self._end.is_set():
            one_round(loop)
            self._end.wait(loop.every_seconds)


def one_round(loop: Loop) -> bool:
    """Run the verb once; returns whether it went well."""
    begun = time.perf_counter()
    try:
        loop.run(datetime.now(UTC))
    except Exception:
        logger.exception("loop failed", extra={"loop": loop.name})
        LOOP_RUNS.labels(loop.name, "failed").inc()
        return False
    finally:
        close_old_connections()
        LOOP_SECONDS.labels(loop.name).set(time.perf_counter() - begun)
    LOOP_RUNS.labels(loop.name, "done").inc()
    return True
