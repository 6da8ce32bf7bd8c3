"""The erasure of a person at the desk: what has been begun for him or her, and has not gone out, goes; so do
the choices about his or her mails."""

from counterbell.accounts.models import Shop
from counterbell.record.erase import addresses_of
from counterbell.record.models import Customer

from . import pictures
from .models import Draft, HeldReply


def forget(shop: Shop, customer_id: str) -> int:
    """Forget drafts and held replies to the person that this customer is; returns how many. Before the erasure."""
    pictures.forget(shop, addresses_of(shop, customer_id))
    person = Customer.objects.filter(shop=shop, external_id=customer_id).values("person_key")
    same = Customer.objects.filter(shop=shop, person_key__in=person)
    begun = (model.objects.filter(ticket__customer__in=same) for model in (Draft, HeldReply))
    return sum(found.delete()[0] for found in begun)
