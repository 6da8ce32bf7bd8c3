"""What stands for `{{ ... }}` in a macro: filled from the ticket at hand, left standing where there is nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from counterbell import formats
from counterbell.record.models import Agent, Order, Ticket
from counterbell.record.order_states import Standing

from .parcels import standing_of, state_of

PATTERN = re.compile(r"\{\{\s*([a-z_.]*)\s*\}\}", re.IGNORECASE)


@dataclass(frozen=True)
class Situation:
    """Who writes to whom about what."""

    ticket: Ticket
    agent: Agent | None

    @cached_property
    def last_order(self) -> Order | None:
        """The customer's latest order that is no test."""
        if self.ticket.customer is None:
            return None
        person = self.ticket.customer.person_key
        placed = Order.objects.filter(shop=self.ticket.shop_id, customer__person_key=person, test=False)
        return placed.order_by("-placed_at", "-external_id").first()

    @cached_property
    def standing(self) -> Standing:
        """How far that order is."""
        return standing_of([self.last_order])[self.last_order.pk] if self.last_order else Standing()


def _first_name(situation: Situation) -> str:
    name = _name(situation)
    return name.split()[0] if name else ""


def _name(situation: Situation) -> str:
    customer = situation.ticket.customer
    return (customer.name or "").strip() if customer else ""


def _total(situation: Situation) -> str:
    order = situation.last_order
    return formats.money(order.paid, order.currency) if order else ""


VARIABLES: dict[str, Callable[[Situation], str]] = {
    "customer.name": _name,
    "customer.first_name": _first_name,
    "customer.email": lambda situation: (situation.ticket.customer and situation.ticket.customer.email) or "",
    "agent.name": lambda situation: (situation.agent and situation.agent.name) or "",
    "order.number": lambda situation: situation.last_order.external_id if situation.last_order else "",
    "order.state": lambda situation: state_of(situation.standing),
    "order.tracking_link": lambda situation: situation.standing.tracking_url or "",
    "order.total": _total,
    "ticket.number": lambda situation: situation.ticket.external_id,
    "ticket.subject": lambda situation: situation.ticket.subject or "",
}
"""The variables by name; what is said in words is said in the language of the reply."""


def filled(text: str, situation: Situation) -> str:
    """The text with every variable that has a value replaced by it."""

    def value(found: re.Match[str]) -> str:
        variable = VARIABLES.get(found[1].lower())
        return (variable(situation) if variable else "") or found[0]

    return PATTERN.sub(value, text)


def left_open(text: str) -> list[str]:
    """The variables that are still in the text."""
    return list(dict.fromkeys(found[1].lower() for found in PATTERN.finditer(text)))
