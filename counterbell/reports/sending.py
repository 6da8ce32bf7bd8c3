"""Sending the reports that are due: each once for its period, on the morning after it.

The key in the outbox is `digest:<subscription>:<first day>`. A process that is killed before has put nothing and it is
made again; one that is killed after has put it, and a second time puts nothing.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import numpy as np
from django.conf import settings
from django.urls import reverse

from counterbell.accounts.local_time import DAY_US, instants_of
from counterbell.accounts.models import Shop
from counterbell.mail import outbox
from counterbell.mail.models import Outgoing
from counterbell.metrics.periods import Period
from counterbell.record.entries import instant

from .digest import Asked, digest, last_over
from .letter import figures_csv, letter
from .models import Subscription
from .subscriptions import language_of, membership_of, token_of

log = logging.getLogger(__name__)

HOUR = 7
"""On the shop's clock, on the day after the period."""

LATEST = timedelta(days=3)
"""A report that could not be sent for so long is not sent any more."""

HOUR_US = 3_600_000_000


def send_due(at: datetime) -> int:
    """Put the reports that are due into the outbox; returns how many were. Several processes may do it at once."""
    return sum(_sent(subscription, period, at) for subscription, period in list(_due(at)))


def send_test(subscription: Subscription, *, at: datetime) -> Outgoing:
    """Send the last report now, whatever was sent before."""
    period = last_over(subscription.shop, subscription.rhythm, at)
    return _put(subscription, period, f"digest-test:{subscription.pk}:{uuid4().hex}", at)


def send_to(shop: Shop, audience: str, rhythm: str, language: str, *, to: str, at: datetime) -> Outgoing:
    """Send the last report once to an address, without a subscription."""
    found = letter(digest(shop, audience, rhythm, language, at=at, period=last_over(shop, rhythm, at)))
    key = f"digest-test:{uuid4().hex}"
    return outbox.put(
        shop, key=key, to=to, subject=found.subject, text=found.text, html=found.html, pictures=found.pictures, at=at
    )


def last_mail(subscription: Subscription) -> Outgoing | None:
    """What became of its last report; null before the first."""
    mails = Outgoing.objects.filter(shop=subscription.shop, key__startswith=f"digest:{subscription.pk}:")
    return mails.order_by("-put_at").first()


def due_at(shop: Shop, period: Period) -> datetime:
    """When the report of a period is due: on the morning after it, by the shop's clock."""
    reading = np.array([np.datetime64(period.end, "D").astype(np.int64) * DAY_US + HOUR * HOUR_US])
    return instant(int(instants_of(period.zone, reading)[0]))


def end_address(subscription: Subscription) -> str:
    """The address that ends the subscription, for whoever has the mail."""
    return settings.PUBLIC_URL.geturl().rstrip("/") + reverse("unsubscribe", args=[token_of(subscription)])


def _due(at: datetime) -> Iterator[tuple[Subscription, Period]]:
    """Those whose last period is over, told of, and not yet sent."""
    for subscription in Subscription.objects.filter(on=True).select_related("shop", "user").order_by("pk"):
        period = last_over(subscription.shop, subscription.rhythm, at)
        due = due_at(subscription.shop, period)
        is_due = due <= at < due + LATEST and subscription.set_at <= due
        if is_due and not _is_put(subscription, period) and membership_of(subscription):
            yield subscription, period


def _is_put(subscription: Subscription, period: Period) -> bool:
    return Outgoing.objects.filter(shop=subscription.shop, key=_key(subscription, period)).exists()


def _key(subscription: Subscription, period: Period) -> str:
    return f"digest:{subscription.pk}:{period.start}"


def _sent(subscription: Subscription, period: Period, at: datetime) -> bool:
    """Whether it was put; the trouble of one report is not that of the others, it is tried again."""
    try:
        _put(subscription, period, _key(subscription, period), at)
    except Exception:
        log.exception("The report %s could not be made.", subscription.pk)
        return False
    return True


def _put(subscription: Subscription, period: Period, key: str, at: datetime) -> Outgoing:
    shop, end = subscription.shop, end_address(subscription)
    membership = membership_of(subscription)
    sees_colleagues = membership is not None and membership.sees_colleagues
    written = digest(
        shop,
        subscription.audience,
        subscription.rhythm,
        language_of(subscription),
        at=at,
        period=period,
        sees_colleagues=sees_colleagues,
    )
    found = letter(written, end=end)
    asked = Asked(shop, subscription.rhythm, period, at, sees_colleagues)
    files = [figures_csv(asked)] if subscription.with_csv else []
    return outbox.put(
        shop,
        key=key,
        to=subscription.user.email,
        subject=found.subject,
        text=found.text,
        html=found.html,
        headers={
            "List-Unsubscribe": f"<{end}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
        pictures=found.pictures,
        attachments=files,
        at=at,
    )
