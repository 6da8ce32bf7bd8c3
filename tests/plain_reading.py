"""docs/metrics.md read plainly: every number of the product once more, slowly, one ticket after the other.

The tests hold the product against this reading. It shares no code with it and is meant to be read beside
docs/metrics.md; the section numbers below are those of that page.

Times are microseconds since 1970 UTC, durations are microseconds; the report gives seconds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

Line = dict[str, Any]
Row = dict[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
DAY = 24 * 60 * 60 * SECOND

MAIL_CHANNELS = {"email", "contact_form", "api", "phone"}
AUTHORS = ["customer", "automation", "agent"]
"""In their order at one instant."""
STATUSES = ["open", "pending", "snoozed", "closed"]
"""In their order at one instant."""
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
UNKNOWN = "unknown"
AUTOMATION = "automation"


# --- Time -------------------------------------------------------------------------------------------------------------


def microseconds(instant: datetime) -> int:
    """The instant in microseconds since 1970 UTC."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant(moment: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=moment)


class Calendar:
    """The local days of a shop, and the buckets of a period (section 2, rule 1)."""

    def __init__(self, zone: ZoneInfo, week_starts: str) -> None:
        self.zone = zone
        self.first_weekday = 6 if week_starts == "sunday" else 0

    def local(self, moment: int) -> datetime:
        """What the shop's clock shows at a moment."""
        return instant(moment).astimezone(self.zone)

    def read(self, day: date, clock: time) -> int:
        """The moment of a local time: of two the first; one that does not exist, with the offset before the change.

        Both are what fold=0 means.
        """
        return microseconds(datetime.combine(day, clock, self.zone).replace(fold=0))

    def day_start(self, day: date) -> int:
        """The first moment of a local date."""
        midnight = self.read(day, time(0))
        if self.local(midnight).replace(tzinfo=None) == datetime.combine(day, time(0)):
            return midnight
        moment = microseconds(datetime.combine(day, time(0), self.zone).replace(fold=1))
        while self.local(moment).date() < day:
            moment += SECOND
        return moment

    def buckets(self, start_date: date, end_date: date, grain: str) -> list[tuple[int, int]]:
        """The buckets of the period [start_date, end_date), the first and the last clipped to it."""
        starts = self._hours(start_date, end_date) if grain == "hour" else self._days(start_date, end_date, grain)
        return list(pairwise([*starts, self.day_start(end_date)]))

    def _hours(self, start_date: date, end_date: date) -> list[int]:
        minutes = range(self.day_start(start_date), self.day_start(end_date), 60 * SECOND)
        return [minute for minute in minutes if minute == minutes[0] or self._starts_an_hour(minute)]

    def _starts_an_hour(self, minute: int) -> bool:
        now, before = self.local(minute), self.local(minute - 1)
        return now.minute == 0 or now.utcoffset() != before.utcoffset()

    def _days(self, start_date: date, end_date: date, grain: str) -> list[int]:
        days = [start_date + timedelta(days=number) for number in range((end_date - start_date).days)]
        return [self.day_start(day) for day in days if day == start_date or self._starts(day, grain)]

    def _starts(self, day: date, grain: str) -> bool:
        return {
            "day": True,
            "week": day.weekday() == self.first_weekday,
            "month": day.day == 1,
            "quarter": day.day == 1 and day.month in (1, 4, 7, 10),
            "year": day.day == 1 and day.month == 1,
        }[grain]


class OpeningHours:
    """When the shop is open (section 2, rule 5)."""

    def __init__(self, schedules: Sequence[Line], calendar: Calendar) -> None:
        self.schedules = schedules
        self.calendar = calendar

    def between(self, start: int, end: int) -> int:
        """The microseconds of [start, end) during which the shop is open; what is open twice counts once."""
        open_time, counted_until = 0, start
        for opens, closes in sorted(self._stretches(start, end)):
            opens, closes = max(opens, counted_until), min(closes, end)
            if opens < closes:
                open_time += closes - opens
                counted_until = closes
        return open_time

    def _stretches(self, start: int, end: int) -> Iterable[tuple[int, int]]:
        day = self.calendar.local(start).date() - timedelta(days=1)
        last_day = self.calendar.local(end).date() + timedelta(days=1)
        while day <= last_day:
            for opens, closes in self._ranges(day):
                yield self._read(day, opens), self._read(day, closes)
            day += timedelta(days=1)

    def _ranges(self, day: date) -> list[list[str]]:
        for schedule in self.schedules:
            begun = schedule.get("from") is None or date.fromisoformat(schedule["from"]) <= day
            over = schedule.get("until") is not None and date.fromisoformat(schedule["until"]) <= day
            if begun and not over:
                closed = day.isoformat() in schedule.get("holidays", [])
                return [] if closed else schedule["week"].get(WEEKDAYS[day.weekday()], [])
        return []

    def _read(self, day: date, clock: str) -> int:
        if clock == "24:00":
            return self.calendar.read(day + timedelta(days=1), time(0))
        return self.calendar.read(day, time.fromisoformat(clock))


