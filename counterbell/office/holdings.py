"""What is kept of a shop: how much, of which stores; and the erasure of a person by address."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop, User
from counterbell.audit import trail
from counterbell.erasure import erase_person
from counterbell.errors import NotFound, Problem
from counterbell.facts.current import shop_directory
from counterbell.record.models import Customer, Message, Order, Rating, Ticket
from counterbell.record.persons import email_key


@dataclass(frozen=True)
class Holdings:
    """How many rows the record has of a shop, how many months its facts have, and how many bytes these take."""

    tickets: int
    messages: int
    customers: int
    ratings: int
    orders: int
    months: int
    facts_bytes: int


def holdings(shop: Shop) -> Holdings:
    """What is kept of the shop now."""
    of_shop = {"shop": shop}
    return Holdings(
        tickets=Ticket.objects.filter(**of_shop).count(),
        messages=Message.objects.filter(**of_shop).count(),
        customers=Customer.objects.filter(**of_shop).count(),
        ratings=Rating.objects.filter(survey__shop=shop).count(),
        orders=Order.objects.filter(**of_shop).count(),
        months=shop.facts_months.count(),
        facts_bytes=_size(shop_directory(shop)),
    )


def _size(directory: Path) -> int:
    total = 0
    for path in directory.rglob("*") if directory.is_dir() else ():
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # a refresh has taken it away meanwhile
            continue
    return total


def stores(shop: Shop) -> list[tuple[str, int]]:
    """The stores that tickets have named, with how many tickets did."""
    named = Ticket.objects.filter(shop=shop).exclude(store=None).values_list("store")
    return [(str(store), count) for store, count in named.annotate(count=Count("pk")).order_by("-count", "store")]


@dataclass(frozen=True)
class Found:
    """The customer records of an address or an id, and how many tickets and orders they have."""

    keys: tuple[str, ...]
    tickets: int
    orders: int


def found(shop: Shop, told: str) -> Found:
    """Whom an e-mail address, or the id of a customer, means. Raises NotFound."""
    customers = _customers(shop, told)
    if not customers:
        raise NotFound(_("No customer has the address or id “%(told)s”. Look it up in the export.") % {"told": told})
    return Found(
        tuple(one.external_id for one in customers),
        Ticket.objects.filter(customer__in=customers).count(),
        Order.objects.filter(customer__in=customers).count(),
    )


def _customers(shop: Shop, told: str) -> list[Customer]:
    of_shop = Customer.objects.filter(shop=shop)
    first = of_shop.filter(email_key=email_key(told)) if "@" in told else of_shop.filter(external_id=told.strip())
    persons = set(first.values_list("person_key", flat=True))
    return list(of_shop.filter(person_key__in=persons))


@transaction.atomic
def forget(shop: Shop, by: User, told: str, again: str, *, at: datetime) -> int:
    """Erase whoever the address or id means; `again` must say the same. Returns how many texts were blanked."""
    if told.strip().casefold() != again.strip().casefold() or not told.strip():
        raise Problem(_("What you typed is not “%(told)s”: nobody was erased. Type it once more.") % {"told": told})
    texts = sum(erase_person(shop, key) for key in found(shop, told).keys)
    trail.note(shop, by, "person.erased", at=at, texts=texts)
    return texts
