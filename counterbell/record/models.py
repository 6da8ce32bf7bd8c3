"""The record: what happened, in order, and never changed afterwards.

The tables of history (everything but Agent, Customer and the bookkeeping at the end) are append-only; triggers in the
database hold that (see `append_only.py`). The one change they allow is the blanking of texts when a person is erased.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from counterbell.accounts.models import Shop

from .fields import InstantField


class Author(models.IntegerChoices):
    """Who spoke or acted; the numbers are the order in which things of one instant count."""

    CUSTOMER = 1, "customer"
    AUTOMATION = 2, "automation"
    AGENT = 3, "agent"


class StatusName(models.IntegerChoices):
    """A ticket's statuses; only `closed` is resolved. The numbers are their order at one instant."""

    OPEN = 1, "open"
    PENDING = 2, "pending"
    SNOOZED = 3, "snoozed"
    CLOSED = 4, "closed"


class FlagName(models.IntegerChoices):
    """What takes a ticket out of the count."""

    SPAM = 1, "spam"
    DELETED = 2, "deleted"


def _belongs_to_shop() -> "models.ForeignKey[Shop, Shop]":
    return models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False, db_constraint=False)


def _by_agent() -> "models.ForeignKey[Agent | None, Agent | None]":
    return models.ForeignKey("Agent", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)


def _key(*fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=fields, name="%(class)s_key")


class Agent(models.Model):
    """A human of the shop who answers."""

    shop = _belongs_to_shop()
    external_id = models.TextField()
    name = models.TextField(null=True)
    email = models.TextField(null=True)
    team = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [_key("shop", "external_id")]


class Customer(models.Model):
    """A customer as a source knows them; several may be one person.

    `person_key` says which: equal keys are one person. It follows from `person`, e-mail address and phone number (see
    `persons.py`) and is kept here so that nobody has to compare all customers to find out.
    """

    shop = _belongs_to_shop()
    external_id = models.TextField()
    email = models.TextField(null=True)
    phone = models.TextField(null=True)
    name = models.TextField(null=True)
    language = models.TextField(null=True)
    country = models.TextField(null=True)
    person = models.TextField(null=True)
    email_key = models.TextField(null=True, help_text="the e-mail address as it is compared")
    person_key = models.TextField()

    class Meta:
        constraints: ClassVar = [_key("shop", "external_id")]
        indexes: ClassVar = [
            models.Index(fields=["shop", "person_key"], name="customer_person"),
            models.Index(fields=["shop", "email_key"], name="customer_email", condition=Q(email_key__isnull=False)),
            models.Index(fields=["shop", "person"], name="customer_given", condition=Q(person__isnull=False)),
            models.Index(fields=["shop", "phone"], name="customer_phone", condition=Q(phone__isnull=False)),
        ]


class Ticket(models.Model):
    """A conversation between a customer and the shop on one channel, as it was when it began."""

    shop = _belongs_to_shop()
    external_id = models.TextField()
    channel = models.TextField()
    created_at = InstantField()
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="tickets", db_index=False)
    outbound = models.BooleanField(default=False)
    subject = models.TextField(null=True)
    store = models.TextField(null=True)
    priority = models.TextField(null=True)
    language = models.TextField(null=True)
    tags = models.TextField(default="[]", help_text="a JSON list")
    intent = models.TextField(null=True)
    status = models.PositiveSmallIntegerField(choices=StatusName.choices, default=StatusName.OPEN)
    history = models.TextField(null=True, help_text="partial or summary; null: it is known in full")

    class Meta:
        constraints: ClassVar = [_key("shop", "external_id")]
        indexes: ClassVar = [
            models.Index(fields=["shop", "created_at"], name="ticket_created"),
            models.Index(fields=["customer", "created_at"], name="ticket_customer"),
        ]


