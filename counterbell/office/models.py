"""What people have asked for in the settings and is not done yet: invitations, and files to be taken in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Role, Shop


class Invitation(models.Model):
    """Somebody asked by mail to work for a shop; the link in the mail is signed, and good once and for a while."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=6, choices=Role)
    agent = models.CharField(max_length=200, default="", blank=True)
    language = models.CharField(max_length=2, default="", blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    invited_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, default=None)
    withdrawn_at = models.DateTimeField(null=True, default=None)

    def __str__(self) -> str:
        return f"{self.email} ({self.role}, {self.shop})"


class State(models.TextChoices):
    """How far a file is."""

    HERE = "here", later("waits for you")
    QUEUED = "queued", later("waits for its turn")
    RUNNING = "running", later("running")
    DONE = "done", later("done")
    FAILED = "failed", later("failed")
    CANCELLED = "cancelled", later("cancelled")


ENDED = (State.DONE, State.FAILED, State.CANCELLED)


class Upload(models.Model):
    """A file that somebody has sent, from its recognition to the end of its import; of one shop, one runs at a time.

    While `lease_until` lies ahead, the process that `lease_holder` names is reading it.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="uploads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    name = models.CharField(max_length=200, help_text="as the person called it")
    stored = models.CharField(max_length=80, help_text="the name under which it lies in the data directory")
    size = models.BigIntegerField()
    source = models.CharField(max_length=40)
    why = models.CharField(max_length=40, help_text="by what it was recognised")
    sample = models.JSONField(default=dict, help_text="of a table: its form, header and first rows")
    mapping = models.JSONField(null=True, default=None, help_text="of a table: which column tells what")
    state = models.CharField(max_length=9, choices=State, default=State.HERE)
    put_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, default=None)
    started_at = models.DateTimeField(null=True, default=None)
    ended_at = models.DateTimeField(null=True, default=None)
    bytes_read = models.BigIntegerField(default=0)
    bytes_in_all = models.BigIntegerField(null=True, default=None)
    counts = models.JSONField(default=dict)
    refused = models.CharField(max_length=200, default="", help_text="the file of the refused lines")
    error = models.TextField(default="")
    cancel = models.BooleanField(default=False, help_text="somebody wants it stopped")
    lease_holder = models.CharField(max_length=32, default="")
    lease_until = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop"], name="one_import_at_a_time", condition=Q(state="running"))
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def has_ended(self) -> bool:
        """Whether nothing will become of it any more."""
        return self.state in ENDED
