"""What the objects of Chatwoot's API come to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from counterbell.record.entries import (
    Agent,
    Assignment,
    Author,
    Customer,
    Entry,
    Message,
    Priority,
    Rating,
    Status,
    Survey,
    Tags,
    Ticket,
)

from ._chatwoot_activities import JUST_AFTER, SOURCE, People, of_activity
from ._chatwoot_decisions import (
    ACTIVITY,
    BOTS,
    CHANNELS,
    CUSTOMERS,
    HUMANS,
    INCOMING,
    MESSAGE_TYPES,
    OUTGOING,
    PRIORITIES,
    STATUSES,
    SURVEY,
    TEMPLATE,
)
from ._stream import Beside, EntriesOf, VendorObject
from ._values import NotReadable, instant, key, present, text

ALL_MESSAGES = "all_messages"
"""Under this key a conversation that is read live carries its messages; `messages` has but the last one."""

PRESENT = 3 * JUST_AFTER
"""What a conversation tells of itself now comes after all that its last activity tells."""

TOLD_TWICE = timedelta(minutes=1)
"""An activity and a reporting event so near to each other tell of the same change."""


def mapping(beside: Beside) -> EntriesOf:
    """The mapping of one run."""
    return _Mapped(beside).entries_of


@dataclass
class _Mapped:
    beside: Beside
    people: People = field(default_factory=People)
    known: set[str] = field(default_factory=set)
    """the numbers of the agents that are listed or were met"""
    mediums: dict[str, str] = field(default_factory=dict)
    """what an inbox of Twilio is for, by its id"""

    @property
    def entries_of(self) -> EntriesOf:
        of_kind = {
            "teams": self._team,
            "agents": self._agent,
            "agent_bots": self._bot,
            "inboxes": self._inbox,
            "labels": lambda _label: iter(()),
            "contacts": self._contact,
            "conversations": self._conversation,
            "messages": self._message,
            "csat_survey_responses": self._rating,
            "reporting_events": self._event_apart,
        }
        return lambda kind, one: of_kind[kind](one)

    # ---- people and places

    def _team(self, team: VendorObject) -> Iterator[Entry]:
        name = str(present(team, "name"))
        self.people.team_names.add(name)
        for member in team.get("members") or ():
            self.people.teams.setdefault(str(member["id"]), name)
        yield from ()

    def _agent(self, agent: VendorObject) -> Iterator[Entry]:
        number = str(present(agent, "id"))
        self.known.add(number)
        for name in {text(agent.get("name")), text(agent.get("available_name"))} - {None}:
            self.people.knows(str(name), number)
        yield Agent(
            id=key(SOURCE, number),
            name=text(agent.get("name")),
            email=text(agent.get("email")),
            team=self.people.teams.get(number),
        )

    def _bot(self, bot: VendorObject) -> Iterator[Entry]:
        self.people.bots.add(str(present(bot, "name")))
        yield from ()

    def _met(self, number: str, sender: VendorObject) -> Iterator[Entry]:
        """An agent who is in no list: one who left, or where no list was saved."""
        if number not in self.known:
            self.known.add(number)
            yield Agent(id=key(SOURCE, number), name=text(sender.get("name")), email=text(sender.get("email")))

    def _inbox(self, inbox: VendorObject) -> Iterator[Entry]:
        self.mediums[str(present(inbox, "id"))] = str(inbox.get("medium"))
        yield from ()

    def _contact(self, contact: VendorObject) -> Iterator[Entry]:
        yield Customer(
            id=_contact_key(contact),
            email=text(contact.get("email")),
            phone=text(contact.get("phone_number")),
            name=text(contact.get("name")),
            country=text((contact.get("additional_attributes") or {}).get("country_code")),
        )

    # ---- conversations

    def _conversation(self, conversation: VendorObject) -> Iterator[Entry]:
        name, meta = key(SOURCE, present(conversation, "id")), conversation.get("meta") or {}
        contact = meta.get("sender") or {}
        if contact.get("id"):
            yield from self._contact(contact)
        messages = sorted(conversation.get(ALL_MESSAGES) or (), key=lambda one: int(one["id"]))
        yield Ticket(
            id=name,
            channel=self._channel(conversation, meta),
            created_at=instant(present(conversation, "created_at"), "created_at"),
            customer=_contact_key(contact) if contact.get("id") else None,
            direction="outbound" if _begun_by_us(messages) else "inbound",
            subject=text((conversation.get("additional_attributes") or {}).get("mail_subject")),
        )
        last: Priority | None = None
        for entry in self._history(name, messages, conversation.get("reporting_events") or []):
            last = entry if isinstance(entry, Priority) else last
            yield entry
        yield from self._present_state(name, conversation, meta, last.to if last else None)

    def _channel(self, conversation: VendorObject, meta: VendorObject) -> str:
        told = str(meta.get("channel") or conversation.get("channel") or "unknown")
        if told == "Channel::TwilioSms" and self.mediums.get(str(conversation.get("inbox_id"))) == "whatsapp":
            return "whatsapp"
        more = conversation.get("additional_attributes") or {}
        if told == "Channel::FacebookPage" and more.get("type") == "instagram_direct_message":
            return "instagram"
        if told not in CHANNELS:
            self.beside.odd("unknown channel, kept by its name", told)
        return CHANNELS.get(told, told)

    def _present_state(
        self, ticket: str, conversation: VendorObject, meta: VendorObject, priority: str | None
    ) -> Iterator[Entry]:
        """Status, assignee, labels and priority as they are: they change nothing where the conversation's history told
        them, of which `priority` is the last."""
        active = conversation.get("last_activity_at") or conversation.get("timestamp") or conversation["created_at"]
        at, status = instant(active, "last_activity_at") + PRESENT, conversation.get("status")
        assignee, team = meta.get("assignee") or {}, meta.get("team") or {}
        human = bool(assignee.get("id")) and meta.get("assignee_type", "User") == "User"
        if human or team.get("name"):
            agent = key(SOURCE, assignee["id"]) if human else None
            yield Assignment(ticket=ticket, at=at, agent=agent, team=text(team.get("name")))
        if labels := conversation.get("labels"):
            yield Tags(ticket=ticket, at=at, add=sorted(map(str, labels)))
        now = text(conversation.get("priority"))
        if (given := PRIORITIES.get(now, now) if now else None) != priority:
            yield Priority(ticket=ticket, at=at, to=given)
        if status in STATUSES:
            yield Status(ticket=ticket, at=at, to=STATUSES[str(status)])
        else:
            self.beside.odd("unknown status, left out", status)

    def _history(self, ticket: str, messages: list[VendorObject], events: list[VendorObject]) -> Iterator[Entry]:
        """All messages of a conversation, and its changes of status, of which events may tell more than activities."""
        changes: list[Status] = []
        asked: list[datetime] = []
        for message in messages:
            for entry in self._message({"conversation_id": "", **message}, ticket):
                if isinstance(entry, Status):
                    changes.append(entry)
                elif isinstance(entry, Message) and entry.by == "customer":
                    asked.append(entry.at)
                yield entry
        untold = [change for change in _of_events(ticket, events) if not _is_told(change, changes)]
        yield from untold
        yield from _reopened_silently([*changes, *untold], asked)
        self._keep_figures(ticket, events)

    def _keep_figures(self, ticket: str, events: list[VendorObject]) -> None:
        """Chatwoot's own durations of the conversation, seconds, kept beside ours."""
        for event in sorted(events, key=lambda one: int(one.get("id") or 0)):
            name = {"first_response": "first_response", "conversation_resolved": "resolution"}.get(str(event["name"]))
            if name and event.get("value") is not None:
                self.beside.figure(ticket, name, int(event["value"] * 1_000_000))

    def _event_apart(self, _event: VendorObject) -> Iterator[Entry]:
        self.beside.odd("reporting event apart from its conversation, left out", "it tells an internal number only")
        yield from ()

    # ---- messages

    def _message(self, message: VendorObject, ticket: str = "") -> Iterator[Entry]:
        ticket = ticket or key(SOURCE, present(message, "conversation_id"))
        kind = MESSAGE_TYPES.get(str(message.get("message_type")))
        if kind == ACTIVITY:
            yield from of_activity(message, ticket, self.people, self.beside)
            return
        if kind is None:
            raise NotReadable(f"There is no message_type {message.get('message_type')!r}.", "message_type")
        by, agent = self._author(message, kind)
        if agent:
            yield from self._met(agent, message.get("sender") or {})
        more, asks = message.get("content_attributes") or {}, message.get("content_type") == SURVEY
        at = instant(present(message, "created_at"), "created_at")
        if asks:
            at += 2 * JUST_AFTER
        failed = message.get("status") == "failed"
        if failed:
            self.beside.odd("message that did not reach the customer, by", by)
        name = key(SOURCE, present(message, "id"))
        yield Message(
            id=name,
            ticket=ticket,
            at=at,
            by=by,
            agent=key(SOURCE, agent) if agent else None,
            public=not failed and message.get("private") is not True,
            text=None if more.get("deleted") else text(message.get("content")),
        )
        if asks and not failed:
            yield Survey(id=name, ticket=ticket, at=at)

    def _author(self, message: VendorObject, kind: int) -> tuple[Author, str | None]:
        """Who wrote it, and the number of the agent if it was one."""
        if kind == INCOMING and message.get("private") is not True:
            return "customer", None
        sender = message.get("sender") or {}
        what = str(sender.get("type") or message.get("sender_type") or "").lower()
        more, added = message.get("content_attributes") or {}, message.get("additional_attributes") or {}
        if kind == TEMPLATE or what in BOTS or more.get("automation_rule_id") or added.get("campaign_id"):
            return "automation", None
        if what in HUMANS:
            number = sender.get("id") or message.get("sender_id")
            return "agent", str(number) if number else None
        if what in CUSTOMERS and kind != OUTGOING:
            return "customer", None
        if more.get("external_echo"):
            return "agent", None
        self.beside.odd("outgoing message without a known sender, taken as automation, by", what or "nobody")
        return "automation", None

    # ---- ratings

    def _rating(self, response: VendorObject) -> Iterator[Entry]:
        score = response.get("rating")
        if not isinstance(score, int) or not 1 <= score <= 5:
            self.beside.odd("rating that is none from 1 to 5", score)
            return
        yield Rating(
            survey=key(SOURCE, present(response, "message_id")),
            at=instant(present(response, "created_at"), "created_at") + 2 * JUST_AFTER,
            score=score,
            comment=text(response.get("feedback_message")),
        )


