"""The databases that tests turn to; imported once, when Django is there and before any test has turned it elsewhere."""

import atexit
import shutil
import tempfile
from functools import cache
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


@cache
def _new_sqlite() -> Path:
    """A migrated database to copy; made once, since that takes seconds."""
    directory = Path(tempfile.mkdtemp(prefix="counterbell-new-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    before = dict(connections.settings["default"])
    use({**SQLITE, "NAME": directory / "record.sqlite3"})
    call_command("migrate", verbosity=0)
    use(before)
    return directory / "record.sqlite3"
