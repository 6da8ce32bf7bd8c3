"""What Freshdesk's numbers mean to us: statuses, sources, scores. Tables, and what an account adds to them."""

from dataclasses import dataclass, field

from counterbell.record.entries import StatusName

from ._stream import Beside, VendorObject

STATUSES: dict[int, StatusName] = {2: "open", 3: "pending", 4: "closed", 5: "closed"}

PRIORITIES = {1: "low", 2: "normal", 3: "high", 4: "urgent"}

CUSTOM_STATUSES: dict[str, StatusName] = {
    "waiting on customer": "pending",
    "waiting for customer": "pending",
    "waiting on third party": "snoozed",
    "on hold": "snoozed",
}
"""The statuses that Freshdesk suggests beside its four, by their names; any other that an account adds is open."""

SUGGESTED: dict[int, StatusName] = {6: "pending", 7: "snoozed"}
"""By number, where the account's own names are not known: waiting on customer, waiting on third party."""

EMAIL, OUTBOUND_EMAIL = 1, 10
CHANNELS = {
    EMAIL: "email",
    2: "contact_form",
    3: "phone",
    4: "forum",
    5: "twitter",
    6: "messenger",
    7: "chat",
    8: "chat",
    9: "contact_form",
    OUTBOUND_EMAIL: "email",
    11: "ecommerce",
    12: "chat",
    13: "whatsapp",
}
"""By the `source` of a ticket: e-mail, portal, phone, forum, Twitter, Facebook, chat, Mobihelp, feedback widget,
outbound e-mail, e-commerce, bot, WhatsApp."""

SURVEY, FORWARDED = 6, 8
SAID = {0: "reply", 2: "note", 5: "tweet", 7: "Facebook post", FORWARDED: "forwarded", 9: "phone", 11: "e-commerce"}
"""By the `source` of a conversation; 6 is the comment of a rating, which comes with that."""

SCORES = {103: 5, 102: 4, 101: 4, 100: 3, -101: 2, -102: 2, -103: 1}
"""By the answer to the default question. Of the scales of two, three and five each answer has a score of its own; of
the scale of seven happy and very happy are one, and so are unhappy and very unhappy."""


@dataclass
class Words:
    """The names that an account gives its statuses and sources, and who works there in which groups."""

    statuses: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    agents: set[str] = field(default_factory=set)
    groups: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    """an agent's groups, as the groups tell them"""

    def learn(self, told: VendorObject) -> None:
        """Take in a ticket field that names statuses ({"6": ["Waiting on Customer", ..]}) or sources ({"Email": 1})."""
        choices = told.get("choices")
        if not isinstance(choices, dict):
            return
        if told.get("name") == "status":
            for number, names in choices.items():
                self.statuses[str(number)] = str(names[0] if isinstance(names, list) and names else names)
        if told.get("name") == "source":
            self.sources |= {str(number): str(name) for name, number in choices.items()}

    def status(self, told: object, beside: Beside) -> StatusName:
        """Our status; one that only this account has is told beside, and is open unless its name is known."""
        number = told if isinstance(told, int) and not isinstance(told, bool) else None
        if number in STATUSES:
            return STATUSES[number]
        name = self.statuses.get(str(told))
        if name is None:
            beside.odd("custom status whose name is not known", told)
            return SUGGESTED.get(number or 0, "open")
        ours = CUSTOM_STATUSES.get(name.strip().casefold())
        if ours is None:
            beside.odd("custom status, taken as open", name)
        return ours or "open"

    def channel(self, told: object, beside: Beside) -> str:
        """Our channel; a source that only this account has is kept by its name."""
        if isinstance(told, int) and told in CHANNELS:
            return CHANNELS[told]
        name = self.sources.get(str(told)) or f"source {told}"
        beside.odd("unknown channel, kept by its name", name)
        return name.strip().casefold().replace(" ", "_")[:200]
