"""Bytes that perhaps nothing names any more, and their removal.

Who lets go of a file says so in the transaction that lets go, and who is about to keep one says so before; the bytes
are removed afterwards, unless something names them. So a process that dies at any point leaves neither bytes that
nobody removes, nor a name without its bytes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from counterbell.accounts.models import Shop
from counterbell.record.sql import one_at_a_time

from . import _files
from .models import Attached, Enclosed, Incoming, Needless

SOON = timedelta(hours=1)
"""Longer than anybody takes between keeping bytes and naming them."""


def perhaps(shop: Shop, digests: Iterable[str], due_at: datetime, *, mails: bool = False) -> None:
    """Look at `due_at` whether something still names these bytes; with `mails`, a mail that came as them is nothing."""
    told = [Needless(shop=shop, digest=digest, mail=mails, due_at=due_at) for digest in digests if digest]
    Needless.objects.bulk_create(told)


def clear_due(at: datetime) -> int:
    """Remove what is due and named by nothing; returns how many were looked at. Safe in several processes at once."""
    due = Needless.objects.filter(due_at__lte=at).select_related("shop").order_by("due_at", "pk")
    return sum(_cleared(one) for one in due[:500])


def clear(shop: Shop, digests: set[str], at: datetime) -> None:
    """Remove these now, as far as they are due."""
    for one in Needless.objects.filter(shop=shop, digest__in=digests, due_at__lte=at).select_related("shop"):
        _cleared(one)


def _cleared(needless: Needless) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time(cursor, needless.shop_id)  # whoever names bytes does it under the same lock
        if not (_is_named(Attached, needless) or _is_named(Enclosed, needless) or _is_mail(needless)):
            _files.forget(needless.shop, needless.digest)
        return Needless.objects.filter(pk=needless.pk).delete()[0] > 0


def _is_named(model: type[Attached] | type[Enclosed], needless: Needless) -> bool:
    return model.objects.filter(shop=needless.shop_id, digest=needless.digest).exists()


def _is_mail(needless: Needless) -> bool:
    return not needless.mail and Incoming.objects.filter(shop=needless.shop_id, digest=needless.digest).exists()
