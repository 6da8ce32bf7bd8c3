"""Setting what a shop sets: through the door of the record, so that the facts that depend on it are made again."""

from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop, User
from counterbell.audit import trail
from counterbell.errors import Problem
from counterbell.record import settings
from counterbell.record.entries import Hours
from counterbell.record.sql import one_at_a_time
from counterbell.record.write import write

from .hours import in_words

OF_THE_RECORD = ("timezone", "currency", "week_starts", "conversion_days", "hours")
"""What a log tells of its shop, too."""

OF_THE_PAGES = ("name", "headline_median")
"""What only people set."""


def change(shop: Shop, by: User, *, at: datetime, **values: Any) -> list[str]:
    """Set these settings, and note each that differs; returns their names. Raises BadSettings, and sets nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            one_at_a_time(cursor, shop.pk)
        shop.refresh_from_db()
        before = _values(shop)
        if told := {name: value for name, value in values.items() if name in OF_THE_RECORD}:
            _tell(shop, told)
        for name in OF_THE_PAGES:
            setattr(shop, name, values.get(name, before[name]))
        shop.save(update_fields=OF_THE_PAGES)
        after = _values(shop)
        changed = [name for name in after if after[name] != before[name]]
        for name in changed:
            old, new = _noted(name, before[name]), _noted(name, after[name])
            trail.note(shop, by, "settings.changed", at=at, setting=name, old=old, new=new)
    return changed


def _tell(shop: Shop, told: dict[str, Any]) -> None:
    if "hours" in told:
        told["hours"] = msgspec.convert(told["hours"], list[Hours] | None)
    entry = msgspec.structs.replace(settings.told(shop), **told)
    if not entry.currency:
        raise Problem(_("Say the shop's currency first (Settings, Shop), such as EUR."))
    write(shop, entry)


def _values(shop: Shop) -> dict[str, Any]:
    return {name: getattr(shop, name) for name in (*OF_THE_RECORD, *OF_THE_PAGES)}


def _noted(name: str, value: Any) -> Any:
    if name == "headline_median":
        return "median" if value else "mean"
    return in_words(value) if name == "hours" else value