def _contact_key(contact: VendorObject) -> str:
    return key(SOURCE, "contact", present(contact, "id"))


def _begun_by_us(messages: list[VendorObject]) -> bool:
    """Whether the first thing said in public was said by the shop."""
    kinds = (MESSAGE_TYPES.get(str(one.get("message_type"))) for one in messages if one.get("private") is not True)
    return next((kind for kind in kinds if kind in (INCOMING, OUTGOING)), None) == OUTGOING


# ---- what reporting events tell of a conversation's status


def _of_events(ticket: str, events: list[VendorObject]) -> Iterator[Status]:
    by_bot = {str(one.get("event_end_time")) for one in events if one["name"] == "conversation_bot_resolved"}
    for event in events:
        if event["name"] == "conversation_resolved":
            who = _actor(event) or ({"by": "automation"} if str(event["event_end_time"]) in by_bot else {})
            yield Status(ticket=ticket, at=_second(event) + JUST_AFTER, to="closed", **who)
        elif event["name"] == "conversation_opened" and event.get("value"):  # nothing: it was open from the beginning
            yield Status(ticket=ticket, at=_second(event), to="open", **_actor(event))


def _second(event: VendorObject) -> datetime:
    """The whole second of an event, as messages tell theirs."""
    return instant(present(event, "event_end_time"), "event_end_time", utc=True).replace(microsecond=0)


def _actor(event: VendorObject) -> dict[str, Any]:
    """Who did it, where the event tells; `user_id` is only who was assigned."""
    match event.get("actor_type"):
        case None | "":
            return {}
        case "User":
            return {"by": "agent", "agent": key(SOURCE, event["actor_id"])}
        case "Contact":
            return {"by": "customer"}
    return {"by": "automation"}


def _is_told(change: Status, changes: list[Status]) -> bool:
    return any(told.to == change.to and abs(told.at - change.at) <= TOLD_TWICE for told in changes)


def _reopened_silently(changes: list[Status], asked: list[datetime]) -> Iterator[Status]:
    """The openings that nothing tells: between two closes a customer's message has opened the conversation again."""
    for one, following in pairwise(sorted(changes, key=lambda change: change.at)):
        if one.to == following.to == "closed":
            between = [at for at in asked if one.at < at <= following.at]
            if between:
                yield Status(ticket=one.ticket, at=min(between), to="open", by="customer")
