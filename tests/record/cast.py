"""The cast of the record's tests, and what they do, a line each.

Ann, Ben and Cleo answer; Kim is the customer. Times are written short: "03-04 09:00" is 2025-03-04T09:00:00Z.
"""

from typing import Any

Line = dict[str, Any]

OPEN_ON_MONDAYS = [{"week": {"mon": [["09:00", "17:00"]]}}]


def at(told: str) -> str:
    """An instant of 2025 in UTC."""
    day, _, clock = told.partition(" ")
    return f"2025-{day}T{clock or '00:00'}:00Z"


def customer(id: str, **known: Any) -> Line:
    return {"type": "customer", "id": id, **known}


def agent(id: str, **known: Any) -> Line:
    return {"type": "agent", "id": id, **known}


def ticket(id: str, created: str, customer: str | None = "kim", **told: Any) -> Line:
    named = {"customer": customer} if customer else {}
    return {"type": "ticket", "id": id, "channel": "email", "created_at": at(created), **named, **told}


def message(id: str, ticket: str, when: str, by: str = "customer", **told: Any) -> Line:
    return {"type": "message", "id": id, "ticket": ticket, "at": at(when), "by": by, **told}


def status(ticket: str, when: str, to: str = "closed", **told: Any) -> Line:
    return {"type": "status", "ticket": ticket, "at": at(when), "to": to, **told}


def assignment(ticket: str, when: str, agent: str | None = "ann", **told: Any) -> Line:
    return {"type": "assignment", "ticket": ticket, "at": at(when), "agent": agent, **told}


def tags(ticket: str, when: str, **told: Any) -> Line:
    return {"type": "tags", "ticket": ticket, "at": at(when), **told}


def intent(ticket: str, when: str, name: str = "order/status", **told: Any) -> Line:
    return {"type": "intent", "ticket": ticket, "at": at(when), "name": name, **told}


def priority(ticket: str, when: str, to: str | None = "urgent") -> Line:
    return {"type": "priority", "ticket": ticket, "at": at(when), "to": to}


def flag(ticket: str, when: str, flag: str = "spam", **told: Any) -> Line:
    return {"type": "flag", "ticket": ticket, "at": at(when), "flag": flag, **told}


def merge(ticket: str, into: str, when: str) -> Line:
    return {"type": "merge", "ticket": ticket, "into": into, "at": at(when)}


def survey(id: str, ticket: str, when: str) -> Line:
    return {"type": "survey", "id": id, "ticket": ticket, "at": at(when)}


def rating(survey: str, when: str, score: int = 5, **told: Any) -> Line:
    return {"type": "rating", "survey": survey, "at": at(when), "score": score, **told}


def order(id: str, when: str, customer: str = "kim", paid: int = 4990, **told: Any) -> Line:
    return {"type": "order", "id": id, "customer": customer, "at": at(when), "currency": "EUR", "paid": paid, **told}


def refund(id: str, order: str, when: str, amount: int = 500) -> Line:
    return {"type": "refund", "id": id, "order": order, "at": at(when), "amount": amount}


def order_state(order: str, when: str, state: str | None = "shipped", **told: Any) -> Line:
    return {"type": "order_state", "order": order, "at": at(when), **({"state": state} if state else {}), **told}


def everything() -> list[Line]:
    """A history with at least one line of every type; Kim's question is about everything."""
    return [
        {"type": "shop", "timezone": "Europe/Paris", "currency": "EUR", "hours": OPEN_ON_MONDAYS},
        agent("ann", name="Ann", email="ann@shop.example", team="care"),
        customer("kim", email="kim@example.com", phone="+33 1", name="Kim", country="FR"),
        ticket("t1", "03-03 09:00", subject="Where is my parcel?", tags=["late"], store="paris"),
        ticket("t2", "03-03 10:00", subject="Me again"),
        message("m1", "t1", "03-03 09:00", text="Where is it?"),
        message("m2", "t1", "03-03 09:30", "agent", agent="ann", text="On its way, Kim."),
        message("m3", "t1", "03-03 09:31", "agent", agent="ben", public=False, text="Do we know?"),
        status("t1", "03-03 09:40", by="agent", agent="ann"),
        assignment("t1", "03-03 09:10", "ann", team="care"),
        tags("t1", "03-03 09:20", add=["vip"], remove=["late"]),
        intent("t1", "03-03 09:05", confidence=0.9),
        priority("t1", "03-03 09:06"),
        flag("t2", "03-03 10:05"),
        merge("t2", "t1", "03-03 10:10"),
        survey("s1", "t1", "03-03 10:00"),
        rating("s1", "03-03 11:00", 4, comment="Kim was happy"),
        order("o1", "03-04 09:00"),
        refund("r1", "o1", "03-05 09:00"),
        order_state("o1", "03-05 08:00", tracking_url="https://parcels.example/of-kim"),
    ]  # fmt: skip
