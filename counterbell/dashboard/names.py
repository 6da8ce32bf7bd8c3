"""What the values of dimensions are called on a page: agents by their name, languages and countries in the reader's."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from counterbell import formats
from counterbell.accounts.models import Shop
from counterbell.record.models import Agent
from counterbell.words import ACTORS, CHANNELS, PRIORITIES, STATUSES

DIRECTIONS = {"inbound": later("inbound"), "outbound": later("outbound")}
WORDS = {"channel": CHANNELS, "direction": DIRECTIONS, "priority": PRIORITIES, "status": STATUSES}


@dataclass(frozen=True)
class Names:
    """The names that a shop's people use."""

    shop: Shop

    @cached_property
    def agents(self) -> Mapping[str, str]:
        """Agents' names by the id that the record has of them."""
        named = Agent.objects.filter(shop=self.shop).values_list("external_id", "name")
        return {agent: name for agent, name in named if name}

    def agent(self, agent: str | None) -> str:
        """An agent by name; who is no agent in a word."""
        if agent is None:
            return _("nobody")
        return _(ACTORS[agent]) if agent in ACTORS else self.agents.get(agent, agent)

    def value(self, dimension: str, value: str | None) -> str:
        """A value of a dimension in words."""
        if dimension == "agent":
            return self.agent(value)
        if value is None:
            return _("none")
        if dimension == "language":
            return formats.language(value)
        if dimension == "country":
            return formats.country(value)
        named = WORDS.get(dimension, {}).get(value)
        return _(named) if named else value
