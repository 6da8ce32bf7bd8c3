"""A ticket of Freshdesk and what was said in it, as entries.

Freshdesk tells the latest time of each status and no more, and of assignee, group and tags only what they are now.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from counterbell.record.entries import (
    Assignment,
    Author,
    Entry,
    Flag,
    Merge,
    Message,
    Priority,
    Status,
    StatusName,
    Tags,
    Ticket,
)

from ._freshdesk_words import FORWARDED, OUTBOUND_EMAIL, PRIORITIES, SAID, SURVEY, Words
from ._stream import Beside, VendorObject
from ._values import instant, key, present, text

SOURCE = "freshdesk"
MERGED = re.compile(r"closed and merged into ticket\s*#?\s*(\d+)", re.IGNORECASE)

JUST_AFTER = timedelta(microseconds=1)
"""How long after its second a close counts. Freshdesk tells whole seconds: at one instant the close would come before
the reply that was sent with it ("send and set as resolved"), which would then answer nobody."""

FLAGS: tuple[Literal["spam", "deleted"], ...] = ("spam", "deleted")
AN_HOUR_BEFORE = timedelta(hours=1)

NO_HISTORY = "Freshdesk has no history of statuses, only their latest times; ticket known in part, now"
TIMES: tuple[tuple[str, StatusName], ...] = (
    ("resolved_at", "closed"),
    ("reopened_at", "open"),
    ("pending_since", "pending"),
)
"""What a ticket's stats tell of earlier changes, and to which status."""

FIGURES = {"first response": "first_responded_at", "resolution": "resolved_at"}
"""Freshdesk's own figures by the times that they end with; they begin with the ticket's creation."""


def of_ticket(ticket: VendorObject, words: Words, beside: Beside) -> Iterator[Entry]:
    """The ticket, its first message, how it stands and how it came to that, and what was said, where that is told."""
    name, created = key(SOURCE, present(ticket, "id")), instant(present(ticket, "created_at"), "created_at")
    requester, outbound = ticket.get("requester_id"), ticket.get("source") == OUTBOUND_EMAIL
    priority = _priority(ticket.get("priority"), beside)
    yield Ticket(
        id=name,
        channel=words.channel(ticket.get("source"), beside),
        created_at=created,
        customer=key(SOURCE, requester) if requester else None,
        direction="outbound" if outbound else "inbound",
        subject=text(ticket.get("subject")),
        priority=priority,
        history="partial",
    )
    changed = instant(ticket.get("updated_at") or ticket["created_at"], "updated_at")
    yield Priority(ticket=name, at=changed, to=priority)
    yield Message(
        id=f"{name}:description",
        ticket=name,
        at=created,
        by="agent" if outbound else "customer",
        text=text(ticket.get("description_text")),
    )
    yield from _flags(ticket, name)
    yield from _as_it_is(ticket, name, created, words, beside)
    yield from statuses(ticket, name, created, words, beside)
    _keep_figures(ticket, name, created, beside)
    for conversation in ticket.get("conversations") or ():
        yield from of_conversation({"ticket_id": ticket["id"], **conversation}, words, beside)


def _priority(told: object, beside: Beside) -> str | None:
    if told is None or told in PRIORITIES:
        return PRIORITIES[told] if isinstance(told, int) else None
    beside.odd("unknown priority, kept by its number", told)
    return str(told)


def _flags(ticket: VendorObject, name: str) -> Iterator[Entry]:
    """Spam and deleted, since the ticket's last change; `restored`: it was one of them and is neither any more."""
    changed = instant(ticket.get("updated_at") or ticket["created_at"], "updated_at")
    for flag in FLAGS:
        if ticket.get(flag) is True:
            yield Flag(ticket=name, at=changed, flag=flag)
        elif ticket.get("restored") is True:
            yield Flag(ticket=name, at=changed + JUST_AFTER, flag=flag, value=False)


