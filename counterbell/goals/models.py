"""Targets and alerts of a shop.

Targets are never edited: a change is a new row, and so is giving a goal up. Alerts and deliveries change only by
guarded updates, so that several processes may look at them at once.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from counterbell.accounts.models import Shop, User
from counterbell.record.fields import InstantField


def _by_person() -> "models.ForeignKey[User | None, User | None]":
    """Who did it; null: nobody who has an account here (the command line), or a person who is gone."""
    return models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")


def _of_shop() -> "models.ForeignKey[Shop, Shop]":
    return models.ForeignKey(Shop, models.CASCADE, related_name="+", db_index=False)


class ScopeName(models.TextChoices):
    """Of whom something is asked; `shop` is everybody."""

    SHOP = "shop"
    TEAM = "team"
    AGENT = "agent"
    CHANNEL = "channel"


class PeriodName(models.TextChoices):
    """How long a goal is for."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Target(models.Model):
    """What is to be reached in each period from `valid_from` on: `value`, or `step` better than the period before.

    Both are in the metric's own unit (seconds, a share from 0 to 1, points, tickets); both null: the goal is given up.
    """

    shop = _of_shop()
    metric = models.CharField(max_length=60)
    scope = models.CharField(max_length=8, choices=ScopeName.choices)
    scope_value = models.TextField(default="", help_text="the team, agent or channel; empty for the shop")
    period = models.CharField(max_length=8, choices=PeriodName.choices)
    value = models.FloatField(null=True)
    step = models.FloatField(null=True)
    valid_from = models.DateField(help_text="the first day of the first period that it is for")
    set_by = _by_person()
    set_at = InstantField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shop", "metric", "set_at"], name="target_of_metric")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(step__isnull=True), name="target_one_of_two")
        ]


class RuleKind(models.TextChoices):
    """What an alert is about."""

    THRESHOLD = "threshold"
    GOAL = "goal"
    JUMP = "jump"
    WAITING = "waiting"


class Rule(models.Model):
    """When a shop wants to be told.

    threshold: `metric` over the last `days` is worse than `limit`. goal: a goal of that metric (empty: any goal) is
    behind. jump: `metric` has left what is usual. waiting: a customer has waited for an answer for `limit` seconds.
    `round` counts how often it has been over: an alert of one round is raised once.
    """

    shop = _of_shop()
    kind = models.CharField(max_length=10, choices=RuleKind.choices)
    metric = models.CharField(max_length=60, default="")
    scope = models.CharField(max_length=8, choices=ScopeName.choices, default=ScopeName.SHOP)
    scope_value = models.TextField(default="")
    limit = models.FloatField(null=True, help_text="in the metric's own unit")
    days = models.PositiveSmallIntegerField(null=True, help_text="the last so many local days, today included")
    on = models.BooleanField(default=True)
    round = models.PositiveIntegerField(default=0)
    set_by = _by_person()
    set_at = InstantField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shop", "on"], name="rule_of_shop")]


class Alert(models.Model):
    """Something that a rule has found: what, with which figures, since when, and who has seen to it.

    The sentence is not kept: `values` are, and `sentences.py` says them in the reader's language.
    """

    shop = _of_shop()
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="alerts", db_index=False)
    occurrence = models.CharField(max_length=120, help_text="what makes it another one than the last")
    kind = models.CharField(max_length=10, choices=RuleKind.choices)
    values = models.JSONField(help_text="as they were when it was raised")
    opened_at = InstantField()
    ended_at = InstantField(null=True)
    acknowledged_at = InstantField(null=True)
    acknowledged_by = _by_person()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "occurrence"], name="alert_once")]
        indexes: ClassVar = [models.Index(fields=["shop", "opened_at"], name="alert_of_shop")]


class Listener(models.Model):
    """To whom the alerts of a shop are told: an address for mail, or an https URL with the secret that signs."""

    class Way(models.TextChoices):
        MAIL = "mail"
        WEBHOOK = "webhook"

    shop = _of_shop()
    way = models.CharField(max_length=8, choices=Way.choices)
    address = models.TextField()
    language = models.CharField(max_length=8, default="en", help_text="in which mails are written")
    secret = models.TextField(default="", help_text="encrypted")
    on = models.BooleanField(default=True)
    set_by = _by_person()
    set_at = InstantField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "way", "address"], name="listener_once")]


class QuietHours(models.Model):
    """When a shop does not want to be told anything: from until before, in minutes of its local clock, past midnight
    where `until` is not the later one. What comes up meanwhile is told at their end."""

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="+")
    since = models.PositiveSmallIntegerField()
    until = models.PositiveSmallIntegerField()


class Delivery(models.Model):
    """An alert that is to be told to a listener, once.

    `due` becomes `claimed` by whoever tells it, then `told`, `failed` (it will never be) or, when that process ended
    without a word, `unsure` (a webhook: it may have arrived) or `due` again (a mail: the outbox takes it only once).
    """

    class State(models.TextChoices):
        DUE = "due"
        CLAIMED = "claimed"
        TOLD = "told"
        FAILED = "failed"
        UNSURE = "unsure"

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="deliveries", db_index=False)
    listener = models.ForeignKey(Listener, models.CASCADE, related_name="deliveries", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    due_at = InstantField()
    claimed_at = InstantField(null=True)
    told_at = InstantField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["alert", "listener"], name="delivery_once")]
        indexes: ClassVar = [models.Index(fields=["state", "due_at"], name="delivery_due")]


class Watch(models.Model):
    """When the rules of a shop were last looked at; claimed by a guarded update of `looked_at`."""

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="+")
    looked_at = InstantField(null=True)
