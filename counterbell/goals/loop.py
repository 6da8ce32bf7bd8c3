"""The loop's step: look at the rules of the shops that are due, and tell what is to be told."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterbell.accounts.models import Shop
from counterbell.facts.current import old_months

from .alerts import evaluate
from .deliveries import Sender, deliver
from .models import Rule, Watch

log = logging.getLogger(__name__)

AT_LEAST_EVERY = timedelta(hours=1)
AT_MOST_EVERY = timedelta(minutes=1)
"""A shop to which much happens is not looked at more often than that."""


@dataclass(frozen=True)
class Done:
    """What came of a step: shops looked at, alerts raised, alerts told."""

    shops: int
    raised: int
    told: int


def tick(at: datetime, *, send: Sender) -> Done:
    """Evaluate the shops that are due (something happened, or an hour has passed) and deliver what is due.

    Several processes may call it at once: each shop is claimed by a guarded update before it is looked at.
    """
    watched = Shop.objects.filter(pk__in=Rule.objects.filter(on=True).values("shop")).order_by("pk")
    claimed = [shop for shop in watched if _claimed(shop, at)]
    raised = sum(_raised(shop, at) for shop in claimed)
    return Done(len(claimed), raised, deliver(at=at, send=send))


def _raised(shop: Shop, at: datetime) -> int:
    """How many alerts are new; the trouble of one shop is not that of the others, it is looked at again in an hour."""
    try:
        return len(evaluate(shop, at=at))
    except Exception:
        log.exception("The rules of the shop %s could not be looked at.", shop.slug)
        return 0


def _claimed(shop: Shop, at: datetime) -> bool:
    """Whether the shop is due and nobody else looks at it now."""
    watch, _new = Watch.objects.get_or_create(shop=shop)
    if not _is_due(shop, watch.looked_at, at):
        return False
    return bool(Watch.objects.filter(pk=watch.pk, looked_at=watch.looked_at).update(looked_at=at))


def _is_due(shop: Shop, looked_at: datetime | None, at: datetime) -> bool:
    if looked_at is None or at - looked_at >= AT_LEAST_EVERY:
        return True
    if at - looked_at < AT_MOST_EVERY:
        return False
    return bool(old_months(shop)) or shop.facts_months.filter(built_at__gt=looked_at).exists()
