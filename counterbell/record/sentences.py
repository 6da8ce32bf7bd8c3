"""What is kept, in the words of the log format."""

from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_noop as later

from .entries import Entry, Unreadable, instant
from .models import Author, StatusName
from .outcome import kind_of
from .said import Said
from .sql import Row, Table

FIELDS = {
    "happened_at": "at", "placed_at": "at", "sent_at": "at", "author": "by", "outbound": "direction", "added": "add",
    "removed": "remove", "ticket_id": "ticket", "customer_id": "customer", "agent_id": "agent", "into_id": "into",
    "order_id": "order", "survey_id": "survey", "changed_to": "to",
}  # fmt: skip
"""What the log format calls a column, where it has another name for it."""

OTHER_CONTENT = later(
    "This %(kind)s (%(which)r) is known with other content: %(field)s is %(known)s in the record and %(given)s here. "
    "History is not rewritten; give it an id of its own if it is another one."
)


def other_content(
    cursor: CursorWrapper, table: Table, entry: Entry | Unreadable, stored: Row, row: Row
) -> tuple[str, str]:
    """Why an entry whose key is known is refused, and a field in which it differs from what is stored."""
    differing = [each for each in zip(table.columns, stored, row, strict=True) if each[1] != each[2]]
    column, was, told = min(differing, key=lambda each: each[0] in table.texts)  # texts may only have been blanked
    field = FIELDS.get(column, column)
    which = next((named for name in ("id", "survey", "ticket", "order") if (named := getattr(entry, name, None))), "")
    known, given = (_in_words(cursor, column, value) for value in (was, told))
    told = {"kind": kind_of(entry), "which": which, "field": field, "known": known, "given": given}
    return Said(OTHER_CONTENT, **told), field


def _in_words(cursor: CursorWrapper, column: str, value: Any) -> str:
    if value is None:
        return Said(later("not told"))
    if column.endswith("_at"):
        return instant(value).isoformat()
    if column.endswith("_id"):
        named = "ticket" if column == "into_id" else column.removesuffix("_id")
        cursor.execute(f'select external_id from "record_{named}" where id = %s', [value])
        return repr(cursor.fetchone()[0])
    if column == "author":
        return repr(Author(value).label)
    if column == "status":
        return repr(StatusName(value).label)
    if column == "outbound":
        return repr("outbound" if value else "inbound")
    return str(bool(value)).lower() if column in ("public", "value", "test", "suspected_robot") else repr(value)