class TicketState(models.Model):
    """What a ticket is now; follows from its history and can be rebuilt from it (see `state.py`)."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, primary_key=True, related_name="state")
    status = models.PositiveSmallIntegerField(choices=StatusName.choices)
    assignee = _by_agent()
    team = models.TextField(null=True)
    tags = models.TextField(default="[]", help_text="a JSON list")
    intent = models.TextField(null=True)
    priority = models.TextField(null=True)
    spam = models.BooleanField(default=False)
    deleted = models.BooleanField(default=False)
    merged_into = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes: ClassVar = [  # what an inbox shows: few of many tickets
            models.Index(fields=["ticket"], name="ticket_unresolved", condition=Q(status__lt=StatusName.CLOSED)),
            models.Index(fields=["assignee"], name="ticket_of_assignee", condition=Q(status__lt=StatusName.CLOSED)),
        ]


class Message(models.Model):
    """Something said in a ticket, to the customer (`public`) or among colleagues."""

    shop = _belongs_to_shop()
    external_id = models.TextField()
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", db_index=False)
    happened_at = InstantField()
    author = models.PositiveSmallIntegerField(choices=Author.choices)
    agent = _by_agent()
    public = models.BooleanField(default=True)
    channel = models.TextField(null=True)
    text = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [_key("shop", "external_id")]
        indexes: ClassVar = [  # covers all that the facts read, so that they never touch the texts
            models.Index(
                fields=["ticket", "happened_at", "author", "public", "agent", "external_id"], name="message_stream"
            )
        ]


class StatusChange(models.Model):
    """A status set on a ticket, by somebody, by something, or (author and agent null) unknown by whom."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="status_changes", db_index=False)
    happened_at = InstantField()
    status = models.PositiveSmallIntegerField(choices=StatusName.choices)
    author = models.PositiveSmallIntegerField(choices=Author.choices, null=True)
    agent = _by_agent()

    class Meta:
        constraints: ClassVar = [_key("ticket", "happened_at", "status")]


class Assignment(models.Model):
    """A ticket given to an agent, or (agent null) to nobody."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="assignments", db_index=False)
    happened_at = InstantField()
    agent = _by_agent()
    team = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [_key("ticket", "happened_at")]


class TagChange(models.Model):
    """Tags put on a ticket, then tags taken off it; both are JSON lists."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="tag_changes", db_index=False)
    happened_at = InstantField()
    added = models.TextField(default="[]")
    removed = models.TextField(default="[]")

    class Meta:
        constraints: ClassVar = [_key("ticket", "happened_at")]


class IntentChange(models.Model):
    """What the customer wants, as recognised at that time."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="intent_changes", db_index=False)
    happened_at = InstantField()
    name = models.TextField()
    confidence = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [_key("ticket", "happened_at")]


class PriorityChange(models.Model):
    """A priority given to a ticket, or (`changed_to` null) taken from it."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="priority_changes", db_index=False)
    happened_at = InstantField()
    changed_to = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [_key("ticket", "happened_at")]


class Flag(models.Model):
    """A ticket marked as spam or deleted, or (value false) no longer."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="flags", db_index=False)
    happened_at = InstantField()
    flag = models.PositiveSmallIntegerField(choices=FlagName.choices)
    value = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [_key("ticket", "happened_at", "flag")]


class Merge(models.Model):
    """A ticket that went into another; its messages and surveys belong to that one from then on."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="merge")
    into = models.ForeignKey(Ticket, models.PROTECT, related_name="merged_in")
    happened_at = InstantField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(ticket=F("into")), name="merge_not_into_itself")]


class Survey(models.Model):
    """The question how it was, sent to the customer."""

    shop = _belongs_to_shop()
    external_id = models.TextField()
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="surveys")
    sent_at = InstantField()

    class Meta:
        constraints: ClassVar = [_key("shop", "external_id")]


class Rating(models.Model):
    """An answer to a survey, from 1 (bad) to 5 (good)."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="ratings", db_index=False)
    happened_at = InstantField()
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(null=True)
    suspected_robot = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            _key("survey", "happened_at"),
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_score_1_to_5"),
        ]


class Order(models.Model):
    """A purchase; `paid` is in minor units of its currency."""

    shop = _belongs_to_shop()
    external_id = models.TextField()
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders", db_index=False)
    placed_at = InstantField()
    currency = models.CharField(max_length=3)
    paid = models.BigIntegerField()
    test = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [_key("shop", "external_id")]
        indexes: ClassVar = [
            models.Index(fields=["shop", "placed_at"], name="order_placed"),
            models.Index(fields=["customer", "placed_at"], name="order_customer"),
        ]


class Refund(models.Model):
    """Money given back for an order, in minor units of the order's currency."""

    shop = _belongs_to_shop()
    external_id = models.TextField()
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    happened_at = InstantField()
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [_key("shop", "external_id")]


