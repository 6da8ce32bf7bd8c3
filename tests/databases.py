"""The databases that tests turn to; imported once, when Django is there and before any test has turned it elsewhere."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

SQLITE = dict(settings.DATABASES["default"])
"""Django's description of a database on SQLite, as an installation has it."""


def use(database: dict[str, object]) -> None:
    """Turn Django to that database."""
    if connections.settings["default"].get("NAME") == database["NAME"] and connection.vendor in str(database["ENGINE"]):
        return
    connections.close_all()
    if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
        del connections["default"]
    connections.settings["default"] = connections.configure_settings({"default": dict(database)})["default"]


def put_new_sqlite(path: Path) -> None:
    """Put the database of an installation that is new at that path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_new_sqlite(), path)


def _new_sqlite() -> Path:
    """A migrated database to copy."""

    def make(path: Path) -> None:
        before = dict(connections.settings["default"])
        use({**SQLITE, "NAME": path})
        call_command("migrate", verbosity=0)
        use(before)

    return once("new.sqlite3", make)


def once(name: str, make: Callable[[Path], object]) -> Path:
    """What all processes of a run of tests share: the first one that needs it makes it at the path that it is given."""
    path = Path(os.environ["COUNTERBELL_TESTS"]) / name
    with (path.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make(path)
    return path
