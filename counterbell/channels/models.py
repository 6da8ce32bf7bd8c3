"""Mailboxes, the mail that came in by them (kept as it came, whatever becomes of it), and what hung on it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from counterbell.accounts.models import Shop
from counterbell.mail.addresses import bare
from counterbell.record.fields import InstantField
from counterbell.record.models import Message, Ticket

IMAP = "imap"


class Mailbox(models.Model):
    """An address at which a shop is written to, and how its mail reaches us: `way` is imap, or a provider's name.

    `place` is the UID of the last mail that was taken from the IMAP server, which holds for `uid_validity` alone. Mail
    that the server received before `since` is left where it is. While `lease_until` lies ahead, a process watches it.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="mailboxes", db_index=False)
    address = models.TextField(help_text="the address that customers know, in lower case")
    way = models.CharField(max_length=20)
    store = models.TextField(default="", help_text="the store that its tickets belong to; empty: none")
    plus_addresses = models.BooleanField(default=False, help_text="whether mail to name+anything@... arrives here")
    settings = models.JSONField(default=dict, help_text="how to reach it; nothing secret")
    secret = models.TextField(default="", help_text="what lets in, as JSON, encrypted")
    path_digest = models.CharField(max_length=64, default="", help_text="of the secret part of a webhook's address")
    since = InstantField()
    uid_validity = models.BigIntegerField(null=True)
    place = models.BigIntegerField(default=0)
    active = models.BooleanField(default=True)
    fetched_at = InstantField(null=True, help_text="when it was last looked into without trouble")
    due_at = InstantField(null=True, help_text="not to be looked into before; null: at any time")
    error = models.TextField(default="", help_text="why it could not be looked into")
    said = models.JSONField(null=True, help_text="what tells the error in other languages, if it can be")
    lease_holder = models.TextField(default="")
    lease_until = InstantField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "address"], name="mailbox_key"),
            models.UniqueConstraint(fields=["path_digest"], name="mailbox_path", condition=~Q(path_digest="")),
        ]

    @property
    def bare(self) -> str:
        """The address alone, as addresses are compared."""
        return bare(self.address)


class State(models.TextChoices):
    """How far a mail that came in is. `failed`: it was tried several times and waits for a person. `shelved`: a person
    has set it aside as not wanted."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SHELVED = "shelved"


class Became(models.TextChoices):
    """What a mail became: a ticket, a message or a note of one; or nothing, and why not."""

    TICKET = "ticket"
    MESSAGE = "message"
    NOTE = "note"
    COPY = "copy"
    """the same mail is there already"""
    OURS = "ours"
    """we have sent it ourselves"""
    ASIDE = "aside"
    """a machine wrote it, and it belongs to no ticket"""


class Incoming(models.Model):
    """A mail as it came in. The raw bytes lie in a file by their `digest`, and stay there whatever comes of them.

    `identity` is what tells one mail from another whichever way it came; only the first of several copies has it.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False)
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, related_name="incoming")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the raw bytes")
    size = models.BigIntegerField(help_text="in bytes, as the mail was; what is too large is kept in part")
    received_at = InstantField()
    kept_at = InstantField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    due_at = InstantField()
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="", help_text="why the last try failed")
    identity = models.CharField(max_length=64, default="")
    became = models.CharField(max_length=7, choices=Became.choices, default="")
    why = models.TextField(default="", help_text="what kind of automatic mail it is and by what that is known")
    no_answer = models.TextField(default="", help_text="why automation must not answer it; empty: it may")
    sender = models.TextField(default="")
    subject = models.TextField(default="")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="+")
    message = models.OneToOneField(Message, models.PROTECT, null=True, related_name="incoming")
    follows = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="+", help_text="a ticket long closed")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "digest"], name="incoming_key"),
            models.UniqueConstraint(fields=["shop", "identity"], name="incoming_one", condition=~Q(identity="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="incoming_due"),
            models.Index(fields=["mailbox", "kept_at"], name="incoming_kept"),
        ]


class Attached(models.Model):
    """Something that hung on a mail. Its bytes lie in a file by their `digest`; `refused` says why they do not."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="attached")
    number = models.PositiveSmallIntegerField(help_text="its place in the mail, from 1")
    name = models.TextField()
    media_type = models.TextField(help_text="by its content where that is a picture we show; else as the sender says")
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, default="")
    cid = models.TextField(default="", help_text="the name by which the mail's HTML shows it")
    inline = models.BooleanField(default=False)
    refused = models.CharField(max_length=7, default="", choices={"large": "too large", "program": "a program"})

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "number"], name="attached_key")]
        indexes: ClassVar = [models.Index(fields=["shop", "digest"], name="attached_digest")]


class Enclosed(models.Model):
    """A file that somebody has chosen for a message that is not said yet; its bytes lie by their `digest`."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    message = models.TextField(default="", help_text="the id that the message gets; empty: it is still being written")
    name = models.TextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    chosen_at = InstantField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["shop", "digest"], name="enclosed_digest"),
            models.Index(fields=["shop", "message"], name="enclosed_message"),
        ]


class Needless(models.Model):
    """Bytes that perhaps nothing names any more; looked at from `due_at` on, and removed where that is so."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    mail = models.BooleanField(default=False, help_text="whether even a mail that came as these bytes is to go")
    due_at = InstantField(db_index=True)
