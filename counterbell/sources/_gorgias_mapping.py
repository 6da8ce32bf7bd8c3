"""What the objects of Gorgias' API come to: each by itself, so that neither pages nor runs depend on their order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from counterbell.record.entries import (
    Agent,
    Assignment,
    Author,
    Customer,
    Entry,
    Flag,
    Intent,
    Message,
    Priority,
    Rating,
    Status,
    Survey,
    Tags,
    Ticket,
)

from ._gorgias_decisions import BOT, CHANNELS, FLAGS, HUMAN_ROLES, PHONE_CHANNELS, SILENT_EVENTS, STATUSES
from ._stream import Beside, EntriesOf, Mapping, VendorObject, in_order
from ._values import NotReadable, instant, key, present, text

SOURCE = "gorgias"
REMEMBERED = 20_000
"""So many of the latest rules at most; what a rule does happens within seconds."""

JUST_AFTER = timedelta(microseconds=1)
"""Tags taken off at the instant at which others are put on would have the same key in the record."""


@dataclass(frozen=True)
class Given:
    """What there is to read: events (the history of tickets), customers and users as objects of their own."""

    history: bool = True
    customers: bool = True
    users: bool = True


def mapping(given: Given) -> Mapping:
    """The mapping of a run that has these to read."""
    return lambda beside: _Mapped(given, beside).entries_of


@dataclass
class _Mapped:
    given: Given
    beside: Beside
    teams: dict[str, str] = field(default_factory=dict)
    """the name of the first team that lists a user, by the user's id"""
    tags: dict[str, str] = field(default_factory=dict)
    """names by id"""
    bots: set[str] = field(default_factory=set)
    rules: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """when a rule was executed first, by ticket and context"""

    @property
    def entries_of(self) -> EntriesOf:
        of_kind = {
            "teams": self._team,
            "users": self._user,
            "tags": self._tag,
            "customers": self._customer,
            "tickets": self._ticket,
            "messages": self._message,
            "events": self._event,
            "satisfaction-surveys": self._survey,
        }
        return lambda kind, one: of_kind[kind](one)

    # ---- people and names

    def _team(self, team: VendorObject) -> Iterator[Entry]:
        for member in team.get("members") or ():
            self.teams.setdefault(str(member["id"]), str(team["name"]))
        yield from ()

    def _tag(self, tag: VendorObject) -> Iterator[Entry]:
        self.tags[str(present(tag, "id"))] = str(present(tag, "name"))
        yield from ()

    def _user(self, user: VendorObject) -> Iterator[Entry]:
        role = _role(user)
        if role == BOT:
            self.bots.add(str(present(user, "id")))
            return
        if role not in HUMAN_ROLES:
            self.beside.odd("unknown role of a user", role)
        yield self._agent(user)

    def _agent(self, user: VendorObject) -> Agent:
        return Agent(
            id=key(SOURCE, present(user, "id")),
            name=text(user.get("name")),
            email=text(user.get("email")),
            team=self.teams.get(str(user["id"])),
        )

    def _customer(self, customer: VendorObject) -> Iterator[Entry]:
        channels = [one for one in customer.get("channels") or () if one.get("type") in PHONE_CHANNELS]
        numbers = sorted(number for number in (text(one.get("address")) for one in channels) if number)
        yield Customer(
            id=key(SOURCE, present(customer, "id")),
            email=text(customer.get("email")),
            phone=numbers[0] if numbers else None,
            name=text(customer.get("name")),
            language=text(customer.get("language")),
        )

    def _is_bot(self, user: VendorObject) -> bool:
        return str(user.get("id")) in self.bots or _role(user) == BOT

    def _assignable(self, user: object) -> str | None:
        """The agent's id in the record; nobody where it is a bot."""
        return None if user is None or str(user) in self.bots else key(SOURCE, user)

    # ---- tickets

    def _ticket(self, ticket: VendorObject) -> Iterator[Entry]:
        name, created = key(SOURCE, present(ticket, "id")), _time(ticket, "created_datetime")
        customer = ticket.get("customer") or ticket.get("requester")
        if customer and not self.given.customers:
            yield from self._customer(customer)
        priority = text(ticket.get("priority"))
        yield Ticket(
            id=name,
            channel=self._channel(present(ticket, "channel")),
            created_at=created,
            customer=key(SOURCE, present(customer, "id")) if customer else None,
            direction="outbound" if ticket.get("from_agent") is True else "inbound",
            subject=text(ticket.get("subject")),
            priority=priority,
            language=text(ticket.get("language")),
            tags=[] if self.given.history else sorted({str(tag["name"]) for tag in ticket.get("tags") or ()}),
            history=None if self.given.history else "partial",
        )
        changed = "updated_datetime" if ticket.get("updated_datetime") else "created_datetime"
        yield Priority(ticket=name, at=_time(ticket, changed), to=priority)
        if ticket.get("spam") is True:
            yield Flag(ticket=name, at=created, flag="spam")
        if ticket.get("trashed_datetime"):
            yield Flag(ticket=name, at=_time(ticket, "trashed_datetime"), flag="deleted")
        if ticket.get("status") not in STATUSES:
            self.beside.odd("unknown ticket status", ticket.get("status"))
        if not self.given.history:
            yield from self._present_state(ticket, name)
        for message in ticket.get("messages") or ():
            yield from self._message({"ticket_id": ticket["id"], **message})
        events = in_order(ticket.get("events") or [], "created_datetime") if self.given.history else []
        for event in events:
            yield from self._event({"object_type": "Ticket", "object_id": ticket["id"], **event})

    def _present_state(self, ticket: VendorObject, name: str) -> Iterator[Entry]:
        """All that is known of a ticket's course without events: whose it is, and its present status."""
        self.beside.odd("without events only the present state is known, ticket", ticket.get("status"))
        user, team = ticket.get("assignee_user") or {}, ticket.get("assignee_team") or {}
        if user and not self._is_bot(user):
            if not self.given.users:
                yield self._agent(user)
            yield Assignment(
                ticket=name,
                at=_time(ticket, "created_datetime"),
                agent=key(SOURCE, present(user, "id")),
                team=text(team.get("name")),
            )
        if ticket.get("status") == "closed":
            status: Any = "snoozed" if ticket.get("snooze_datetime") else "closed"
            yield Status(ticket=name, at=_time(ticket, "closed_datetime"), to=status)

    def _channel(self, channel: object) -> str:
        told = str(channel)
        if told not in CHANNELS:
            self.beside.odd("unknown channel", told)
        return CHANNELS.get(told, told)

    # ---- messages

    def _message(self, message: VendorObject) -> Iterator[Entry]:
        by, sender = self._author(message), message.get("sender") or {}
        ticket, at = key(SOURCE, present(message, "ticket_id")), _time(message, "created_datetime")
        failed = bool(message.get("failed_datetime"))
        if failed:
            self.beside.odd("message that did not reach the customer, by", by)
        if by == "agent" and sender.get("id") and not self.given.users:
            yield self._agent(sender)
        yield Message(
            id=key(SOURCE, present(message, "id")),
            ticket=ticket,
            at=at,
            by=by,
            agent=key(SOURCE, sender["id"]) if by == "agent" and sender.get("id") else None,
            public=not failed and message.get("public") is not False and message.get("channel") != "internal-note",
            text=text(message.get("stripped_text")) or text(message.get("body_text")),
            channel=self._channel(message["channel"]) if message.get("channel") else None,
        )
        intent = next((one for one in message.get("intents") or () if one.get("rejected") is not True), None)
        if by == "customer" and intent and text(intent.get("name")):
            yield Intent(ticket=ticket, at=at, name=str(intent["name"]))

    def _author(self, message: VendorObject) -> Author:
        ruled = message.get("via") == "rule" or message.get("rule_id") is not None
        if ruled or (message.get("from_agent") is True and self._is_bot(message.get("sender") or {})):
            return "automation"
        return "agent" if message.get("from_agent") is True else "customer"

    # ---- events

    def _event(self, event: VendorObject) -> Iterator[Entry]:
        kind = str(present(event, "type"))
        if str(event.get("object_type")).lower() != "ticket":
            return
        if kind == "rule-executed":
            self._remember_rule(event)
        if not kind.startswith("ticket-"):
            return
        if not self.given.history:
            raise NotReadable("Events are read from files whose names begin with `events`. Name this one so.", "type")
        ticket, at = key(SOURCE, present(event, "object_id")), _time(event, "created_datetime")
        told = event.get("data") or {}
        if kind in FLAGS:
            flag: Any = FLAGS[kind][0]
            yield Flag(ticket=ticket, at=at, flag=flag, value=FLAGS[kind][1])
            return
        match kind:
            case "ticket-closed":
                yield Status(ticket=ticket, at=at, to="closed", **self._actor(event, otherwise="automation"))
            case "ticket-reopened":
                yield Status(ticket=ticket, at=at, to="open", **self._actor(event))
            case "ticket-snoozed":
                yield Status(ticket=ticket, at=at, to="snoozed", **self._actor(event))
            case "ticket-self-unsnoozed":
                yield Status(ticket=ticket, at=at, to="open", by="automation")
            case "ticket-assigned":
                yield Assignment(ticket=ticket, at=at, agent=self._assignable(present(told, "assignee_user_id")))
            case "ticket-unassigned":
                yield Assignment(ticket=ticket, at=at, agent=None)
            case "ticket-tags-added":
                yield Tags(ticket=ticket, at=at, add=self._tag_names(present(told, "tags_added")))
            case "ticket-tags-removed":
                yield Tags(ticket=ticket, at=at + JUST_AFTER, remove=self._tag_names(present(told, "tags_removed")))
            case "ticket-merged":
                self.beside.odd("merge of which Gorgias does not tell the other ticket, event", kind)
            case _ if kind not in SILENT_EVENTS:
                self.beside.odd("unknown event of a ticket", kind)

    def _remember_rule(self, event: VendorObject) -> None:
        if len(self.rules) >= REMEMBERED:
            for oldest in list(self.rules)[: REMEMBERED // 2]:
                del self.rules[oldest]
        self.rules.setdefault(_chain(event), _time(event, "created_datetime"))

    def _by_a_rule(self, event: VendorObject) -> bool:
        """Whether a rule was executed on the ticket before it in the same chain of events, as Gorgias tells it too."""
        executed = self.rules.get(_chain(event)) if event.get("context") else None
        return executed is not None and executed < _time(event, "created_datetime")

    def _actor(self, event: VendorObject, otherwise: Author | None = None) -> dict[str, Any]:
        """Who did it: an agent, automation (a rule, a bot), or what an event without a user means."""
        user = event.get("user_id")
        if self._by_a_rule(event):
            return {"by": "automation"}
        if user is None:
            return {"by": otherwise}
        return {"by": "automation"} if str(user) in self.bots else {"by": "agent", "agent": key(SOURCE, user)}

    def _tag_names(self, ids: list[object]) -> list[str]:
        for unknown in (str(one) for one in ids if str(one) not in self.tags):
            self.beside.odd("unknown tag", unknown)
        return sorted({self.tags.get(str(one), str(one)) for one in ids})

    # ---- surveys

    def _survey(self, survey: VendorObject) -> Iterator[Entry]:
        score, sent = survey.get("score"), survey.get("sent_datetime") or survey.get("scored_datetime")
        if not sent:
            return
        name = key(SOURCE, present(survey, "id"))
        asked = instant(sent, "sent_datetime")
        yield Survey(id=name, ticket=key(SOURCE, present(survey, "ticket_id")), at=asked)
        if score is None:
            return
        if not isinstance(score, int) or not 1 <= score <= 5:
            self.beside.odd("score that is none from 1 to 5", score)
            return
        yield Rating(
            survey=name, at=_time(survey, "scored_datetime"), score=score, comment=text(survey.get("body_text"))
        )


def _chain(event: VendorObject) -> tuple[str, str]:
    """The ticket of an event, and the context that it shares with what led to it."""
    return str(event.get("object_id")), str(event.get("context"))


def _role(user: VendorObject) -> str | None:
    role = user.get("role")
    return text(role.get("name") if isinstance(role, dict) else role)


def _time(told: VendorObject, name: str) -> Any:
    return instant(present(told, name), name)
