"""People who are away: they get no tickets."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.accounts.models import Membership, Shop, User
from counterbell.accounts.opening_hours import zone
from counterbell.audit import trail
from counterbell.errors import Problem

from .models import Absence
from .unassigned import look_again


@transaction.atomic
def set_away(
    membership: Membership, *, since: datetime | None, until: datetime | None, at: datetime, by: User | None = None
) -> Absence:
    """Let the person get no tickets from then (at once where not told) until then (until he or she is back)."""
    began = max(since, at) if since else at
    if until is not None and until <= began:
        raise Problem(_("An absence ends after it begins, and not before now. Choose a later end."))
    told = {"from_at": began, "until_at": until}
    absence, _new = Absence.objects.update_or_create(shop=membership.shop, user=membership.user, defaults=told)
    look_again(membership.shop, at)
    noted = {"since": _noted(membership.shop, began), "until": _noted(membership.shop, until)}
    trail.note(membership.shop, by, "away.set", at=at, person=str(membership.user), **noted)
    return absence


def _noted(shop: Shop, when: datetime | None) -> str:
    return f"{when.astimezone(zone(shop.timezone)):%Y-%m-%d %H:%M}" if when else "further notice"


@transaction.atomic
def come_back(membership: Membership, *, at: datetime, by: User | None = None) -> bool:
    """Let the person get tickets again, or take back an absence that was to come; returns whether there was one."""
    gone = Absence.objects.filter(shop=membership.shop, user=membership.user).delete()[0] > 0
    look_again(membership.shop, at)
    if gone:
        trail.note(membership.shop, by, "away.ended", at=at, person=str(membership.user))
    return gone


def absences(shop: Shop, at: datetime) -> dict[int, Absence]:
    """Who is away or will be, by the number of the person."""
    told = Absence.objects.filter(shop=shop)
    return {one.user_id: one for one in told if one.until_at is None or one.until_at > at}


def of_person(membership: Membership, at: datetime) -> Absence | None:
    """The person's absence, if he or she is away now."""
    absence = absences(membership.shop, at).get(membership.user_id)
    return absence if absence and absence.from_at <= at else None