# --- One ticket -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A change of status; at the creation there is no status before and nobody who made it."""

    at: int
    before: str | None
    to: str
    by: str | None = None
    agent: str | None = None

    @property
    def is_creation(self) -> bool:
        return self.before is None

    @property
    def is_close(self) -> bool:
        return self.to == "closed"

    @property
    def is_opening(self) -> bool:
        return self.before in (None, "closed") and not self.is_close


class History:
    """What happened to one ticket itself, as of the report; nothing that a merge brings, and no messages.

    "At a moment" includes what happened in that very microsecond.
    """

    def __init__(self, ticket: Line, lines: Mapping[str, Sequence[Line]], teams: Mapping[str, str | None]) -> None:
        own = {kind: sorted(of_ticket(lines.get(kind, []), ticket["id"]), key=at_of) for kind in lines}
        self.ticket = ticket
        self.teams = teams
        self.assignments = own.get("assignment", [])
        self.tag_lines = own.get("tags", [])
        self.intents = own.get("intent", [])
        self.priorities = own.get("priority", [])
        self.flags = own.get("flag", [])
        self.merged = bool(own.get("merge"))
        self.changes = self._changes(own.get("status", []))
        self.closes = [change for change in self.changes if change.is_close]
        self.spells = self._spells()

    def _changes(self, status_lines: Sequence[Line]) -> list[Change]:
        """The creation and every line that did change the status, in order."""
        changes = [Change(self.ticket["at"], None, self.ticket.get("status", "open"))]
        for line in sorted(status_lines, key=lambda line: (line["at"], STATUSES.index(line["to"]))):
            present = changes[-1].to
            if line["to"] != present:
                changes.append(Change(line["at"], present, line["to"], line.get("by"), line.get("agent")))
        return changes

    def _spells(self) -> list[tuple[int, int | None]]:
        spells: list[tuple[int, int | None]] = []
        for change in self.changes:
            if change.is_opening:
                spells.append((change.at, None))
            elif change.is_close and change.is_creation:
                spells.append((change.at, change.at))
            elif change.is_close:
                spells[-1] = (spells[-1][0], change.at)
        return spells

    @property
    def final_close(self) -> Change | None:
        """The last close, if the ticket was not reopened since."""
        return self.closes[-1] if self.changes[-1].to == "closed" else None

    @property
    def left_out(self) -> str | None:
        """Why the ticket is not counted: merged, else spam, else deleted, else (counted) None."""
        if self.merged:
            return "merged"
        return next((flag for flag in ("spam", "deleted") if self._flagged(flag)), None)

    def _flagged(self, flag: str) -> bool:
        values = [line.get("value", True) for line in self.flags if line["flag"] == flag]
        return bool(values and values[-1])

    def status(self, at: int) -> str | None:
        """The status at a moment, None before the creation."""
        statuses = [change.to for change in self.changes if change.at <= at]
        return statuses[-1] if statuses else None

    def assignee(self, at: int) -> str | None:
        """The agent who had the ticket at a moment, None if nobody."""
        assignment = self._assignment(at)
        return None if assignment is None or assignment["agent"] is None else str(assignment["agent"])

    def team(self, at: int, credited: str | None) -> str | None:
        """The team at a moment: that of the assignment, else that of the agent credited."""
        assignment = self._assignment(at)
        if assignment and assignment.get("team") is not None:
            return str(assignment["team"])
        return None if credited is None else self.teams.get(credited)

    def _assignment(self, at: int) -> Line | None:
        until_then = [line for line in self.assignments if line["at"] <= at]
        return until_then[-1] if until_then else None

    def tags(self, at: int) -> list[str]:
        """The tags on the ticket at a moment; those of its creation were always there."""
        tags = set(self.ticket.get("tags", []))
        for line in self.tag_lines:
            if line["at"] <= at:
                tags |= set(line.get("add", []))
                tags -= set(line.get("remove", []))
        return sorted(tags)

    def intent(self, at: int) -> str | None:
        """The intent as known at a moment; that of the creation was always there."""
        intents: list[str | None] = [
            self.ticket.get("intent"),
            *(line["name"] for line in self.intents if line["at"] <= at),
        ]
        return intents[-1]

    def priority(self, at: int) -> str | None:
        """The priority at a moment; that of the creation was there until the first change."""
        until_then = [line["to"] for line in self.priorities if line["at"] <= at]
        return until_then[-1] if until_then else self.ticket.get("priority")

    def facing(self, at: int, credited: str | None) -> Row:
        """The dimensions that change over time, at a moment, with the agent credited there (section 2, rule 7)."""
        return {
            "agent": credited,
            "team": self.team(at, credited),
            "tags": self.tags(at),
            "intent": self.intent(at),
            "priority": self.priority(at),
        }

    def closer(self, close: Change) -> str:
        """Who gets the credit for a close (section 2, rule 6)."""
        if close.is_creation:
            return UNKNOWN
        if close.by in ("customer", "automation"):
            return close.by
        return close.agent or self.assignee(close.at) or UNKNOWN

    def closed_by_agent(self, close: Change) -> bool:
        """Whether a human of the shop closed (section 3, number 8)."""
        if close.is_creation:
            return False
        if close.by is not None:
            return close.by == "agent"
        return close.agent is not None or self.assignee(close.at) is not None


