"""Putting a ticket aside until a time, at which it wakes by itself."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from counterbell.accounts.opening_hours import zone
from counterbell.desk.acting import Acting, acting
from counterbell.desk.models import Snooze
from counterbell.errors import Problem

from . import statuses

MORNING = 9
"""The hour of the shop's day at which what sleeps over night wakes."""


def snooze(ticket: Acting, until: str) -> bool:
    """Put the ticket aside: `3h`, `tomorrow`, `monday`, or a local time such as 2025-03-10T09:00."""
    began = ticket.now()
    wakes_at = moment(until, ticket.shop.timezone, began)
    if wakes_at <= began:
        raise Problem(_("A ticket sleeps until a time that is to come. Choose a later one."))
    statuses.change(ticket, "snoozed")
    Snooze.objects.update_or_create(ticket=ticket.ticket, defaults={"until": wakes_at})
    return True


def moment(until: str, timezone: str, now: datetime) -> datetime:
    """The instant that these words mean in the shop's time zone."""
    where = zone(timezone)
    today = now.astimezone(where).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if until.endswith("h") and until[:-1].isdecimal() and len(until) < 5:
        return now + timedelta(hours=int(until[:-1]))
    if until == "tomorrow":
        return (today + timedelta(days=1)).astimezone(UTC)
    if until == "monday":
        return (today + timedelta(days=7 - today.weekday())).astimezone(UTC)
    try:
        told = datetime.fromisoformat(until)
        return (told if told.tzinfo else told.replace(tzinfo=where)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Problem(_("'%(until)s' is no time. Write it like 2025-03-10T09:00.") % {"until": until}) from None


def wake_due(at: datetime) -> int:
    """Open what was put aside until now; returns how many. Safe in several processes at once."""
    due = Snooze.objects.filter(until__lte=at).order_by("until").select_related("ticket__shop")[:200]
    return sum(_wake(snooze, at) for snooze in due)


def _wake(asleep: Snooze, at: datetime) -> bool:
    with acting(asleep.ticket.shop, None, asleep.ticket.pk, at) as ticket:
        claimed, _models = Snooze.objects.filter(pk=asleep.pk, until__lte=at).delete()
        if not claimed or ticket.state.status != statuses.NUMBERS["snoozed"]:
            return False
        return statuses.change(ticket, "open")
