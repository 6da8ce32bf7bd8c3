"""The small histories in the files of the metrics, as lines of a log (docs/examples.md tells of their words)."""

import re
from itertools import count
from typing import Any

Line = dict[str, Any]

DAY = "2025-03-03"
AUTHORS = ("customer", "agent", "automation")
MONEY = re.compile(r"(?P<units>\d+)\.(?P<cents>\d\d)")


def log_of(example: str) -> list[Line]:
    """The lines of an example's history, on one day in UTC."""
    told = sorted(line.split(maxsplit=2) for line in example.strip().splitlines())
    created: dict[str, str] = {}
    for clock, ticket, _ in told:
        created.setdefault(ticket, clock)
    numbers = count(1)
    return [
        {"type": "shop", "timezone": "UTC", "currency": "EUR"},
        *(_ticket(ticket, clock) for ticket, clock in created.items()),
        *(_happened(at(clock), ticket, what.split(), next(numbers)) for clock, ticket, what in told),
    ]


def at(clock: str) -> str:
    """The instant of a time of that day."""
    return f"{DAY}T{clock}:00Z"


def _ticket(ticket: str, clock: str) -> Line:
    created = {"channel": "email", "created_at": at(clock)}
    return {"type": "ticket", "id": ticket, "customer": f"customer of {ticket}", **created}


def _happened(at: str, ticket: str, what: list[str], number: int) -> Line:
    of_ticket = {"ticket": ticket, "at": at}
    match what:
        case ["customer" | "automation" as author]:
            return {"type": "message", "id": f"m{number}", **of_ticket, "by": author}
        case ["agent", *named]:
            return {"type": "message", "id": f"m{number}", **of_ticket, "by": "agent", **_agent(named)}
        case ["note"]:
            return {"type": "message", "id": f"m{number}", **of_ticket, "by": "agent", "public": False}
        case ["open" | "pending" | "snoozed" | "closed" as status]:
            return {"type": "status", **of_ticket, "to": status}
        case ["open" | "pending" | "snoozed" | "closed" as status, "by", name]:
            return {
                "type": "status",
                **of_ticket,
                "to": status,
                **({"by": name} if name in AUTHORS else _agent([name])),
            }
        case ["spam" | "deleted" as flag]:
            return {"type": "flag", **of_ticket, "flag": flag}
        case ["merged", into]:
            return {"type": "merge", **of_ticket, "into": into}
        case ["survey"]:
            return {"type": "survey", "id": f"survey of {ticket}", **of_ticket}
        case ["rated", score]:
            return {"type": "rating", "survey": f"survey of {ticket}", "at": at, "score": int(score)}
        case ["order", amount, currency]:
            ordered = {"customer": f"customer of {ticket}", "at": at, "currency": currency}
            return {"type": "order", "id": f"o{number}", **ordered, "paid": _minor(amount)}
    raise ValueError(f"{' '.join(what)!r} is no word of the examples; docs/examples.md lists them.")


def _agent(named: list[str]) -> Line:
    return {"agent": named[0]} if named else {}


def _minor(amount: str) -> int:
    written = MONEY.fullmatch(amount)
    assert written, amount
    return int(written["units"]) * 100 + int(written["cents"])