def is_full(ticket: Line) -> bool:
    """Whether all changes of a ticket's status are known."""
    return "history" not in ticket


def at_of(line: Line) -> int:
    """The moment of a line."""
    return int(line["at"])


def of_ticket(lines: Iterable[Line], ticket: str) -> list[Line]:
    """The lines that name a ticket."""
    return [line for line in lines if line.get("ticket") == ticket]


# --- What was said ----------------------------------------------------------------------------------------------------


def in_order(messages: Iterable[Line]) -> list[Line]:
    """Messages in the order of section 1: by time, at one instant by author, then by id."""
    return sorted(messages, key=lambda message: (message["at"], AUTHORS.index(message["by"]), message["id"]))


def is_public(message: Line) -> bool:
    """Whether the customer sees the message."""
    return bool(message.get("public", True))


def until(messages: Iterable[Line], moment: int) -> list[Line]:
    """The messages up to a moment, its instant included."""
    return [message for message in messages if message["at"] <= moment]


def by(messages: Iterable[Line], *authors: str) -> list[Line]:
    """The messages written by some kinds of author."""
    return [message for message in messages if message["by"] in authors]


def replier(reply: Line) -> str:
    """Who gets the credit for a reply."""
    if reply["by"] == "automation":
        return AUTOMATION
    return reply.get("agent") or UNKNOWN


def last_replier(public: Sequence[Line]) -> str:
    """The last agent to reply in these messages, else automation if it wrote, else unknown."""
    replies = by(public, "agent")
    if replies:
        return replier(replies[-1])
    return AUTOMATION if by(public, "automation") else UNKNOWN


def agent_turns(public: Sequence[Line]) -> int:
    """The runs of replies with no customer message between them; what automation says does not break a run."""
    authors = [message["by"] for message in by(public, "customer", "agent")]
    return sum(author == "agent" and before != "agent" for before, author in pairwise(["", *authors]))


def answered_waits(public: Sequence[Line], closes: Sequence[int], repliers: set[str]) -> list[tuple[int, Line]]:
    """Every answered wait: since when the customer waited, and the message that answered.

    At one instant a close comes before the messages.
    """
    stream: list[tuple[int, int, Line | None]] = [(at, 0, None) for at in closes]
    stream += [(message["at"], 1, message) for message in public]
    waiting_from: int | None = None
    answered = []
    for at, _, message in sorted(stream, key=lambda entry: entry[:2]):
        if message is None:
            waiting_from = None
        elif message["by"] == "customer":
            waiting_from = at if waiting_from is None else waiting_from
        elif message["by"] in repliers:
            if waiting_from is not None:
                answered.append((waiting_from, message))
            waiting_from = None
    return answered


# --- Who is one person ------------------------------------------------------------------------------------------------


def persons(customers: Sequence[Line]) -> dict[str, str]:
    """The person behind each customer id, named by one of the ids (docs/log_format.md, last section)."""
    person_of = {customer["id"]: customer["id"] for customer in customers}

    def are_one(one: Line, other: Line) -> None:
        old, new = person_of[other["id"]], person_of[one["id"]]
        for customer, person in person_of.items():
            if person == old:
                person_of[customer] = new

    ordered = sorted(customers, key=lambda customer: str(customer["id"]))
    for customer in ordered:
        for other in ordered:
            if customer.get("person") and customer["person"] == other.get("person"):
                are_one(customer, other)
            if email_of(customer) and email_of(customer) == email_of(other):
                are_one(customer, other)
        if not email_of(customer) and phone_of(customer):
            namesakes = [other for other in ordered if phone_of(other) == phone_of(customer)]
            with_email = [other for other in namesakes if email_of(other)]
            are_one((with_email or namesakes)[0], customer)
    return person_of


def email_of(customer: Line) -> str:
    """The e-mail address as it is compared."""
    return (customer.get("email") or "").strip().casefold()


def phone_of(customer: Line) -> str:
    """The phone number as it is compared."""
    return (customer.get("phone") or "").strip()


# --- The reading ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Anchored:
    """A row at the moment at which a metric watches it, with its dimensions then."""

    at: int
    dimensions: Row
    row: Row


