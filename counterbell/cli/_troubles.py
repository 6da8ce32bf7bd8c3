"""Troubles of the machine and the database, in words."""

import errno
import sqlite3


def in_words(error: Exception) -> str | None:
    """What to tell the person, or null for an error that is ours."""
    from django.db import DatabaseError

    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full. Make room, then run the same command again: it goes on where it stopped."
    if not isinstance(error, DatabaseError | sqlite3.Error):
        return None
    said = str(error)
    if "disk is full" in said or "No space left" in said:
        return "The disk is full. Make room, then run the same command again: it goes on where it stopped."
    if "locked" in said:
        return "Another program has been writing to the database for more than 30 seconds. Try again when it is done."
    if "not a database" in said or "malformed" in said:
        return f"The database file is damaged or is no database ({said}). Put a copy of it in its place, or move it away."
    if "connect" in said or "connection" in said:
        return f"The database cannot be reached: {said.strip().splitlines()[0]}. Check DATABASE_URL and that it runs."
    if "readonly" in said or "unable to open" in said:
        return f"The database cannot be written ({said}). Check who owns the data directory, or name another with --data."
    return None
