"""Setting targets: from now or a day that is to come, so that no ticket that is there gets another one."""

import re
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.accounts.local_time import day_start
from counterbell.accounts.models import Shop, User
from counterbell.accounts.opening_hours import zone
from counterbell.audit import trail
from counterbell.errors import NotFound, Problem
from counterbell.record.entries import instant

from .models import ServiceTarget

LONGEST = 366 * 86_400
_TIME = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,3})?)\s*([a-z]+)", re.IGNORECASE)


@transaction.atomic
def ask(
    shop: Shop,
    by: User | None,
    *,
    at: datetime,
    channel: str = "",
    priority: str = "",
    first_response: int | None = None,
    resolution: int | None = None,
    business: bool = False,
    from_day: date | None = None,
) -> ServiceTarget:
    """Ask for these seconds of tickets that are created from that day on (from now, where it is today or not told).

    Raises Problem for what cannot be.
    """
    holds_from = instant(day_start(zone(shop.timezone), from_day)) if from_day else at
    today = at.astimezone(zone(shop.timezone)).date()
    if from_day and from_day < today:
        raise Problem(_("A target holds from today on, or from a later day: tickets keep what held when they came."))
    if first_response is None and resolution is None:
        raise Problem(_("Say within which time to answer, to resolve, or both."))
    if business and not shop.hours:
        raise Problem(_("Opening hours are not told yet (Settings, Opening hours). Tell them, or count all hours."))
    target = _add(
        shop, by, at, channel.strip(), priority.strip(), first_response, resolution, business, max(holds_from, at)
    )
    since = target.holds_from.astimezone(zone(shop.timezone)).date().isoformat()
    told = {"since": since, "first": written(first_response), "whole": written(resolution)}
    trail.note(shop, by, "target.set", at=at, **_scope(target), **told)
    return target


def _scope(target: ServiceTarget) -> dict[str, str]:
    return {"channel": target.channel or "any", "priority": target.priority or "any"}


def _add(
    shop: Shop, by: User | None, at: datetime, channel: str, priority: str, first_response: int | None,
    resolution: int | None, business: bool, holds_from: datetime,
) -> ServiceTarget:  # fmt: skip
    return ServiceTarget.objects.create(
        shop=shop,
        channel=channel,
        priority=priority,
        first_response_seconds=first_response,
        resolution_seconds=resolution,
        business=business,
        holds_from=holds_from,
        set_by=by,
        set_at=at,
    )


@transaction.atomic
def give_up(shop: Shop, number: int, by: User | None, *, at: datetime) -> None:
    """Ask nothing of that kind of tickets from now on; a target that was to come is taken back."""
    target = of_shop(shop).filter(pk=number).first()
    if target is None:
        raise NotFound(_("There is no such target."))
    if target.holds_from > at:
        target.delete()
    else:
        _add(shop, by, at, target.channel, target.priority, None, None, False, at)
    trail.note(shop, by, "target.ended", at=at, **_scope(target))


def of_shop(shop: Shop) -> QuerySet[ServiceTarget]:
    """All that was ever asked, the widest first, in the order of time."""
    return ServiceTarget.objects.filter(shop=shop).order_by("channel", "priority", "holds_from", "pk")


def seconds_in(text: str) -> int | None:
    """The time that was written, such as 30 min, 8h or 2d; None where nothing was. Raises Problem."""
    if not text.strip():
        return None
    found = _TIME.fullmatch(text.strip())
    seconds = round(float(found[1].replace(",", ".")) * formats.SECONDS.get(found[2].lower(), 0)) if found else 0
    if not 1 <= seconds <= LONGEST:
        raise Problem(_("“%(text)s” is no time. Write it like 30 min, 8h or 2d.") % {"text": text.strip()[:40]})
    return seconds


def written(seconds: int | None) -> str:
    """The time as a person writes it, the opposite of `seconds_in`; nothing for None."""
    if seconds is None:
        return ""
    size, unit = next(each for each in ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s")) if seconds % each[0] == 0)
    return f"{seconds // size} {unit}"
