"""What a shop asks of itself. Never edited: a change is a new row, and so is giving a target up."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from counterbell.accounts.models import Shop
from counterbell.record.fields import InstantField


class ServiceTarget(models.Model):
    """Tickets of that channel and priority (empty: any) created from `holds_from` on are to be answered and resolved
    within so many seconds; null: nothing is said of it here, so a wider target holds. Both null: it is given up."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+", db_index=False)
    channel = models.TextField(default="")
    priority = models.TextField(default="")
    first_response_seconds = models.PositiveIntegerField(null=True)
    resolution_seconds = models.PositiveIntegerField(null=True)
    business = models.BooleanField(default=False, help_text="only opening hours count")
    holds_from = InstantField(help_text="never before it was set: no ticket that is there gets another target")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = InstantField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shop", "holds_from"], name="service_target_of_shop")]
