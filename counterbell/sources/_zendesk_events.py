"""A ticket event of Zendesk (an audit: all that one update did to a ticket) as entries."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from counterbell.record.entries import Assignment, Author, Entry, Flag, Merge, Message, Priority, Status, Tags

from ._stream import Beside, VendorObject
from ._values import instant, key, present, text
from ._zendesk_words import AUTOMATED, CHANNELS, MERGED_TAG, SILENT_EVENTS, STATUSES, is_merge, via_name, via_source

SOURCE = "zendesk"
NOBODY = -1
"""The updater of what Zendesk did by itself."""

JUST_AFTER = timedelta(microseconds=1)
"""How long after a comment its update's close counts: at one instant the close would come first, and the comment that
was sent with it ("submit as solved") would answer nobody."""

COMMENTS = {"Comment", "VoiceComment"}
CHANGES = {"Change", "Create"}
ANSWER = "AutomaticAnswerSend"
WATCHED = ("status", "assignee_id", "group_id", "tags", "priority")


@dataclass
class People:
    """Who works in the shop and in which teams, as users and groups told it."""

    agents: set[str] = field(default_factory=set)
    teams: dict[str, str] = field(default_factory=dict)

    def author(self, user: object) -> Author | None:
        """What a user is; null where nobody is told."""
        if user in (None, "", 0):
            return None
        if str(user) == str(NOBODY):
            return "automation"
        return "agent" if str(user) in self.agents else "customer"


class Change(NamedTuple):
    """A field of the ticket that an event changed; `previous` is null for one that was set at creation."""

    field: str
    value: Any
    previous: Any
    event: VendorObject


class Update:
    """One update of a ticket: its events by what they tell, in their order."""

    def __init__(self, audit: VendorObject, beside: Beside) -> None:
        self.ticket = key(SOURCE, present(audit, "ticket_id"))
        self.told_at = audit.get("created_at") or present(audit, "timestamp")
        self.at = instant(self.told_at, "created_at")
        self.updater, self.via = audit.get("updater_id"), audit.get("via")
        self.events = [event for event in audit.get("child_events") or () if isinstance(event, dict)]
        self.said: list[VendorObject] = []
        """comments, and answers of the bot"""
        self.commented = self.created = False
        """whether there is a comment, whether this is the update that made the ticket"""
        self.changed: dict[str, list[Change]] = {}
        """the changes of each field"""
        for event in self.events:
            self._take(event, beside)

    def _take(self, event: VendorObject, beside: Beside) -> None:
        kind = _type(event)
        if kind in COMMENTS or kind == ANSWER:
            self.said.append(event)
            self.commented |= kind != ANSWER
        elif kind in CHANGES:
            self.created |= kind == "Create"
            for change in _changes(event):
                self.changed.setdefault(change.field, []).append(change)
        elif kind not in SILENT_EVENTS:
            beside.odd("unknown event of a ticket, left out", kind)

    def changes(self, name: str) -> list[Change]:
        """All changes of a field."""
        return self.changed.get(name, [])


def of_event(audit: VendorObject, people: People, beside: Beside) -> Iterator[Entry]:
    """All entries of an update. Of several changes of one thing within it, the last holds."""
    told = Update(audit, beside)
    if not told.changed:
        yield from _messages(told, people, beside, merged=False)
        return
    added, removed = _tags(told)
    merged = MERGED_TAG in added or _closed_by_a_merge(told)
    yield from _messages(told, people, beside, merged=merged)
    yield from _status(told, people, beside)
    yield from _assignment(told, people, beside)
    if added or removed:
        yield Tags(ticket=told.ticket, at=told.at, add=added, remove=removed)
    if prioritised := told.changes("priority"):
        now, before = (_priority(value) for value in (prioritised[-1].value, prioritised[0].previous))
        if now != before:
            yield Priority(ticket=told.ticket, at=told.at, to=now)
    if merged:
        yield from _merge(told, beside)


def _type(event: VendorObject) -> str:
    return str(event.get("event_type") or event.get("type") or "")


def _changes(event: VendorObject) -> Iterator[Change]:
    """The fields that a Change or Create tells: {"status": "open"}, or {"field_name": "status", "value": "open"}."""
    previous = event.get("previous_value")
    if "field_name" in event:
        yield Change(str(event["field_name"]), event.get("value"), previous, event)
        return
    for name in WATCHED:
        if name in event:
            yield Change(name, event[name], previous, event)


def _acted(event: VendorObject, told: Update, people: People) -> tuple[Author | None, str | None]:
    """Who did it, and the agent's id if it was one."""
    if via_name(event.get("via")) in AUTOMATED or via_name(told.via) in AUTOMATED:
        return "automation", None
    who = people.author(told.updater)
    return who, key(SOURCE, told.updater) if who == "agent" else None


# ---- what was said


def _messages(told: Update, people: People, beside: Beside, *, merged: bool) -> Iterator[Entry]:
    for event in told.said:
        if _type(event) == ANSWER:
            name = key(SOURCE, "event", present(event, "id"))
            yield Message(id=name, ticket=told.ticket, at=told.at, by="automation")
        else:
            yield _comment(event, told, people, beside, merged=merged)