class OrderState(models.Model):
    """How far an order is, and where its parcel can be followed, as told at that time."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="states", db_index=False)
    happened_at = InstantField()
    state = models.TextField(null=True)
    tracking_url = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [_key("order", "happened_at")]


# ---- bookkeeping: not history


class Waiting(models.Model):
    """An entry that names a ticket, survey or order that has not come yet; taken in when it comes."""

    shop = _belongs_to_shop()
    needs = models.CharField(max_length=8, help_text="ticket, survey or order")
    needed_id = models.TextField()
    entry = models.TextField(help_text="the entry as a line of the log format")
    line = models.BigIntegerField(default=0, help_text="where it stood in its source")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the entry, so that it waits only once")

    class Meta:
        constraints: ClassVar = [_key("shop", "digest")]
        indexes: ClassVar = [models.Index(fields=["shop", "needs", "needed_id"], name="waiting_for")]


class DirtyMonth(models.Model):
    """A month whose facts are older than the record; `version` grows with every write that touches it.

    `month` counts from year 0 (2025-03 is 2025 * 12 + 2) and is the UTC month of the creation of a ticket, or of the
    placing of an order.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="dirty_months", db_index=False)
    month = models.IntegerField()
    version = models.BigIntegerField(default=1)
    tickets = models.TextField(null=True, help_text="a JSON list of the tickets whose facts are old; null: all of them")
    orders = models.TextField(null=True, help_text="a JSON list of the orders whose facts are old; null: all of them")

    class Meta:
        constraints: ClassVar = [_key("shop", "month")]


class Pulse(models.Model):
    """That something of a shop has changed (see `pulse.py`): the number of the last change, and the last ones."""

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="+")
    number = models.BigIntegerField(default=0)
    recent = models.TextField(default="[]", help_text="a JSON list of [number, tickets]; tickets null: any of them")


class Import(models.Model):
    """A run of a source: how far it is, so that a broken run goes on where it stopped."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="imports", db_index=False)
    source = models.CharField(max_length=40)
    origin = models.TextField(help_text="what is read: the file's name and a digest of its beginning")
    position = models.BigIntegerField(default=0, help_text="everything before it is in the record")
    counts = models.JSONField(default=dict)
    started_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        constraints: ClassVar = [_key("shop", "source", "origin")]


class Connection(models.Model):
    """An account of a vendor that is read live: how to reach it, how far it has been read, and who is reading now.

    `secret` is what lets us in, encrypted with a key that is not in the database; kept only for a schedule. `places`
    gives each kind of object the place from which the next run goes on. While `lease_until` lies ahead, the process
    that `lease_holder` names is reading.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="connections", db_index=False)
    source = models.CharField(max_length=40)
    account = models.TextField(help_text="whose account it is: a domain")
    settings = models.JSONField(default=dict, help_text="what the source is given")
    every_minutes = models.PositiveIntegerField(
        null=True, help_text="due so long after the last run; null: only by hand"
    )
    secret = models.TextField(default="", help_text="encrypted; empty: from the environment or asked for")
    places = models.JSONField(default=dict)
    pages_read = models.PositiveIntegerField(default=0, help_text="of the last run")
    pages_left = models.PositiveIntegerField(null=True, help_text="where the vendor tells")
    began_at = InstantField(null=True, help_text="when the last run began")
    ended_at = InstantField(null=True, help_text="when a run last came to its end")
    error = models.TextField(default="", help_text="why the last run did not come to its end")
    lease_holder = models.TextField(default="")
    lease_until = InstantField(null=True)

    class Meta:
        constraints: ClassVar = [_key("shop", "source", "account")]


class VendorFigure(models.Model):
    """A figure that a vendor computed of its own ticket: a duration in microseconds or a text."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="vendor_figures", db_index=False)
    source = models.CharField(max_length=40)
    ticket = models.TextField(help_text="the ticket's external id")
    name = models.CharField(max_length=80)
    value_us = models.BigIntegerField(null=True)
    text = models.TextField(null=True)
    as_of = InstantField(help_text="when it was read")

    class Meta:
        constraints: ClassVar = [_key("shop", "source", "ticket", "name")]