class Reading:
    """A log, read as of an instant (None: to its end): five tables of facts, the level at any moment, and the report.

    Tickets that are not counted stand in `tickets` (with `left_out`) and in no other table.
    """

    def __init__(self, lines: Iterable[Line], as_of: datetime | None = None) -> None:
        self.as_of = None if as_of is None else microseconds(as_of)
        self._lines = existing(lines, self.as_of)
        shop = self._lines["shop"][0]
        self.calendar = Calendar(ZoneInfo(shop["timezone"]), shop.get("week_starts", "monday"))
        self.window = shop.get("conversion_days", 5) * DAY
        self._hours = OpeningHours(shop["hours"], self.calendar) if shop.get("hours") else None
        self._teams = {agent["id"]: agent.get("team") for agent in self._lines["agent"]}
        self._customers = {customer["id"]: customer for customer in self._lines["customer"]}
        self._histories = {
            ticket["id"]: History(ticket, self._lines, self._teams)
            for ticket in sorted(self._lines["ticket"], key=lambda ticket: str(ticket["id"]))
        }
        self._counted = {id: history for id, history in self._histories.items() if history.left_out is None}

        self.conversions = self._read_conversions()
        self.tickets = [self._ticket_row(history) for history in self._histories.values()]
        self.responses = [row for ticket in self._counted for row in self._response_rows(ticket)]
        self.spells = [row for ticket in self._counted for row in self._spell_rows(ticket)]
        self.ratings = [self._rating_row(survey) for survey in self._surveys()]
        self.waiting = {
            ticket: since
            for ticket, history in self._counted.items()
            if history.final_close is None and (since := self.waiting_since(history)) is not None
        }
        self._anchors = self._read_anchors()

    # What belongs together

    def _root(self, ticket: str) -> str:
        """The ticket into which this one was merged in the end, or the ticket itself."""
        into = {merge["ticket"]: merge["into"] for merge in self._lines["merge"]}
        while ticket in into:
            ticket = into[ticket]
        return ticket

    def _messages(self, ticket: str) -> list[Line]:
        """All messages of a counted ticket, with those of the tickets merged into it."""
        return in_order(line for line in self._lines["message"] if self._root(line["ticket"]) == ticket)

    def _messages_known(self, ticket: str) -> bool:
        """Whether the messages of a ticket and of those merged into it are known, not just a summary."""
        family = [line for line in self._lines["ticket"] if self._root(line["id"]) == ticket]
        return all(line.get("history") != "summary" for line in family)

    def _public(self, ticket: str) -> list[Line]:
        return [message for message in self._messages(ticket) if is_public(message)]

    def _surveys(self) -> list[Line]:
        surveys = [line for line in self._lines["survey"] if self._root(line["ticket"]) in self._counted]
        return sorted(surveys, key=lambda survey: str(survey["id"]))

    def _business(self, start: int, end: int) -> int | None:
        return None if self._hours is None else self._hours.between(start, end)

    # Tickets

    def _ticket_row(self, history: History) -> Row:
        ticket, created_at = history.ticket, history.ticket["at"]
        row = dict.fromkeys(TICKET_COLUMNS.split())
        row |= {name: ticket.get(name) for name in ("store", "language")}
        row |= {
            "ticket": ticket["id"],
            "channel": ticket["channel"],
            "kind": "mail" if ticket["channel"] in MAIL_CHANNELS else "chat",
            "direction": ticket.get("direction", "inbound"),
            "country": self._customers.get(ticket.get("customer", ""), {}).get("country"),
            "left_out": history.left_out,
            "history": ticket.get("history", "full"),
            "messages_known": self._messages_known(ticket["id"]),
            "created_at": created_at,
            "reopened": False if is_full(ticket) else None,
        }
        row |= prefixed("created", history.facing(created_at, history.assignee(created_at)))
        if history.left_out is None:
            row |= self._first_responses(history) | self._resolution(history) | self._conversion(history)
        return row

    def _first_responses(self, history: History) -> Row:
        """Number 5: from the first customer message to the first reply after it.

        On an outbound ticket, the first customer message since the creation.
        """
        public = self._public(history.ticket["id"])
        asked = by(public, "customer")
        if history.ticket.get("direction") == "outbound":
            asked = [message for message in asked if message["at"] >= history.ticket["at"]]
        if not asked:
            return {}
        after_it = public[public.index(asked[0]) + 1 :]
        row: Row = {"first_customer_at": asked[0]["at"]}
        for name, repliers in (("first_response", ["agent"]), ("first_response_any", ["agent", "automation"])):
            for reply in by(after_it, *repliers)[:1]:
                row |= self._lasted(name, asked[0]["at"], reply["at"])
                row |= {f"{name}_at": reply["at"]} | prefixed(name, history.facing(reply["at"], replier(reply)))
        return row

    def waiting_since(self, history: History) -> int | None:
        """Since when a customer waits whom nobody has answered, nor a close sent away, as of the report."""
        if not self._messages_known(history.ticket["id"]):
            return None
        public = self._public(history.ticket["id"])
        ends = [(close.at, 0) for close in history.closes] + [(reply["at"], 3) for reply in by(public, "agent")]
        waits = [asked["at"] for asked in by(public, "customer") if all((asked["at"], 1) > end for end in ends)]
        return min(waits, default=None)

    def _lasted(self, name: str, start: int, end: int) -> Row:
        """A duration on both clocks."""
        return {f"{name}_us": end - start, f"{name}_business_us": self._business(start, end)}

    def _resolution(self, history: History) -> Row:
        """Numbers 3, 7, 8 and 10: what a resolved ticket is, nothing for one that is open."""
        first = history.closes[0].at if history.closes else None
        full = is_full(history.ticket)
        row: Row = {"spells": len(history.spells), "first_closed_at": first} if full else {}
        final = history.final_close
        if final is None:
            return row
        created_at = history.ticket["at"]
        row |= self._lasted("resolution", created_at, final.at)
        row |= prefixed("closed", history.facing(final.at, history.closer(final))) | {"closed_at": final.at}
        if full:
            row |= self._lasted("first_resolution", created_at, history.closes[0].at)
            row |= {"reopened": len(history.spells) > 1}
        if self._messages_known(history.ticket["id"]):
            row |= self._said(history, final)
        return row

    def _said(self, history: History, final: Change) -> Row:
        """Numbers 7 and 8: what was said up to the final close."""
        public = until(self._public(history.ticket["id"]), final.at)
        replies = self._replies(history, public)
        return {
            "replies": replies,
            "touch": "zero" if replies == 0 else "one" if replies == 1 else "several",
            "automated": self._automated(history, final),
            "public_messages": len(public),
        }

    def _replies(self, history: History, public: Sequence[Line]) -> int:
        return len(by(public, "agent")) if history.ticket["channel"] in MAIL_CHANNELS else agent_turns(public)

    def _automated(self, history: History, final: Change) -> str:
        """Number 8: automated, silent or human."""
        messages = until(self._messages(history.ticket["id"]), final.at)
        if by(messages, "agent") or any(history.closed_by_agent(close) for close in history.closes):
            return "human"
        return "automated" if any(is_public(message) for message in by(messages, "automation")) else "silent"

    def _conversion(self, history: History) -> Row:
        """Number 9, from the ticket's side."""
        ticket, created_at = history.ticket["id"], history.ticket["at"]
        credited = [row for row in self.conversions if row["ticket"] == ticket]
        if credited:
            agent = credited[0]["agent"]
        else:
            agent = last_replier(until(self._public(ticket), created_at + self.window))
        return {
            "converted": bool(credited),
            "orders": len(credited),
            "conversion_agent": agent,
            "conversion_team": self._teams.get(agent),
        }

    # Responses, spells, ratings, conversions

    def _response_rows(self, ticket: str) -> list[Row]:
        """Number 4 and its twin: a wait that both know is one row; none where not all messages are known."""
        if not self._messages_known(ticket):
            return []
        history, public = self._counted[ticket], self._public(ticket)
        closes = [close.at for close in history.closes]
        human = answered_waits(public, closes, {"agent"})
        anyone = answered_waits(public, closes, {"agent", "automation"})
        waits = human + [wait for wait in anyone if wait not in human]
        return [
            {
                "ticket": ticket,
                "waited_from": waited_from,
                "replied_at": reply["at"],
                "counts_human": (waited_from, reply) in human,
                "counts_any": (waited_from, reply) in anyone,
            }
            | self._lasted("waited", waited_from, reply["at"])
            | history.facing(reply["at"], replier(reply))
            for waited_from, reply in sorted(waits, key=lambda wait: (wait[1]["at"], wait[0]))
        ]

    def _spell_rows(self, ticket: str) -> list[Row]:
        return [
            {"ticket": ticket, "number": number, "opened_at": opened_at, "closed_at": closed_at}
            for number, (opened_at, closed_at) in enumerate(self._counted[ticket].spells, start=1)
        ]

    def _rating_row(self, survey: Line) -> Row:
        """Number 6: the survey, its first answer, and the last one within 24 hours of that."""
        ticket, sent_at = self._root(survey["ticket"]), survey["at"]
        history = self._counted[ticket]
        given = [line for line in self._lines["rating"] if line["survey"] == survey["id"]]
        answers = sorted((line for line in given if not line.get("suspected_robot", False)), key=at_of)
        rated_at = answers[0]["at"] if answers else None
        in_time = [line for line in answers if line["at"] <= answers[0]["at"] + DAY]
        replies_before = by(until(self._public(ticket), sent_at - 1), "agent")
        agent = history.assignee(sent_at) or (replier(replies_before[-1]) if replies_before else UNKNOWN)
        seen_at = sent_at if rated_at is None else rated_at
        return {
            "survey": survey["id"],
            "ticket": ticket,
            "sent_at": sent_at,
            "rated_at": rated_at,
            "score": in_time[-1]["score"] if in_time else None,
            "commented": any(line.get("comment") for line in in_time),
            "robots": len(given) - len(answers),
            "agent": agent,
            "team": history.team(sent_at, agent),
            "tags": history.tags(seen_at),
            "intent": history.intent(seen_at),
            "priority": history.priority(seen_at),
            "sent_tags": history.tags(sent_at),
            "sent_intent": history.intent(sent_at),
            "sent_priority": history.priority(sent_at),
        }

    def _orders(self) -> list[Line]:
        """The orders that count, in order."""
        counting = [line for line in self._lines["order"] if line["paid"] > 0 and not line.get("test", False)]
        return sorted(counting, key=lambda order: (order["at"], order["id"]))

    def _read_conversions(self) -> list[Row]:
        """Number 9: the orders that were credited to a ticket, in order."""
        named = {line["customer"] for kind in ("ticket", "order") for line in self._lines[kind] if line.get("customer")}
        undeclared = [{"id": id} for id in named - set(self._customers)]
        person_of = persons([*self._customers.values(), *undeclared])
        rows = []
        for order in self._orders():
            before = [
                history.ticket
                for history in self._counted.values()
                if history.ticket.get("customer")
                and person_of[history.ticket["customer"]] == person_of[order["customer"]]
                and history.ticket["at"] < order["at"]
            ]
            latest = max(before, key=lambda ticket: (ticket["at"], ticket["id"]), default=None)
            if latest is not None and order["at"] <= latest["at"] + self.window:
                rows.append(self._conversion_row(order, latest["id"]))
        return rows

    def _conversion_row(self, order: Line, ticket: str) -> Row:
        agent = last_replier(until(self._public(ticket), order["at"] - 1))
        return {
            "order": order["id"],
            "ticket": ticket,
            "placed_at": order["at"],
            "currency": order["currency"],
            "paid": order["paid"],
            "refunded": sum(line["amount"] for line in self._lines["refund"] if line["order"] == order["id"]),
            "agent": agent,
            "team": self._teams.get(agent),
        }

    # The level

    def level_at(self, moment: int, inclusive: bool) -> list[Row]:
        """Number 2: the counted tickets open at a moment with its own events (inclusive), or just before it."""
        last = moment if inclusive else moment - 1
        return [
            {
                "ticket": ticket,
                "created_at": history.ticket["at"],
                "status": history.status(last),
            }
            | history.facing(last, history.assignee(last))
            for ticket, history in self._counted.items()
            if history.status(last) not in (None, "closed")
        ]

    # The report

    def report(self, start_date: date, end_date: date, grain: str, where: Mapping[str, Any] | None = None) -> list[Row]:
        """Every metric, bucket by bucket; `where` asks for one value of some dimensions."""
        return [
            {"start": start, "end": end, "metrics": self._metrics(start, end, where or {})}
            for start, end in self.calendar.buckets(start_date, end_date, grain)
        ]

    def _read_anchors(self) -> dict[str, list[Anchored]]:
        """What the metrics watch: every row at each of its anchors."""
        counted = [row for row in self.tickets if row["left_out"] is None]
        resolved = [row for row in counted if row["closed_at"] is not None]
        answered = [row for row in counted if row["first_response_at"] is not None]
        answered_any = [row for row in counted if row["first_response_any_at"] is not None]
        rated = [row for row in self.ratings if row["rated_at"] is not None]
        return {
            "created": [self._anchor(row, row["created_at"], facing(row, "created_")) for row in counted],
            "left_out": [
                self._anchor(row, row["created_at"], facing(row, "created_")) for row in self.tickets if row["left_out"]
            ],
            "resolved": [self._anchor(row, row["closed_at"], facing(row, "closed_")) for row in resolved],
            "first_response": [
                self._anchor(row, row["first_response_at"], facing(row, "first_response_")) for row in answered
            ],
            "first_response_any": [
                self._anchor(row, row["first_response_any_at"], facing(row, "first_response_any_"))
                for row in answered_any
            ],
            "response": [self._anchor(row, row["replied_at"], facing(row)) for row in self.responses],
            "rating": [self._anchor(row, row["rated_at"], facing(row)) for row in rated],
            "survey": [
                self._anchor(row, row["sent_at"], facing(row) | facing(row, "sent_", "tags", "intent", "priority"))
                for row in self.ratings
            ],
            "convertible": [
                self._anchor(
                    row, row["created_at"], facing(row, "created_") | facing(row, "conversion_", "agent", "team")
                )
                for row in counted
            ],
            "conversion": [self._conversion_anchor(row) for row in self.conversions],
            "close": [
                self._anchor({"ticket": ticket}, close.at, history.facing(close.at, history.closer(close)))
                for ticket, history in self._counted.items()
                for close in history.closes
            ],
            "reopening": [
                self._anchor({"ticket": ticket}, change.at, history.facing(change.at, history.assignee(change.at)))
                for ticket, history in self._counted.items()
                for change in history.changes
                if change.is_opening and not change.is_creation
            ],
        }

    def _conversion_anchor(self, row: Row) -> Anchored:
        """A credited order, in the period of its ticket's creation, with the agent credited with the revenue."""
        history = self._counted[row["ticket"]]
        created_at = history.ticket["at"]
        return self._anchor(row, created_at, history.facing(created_at, None) | only(row, "agent", "team"))

    def _anchor(self, row: Row, at: int, facing: Row) -> Anchored:
        return Anchored(at, self._standing(row["ticket"]) | facing, row)

    def _standing(self, ticket: str) -> Row:
        """The dimensions of a ticket that do not change."""
        row = next(row for row in self.tickets if row["ticket"] == ticket)
        return only(row, "channel", "store", "language", "country", "direction")

    def _metrics(self, start: int, end: int, where: Mapping[str, Any]) -> Row:
        def within(name: str) -> list[Row]:
            return [
                anchored.row
                for anchored in self._anchors[name]
                if start <= anchored.at < end and matches(anchored.dimensions, where)
            ]

        created, resolved = within("created"), within("resolved")
        orders = [order for order in self._orders() if start <= order["at"] < end]
        return (
            self._level_metrics(start, end, where)
            | duration_metrics(within, created)
            | resolved_metrics(resolved)
            | {
                "tickets_created": len(created),
                "csat": csat(within("rating"), within("survey")),
                "converted_tickets": self._converted(within("convertible"), within("conversion")),
                "net_flow": len(created) + len(within("reopening")) - len(within("close")),
                "contact_rate": ratio(len(created), len(orders)),
                "left_out": {
                    reason: sum(row["left_out"] == reason for row in within("left_out"))
                    for reason in ("merged", "spam", "deleted")
                },
            }
        )

    def _level_metrics(self, start: int, end: int, where: Mapping[str, Any]) -> Row:
        """Number 2 and the backlog's age: at the end of the bucket, or for the running one as of the report."""
        if self.as_of is not None and start > self.as_of:
            return dict.fromkeys(("unresolved_tickets", "unresolved_by_status", "backlog_age", "days_to_clear"))
        running = self.as_of is not None and self.as_of < end
        moment = self.as_of if running and self.as_of is not None else end
        last = moment if running else moment - 1
        level = [row for row in self.level_at(moment, running) if matches(self._standing(row["ticket"]) | row, where)]
        ages = [moment - row["created_at"] for row in level]
        closes = [
            close
            for close in self._anchors["close"]
            if last - 28 * DAY < close.at <= last and matches(close.dimensions, where)
        ]
        return {
            "unresolved_tickets": len(level),
            "unresolved_by_status": {
                status: sum(row["status"] == status for row in level) for status in ("open", "pending", "snoozed")
            },
            "backlog_age": {"oldest": max(ages) / SECOND if ages else None, "median": quantile(ages, 50)},
            "days_to_clear": len(level) / (len(closes) / 28) if closes else None,
        }

    def _converted(self, tickets: Sequence[Row], orders: Sequence[Row]) -> Row:
        """Number 9."""
        revenue: dict[str, int] = {}
        for order in orders:
            revenue[order["currency"]] = revenue.get(order["currency"], 0) + order["paid"] - order["refunded"]
        converted = sum(ticket["converted"] for ticket in tickets)
        return ratio(converted, len(tickets)) | {
            "orders": len(orders),
            "revenue": revenue,
            "maturing": sum(self._is_maturing(ticket) for ticket in tickets),
        }

    def _is_maturing(self, ticket: Row) -> bool:
        return self.as_of is not None and self.as_of - ticket["created_at"] < self.window


