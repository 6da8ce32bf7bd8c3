"""Troubles of the machine and the database, in words."""

import errno
import sqlite3


def in_words(error: Exception) -> str | None:
    """What to tell the person, or null for an error that is ours."""
    from django.db import DatabaseError
    from django.utils.translation import gettext as _

    said = str(error)
    if _is_disk_full(error, said):
        return _("The disk is full. Make room, then run the same command again: it goes on where it stopped.")
    if _is_disk_refusing(error, said):
        sentence = _("The disk cannot be written to (%(said)s). Make room on it, then run the same command again.")
        return sentence % {"said": said}
    if isinstance(error, OSError) and error.filename is not None:
        sentence = _("'%(file)s' cannot be used: %(said)s. Check the path, and who may read and write there.")
        return sentence % {"file": error.filename, "said": error.strerror}
    if not isinstance(error, DatabaseError | sqlite3.Error):
        return None
    if "locked" in said:
        return _(
            "Another program has been writing to the database for more than 30 seconds. Try again when it is done."
        )
    if "not a database" in said or "malformed" in said:
        sentence = _(
            "The database file is damaged or is no database (%(said)s). Put a copy of it in its place, or move it away."
        )
        return sentence % {"said": said}
    if "connect" in said or "resolve host" in said:
        sentence = _("The database cannot be reached: %(said)s. Check DATABASE_URL and that it runs.")
        return sentence % {"said": said.strip().splitlines()[0]}
    if "deadlock" in said:
        return _("Another program has been writing the same things at the same time. Run the same command again.")
    if "readonly" in said or "unable to open" in said:
        sentence = _(
            "The database cannot be written (%(said)s). Check who owns the data directory, or name another with --data."
        )
        return sentence % {"said": said}
    return None


def _is_disk_full(error: Exception, said: str) -> bool:
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    return full or "disk is full" in said or "No space left" in said


def _is_disk_refusing(error: Exception, said: str) -> bool:
    """Over a quota or a limit, or damaged: SQLite does not say which."""
    return (isinstance(error, OSError) and error.errno in (errno.EDQUOT, errno.EFBIG)) or "disk I/O error" in said
