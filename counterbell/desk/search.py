"""Finding tickets by what was said in them, by their number, their customer or an order's number."""

from django.db.models import Q

from counterbell.accounts.models import Shop
from counterbell.record.models import Customer, Order, Ticket

from . import search_index
from .words import words_of

MOST = 200


def tickets(shop: Shop, asked: str) -> list[int]:
    """The numbers of the shop's tickets in which all these words are, or whose customer or order is called so.

    The last word may be the beginning of one. The newest tickets come first; at most 200.
    """
    words = words_of([asked])
    if not words:
        return []
    found = set(search_index.matching(shop, words, MOST)) | set(_of_number(shop, asked.strip()))
    newest = Ticket.objects.filter(shop=shop, pk__in=found).order_by("-created_at", "-pk")
    return list(newest.values_list("pk", flat=True)[:MOST])


def _of_number(shop: Shop, asked: str) -> list[int]:
    """Tickets by the number of one of their customer's orders, by their own, or by the customer's address."""
    names = {asked, asked.lstrip("#")}
    ordered = Order.objects.filter(shop=shop, external_id__in=names).values("customer__person_key")
    persons = Customer.objects.filter(Q(person_key__in=ordered) | Q(email_key=asked.casefold()), shop=shop)
    known = Ticket.objects.filter(Q(customer__in=persons) | Q(external_id__in=names), shop=shop)
    return list(known.order_by("-created_at").values_list("pk", flat=True)[:MOST])
