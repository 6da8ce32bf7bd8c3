"""How a shop asks its customers, and changing it."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.mail import addresses

from .models import SurveySettings
from .planning import newest_change

MAY_BE_SET = (
    "on", "mail_delay_minutes", "chat_delay_minutes", "quiet_days", "sample_percent", "window_days", "style",
    "language", "not_with_tags", "low_score", "low_reopens", "low_tag", "low_notify", "widget_origins",
    "widget_every_days",
)  # fmt: skip


def settings_of(shop: Shop) -> SurveySettings:
    """The shop's settings, as they are without a word from it if it has said none."""
    settings, _ = SurveySettings.objects.get_or_create(
        shop=shop, defaults={"widget_key": secrets.token_hex(12), "widget_secret": secrets.token_urlsafe(32)}
    )
    return settings


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
    try:
        settings.clean_fields(exclude=["shop"])
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise Problem(f"{name} cannot be {told.get(name)!r}: {sentences[0]}") from None
    if begins:
        settings.seen_until = newest_change()
    settings.save()
    return settings