TICKET_COLUMNS = """
    ticket channel kind direction store language country left_out history messages_known
    created_at created_agent created_team created_tags created_intent created_priority
    first_customer_at
    first_response_at first_response_us first_response_business_us
    first_response_agent first_response_team first_response_tags first_response_intent first_response_priority
    first_response_any_at first_response_any_us first_response_any_business_us
    first_response_any_agent first_response_any_team first_response_any_tags first_response_any_intent
    first_response_any_priority
    first_closed_at first_resolution_us first_resolution_business_us
    closed_at resolution_us resolution_business_us closed_agent closed_team closed_tags closed_intent
    closed_priority
    spells reopened replies touch automated public_messages
    converted conversion_agent conversion_team orders
"""


def existing(lines: Iterable[Line], as_of: int | None) -> dict[str, list[Line]]:
    """The lines that exist as of a moment, by type, with their time `at` in microseconds."""
    things = "shop agent customer ticket message survey rating order refund order_state"
    changes = "status assignment tags intent priority flag merge"
    found: dict[str, list[Line]] = {kind: [] for kind in [*things.split(), *changes.split()]}
    for line in lines:
        told = line.get("created_at") or line.get("at")
        at = None if told is None else microseconds(datetime.fromisoformat(told))
        if at is None or as_of is None or at <= as_of:
            found[line["type"]].append(line | {"at": at})
    return found


