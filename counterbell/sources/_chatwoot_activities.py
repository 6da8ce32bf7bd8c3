"""Activities of Chatwoot: messages in which the account's language tells what changed in a conversation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from counterbell.record.entries import Assignment, Author, Entry, Priority, Status, Tags

from ._chatwoot_decisions import PRIORITIES, STATUSES
from ._stream import Beside, VendorObject
from ._values import instant, key, present

SOURCE = "chatwoot"
JUST_AFTER = timedelta(microseconds=1)
"""Chatwoot's times are whole seconds: a reply and the close that comes with it have the same one, and so does the tag
that is put on and the one that is taken off."""

SENTENCES = 10_000
"""So many sentences are remembered as they were understood, since most come again and again."""

SYSTEM = "Automation System"
"""Whom Chatwoot names, in every language, for what a rule did."""


WITH_A_REASON = re.compile(r".+ due to inactivity|.+ \(.+\)|.+: .+", re.DOTALL)
"""Behind its name only Captain, the assistant, tells why."""


@dataclass
class People:
    """Who works in the account and in which teams. Activities tell names only."""

    agents: dict[str, str | None] = field(default_factory=dict)
    """ids by name; null for a name that several have"""
    bots: set[str] = field(default_factory=lambda: {SYSTEM})
    """their names"""
    teams: dict[str, str] = field(default_factory=dict)
    """the name of the first team that lists an agent, by the agent's id"""
    team_names: set[str] = field(default_factory=set)

    def knows(self, name: str, agent: str) -> None:
        """An agent has that name."""
        self.agents[name] = agent if self.agents.get(name, agent) == agent else None

    def agent(self, name: str) -> str | None:
        """The id in the record of the one agent of that name."""
        found = self.agents.get(name.strip())
        return key(SOURCE, found) if found else None

    def actor(self, name: str) -> dict[str, Any]:
        """Who did it, by the name that an activity ends with; a name that nobody has now was an agent's."""
        if name.strip() not in self.agents and (name.strip() in self.bots or WITH_A_REASON.fullmatch(name)):
            return {"by": "automation"}
        return {"by": "agent", "agent": self.agent(name)}


def _words(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.DOTALL) for pattern in patterns)


RESOLVED_BY_SYSTEM = _words(
    r"Conversation was marked resolved by system due to .*", r"Percakapan ditandai terselesaikan oleh sistem .*"
)
RESOLVED_BY_CUSTOMER = _words(r"Conversation was resolved by .*", r"Percakapan diselesaikan oleh .*")
REOPENED_BY_CUSTOMER = _words(
    r"System reopened the conversation due to a new incoming message\.?",
    r"Sistem membuka kembali percakapan karena pesan masuk baru\.?",
)
OPENED_BY_SYSTEM = _words(r"Conversation was marked open by system .*", r"Conversation was marked open automatically.*")
SAID_BY: tuple[tuple[tuple[re.Pattern[str], ...], str, Author], ...] = (
    (RESOLVED_BY_SYSTEM, "resolved", "automation"),
    (RESOLVED_BY_CUSTOMER, "resolved", "customer"),
    (REOPENED_BY_CUSTOMER, "open", "customer"),
    (OPENED_BY_SYSTEM, "open", "automation"),
)
CHANGED = {
    "resolved": _words(
        r"Conversation was marked resolved by (?P<who>.*)",
        r"Percakapan ditandai selesai oleh (?P<who>.*)",
    ),
    "open": _words(
        r"Conversation was reopened by (?P<who>.*)",
        r"Conversation was marked open by (?P<who>.*)",
        r"Percakapan telah dibuka kembali oleh (?P<who>.*)",
    ),
    "pending": _words(
        r"Conversation was marked as pending by (?P<who>.*)",
        r"Percakapan telah ditandai sebagai tertunda oleh (?P<who>.*)",
    ),
    "snoozed": _words(r"Conversation was snoozed by (?P<who>.*)", r"Percakapan telah ditunda oleh (?P<who>.*)"),
}
SELF_ASSIGNED = _words(
    r"(?P<whom>.*) self-assigned this conversation", r"(?P<whom>.*) menetapkan sendiri percakapan ini"
)
ASSIGNED = _words(
    r"Assigned to (?P<whom>.*) via (?P<team>.*) by .*",
    r"Assigned to (?P<whom>.*) by .*",
    r"Ditugaskan ke (?P<whom>.*) melalui (?P<team>.*) oleh .*",
    r"Ditugaskan ke (?P<whom>.*) oleh .*",
)
UNASSIGNED = _words(r"Conversation unassigned by .*", r"Percakapan batal ditetapkan oleh .*")
LABELS = r"(?P<labels>[\w-]+(?:, [\w-]+)*)"
LABELLED = _words(rf".* added {LABELS}", rf".* menambahkan {LABELS}")
UNLABELLED = _words(rf".* removed {LABELS}", rf".* menghapus {LABELS}")
PRIORITY = r"(?P<priority>\w+)"
PRIORITISED = _words(
    rf".* set the priority to {PRIORITY}",
    rf".* changed the priority from \w+ to {PRIORITY}",
    rf".* tetapkan prioritas untuk {PRIORITY}",
    rf".* mengubah prioritas dari \w+ ke {PRIORITY}",
)
UNPRIORITISED = _words(r".* removed the priority", r".* menghapus prioritasnya")
SILENT = _words(
    r".*SLA policy.*",
    r".*muted the conversation", r".*[- ]mute percakapan", r"Linear issue .*", r"CSAT survey not sent.*",
    r"Auto-resolve message not sent.*", r"Sent a call permission request.*", r".*call permission request\.",
    r"Unassigned from .*", r"Dibebastugaskan dari .*",
)  # fmt: skip
"""What changes nothing that the record keeps."""


