"""Quiet hours of a shop: what comes up in them is told at their end."""

import re
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.accounts.local_time import DAY_US, instants_of
from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import clock_time, zone
from counterbell.audit import trail
from counterbell.errors import Problem
from counterbell.record.entries import instant

from .models import QuietHours
from .targets import Person

MINUTE_US = 60_000_000
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@transaction.atomic
def set_quiet_hours(shop: Shop, since: str, until: str, *, by: Person = None, at: datetime) -> QuietHours:
    """Tell nothing from `since` until before `until` (HH:MM, local, also past midnight). Raises Problem."""
    begins, ends = _minutes(since), _minutes(until)
    if begins == ends:
        raise Problem(_("Quiet hours from %(time)s to %(time)s are no hours. Give two times.") % {"time": since})
    told = {"since": begins, "until": ends}
    if not QuietHours.objects.filter(shop=shop, **told).exists():
        trail.note(shop, by, "alerts.quiet", at=at, since=clock_time(begins), until=clock_time(ends))
    return QuietHours.objects.update_or_create(shop=shop, defaults=told)[0]


@transaction.atomic
def no_quiet_hours(shop: Shop, *, by: Person = None, at: datetime) -> None:
    """Tell at all hours."""
    if QuietHours.objects.filter(shop=shop).delete()[0]:
        trail.note(shop, by, "alerts.at_all_hours", at=at)


def quiet_hours(shop: Shop) -> QuietHours | None:
    """The quiet hours of a shop."""
    return QuietHours.objects.filter(shop=shop).first()


def told_from(shop: Shop, at: datetime) -> datetime:
    """When something that comes up at that instant is told: at once, or at the end of the quiet hours."""
    hours = quiet_hours(shop)
    if hours is None:
        return at
    here = zone(shop.timezone)
    local = at.astimezone(here)
    minute = local.hour * 60 + local.minute
    if hours.since < hours.until:
        is_quiet, ends = hours.since <= minute < hours.until, local.date()
    else:
        is_quiet = minute >= hours.since or minute < hours.until
        ends = local.date() + timedelta(days=1 if minute >= hours.since else 0)
    if not is_quiet:
        return at
    reading = np.array([(np.datetime64(ends, "D").astype(np.int64)) * DAY_US + hours.until * MINUTE_US])
    return max(instant(int(instants_of(here, reading)[0])), at)


def _minutes(text: str) -> int:
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise Problem(_("'%(text)s' is no time of day. Write it like 21:30.") % {"text": text})
    return int(found[1]) * 60 + int(found[2])