def prefixed(prefix: str, row: Row) -> Row:
    """The row with a prefix before every column."""
    return {f"{prefix}_{column}": value for column, value in row.items()}


def only(row: Row, *columns: str) -> Row:
    """Some columns of a row."""
    return {column: row[column] for column in columns}


def facing(row: Row, prefix: str = "", *names: str) -> Row:
    """The dimensions that change over time (or some of them), as a row of facts has them at one of its anchors."""
    return {name: row[prefix + name] for name in names or ("agent", "team", "tags", "intent", "priority")}


def matches(dimensions: Row, where: Mapping[str, Any]) -> bool:
    """Whether the dimensions have the values asked for; a tag is one of the tags."""
    return all(
        wanted in dimensions["tags"] if dimension == "tag" else dimensions[dimension] == wanted
        for dimension, wanted in where.items()
    )


# --- Aggregates -------------------------------------------------------------------------------------------------------


def ratio(part: int, whole: int) -> Row:
    """Part, whole, and the rate, which over nothing is null."""
    return {"part": part, "whole": whole, "rate": share(part, whole)}


def share(part: float, whole: int) -> float | None:
    """Part / whole, null over nothing."""
    return part / whole if whole else None


def quantile(durations: Sequence[int], percent: int) -> float | None:
    """The quantile of durations in microseconds, in seconds: type 7, linear between the two neighbours."""
    if not durations:
        return None
    ordered = sorted(durations)
    place, rest = divmod((len(ordered) - 1) * percent, 100)
    above = ordered[min(place + 1, len(ordered) - 1)]
    return (ordered[place] * 100 + (above - ordered[place]) * rest) / 100 / SECOND


