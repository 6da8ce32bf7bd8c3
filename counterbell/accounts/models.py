"""The shops of an installation and what they have set."""

from django.db import models


class Shop(models.Model):
    """A brand whose customer service is tracked. Everything in the record belongs to exactly one."""

    slug = models.SlugField(max_length=80, unique=True)
    timezone = models.CharField(max_length=64, default="UTC", help_text="IANA name; days and hours are counted in it")
    currency = models.CharField(max_length=3, default="", blank=True, help_text="ISO 4217; empty until the shop says")
    week_starts = models.CharField(max_length=6, default="monday", choices={"monday": "Monday", "sunday": "Sunday"})
    conversion_days = models.PositiveSmallIntegerField(default=5, help_text="a purchase within so many days converts")
    hours = models.JSONField(null=True, default=None, help_text="opening hours as in the log format; null: not told")
    told = models.BooleanField(default=False, help_text="whether a source or a person has set the above")

    def __str__(self) -> str:
        return self.slug
