"""What agents, teams, channels and customers are called at the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from counterbell import words
from counterbell.accounts.models import Shop
from counterbell.record.models import Agent, Customer
from counterbell.words import STATUSES

STATUS_NAMES = {**STATUSES, "closed": later("closed")}
USUAL = ("low", "normal", "high", "urgent")
"""The priorities that every shop can give, from the lowest on."""
URGENT = ("urgent", "critical")
"""Those that are shown in colour."""


@dataclass(frozen=True)
class Names:
    """The names that a shop's people use."""

    shop: Shop

    @cached_property
    def agents(self) -> dict[str, str]:
        """The agents by id, in the order of their names."""
        told = Agent.objects.filter(shop=self.shop).values_list("external_id", "name")
        return dict(sorted(((id, name or id) for id, name in told), key=lambda one: one[1].casefold()))

    @cached_property
    def teams(self) -> list[str]:
        """The teams there are."""
        told = Agent.objects.filter(shop=self.shop).exclude(team=None).exclude(team="")
        return list(told.values_list("team", flat=True).distinct().order_by("team"))  # type: ignore[arg-type]

    def agent(self, id: str | None) -> str:
        """An agent by name."""
        return self.agents.get(id, id) if id else _("nobody")

    def channel(self, channel: str) -> str:
        """A channel in words."""
        return words.channel(channel)

    def priority(self, priority: str | None) -> str:
        """A priority in words."""
        return words.priority(priority) if priority else _("no priority")

    def of_priorities(self, priorities: Iterable[str]) -> list[tuple[str, str]]:
        """Each of them with its name."""
        return [(priority, self.priority(priority)) for priority in priorities]


def priorities(known: Iterable[str | None]) -> list[str]:
    """The priorities that can be given: the usual ones, then others of those that are known."""
    return [*USUAL, *sorted({one for one in known if one} - {*USUAL})]


def customer_name(customer: Customer | None) -> str:
    """How a customer is called: by name, else by address or number."""
    if customer is None:
        return _("Unknown customer")
    return customer.name or customer.email or customer.phone or customer.external_id
