"""What surveys forget as a person is erased."""

from counterbell.accounts.models import Shop
from counterbell.mail import addresses
from counterbell.record.erase import addresses_of, same_person

from .models import Submission, Trapped, Unreachable


def forget(shop: Shop, customer_id: str) -> None:
    """Forget that the person wants no surveys, what was said and not yet confirmed, and with what browser."""
    keys = [addresses.bare(address) for address in addresses_of(shop, customer_id)]
    Unreachable.objects.filter(shop=shop, email_key__in=keys).delete()
    theirs = {"ask__shop": shop, "ask__ticket__customer__in": same_person(shop, customer_id)}
    Submission.objects.filter(**theirs).update(comment="", user_agent="")
    Trapped.objects.filter(**theirs).delete()
