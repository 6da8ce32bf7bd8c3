"""The databases that tests turn to; imported once, when Django is there and before any test has turned it elsewhere."""

from django.conf import settings
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
