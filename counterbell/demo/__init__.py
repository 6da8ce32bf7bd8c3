"""A year of a fictional web shop as entries of the record, for trying the product out and for showing it.

Maison Lilas makes linen clothes in Nantes and sells them in French, English and Indonesian. Its year has seasons,
promotions, holidays, a parcel carriers' strike about two months before the end, and eight agents who differ.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from counterbell.record.entries import Customer, Entry, Order, Ticket

from .beginnings import begin, settled_by_automation
from .conversation import Conversation
from .endings import come_back, end, have_consequences
from .enquiries import Enquiry, enquiries_on
from .middles import is_answered, needs_no_answer
from .shop import DemoShop
from .staff import COLLEAGUES
from .surveys import Surveys
from .thread import Event
from .unusual import contacts_on, spam_on


def entries(*, until: datetime, seed: int = 1, tickets_per_day: float = 45) -> Iterator[Entry]:
    """The shop, its agents, then all that happened in the year before `until`, in the order of time.

    The same arguments give the same entries. Customers come just before the first entry that names them.
    """
    shop = DemoShop(until=until.astimezone(UTC), seed=seed, tickets_per_day=tickets_per_day)
    yield shop.settings()
    yield from (colleague.entry() for colleague in COLLEAGUES)
    happened = [entry for entry in _year(shop) if shop.season.covers(happened_at(entry))]
    happened.sort(key=happened_at)
    yield from _introduced(happened, shop.customers.by_id)


def happened_at(entry: Event) -> datetime:
    return entry.created_at if isinstance(entry, Ticket) else entry.at


def _year(shop: DemoShop) -> Iterator[Event]:
    surveys = Surveys(shop)
    for day in shop.season.days:
        conversations = [_told(shop, enquiry) for enquiry in enquiries_on(shop, day)] + contacts_on(shop, day)
        for conversation in conversations:
            yield from conversation.entries()
            yield from surveys.about(conversation)
        for spam in spam_on(shop, day):
            yield from spam.entries
    yield from shop.orders.entries()


def _told(shop: DemoShop, enquiry: Enquiry) -> Conversation:
    conversation = begin(shop, enquiry)
    if settled_by_automation(conversation) or needs_no_answer(conversation):
        have_consequences(conversation)
    elif is_answered(conversation):
        end(conversation)
        have_consequences(conversation)
        come_back(conversation)
    return conversation


def _introduced(happened: list[Event], customers: dict[str, Customer]) -> Iterator[Entry]:
    """Each customer just before the first entry that names it."""
    unknown = dict(customers)
    for entry in happened:
        if isinstance(entry, (Ticket, Order)) and entry.customer in unknown:
            yield unknown.pop(entry.customer)
        yield entry