def _comment(event: VendorObject, told: Update, people: People, beside: Beside, *, merged: bool) -> Message:
    by_merge = merged or is_merge(event.get("via"))
    via, at = via_name(event.get("via")), event.get("created_at")
    author = event.get("author_id") or told.updater
    public = event.get("public", event.get("comment_public")) is not False and not by_merge
    by = people.author(author)
    if by_merge or via in AUTOMATED:
        by = "automation"
    elif by is None or (by == "customer" and not public):  # only those who work here can write a note
        by = "agent"
    if not people.agents:
        beside.odd("nobody is known as an agent", "save the pages of users.json too")
    return Message(
        id=key(SOURCE, "event", present(event, "id")),
        ticket=told.ticket,
        at=instant(at, "created_at") if at and at != told.told_at else told.at,
        by=by,
        agent=key(SOURCE, author) if by == "agent" and author else None,
        public=public,
        text=text(event.get("plain_body")) or text(event.get("body")),
        channel=CHANNELS.get(via, via) if via not in AUTOMATED and via else None,
    )


# ---- what changed


def _status(told: Update, people: People, beside: Beside) -> Iterator[Entry]:
    changes = told.changes("status")
    if not changes:
        return
    last, before = changes[-1], changes[0].previous
    status = str(last.value)
    if status == "deleted":
        yield Flag(ticket=told.ticket, at=told.at, flag="deleted")
        return
    if before == "deleted":
        yield Flag(ticket=told.ticket, at=told.at, flag="deleted", value=False)
    if status not in STATUSES:
        beside.odd("unknown status, left out", status)
        return
    was = STATUSES.get(str(before)) if before is not None else ("open" if told.created else None)
    if STATUSES[status] != was or status == "closed":  # closed after solved repeats a close that may not have been read
        by, agent = _acted(last.event, told, people)
        at = told.at + JUST_AFTER if STATUSES[status] == "closed" and told.commented else told.at
        yield Status(ticket=told.ticket, at=at, to=STATUSES[status], by=by, agent=agent)


def _assignment(told: Update, people: People, beside: Beside) -> Iterator[Entry]:
    assigned, grouped = told.changes("assignee_id"), told.changes("group_id")
    team = _team(grouped[-1].value, people, beside) if grouped else None
    if assigned and (assigned[-1].value or not told.created):
        agent = key(SOURCE, assigned[-1].value) if assigned[-1].value else None
        yield Assignment(ticket=told.ticket, at=told.at, agent=agent, team=team)
    elif grouped and (told.created or grouped[0].previous in (None, "")):
        if team:  # who is in no group yet has nobody assigned either
            yield Assignment(ticket=told.ticket, at=told.at, agent=None, team=team)
    elif grouped:
        beside.odd("change of group that does not tell the assignee, left out", team)


def _team(group: object, people: People, beside: Beside) -> str | None:
    if group in (None, ""):
        return None
    if str(group) not in people.teams:
        beside.odd("unknown group, kept by its number", group)
    return people.teams.get(str(group), str(group))


def _priority(told: object) -> str | None:
    """A priority by Zendesk's own word, which is ours too; null for none, which it tells in three ways."""
    return None if told in (None, "", "-") else str(told)


def _tags(told: Update) -> tuple[list[str], list[str]]:
    """The tags that the update as a whole put on and took off."""
    added: set[str] = set()
    removed: set[str] = set()
    for change in told.changes("tags"):
        now, before = _named(change.value), _named(change.previous)
        on = _named(change.event.get("added_tags")) or now - before
        off = _named(change.event.get("removed_tags")) or before - now
        added, removed = (added - off) | (on - removed), (removed - on) | (off - added)
    return sorted(added), sorted(removed)


def _named(tags: object) -> set[str]:
    """Tags told as a list, or as words with blanks between."""
    return set(tags.split()) if isinstance(tags, str) else {str(tag) for tag in tags or ()}  # type: ignore[attr-defined]


def _closed_by_a_merge(told: Update) -> bool:
    """Whether the update closes the ticket and says that a merge made it, also where the tag was not put on."""
    closes = any(STATUSES.get(str(change.value)) == "closed" for change in told.changes("status"))
    return closes and any(is_merge(via) for via in (told.via, *(event.get("via") for event in told.events)))


def _merge(told: Update, beside: Beside) -> Iterator[Entry]:
    if into := _first(told.events, _merged_into):
        yield Merge(ticket=told.ticket, into=key(SOURCE, into), at=told.at)
    else:
        beside.odd("merged ticket that does not tell into which", told.ticket)


def _first(events: list[VendorObject], told_by: Callable[[VendorObject], str | None]) -> str | None:
    return next((into for into in map(told_by, events) if into), None)


def _merged_into(event: VendorObject) -> str | None:
    """The number of the ticket that this one went into, by its `via` or by the comment that Zendesk leaves."""
    to = via_source(event.get("via")).get("to")
    if isinstance(to, dict) and to.get("ticket_id"):
        return str(to["ticket_id"])
    if is_merge(event.get("via")) and event.get("via_reference_id"):
        return str(event["via_reference_id"])
    if _type(event) in COMMENTS and (found := re.search(r"#(\d+)", str(event.get("body") or ""))):
        return found[1]
    return None
