"""The views of the inbox: which of the unresolved tickets each one takes, and in which order."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from django.utils.translation import gettext_lazy as later

from counterbell.facts.hours import NEVER

from .standing import Standing


@dataclass(frozen=True)
class Filters:
    """What the tickets of a view must be; empty: anything."""

    channel: str = ""
    tag: str = ""
    intent: str = ""
    priority: str = ""
    team: str = ""
    assignee: str = ""
    order: str = ""
    """`due`: what is due first comes first; else who has waited longest"""

    def take(self, ticket: Standing) -> bool:
        """Whether the ticket is so."""
        return (
            self.channel in ("", ticket.channel)
            and self.intent in ("", ticket.intent)
            and self.priority in ("", ticket.priority)
            and self.team in ("", ticket.team)
            and self.assignee in ("", ticket.assignee)
            and (not self.tag or self.tag in ticket.tags)
        )

    @property
    def told(self) -> dict[str, str]:
        """Those that say something."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}


FOLDERS: dict[str, Callable[[Standing, str], bool]] = {
    "waiting": lambda ticket, _me: ticket.status != "snoozed",
    "due": lambda ticket, _me: ticket.due is not None and ticket.due.soon,
    "mine": lambda ticket, me: ticket.assignee == me and ticket.status != "snoozed",
    "unassigned": lambda ticket, _me: ticket.assignee is None and ticket.status != "snoozed",
    "all": lambda _ticket, _me: True,
    "snoozed": lambda ticket, _me: ticket.status == "snoozed",
}
TITLES = {
    "waiting": later("To do"),
    "due": later("Due soon or overdue"),
    "mine": later("Mine"),
    "unassigned": later("Unassigned"),
    "all": later("All unresolved"),
    "snoozed": later("Snoozed"),
    "closed": later("Closed"),
    "spam": later("Spam"),
}
NOT_STANDING = ("closed", "spam")
"""Views of what is resolved or left out: they have no count, as there is no end to them."""


def folder(tickets: Iterable[Standing], name: str, me: str, filters: Filters) -> list[Standing]:
    """The tickets of that view, in their order; `me` is the agent who looks."""
    takes = FOLDERS[name]
    found = [ticket for ticket in tickets if takes(ticket, me) and filters.take(ticket)]
    return sorted(found, key=_due_us) if name == "due" or filters.order == "due" else found


def _due_us(ticket: Standing) -> int:
    return ticket.due.due_us if ticket.due else NEVER


def counts(tickets: list[Standing], me: str) -> dict[str, int]:
    """How many tickets each view has."""
    return {name: sum(takes(ticket, me) for ticket in tickets) for name, takes in FOLDERS.items()}


def choices(tickets: Iterable[Standing]) -> dict[str, list[tuple[str, int]]]:
    """What there is to narrow by, channels, tags and so on, each with its number of tickets, the most first."""
    found: dict[str, Counter[str]] = {field.name: Counter() for field in fields(Filters)}
    for ticket in tickets:
        found["channel"][ticket.channel] += 1
        found["tag"].update(ticket.tags)
        found["intent"].update(filter(None, [ticket.intent]))
        found["priority"].update(filter(None, [ticket.priority]))
        found["team"].update(filter(None, [ticket.team]))
        found["assignee"].update(filter(None, [ticket.assignee]))
    return {name: sorted(counted.items(), key=lambda one: (-one[1], one[0])) for name, counted in found.items()}
