"""What stands for `{{ ... }}` in a macro: filled from the ticket at hand, left standing where there is nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from counterbell import formats
from counterbell.record.models import Agent, Order, Ticket

PATTERN = re.compile(r"\{\{\s*([a-z_.]*)\s*\}\}", re.IGNORECASE)


@dataclass(frozen=True)
class Situation:
    """Who writes to whom about what."""

    ticket: Ticket
    agent: Agent | None

    @property
    def last_order(self) -> Order | None:
        """The customer's latest order that is no test."""
        if self.ticket.customer is None:
            return None
        person = self.ticket.customer.person_key
        placed = Order.objects.filter(shop=self.ticket.shop_id, customer__person_key=person, test=False)
        return placed.order_by("-placed_at", "-external_id").first()


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
    "order.total": _total,
    "ticket.number": lambda situation: situation.ticket.external_id,
    "ticket.subject": lambda situation: situation.ticket.subject or "",
}
"""The variables by name; the record knows no state of an order and no tracking link, so there are none for these."""


def filled(text: str, situation: Situation) -> str:
    """The text with every variable that has a value replaced by it."""

    def value(found: re.Match[str]) -> str:
        variable = VARIABLES.get(found[1].lower())
        return (variable(situation) if variable else "") or found[0]

    return PATTERN.sub(value, text)


def left_open(text: str) -> list[str]:
    """The variables that are still in the text."""
    return list(dict.fromkeys(found[1].lower() for found in PATTERN.finditer(text)))
