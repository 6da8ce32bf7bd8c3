"""A rich random history of one shop, always the same: what a support team meets in two months, in a small space."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from cli.programs import Line

FIRST = datetime(2025, 1, 20, tzinfo=UTC)
AGENTS = ["ann", "ben", "cleo"]
CHANNELS = ["email", "chat", "contact_form", "whatsapp"]
CURRENCIES = ["EUR", "USD", "JPY"]
STEPS = {"customer": 5, "agent": 5, "automation": 1, "note": 1, "status": 5, "assign": 2, "tags": 1, "intent": 1}
"""What may happen next to a ticket, with how often it does."""

PARTLY_KNOWN = {"3": "partial", "8": "summary"}
"""By the last digit of a ticket's id, how its history is known."""

HOURS = [{"week": {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}]
SHOP: Line = {"type": "shop", "timezone": "Europe/Paris", "currency": "EUR", "hours": HOURS}


def history(tickets: int = 240, seed: int = 1) -> list[Line]:
    """The lines of the log."""
    return [SHOP, *_Story(Random(seed)).lines(tickets)]


class _Story:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.number = 0

    def lines(self, tickets: int) -> Iterator[Line]:
        for agent in AGENTS:
            yield {"type": "agent", "id": agent, "team": "care" if agent == "ann" else "sales"}
        for number in range(40):
            country = self.chance.choice(["FR", "ID", None])
            yield {"type": "customer", "id": f"c{number}", "email": f"c{number % 35}@example.com", "country": country}
        for number in range(tickets):
            yield from self.ticket(f"t{number}", FIRST + timedelta(minutes=self.chance.randrange(60 * 24 * 60)))
        for number in range(tickets // 8):
            yield self.event("merge", f"t{number * 7 + 1}", self.later(FIRST, days=60), into=f"t{number * 7}")
        for number in range(tickets):
            yield from self.order(f"o{number}")

    def ticket(self, ticket: str, created: datetime) -> Iterator[Line]:
        chance = self.chance
        told: Line = {"tags": chance.sample(["vip", "refund", "late"], chance.randrange(3))}
        told |= {"store": chance.choice(["paris", "lyon"]), "language": chance.choice(["en", "fr"])}
        told |= {"direction": "outbound"} if chance.random() < 0.1 else {}
        told |= {"status": "closed"} if chance.random() < 0.05 else {}
        told |= {"customer": f"c{chance.randrange(40)}", "channel": chance.choice(CHANNELS)}
        told |= {"history": PARTLY_KNOWN[ticket[-1]]} if ticket[-1] in PARTLY_KNOWN else {}
        yield {"type": "ticket", "id": ticket, "created_at": created.isoformat(), **told}
        at = created
        for _ in range(chance.randrange(9)):
            yield from self.step(ticket, at)
            at = self.later(at, hours=30)
        if chance.random() < 0.1:
            yield self.event("flag", ticket, at, flag=chance.choice(["spam", "deleted"]), value=chance.random() < 0.8)
        if chance.random() < 0.5:
            yield from self.survey(ticket, at)

    def step(self, ticket: str, at: datetime) -> Iterator[Line]:
        chance = self.chance
        agent = {"agent": chance.choice(AGENTS)} if chance.random() < 0.8 else {}
        match chance.choices(list(STEPS), list(STEPS.values()))[0]:
            case "customer" | "automation" as author:
                yield self.message(ticket, at, by=author)
            case "agent":
                yield self.message(ticket, at, by="agent", **agent)
            case "note":
                yield self.message(ticket, at, by="agent", public=False, **agent)
            case "status":
                to = chance.choice(["closed", "closed", "closed", "open", "pending", "snoozed"])
                by: Line = chance.choice([{}, {"by": "automation"}, {"by": "customer"}, agent])
                yield self.event("status", ticket, at, to=to, **by)
            case "assign":
                yield self.event("assignment", ticket, at, agent=chance.choice([*AGENTS, None]))
            case "tags":
                yield self.event("tags", ticket, at, add=["vip"], remove=["late"])
            case "intent":
                yield self.event("intent", ticket, at, name=chance.choice(["order/status", "return/request"]))

    def survey(self, ticket: str, at: datetime) -> Iterator[Line]:
        sent = self.later(at, hours=5)
        yield {"type": "survey", "id": f"s-{ticket}", "ticket": ticket, "at": sent.isoformat()}
        for _ in range(self.chance.randrange(3)):
            answered = self.later(sent, hours=40).isoformat()
            robot = self.chance.random() < 0.1
            score = self.chance.randint(1, 5)
            yield {"type": "rating", "survey": f"s-{ticket}", "at": answered, "score": score, "suspected_robot": robot}

    def order(self, order: str) -> Iterator[Line]:
        chance = self.chance
        at = self.later(FIRST, days=65)
        paid = chance.choice([0, 1999, 4990, 12_500])
        told: Line = {"customer": f"c{chance.randrange(40)}", "currency": chance.choice(CURRENCIES), "paid": paid}
        yield {"type": "order", "id": order, "at": at.isoformat(), "test": chance.random() < 0.1, **told}
        if paid and chance.random() < 0.3:
            back = self.later(at, days=10).isoformat()
            yield {"type": "refund", "id": f"r-{order}", "order": order, "at": back, "amount": paid // 2}

    def message(self, ticket: str, at: datetime, **told: Any) -> Line:
        self.number += 1
        return self.event("message", ticket, at, id=f"m{self.number}", **told)

    def event(self, kind: str, ticket: str, at: datetime, **told: Any) -> Line:
        return {"type": kind, "ticket": ticket, "at": at.isoformat(), **told}

    def later(self, at: datetime, **most: int) -> datetime:
        """Some time after that, to the microsecond."""
        return at + self.chance.random() * timedelta(**most)
