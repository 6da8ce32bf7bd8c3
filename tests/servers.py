"""Real servers on loopback for the tests."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg
import pytest


@dataclass(frozen=True)
class PostgreSQL:
    """A PostgreSQL server of the tests' own, in a temporary directory."""

    port: int

    @classmethod
    @contextmanager
    def started(cls, like: Path | None = None, leave: Path | None = None) -> Iterator[Self]:
        """Start one on new data, or on a copy of those at `like`; at the end its data stay at `leave`, or are gone.

        Where PostgreSQL is not installed the tests are skipped, on CI they fail.
        """
        found = programs()
        if found is None:
            sentence = "PostgreSQL is not installed (Debian: apt-get install postgresql); its tests are skipped."
            if os.environ.get("CI") == "true":
                pytest.fail(sentence)
            pytest.skip(sentence)
        home = Path(tempfile.mkdtemp(prefix="counterbell-pg-"))
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if as_user:
            shutil.chown(home, "postgres")
        port = free_port()
        data = home / "data"
        server = [*as_user, str(found / "pg_ctl"), "-D", str(data), "-w", "-s"]
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
        if like:
            subprocess.run(["cp", "-a", like, data], check=True)
        else:
            make = [*as_user, str(found / "initdb"), "-D", str(data), "-A", "trust", "-U", "counterbell"]
            subprocess.run([*make, "-E", "UTF8", "-N"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        subprocess.run([*server, "-l", str(home / "log"), "-o", options, "start"], check=True, cwd="/")
        try:
            yield cls(port)
        finally:
            subprocess.run([*server, "-m", "fast" if leave else "immediate", "stop"], check=False, cwd="/")
            if leave:
                data.rename(leave)
            shutil.rmtree(home, ignore_errors=True)

    def first_database(self) -> dict[str, object]:
        """Django's description of the database that every other one is a copy of."""
        return self._described("template1")

    def database(self, name: str, *, like: str = "template1") -> dict[str, object]:
        """Make a database, a copy of the first one or of that one; returns Django's description of it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template {like}')
        return self._described(name)

    def _described(self, name: str) -> dict[str, object]:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name, "USER": "counterbell", "PASSWORD": "", "HOST": "127.0.0.1", "PORT": self.port,
        }  # fmt: skip

    def url(self, database: str) -> str:
        """The database's address."""
        return f"postgresql://counterbell@127.0.0.1:{self.port}/{database}"


def programs() -> Path | None:
    """Where PostgreSQL's programs are, where it is installed."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def until(holds: Callable[[], object]) -> None:
    """Wait for it, for a minute at most."""
    last = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < last, "it never came"
        time.sleep(0.02)