def duration(rows: Sequence[Row], column: str) -> Row:
    """n, mean, median and p90 in seconds of a column in microseconds; rows without a value are no rows."""
    durations = [row[column] for row in rows if row[column] is not None]
    return {
        "n": len(durations),
        "mean": sum(durations) / len(durations) / SECOND if durations else None,
        "median": quantile(durations, 50),
        "p90": quantile(durations, 90),
    }


def duration_metrics(within: Callable[[str], list[Row]], created: Sequence[Row]) -> Row:
    """Numbers 3, 4 and 5, their twins, each on both clocks, and of how many tickets they are not known."""
    watched = {
        "resolution_time": ("resolution", within("resolved")),
        "first_resolution_time": ("first_resolution", within("resolved")),
        "response_time": ("waited", [row for row in within("response") if row["counts_human"]]),
        "response_time_any": ("waited", [row for row in within("response") if row["counts_any"]]),
        "first_response_time": ("first_response", within("first_response")),
        "first_response_time_any": ("first_response_any", within("first_response_any")),
    }
    unanswerable = sum(not row["messages_known"] for row in created)
    unasked = sum(not row["messages_known"] and row["first_customer_at"] is None for row in created)
    unknown = {
        "first_resolution_time": sum(row["first_resolution_us"] is None for row in within("resolved")),
        "response_time": unanswerable,
        "response_time_any": unanswerable,
        "first_response_time": unasked,
        "first_response_time_any": unasked,
    }

    def of_clock(metric: str, rows: Sequence[Row], column: str) -> Row:
        return duration(rows, column) | ({"partly_known": unknown[metric]} if metric in unknown else {})

    calendar = {metric: of_clock(metric, rows, f"{column}_us") for metric, (column, rows) in watched.items()}
    business = {
        f"{metric}_bh": of_clock(metric, rows, f"{column}_business_us") for metric, (column, rows) in watched.items()
    }
    return calendar | business


