"""What goes out by mail: each mail once, from the moment somebody decided it until a server has taken it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from counterbell.accounts.models import Shop
from counterbell.record.fields import InstantField
from counterbell.record.models import Message, Ticket


class State(models.TextChoices):
    """How far a mail is. `unsure`: it may or may not have gone out, and a person decides. `bounced`: it came back."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    BOUNCED = "bounced"


class Sender(models.Model):
    """From whom a shop's mails are, where they say nothing else."""

    shop = models.OneToOneField(Shop, models.PROTECT, related_name="sender")
    name = models.TextField(default="", blank=True)
    address = models.TextField()
    reply_to = models.TextField(default="", blank=True)


class Consent(models.Model):
    """That Google or Microsoft lets us into a mailbox: somebody has consented, and can take it back there."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False)
    address = models.TextField(help_text="the mailbox, in lower case")
    provider = models.CharField(max_length=20)
    tenant = models.TextField(default="", help_text="the organisation at Microsoft")
    client_id = models.TextField()
    secret = models.TextField(help_text="the client's secret and the refresh token, as JSON, encrypted")
    access = models.TextField(default="", help_text="the access token, encrypted")
    good_until = InstantField(null=True, help_text="how long the access token lets in")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "address"], name="consent_key")]


class OwnServer(models.Model):
    """The mail server by which a shop's mails from an address leave, instead of the installation's own way out."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False)
    address = models.TextField(help_text="from which the mails are, in lower case")
    host = models.TextField()
    port = models.PositiveIntegerField()
    tls = models.CharField(max_length=8, help_text="tls (from the start), starttls, or off")
    user = models.TextField()
    secret = models.TextField(help_text="the password, encrypted; empty: the address's consent lets in")
    error = models.TextField(default="", help_text="why nothing could go out by it the last time")
    said = models.JSONField(null=True, help_text="what tells the error in other languages, if it can be")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "address"], name="own_server_key")]


class Outgoing(models.Model):
    """A mail on its way out. `key` makes it happen once; what stands before its first colon is the mail's kind.

    `message_id` is made when the mail is put, so that every try is the same mail to whoever receives it. What the mail
    says goes when it is sent: the record holds what was said to a customer.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.TextField()
    kind = models.TextField()
    to = models.TextField(help_text="an address a line")
    cc = models.TextField(default="", help_text="an address a line")
    from_address = models.TextField(default="", help_text="empty: the shop's sender")
    reply_to = models.TextField(default="")
    subject = models.TextField()
    text = models.TextField(default="")
    html = models.TextField(default="")
    headers = models.JSONField(default=dict)
    message_id = models.TextField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    put_at = InstantField()
    due_at = InstantField()
    sent_at = InstantField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="", help_text="why the last try did not end well, in the server's words")
    lease_holder = models.TextField(default="")
    lease_until = InstantField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "key"], name="outgoing_key", condition=Q(shop__isnull=False)),
            models.UniqueConstraint(fields=["key"], name="outgoing_key_of_nobody", condition=Q(shop__isnull=True)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="outgoing_due"),
            models.Index(fields=["message_id"], name="outgoing_message_id"),
        ]

    @property
    def recipients(self) -> list[str]:
        """To whom it goes."""
        return self.to.splitlines()


class Part(models.Model):
    """A picture within a mail (with a content id), or a file beside it."""

    mail = models.ForeignKey(Outgoing, models.CASCADE, related_name="parts")
    name = models.TextField()
    media_type = models.TextField()
    content = models.BinaryField()
    content_id = models.TextField(default="")


class Direction(models.TextChoices):
    """Where a mail came from: a customer, or us. `referred`: it has not come, but one that came answers it."""

    IN = "in"
    OUT = "out"
    REFERRED = "referred"


class MailId(models.Model):
    """That the mail with this Message-ID belongs to a ticket, and (where it is one) which message of it it is."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False)
    msg_id = models.TextField(help_text="the Message-ID, without its angle brackets")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="mail_ids")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="mail_ids")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    known_at = InstantField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "msg_id"], name="mailid_key")]