def _as_it_is(
    ticket: VendorObject, name: str, created: datetime, words: Words, beside: Beside
) -> Iterator[Assignment | Tags]:
    """Assignee, group and tags, of which nobody knows since when: they count from the creation on.

    What is told later must hold over what was told before, so each telling lies in the hour before the creation, a
    microsecond later for each second between the creation and the ticket's last change.
    """
    updated = instant(ticket.get("updated_at") or ticket["created_at"], "updated_at")
    seconds = max(0, int((updated - created).total_seconds()))
    at = created - AN_HOUR_BEFORE + timedelta(microseconds=min(seconds, 3_600_000_000))
    agent, group = ticket.get("responder_id"), ticket.get("group_id")
    team = words.groups.get(str(group), str(group)) if group else None
    if group and str(group) not in words.groups:
        beside.odd("unknown group, kept by its number", group)
    yield Assignment(ticket=name, at=at, agent=key(SOURCE, agent) if agent else None, team=team)
    if tags := sorted({str(tag) for tag in ticket.get("tags") or ()}):
        yield Tags(ticket=name, at=at, add=tags)


# ---- statuses: the present one, and what the latest times tell of those before


def statuses(ticket: VendorObject, name: str, created: datetime, words: Words, beside: Beside) -> Iterator[Status]:
    """The changes of status that are known, in their order; the last one is to the present status."""
    now = words.status(ticket.get("status"), beside)
    beside.odd(NO_HISTORY, now)
    stats = {field: instant(told, field) for field, told in (ticket.get("stats") or {}).items() if told}
    since = max(created, _since(now, stats) or _fallback(ticket, now, created, beside))
    before = {(max(created, stats[field]), status) for field, status in TIMES if field in stats}
    known = sorted(change for change in before if change[0] < since)
    for at, status in [*known, (since, now)]:
        yield Status(ticket=name, at=at + JUST_AFTER if status == "closed" else at, to=status)


def _since(now: StatusName, stats: dict[str, datetime]) -> datetime | None:
    """When the ticket came to its present status: a resolved one when it was resolved, not when that became final."""
    if now != "closed":
        return stats.get("status_updated_at") or stats.get("pending_since" if now == "pending" else "reopened_at")
    closes = [stats[field] for field in ("resolved_at", "closed_at", "status_updated_at") if field in stats]
    return min((at for at in closes if at >= stats.get("reopened_at", at)), default=None)


def _fallback(ticket: VendorObject, now: StatusName, created: datetime, beside: Beside) -> datetime:
    if now == "open":
        return created
    beside.odd("no time of the present status, its last change taken", ticket.get("status"))
    return instant(ticket.get("updated_at") or ticket["created_at"], "updated_at")


def _keep_figures(ticket: VendorObject, name: str, created: datetime, beside: Beside) -> None:
    """Freshdesk's own times of the ticket as durations since its creation, kept beside ours."""
    for figure, field in FIGURES.items():
        if told := (ticket.get("stats") or {}).get(field):
            beside.figure(name, figure, (instant(told, field) - created) // timedelta(microseconds=1))


# ---- what was said


def of_conversation(told: VendorObject, words: Words, beside: Beside) -> Iterator[Entry]:
    """A reply or note; none for the comment of a rating, which comes with that."""
    kind = told.get("source")
    if kind == SURVEY:
        return
    if kind not in SAID:
        beside.odd("unknown kind of conversation, taken as a message", kind)
    ticket, at = key(SOURCE, present(told, "ticket_id")), instant(present(told, "created_at"), "created_at")
    body, user = text(told.get("body_text")) or text(told.get("body")), told.get("user_id")
    private = told.get("private") is True or kind == FORWARDED
    merged = MERGED.search(body or "") if private else None
    by: Author = "automation" if merged else _author(told, words)
    if not words.agents:
        beside.odd("nobody is known as an agent", "save the pages of agents.json too")
    yield Message(
        id=key(SOURCE, "conversation", present(told, "id")),
        ticket=ticket,
        at=at,
        by=by,
        agent=key(SOURCE, user) if by == "agent" and user else None,
        public=not private,
        text=body,
    )
    if merged:
        yield Merge(ticket=ticket, into=key(SOURCE, merged[1]), at=at)


def _author(told: VendorObject, words: Words) -> Author:
    """Who wrote: what comes in is the customer's, what a rule wrote is automation's, all else an agent's.

    Agents who have left are no longer listed, so it takes no known agent to write a reply.
    """
    if told.get("incoming") is True and str(told.get("user_id")) not in words.agents:
        return "customer"
    if told.get("automation_id") or told.get("auto_response") is True or told.get("user_id") in (None, 0, -1):
        return "automation"
    return "agent"
