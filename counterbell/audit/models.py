"""Who changed what of a shop, and when; the database itself refuses to change or delete it."""

from typing import ClassVar

from django.db import models

from counterbell.accounts.models import Shop


class Note(models.Model):
    """Something that a person did to a shop. `told` is what the sentence about it needs, never a secret.

    People are kept by name and address as they were then, so that the note outlives them; a program as
    `API:` and the name of its token.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=254, default="", blank=True, help_text="the address; empty: the command line")
    what = models.CharField(max_length=40)
    told = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shop", "-at"], name="note_of_shop")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.what}"
