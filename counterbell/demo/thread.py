"""A ticket of the demo shop as its entries, written down one thing after the other."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from counterbell.record.entries import (
    Assignment,
    Author,
    Flag,
    Intent,
    Merge,
    Message,
    Order,
    OrderState,
    Rating,
    Refund,
    Status,
    StatusName,
    Survey,
    Tags,
    Ticket,
)

from .staff import Colleague

Event = (
    Ticket
    | Message
    | Status
    | Assignment
    | Tags
    | Intent
    | Flag
    | Merge
    | Survey
    | Rating
    | Order
    | Refund
    | OrderState
)
"""An entry that says when it happened."""


class Thread:
    """The entries of one ticket and its present state."""

    def __init__(self, ticket: Ticket, message_numbers: Iterator[int]) -> None:
        self.ticket = ticket
        self.entries: list[Event] = [ticket]
        self.status: StatusName = ticket.status
        self.assignee: Colleague | None = None
        self.closes: list[datetime] = []
        self.answered = False
        self.is_spam = False
        self.intent = ticket.intent
        self._numbers = message_numbers
        self._used: set[tuple[type[Event], datetime]] = set()

    def says(self, by: Author, text: str, at: datetime, *, agent: Colleague | None = None) -> None:
        """A public message."""
        self.answered = self.answered or by != "customer"
        self._message(by, text, at, agent, public=True)

    def notes(self, agent: Colleague, text: str, at: datetime) -> None:
        """Something that only colleagues see."""
        self._message("agent", text, at, agent, public=False)

    def becomes(self, to: StatusName, at: datetime, *, by: Author | None, agent: Colleague | None = None) -> None:
        if self.status == to:
            return
        if to == "closed":
            self.closes.append(at)
        self.status = to
        self.entries.append(Status(ticket=self.ticket.id, at=at, to=to, by=by, agent=agent.id if agent else None))

    def assign(self, agent: Colleague, at: datetime) -> None:
        if self.assignee is not agent:
            self.assignee = agent
            self.entries.append(
                Assignment(ticket=self.ticket.id, at=self._free(Assignment, at), agent=agent.id, team=agent.team)
            )

    def tag(self, at: datetime, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        self.entries.append(Tags(ticket=self.ticket.id, at=self._free(Tags, at), add=list(add), remove=list(remove)))

    def recognise(self, intent: str, at: datetime, confidence: float | None = None) -> None:
        self.intent = intent
        self.entries.append(
            Intent(ticket=self.ticket.id, at=self._free(Intent, at), name=intent, confidence=confidence)
        )

    def flag(self, flag: Literal["spam", "deleted"], at: datetime, *, value: bool = True) -> None:
        self.is_spam = value if flag == "spam" else self.is_spam
        self.entries.append(Flag(ticket=self.ticket.id, at=self._free(Flag, at), flag=flag, value=value))

    def merge_into(self, other: "Thread", at: datetime) -> None:
        self.entries.append(Merge(ticket=self.ticket.id, into=other.ticket.id, at=at))

    def _free(self, kind: type[Event], at: datetime) -> datetime:
        """The instant, or the next one after it at which no such thing has happened to the ticket yet."""
        while (kind, at) in self._used:
            at += timedelta.resolution
        self._used.add((kind, at))
        return at

    def _message(self, by: Author, text: str, at: datetime, agent: Colleague | None, *, public: bool) -> None:
        self.entries.append(
            Message(
                id=f"m{next(self._numbers)}",
                ticket=self.ticket.id,
                at=at,
                by=by,
                agent=agent.id if agent else None,
                public=public,
                text=text,
            )
        )
