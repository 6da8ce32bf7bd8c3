"""Forgetting a person: the mails that came from them go, with all that hung on them; that they came stays."""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q

from counterbell.accounts.models import Shop
from counterbell.mail import outbox
from counterbell.record.models import Customer

from . import _needless
from .models import Attached, Enclosed, Incoming, State


def forget(shop: Shop, customer_id: str) -> int:
    """Forget the mails of the person that this customer is; to be done before the record is erased. Returns how many.

    What is known of each mail stays (its digest, when it came), so that a copy does not bring it back.
    """
    customer = Customer.objects.filter(shop=shop, external_id=customer_id).first()
    if customer is None:
        return 0
    same = Customer.objects.filter(shop=shop, person_key=customer.person_key)
    emails = [email for email in same.values_list("email", flat=True) if email]
    theirs = Q(ticket__customer__in=same) | Q(sender__in=[email.strip().lower() for email in emails])
    mails = list(Incoming.objects.filter(theirs, shop=shop))
    attached = Attached.objects.filter(shop=shop, message__ticket__customer__in=same)
    enclosed = Enclosed.objects.filter(shop=shop, ticket__customer__in=same)
    hung = {one.digest for one in attached} | {one.digest for one in enclosed}
    raw = {one.digest for one in mails}
    at = datetime.now(UTC)
    with transaction.atomic():
        attached.delete()
        enclosed.delete()
        _needless.perhaps(shop, hung, at)
        _needless.perhaps(shop, raw, at, mails=True)
        there = Incoming.objects.filter(pk__in=[mail.pk for mail in mails])
        there.update(sender="", subject="", why="", error="")
        there.filter(state=State.FAILED).update(state=State.SHELVED)
        for email in emails:
            outbox.forget_address(shop, email)
        transaction.on_commit(lambda: _needless.clear(shop, hung | raw, at))
    return len(mails)
