"""Which Parquet files are the current facts; the files themselves lie in the data directory."""

from typing import ClassVar

from django.db import models

from counterbell.accounts.models import Shop
from counterbell.record.fields import InstantField


class FactsMonth(models.Model):
    """The current version of the facts of one month: five Parquet files in `<facts>/<shop>/<month>-<version>/`.

    A reader who follows these rows sees whole versions only; versions that are replaced are kept for a while (see
    `Retired`), so that whoever is still reading can finish.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="facts_months", db_index=False)
    month = models.IntegerField(help_text="2025-03 is 2025 * 12 + 2")
    version = models.CharField(max_length=32, help_text="the name of the directory")
    definition = models.CharField(max_length=16, default="", help_text="a digest of the code that made it")
    built_at = InstantField()
    first_event_at = InstantField(help_text="of all that the facts tell of")
    last_event_at = InstantField(help_text="of all that the facts tell of; before any as-of later than it, they hold")
    stale_at = InstantField(null=True, help_text="when the next event dated in the future begins to exist")
    open_spells = models.BigIntegerField(help_text="spells that have not ended")
    rows = models.JSONField(default=dict, help_text="by table")
    bytes = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "month"], name="facts_month_key")]


class Retired(models.Model):
    """A version that is no longer current; its files go some time after `retired_at`."""

    directory = models.TextField()
    retired_at = InstantField()
