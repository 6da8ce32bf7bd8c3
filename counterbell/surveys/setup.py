"""How a shop asks its customers, and changing it."""

import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop, User
from counterbell.audit import trail
from counterbell.errors import Problem
from counterbell.mail import addresses

from . import origins
from .models import SurveySettings
from .planning import newest_change

MAY_BE_SET = (
    "on", "mail_delay_minutes", "chat_delay_minutes", "quiet_days", "sample_percent", "window_days", "style",
    "language", "not_with_tags", "low_score", "low_reopens", "low_tag", "low_notify", "widget_origins",
    "widget_every_days",
)  # fmt: skip


def settings_of(shop: Shop) -> SurveySettings:
    """The shop's settings, as they are without a word from it if it has said none."""
    settings, _is_new = SurveySettings.objects.get_or_create(
        shop=shop, defaults={"widget_key": secrets.token_hex(12), "widget_secret": secrets.token_urlsafe(32)}
    )
    return settings


LONGEST_DELAY_MINUTES = 30 * 24 * 60


def change(shop: Shop, **told: Any) -> SurveySettings:
    """Set what is told. Raises Problem, and sets nothing, for what cannot be.

    What was closed before surveys are switched on is never asked about.
    """
    settings = settings_of(shop)
    begins = bool(told.get("on")) and not settings.on
    for name, value in told.items():
        assert name in MAY_BE_SET, name
        setattr(settings, name, value)
    if "low_notify" in told:
        settings.low_notify = addresses.addresses(told["low_notify"].split())
    if "widget_origins" in told:
        settings.widget_origins = "\n".join(origins.origin(one) for one in told["widget_origins"].split())
    if max(settings.mail_delay_minutes, settings.chat_delay_minutes) > LONGEST_DELAY_MINUTES:
        raise Problem(_("Ask within 30 days of the close: a delay cannot be longer."))
    try:
        settings.clean_fields(exclude=["shop"])
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise Problem(f"{name} cannot be {told.get(name)!r}: {sentences[0]}") from None
    if begins:
        settings.seen_until = newest_change()
    settings.save()
    return settings


@transaction.atomic
def change_by(shop: Shop, by: User | None, *, at: datetime, **told: Any) -> SurveySettings:
    """The same by somebody (None: whoever has the command line), with a note of each that differs."""
    before = settings_of(shop)
    after = change(shop, **told)
    for name in MAY_BE_SET:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            trail.note(shop, by, "surveys.changed", at=at, setting=name, old=_noted(old), new=_noted(new))
    return after


def _noted(value: object) -> object:
    return ", ".join(value.split("\n")) if isinstance(value, str) else value