def of_activity(message: VendorObject, ticket: str, people: People, beside: Beside) -> Iterator[Entry]:
    """What an activity tells; one whose words are not known is counted, unless it tells its status apart from them."""
    said = " ".join(str(message.get("content") or "").split())
    at = instant(present(message, "created_at"), "created_at")
    if status := status_change(message, ticket, said, at, people):
        yield status
    elif told := _assignment(said, ticket, at, people) or _priority(said, ticket, at) or _labels(said, ticket, at):
        yield told
    elif not _match(SILENT, said):
        beside.odd("activity that is not understood, left out", _told_apart(message).get("type") or "in unknown words")


def _told_apart(message: VendorObject) -> dict[str, Any]:
    """What newer versions tell of an activity beside its words: {"type": .., "status": ..}."""
    told = (message.get("content_attributes") or {}).get("activity")
    return told if isinstance(told, dict) else {}


def _match(patterns: tuple[re.Pattern[str], ...], said: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.fullmatch(said))), None)


def status_change(message: VendorObject, ticket: str, said: str, at: datetime, people: People) -> Status | None:
    """The change of status that an activity tells; null if it tells another thing."""
    status, who = _in_words(said, people)
    apart = _told_apart(message).get("status")
    if apart in STATUSES:
        status, who = str(apart), who if status else _named_in(said, people)
    if status is None:
        return None
    closes = STATUSES[status] == "closed"
    return Status(ticket=ticket, at=at + JUST_AFTER if closes else at, to=STATUSES[status], **who)


def _in_words(said: str, people: People) -> tuple[str | None, dict[str, Any]]:
    status, by, who = _status_in(said)
    return status, people.actor(who) if who is not None else {"by": by}


@lru_cache(SENTENCES)
def _status_in(said: str) -> tuple[str | None, Author | None, str | None]:
    """The status that a sentence tells, with who made it, or the name of whoever did."""
    for patterns, status, by in SAID_BY:
        if _match(patterns, said):
            return status, by, None
    for status, patterns in CHANGED.items():
        if found := _match(patterns, said):
            return status, None, found["who"]
    return None, None, None


def _named_in(said: str, people: People) -> dict[str, Any]:
    """Who did it, in a language whose words are not known: the one agent whose name is in it."""
    if SYSTEM in said:
        return {"by": "automation"}
    named = [name for name in people.agents if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said)]
    return people.actor(max(named, key=len)) if named else {}


def _assignment(said: str, ticket: str, at: datetime, people: People) -> Assignment | None:
    if (assigned := _assigned_in(said)) is None:
        return None
    whom, team = assigned
    if whom in people.team_names and whom not in people.agents:
        return Assignment(ticket=ticket, at=at, agent=None, team=whom)
    return Assignment(ticket=ticket, at=at, agent=people.agent(whom), team=team)


@lru_cache(SENTENCES)
def _assigned_in(said: str) -> tuple[str, str | None] | None:
    """The name of whom the conversation is given to (empty: nobody) and the team's."""
    if _match(UNASSIGNED, said):
        return "", None
    if found := _match(SELF_ASSIGNED, said) or _match(ASSIGNED, said):
        return found["whom"].strip(), found.groupdict().get("team")
    return None


def _priority(said: str, ticket: str, at: datetime) -> Priority | None:
    if found := _match(PRIORITISED, said):
        return Priority(ticket=ticket, at=at, to=PRIORITIES.get(found["priority"], found["priority"]))
    return Priority(ticket=ticket, at=at, to=None) if _match(UNPRIORITISED, said) else None


def _labels(said: str, ticket: str, at: datetime) -> Tags | None:
    added, removed = _labels_in(said)
    if added:
        return Tags(ticket=ticket, at=at, add=added)
    return Tags(ticket=ticket, at=at + JUST_AFTER, remove=removed) if removed else None


@lru_cache(SENTENCES)
def _labels_in(said: str) -> tuple[list[str], list[str]]:
    """The labels that a sentence says were put on, and taken off."""
    added, removed = _match(LABELLED, said), _match(UNLABELLED, said)
    return tuple(sorted(found["labels"].split(", ")) if found else [] for found in (added, removed))  # type: ignore[return-value]
