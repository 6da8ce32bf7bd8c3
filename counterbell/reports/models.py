"""Who gets which report."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Shop, User
from counterbell.record.fields import InstantField


class Audience(models.TextChoices):
    """For whom a report is written."""

    OWNER = "owner", later("owner: ten numbers and what changed")
    LEAD = "lead", later("lead: agents, backlog and bad ratings")


class Rhythm(models.TextChoices):
    """How often it comes, and of how long it tells."""

    WEEK = "week", later("every week")
    MONTH = "month", later("every month")


class Subscription(models.Model):
    """A person of the shop gets a report of each week or month that is over, as long as he or she works there."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    audience = models.CharField(max_length=5, choices=Audience)
    rhythm = models.CharField(max_length=5, choices=Rhythm)
    language = models.CharField(max_length=8, default="", help_text="en, fr or id; empty: the person's")
    with_csv = models.BooleanField(default=False, help_text="whether the figures of each day go with it")
    on = models.BooleanField(default=True)
    set_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    set_at = InstantField(help_text="of periods that were over before it, nothing is sent")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "user", "audience", "rhythm"], name="subscription_once")
        ]
