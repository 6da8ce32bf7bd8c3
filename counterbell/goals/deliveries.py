"""Telling alerts to their listeners, each once.

Whoever tells one claims it first. A process that is killed after that leaves a claim behind: a mail is made due again,
since the outbox takes it once under its key; a webhook may have arrived or not, and rather than be told twice it is
shown as unsure, for a person to repeat. What certainly was not taken is tried again, later each time.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from counterbell import instants
from counterbell.accounts.models import Shop
from counterbell.errors import NotFound, Problem

from . import webhooks
from .listeners import secret_of
from .models import Alert, Delivery, Listener
from .sentences import sentence, subject

LEASE = timedelta(minutes=10)
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
"""After each attempt that was not taken; after the last one it has failed."""

AT_ONCE = 100


@dataclass(frozen=True)
class Letter:
    """An alert as a mail, in its reader's language; under `key` it must go out once only."""

    shop: Shop
    key: str
    to: str
    subject: str
    text: str
    at: datetime


Sender = Callable[[Letter], None]


def deliver(*, at: datetime, send: Sender, shop: Shop | None = None) -> int:
    """Tell what is due, to all shops or one; returns how much was told. Several processes may do it at once."""
    release(at=at)
    due = Delivery.objects.filter(state=Delivery.State.DUE, due_at__lte=at)
    if shop:
        due = due.filter(alert__shop=shop)
    keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_told(key, at, send) for key in keys)


def release(*, at: datetime) -> int:
    """Let go of claims whose process is gone; returns how many there were."""
    left = Delivery.objects.filter(state=Delivery.State.CLAIMED, claimed_at__lt=at - LEASE)
    mails = left.filter(listener__way=Listener.Way.MAIL).values_list("pk", flat=True)
    again = Delivery.objects.filter(pk__in=list(mails), state=Delivery.State.CLAIMED).update(state=Delivery.State.DUE)
    return again + left.update(state=Delivery.State.UNSURE)


def repeat(shop: Shop, delivery_id: int, *, at: datetime) -> Delivery:
    """Tell again, on a person's word, what failed or is unsure. Raises NotFound."""
    delivery = Delivery.objects.filter(alert__shop=shop, pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("There is no delivery %(number)s in this shop.") % {"number": delivery_id})
    over = (Delivery.State.FAILED, Delivery.State.UNSURE)
    Delivery.objects.filter(pk=delivery.pk, state__in=over).update(state=Delivery.State.DUE, due_at=at, attempts=0)
    delivery.refresh_from_db()
    return delivery


def _told(delivery_id: int, at: datetime, send: Sender) -> bool:
    """Claim a delivery and tell it; returns whether it was told by us, now."""
    due = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.DUE)
    if not due.update(state=Delivery.State.CLAIMED, claimed_at=at, attempts=F("attempts") + 1):
        return False
    delivery = Delivery.objects.select_related("alert__shop", "alert__rule", "listener").get(pk=delivery_id)
    if not delivery.listener.on:
        return _ended(delivery, Delivery.State.FAILED, _("Nobody listens there any more."))
    try:
        _tell(delivery, at, send)
    except Problem as problem:
        return _ended(delivery, Delivery.State.FAILED, str(problem))
    except webhooks.Unsure as error:
        return _ended(delivery, Delivery.State.UNSURE, str(error))
    except webhooks.NotTaken as error:
        return _put_off(delivery, at, str(error))
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.TOLD, told_at=at, error="")
    return True


def _tell(delivery: Delivery, at: datetime, send: Sender) -> None:
    if delivery.listener.way == Listener.Way.MAIL:
        send(letter(delivery, at))
        return
    body = json.dumps(payload(delivery.alert), ensure_ascii=False, sort_keys=True).encode()
    webhooks.post(
        delivery.listener.address,
        body,
        secret=secret_of(delivery.listener),
        seconds=int(at.timestamp()),
        delivery=str(delivery.pk),
    )


def letter(delivery: Delivery, at: datetime) -> Letter:
    """The mail that tells an alert to its listener."""
    with translation.override(delivery.listener.language):
        told = subject(delivery.alert)
        text = _(
            "%(sentence)s\n\nCounterbell tells you this once. It is told again when it is over and comes back.\n"
        ) % {"sentence": sentence(delivery.alert)}
    shop = delivery.alert.shop
    return Letter(shop, f"alert:{delivery.pk}", delivery.listener.address, f"{shop}: {told}", text, at)


def payload(alert: Alert) -> dict[str, object]:
    """An alert as JSON, for webhooks and the API; the sentence is in English."""
    with translation.override("en"):
        told = sentence(alert)
    return {
        "id": alert.pk,
        "shop": alert.shop.slug,
        "rule": alert.rule_id,
        "kind": alert.kind,
        "opened_at": instants.written(alert.opened_at),
        "ended_at": instants.written(alert.ended_at),
        "acknowledged_at": instants.written(alert.acknowledged_at),
        "values": alert.values,
        "sentence": told,
    }


def _ended(delivery: Delivery, state: str, error: str) -> bool:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, error=error[:500])
    return False


def _put_off(delivery: Delivery, at: datetime, error: str) -> bool:
    if delivery.attempts > len(BACKOFF):
        return _ended(delivery, Delivery.State.FAILED, error)
    due = at + BACKOFF[delivery.attempts - 1]
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DUE, due_at=due, error=error[:500])
    return False
