"""What the desk keeps beside the record: what is not history yet, or nobody's history at all."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.record.fields import InstantField
from counterbell.record.models import Ticket

from .rules.models import Absence, Assigning, AssignmentRule, ByRule, Unassigned
from .targets.models import ServiceTarget

__all__ = ["Absence", "Assigning", "AssignmentRule", "ByRule", "ServiceTarget", "Unassigned"]
"""The models of `rules/` and `targets/`, which Django looks for here."""

OVERTAKEN = "overtaken"
"""The question about a held reply, after which the customer wrote."""


def _of_shop() -> "models.ForeignKey[Shop, Shop]":
    return models.ForeignKey(Shop, models.CASCADE, related_name="+", db_index=False)


def _of_ticket() -> "models.ForeignKey[Ticket, Ticket]":
    return models.ForeignKey(Ticket, models.CASCADE, related_name="+")


def _of_person() -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")


class HeldReply(models.Model):
    """A reply that an agent has sent and can still take back: it goes out, and into the record, at `due_at`.

    With a `question` it stays until a person decides: somebody wrote meanwhile, or it cannot go out as it is.
    """

    shop = _of_shop()
    ticket = _of_ticket()
    user = _of_person()
    agent = models.TextField(help_text="the record's id of the agent")
    message = models.TextField(unique=True, help_text="the id that the message gets in the record")
    text = models.TextField()
    then = models.CharField(max_length=7, default="", help_text="the ticket's status afterwards; empty: as it was")
    seen = models.BigIntegerField(help_text="the newest message that the agent had before the eyes")
    macros = models.JSONField(default=list, help_text="the macros in it")
    held_at = InstantField()
    due_at = InstantField()
    question = models.TextField(default="", help_text="why it has not gone out: OVERTAKEN, or in words")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="held_reply_due")]

    @property
    def asks(self) -> str:
        """The question in the reader's words."""
        if self.question != OVERTAKEN:
            return self.question
        return _("The customer has written meanwhile. Read it, then send the reply or take it back.")


class Draft(models.Model):
    """What somebody has begun to write on a ticket, kept as it is typed."""

    ticket = _of_ticket()
    user = _of_person()
    text = models.TextField()
    macros = models.JSONField(default=list)
    kept_at = InstantField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "user"], name="one_draft_a_person")]


class Snooze(models.Model):
    """When a snoozed ticket wakes."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="snooze")
    until = InstantField(db_index=True)


class Presence(models.Model):
    """Somebody has a ticket open, as of `seen_at`, and wrote on it last at `wrote_at`."""

    ticket = _of_ticket()
    user = _of_person()
    seen_at = InstantField()
    wrote_at = InstantField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "user"], name="one_presence_a_person")]


class SavedView(models.Model):
    """A way to look at the inbox that a person has given a name; `query` is what stands in its address."""

    shop = _of_shop()
    user = _of_person()
    name = models.CharField(max_length=60)
    query = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "user", "name"], name="one_view_a_name")]


class Macro(models.Model):
    """A prepared answer in one or several languages, with what is done along with it."""

    shop = _of_shop()
    name = models.CharField(max_length=80)
    texts = models.JSONField(default=dict, help_text="the text by language; with {{ variables }}")
    tags = models.JSONField(default=list, help_text="put on the ticket")
    assign = models.BooleanField(default=False, help_text="the ticket is given to whoever uses it")
    close = models.BooleanField(default=False, help_text="the ticket is closed after it")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="who may change it beside leads and owners; null: nobody",
    )
    priority = models.TextField(default="", help_text="given to the ticket; empty: it keeps its own")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "name"], name="one_macro_a_name")]

    def __str__(self) -> str:
        return self.name


class MacroUse(models.Model):
    """A message that went out, or was noted, with a macro in it."""

    macro = models.ForeignKey(Macro, models.CASCADE, related_name="uses")
    ticket = _of_ticket()
    message = models.TextField(help_text="the record's id of the message")
    used_at = InstantField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["macro", "message"], name="macro_used_once_a_message")]


class PicturesOf(models.Model):
    """A person always wants to see the pictures in the mails of that sender."""

    shop = _of_shop()
    user = _of_person()
    sender = models.TextField(help_text="the mail address, in lower case")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "user", "sender"], name="pictures_of_one")]


class SearchProgress(models.Model):
    """How far the words of a shop's record are in the search: everything up to these rows."""

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="+")
    ticket = models.BigIntegerField(default=0)
    message = models.BigIntegerField(default=0)


class StaleSearch(models.Model):
    """A ticket whose words are no longer what the search knows: its person was erased, or is called otherwise now."""

    ticket_id = models.BigIntegerField(db_index=True)
    shop_id = models.BigIntegerField(db_index=True)
