"""What can be said to the record: one class for each type of line in the log format (docs/log_format.md).

Every source, channel and screen speaks in these entries; nothing else goes through the record's door.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

FORMAT_VERSION = 1
"""The version of the log format that this program reads and writes."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Instant = Annotated[datetime, Meta(tz=True)]
Id = Annotated[str, Meta(min_length=1, max_length=200)]
Score = Annotated[int, Meta(ge=1, le=5)]
Minor = Annotated[int, Meta(ge=0, le=2**53)]
"""Money in minor units of its currency: 1250 is 12.50 EUR, 1250 JPY is 1250 yen."""

Author = Literal["customer", "automation", "agent"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
StatusName = Literal["open", "pending", "snoozed", "closed"]
PartlyKnown = Literal["partial", "summary"]
"""How a history is known that is not known in full: without all changes of status, or without the messages too."""
OrderStateName = Literal["paid", "on_hold", "partly_shipped", "shipped", "delivered", "cancelled", "refunded"]
"""How far an order is, in words that every shop system's own are brought to."""
LINK = r"^https?://[^\s<>\"\\\x00-\x1f\x7f]+\Z"
LONGEST_LINK = 2_000
Link = Annotated[str, Meta(pattern=LINK, max_length=LONGEST_LINK)]
"""An address that a page may lead to: http or https, and nothing that could be more than an address."""


class _Entry(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type", gc=False):
    pass


class Hours(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Opening hours of one season: `from` is the first day they hold, `until` the first day they no longer do."""

    week: dict[Weekday, list[tuple[str, str]]]
    from_: date | None = msgspec.field(default=None, name="from")
    until: date | None = None
    holidays: list[date] = []


class Shop(_Entry, tag="shop"):
    """The settings of the shop that the file tells of; a later import replaces them."""

    timezone: str
    currency: str
    week_starts: Literal["monday", "sunday"] = "monday"
    conversion_days: Annotated[int, Meta(ge=1, le=30)] = 5
    hours: list[Hours] | None = None
    version: int = FORMAT_VERSION


class Agent(_Entry, tag="agent"):
    """A human of the shop; a later import replaces it."""

    id: Id
    name: str | None = None
    email: str | None = None
    team: str | None = None


class Customer(_Entry, tag="customer"):
    """A customer record; a later import replaces it. `person` is what is left of an erased person's identity."""

    id: Id
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    language: str | None = None
    country: str | None = None
    person: str | None = None


class Ticket(_Entry, tag="ticket"):
    """One conversation; `status`, `priority`, `tags` and `intent` are those at its creation.

    `history`: how much of it the source tells. Null is all; `partial`: of the changes of status only some, such as the
    latest; `summary`: not what was said either, only some times.
    """

    id: Id
    channel: Id
    created_at: Instant
    customer: Id | None = None
    direction: Literal["inbound", "outbound"] = "inbound"
    subject: str | None = None
    store: str | None = None
    priority: str | None = None
    language: str | None = None
    tags: list[str] = []
    intent: str | None = None
    status: StatusName = "open"
    history: PartlyKnown | None = None


class Message(_Entry, tag="message"):
    """Something said in a ticket; not public means an internal note."""

    id: Id
    ticket: Id
    at: Instant
    by: Author
    agent: Id | None = None
    public: bool = True
    text: str | None = None
    channel: str | None = None


class Status(_Entry, tag="status"):
    """A change of status; without `by` and `agent` the source does not tell who made it."""

    ticket: Id
    at: Instant
    to: StatusName
    by: Author | None = None
    agent: Id | None = None


class Assignment(_Entry, tag="assignment"):
    """The ticket is given to an agent, or (null) to nobody."""

    ticket: Id
    at: Instant
    agent: Id | None
    team: str | None = None


class Tags(_Entry, tag="tags"):
    """Tags put on a ticket and taken off it; what is in both lists is off afterwards."""

    ticket: Id
    at: Instant
    add: list[str] = []
    remove: list[str] = []


class Intent(_Entry, tag="intent"):
    """What the customer wants, as somebody or something recognised it at that time."""

    ticket: Id
    at: Instant
    name: str
    confidence: float | None = None


class Priority(_Entry, tag="priority"):
    """How urgent the ticket is from then on; null: nothing is said of it any longer."""

    ticket: Id
    at: Instant
    to: str | None


class Flag(_Entry, tag="flag"):
    """The ticket is spam or deleted, or (value false) is so no longer."""

    ticket: Id
    at: Instant
    flag: Literal["spam", "deleted"]
    value: bool = True


class Merge(_Entry, tag="merge"):
    """`ticket` is merged away into `into`."""

    ticket: Id
    into: Id
    at: Instant


class Survey(_Entry, tag="survey"):
    """The question how it was, sent to the customer of a ticket."""

    id: Id
    ticket: Id
    at: Instant


class Rating(_Entry, tag="rating"):
    """An answer to a survey; several within a day are one change of mind."""

    survey: Id
    at: Instant
    score: Score
    comment: str | None = None
    suspected_robot: bool = False


class Order(_Entry, tag="order"):
    """A purchase: `paid` is what the customer paid in all, in minor units of `currency`."""

    id: Id
    customer: Id
    at: Instant
    currency: str
    paid: Minor
    test: bool = False


class Refund(_Entry, tag="refund"):
    """Money given back for an order, in minor units of the order's currency."""

    id: Id
    order: Id
    at: Instant
    amount: Minor


class OrderState(_Entry, tag="order_state"):
    """How far an order is, and where its parcel can be followed, as its shop told at that time; the latest holds."""

    order: Id
    at: Instant
    state: OrderStateName | None = None
    tracking_url: Link | None = None


Entry = (
    Shop
    | Agent
    | Customer
    | Ticket
    | Message
    | Status
    | Assignment
    | Tags
    | Intent
    | Priority
    | Flag
    | Merge
    | Survey
    | Rating
    | Order
    | Refund
    | OrderState
)


class Unreadable(Struct):
    """A line or row of a source that is no entry: why, and its text."""

    reason: str
    raw: str
    field: str | None = None


def microseconds(instant: datetime) -> int:
    """The instant as microseconds since 1970-01-01 UTC, as the record keeps it."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant(microseconds: int) -> datetime:
    """The aware UTC datetime of an instant that the record keeps."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
