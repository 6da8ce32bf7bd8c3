"""Tags put on a ticket and taken off it."""

import json

from django.utils.translation import gettext as _

from counterbell.desk.acting import Acting
from counterbell.errors import Problem
from counterbell.record.entries import Tags

LONGEST = 80


def add(ticket: Acting, tags: str) -> bool:
    """Put these on (several with commas between); those that are there stay."""
    wanted = names(tags)
    if not wanted:
        raise Problem(_("A tag needs a name."))
    return put_on(ticket, wanted)


def put_on(ticket: Acting, wanted: list[str]) -> bool:
    """Put these on the ticket; returns whether any is new."""
    new = [tag for tag in wanted if tag not in _has(ticket)]
    if new:
        ticket.write(Tags(ticket=ticket.ticket.external_id, at=ticket.now(), add=new))
    return bool(new)


def remove(ticket: Acting, tags: str) -> bool:
    """Take these off."""
    gone = [tag for tag in names(tags) if tag in _has(ticket)]
    if gone:
        ticket.write(Tags(ticket=ticket.ticket.external_id, at=ticket.now(), remove=gone))
    return bool(gone)


def names(tags: str) -> list[str]:
    """The tags in a line that a person typed."""
    return list(dict.fromkeys(" ".join(tag.split())[:LONGEST] for tag in tags.split(",") if tag.strip()))


def _has(ticket: Acting) -> list[str]:
    return list(json.loads(ticket.state.tags))
