"""Running a command of its own process, and seeing how long it took and how much memory it needed."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLED_EVERY_SECONDS = 0.1
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
HERE = Path(__file__).parent

UNSET = ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
"""The record lies in SQLite, and Python keeps what it has compiled, as it does for everybody."""


class CommandFailed(Exception):
    """A command that was to be measured ended with an error; the message is what it printed."""


@dataclass(frozen=True)
class Finished:
    """A command that ran to its end: wall and CPU seconds, and the peak memory of all its processes together."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str

    def answer(self) -> Any:
        """What one of our own scripts found: the JSON in the last line of its output."""
        return json.loads(self.output.splitlines()[-1])


def counterbell(home: Path, *arguments: str) -> Finished:
    """Run the program as a person does."""
    return run([str(Path(sys.executable).with_name("counterbell")), *arguments], home)


def script(home: Path | None, name: str, *arguments: object) -> Finished:
    """Run one of the scripts beside this one."""
    return run([sys.executable, str(HERE / f"{name}.py"), *map(str, arguments)], home)


def run(command: Sequence[str], home: Path | None = None) -> Finished:
    """Run a command on the installation at `home`. Raises CommandFailed."""
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    environment |= {"COUNTERBELL_DATA": str(home)} if home else {}
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=complained, env=environment)
        with _Watching(process.pid) as watching:
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if process.returncode:
            complained.seek(0)
            raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}:\n{complained.read()[-4000:]}")
        peak_bytes = max(usage.ru_maxrss * 1024, watching.peak_bytes)
        return Finished(seconds, usage.ru_utime + usage.ru_stime, peak_bytes, said.read())


class _Watching:
    """Looks again and again at how much memory a process and those it started hold together.

    The system's own peak (which misses nothing) is of one process only. Where there is no /proc, nothing is seen here.
    """

    def __init__(self, process_id: int) -> None:
        self.peak_bytes = 0
        self._process_id = process_id
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watching":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(SAMPLED_EVERY_SECONDS):
            held = sum(_resident_bytes(each) for each in _family(self._process_id))
            self.peak_bytes = max(self.peak_bytes, held)


def _family(process_id: int) -> Iterator[int]:
    yield process_id
    for children in Path(f"/proc/{process_id}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                yield from _family(int(child))


def _resident_bytes(process_id: int) -> int:
    try:
        return int(Path(f"/proc/{process_id}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0