def resolved_metrics(resolved: Sequence[Row]) -> Row:
    """Numbers 7, 8 and 10 and what else counts over the resolved tickets."""

    def how_many(column: str, value: object) -> int:
        return sum(row[column] == value for row in resolved)

    def only_known(column: str) -> tuple[int, Row]:
        known = sum(row[column] is not None for row in resolved)
        return known, {"partly_known": len(resolved) - known}

    whole = len(resolved)
    replied, without_replies = only_known("touch")
    spelled, without_spells = only_known("reopened")
    closers = {row["closed_agent"]: how_many("closed_agent", row["closed_agent"]) for row in resolved}
    automated, silent = how_many("automated", "automated"), how_many("automated", "silent")
    messages = sum(row["public_messages"] for row in resolved if row["public_messages"] is not None)
    reopened = how_many("reopened", True)
    return {
        "one_reply_rate": ratio(how_many("touch", "one"), replied)
        | without_replies
        | {"zero": how_many("touch", "zero"), "several": how_many("touch", "several")},
        "automated_resolution_rate": ratio(automated, replied) | without_replies | {"silent": silent},
        "zero_touch_rate": ratio(automated + silent, replied) | without_replies,
        "tickets_closed": {
            "total": whole,
            "by_agent": closers,
            "share": {agent: share(closed, whole) for agent, closed in closers.items()},
        },
        "reopened": reopened,
        "reopened_partly_known": without_spells["partly_known"],
        "reopen_rate": ratio(reopened, spelled) | without_spells,
        "messages_per_ticket": {"n": replied, "messages": messages, "mean": share(messages, replied)} | without_replies,
    }


def csat(rated: Sequence[Row], sent: Sequence[Row]) -> Row:
    """Number 6: ratings by their first answer; what was sent, answered or clicked by robots by the date of sending."""
    scores = [row["score"] for row in rated]
    answered = sum(row["rated_at"] is not None for row in sent)
    happy = sum(score >= 4 for score in scores)
    return {
        "n": len(scores),
        "mean": share(sum(scores), len(scores)),
        "share_4_5": share(happy, len(scores)),
        "scores": {str(score): scores.count(score) for score in range(1, 6)},
        "sent": len(sent),
        "answered": answered,
        "response_rate": share(answered, len(sent)),
        "mean_interval": mean_interval(scores),
        "share_interval": wilson_interval(happy, len(scores)),
        "robots": sum(row["robots"] for row in sent),
        "thin": len(scores) < 10,
    }


def mean_interval(scores: Sequence[int]) -> list[float] | None:
    """mean +- 1.96 x standard error, which a single score does not have."""
    n = len(scores)
    if n < 2:
        return None
    mean = sum(scores) / n
    variance = sum((score - mean) ** 2 for score in scores) / (n - 1)
    margin = 1.96 * sqrt(variance / n)
    return [mean - margin, mean + margin]


def wilson_interval(part: int, n: int) -> list[float] | None:
    """Wilson's 95% interval of a share."""
    if n == 0:
        return None
    p, z = part / n, 1.96
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    margin = z / (1 + z**2 / n) * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return [middle - margin, middle + margin]
