"""The rules of a shop, who is away, and which tickets wait to be given to somebody."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from counterbell.accounts.models import Shop
from counterbell.record.fields import InstantField
from counterbell.record.models import Ticket


def _of_shop() -> "models.ForeignKey[Shop, Shop]":
    return models.ForeignKey(Shop, models.CASCADE, related_name="+", db_index=False)


CONDITIONS = ("channel", "tag", "intent", "language", "priority", "store", "team")
"""What a rule may ask of a ticket: fields of `AssignmentRule`."""


class AssignmentRule(models.Model):
    """Tickets that are so go to these people. The first rule that fits, by `position`, decides.

    A condition that is empty is none; of several values, each on a line, a ticket has to have one.
    The pool is a team, else the people chosen one by one.
    """

    shop = _of_shop()
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    channel = models.TextField(default="")
    tag = models.TextField(default="")
    intent = models.TextField(default="")
    language = models.TextField(default="", help_text="the ticket's, else the customer's")
    priority = models.TextField(default="")
    store = models.TextField(default="")
    team = models.TextField(default="", help_text="the team that the ticket was given to")
    pool_team = models.TextField(default="")
    pool_agents = models.JSONField(default=list, help_text="the record's ids of agents")
    by_load = models.BooleanField(default=False, help_text="to whoever has the fewest open tickets; else in turn")
    at_any_time = models.BooleanField(default=False, help_text="also outside the opening hours")
    on_since = InstantField(null=True, help_text="tickets that came before are not its business; null: it is off")
    last_agent = models.TextField(default="", help_text="who got the last one")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "name"], name="one_rule_a_name")]

    def __str__(self) -> str:
        return self.name

    def wanted(self, condition: str) -> list[str]:
        """The values of a condition, of which a ticket has to have one; where there are none it may have any."""
        values: str = getattr(self, condition)
        return values.split("\n") if values else []


class Unassigned(models.Model):
    """A ticket that nobody has, since it came, was reopened, or was taken from somebody; looked at from `due_at` on.

    Without `due_at` no rule fits it as it is: it waits for something to change.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="+")
    shop = _of_shop()
    since = InstantField()
    due_at = InstantField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shop", "due_at"], name="unassigned_due")]


class Assigning(models.Model):
    """What a shop has chosen for its assignment, and how far its record has been looked at for it."""

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="+")
    frees_from_away = models.BooleanField(
        default=False, help_text="a customer's reply takes the ticket from an agent who is away"
    )
    active = models.BooleanField(default=False, help_text="whether anything is done by itself here")
    seen = models.JSONField(default=dict, help_text="of each table of the record the last row that was looked at")


class Absence(models.Model):
    """Somebody gets no tickets from `from_at` until before `until_at`; null: until he or she is back."""

    shop = _of_shop()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    from_at = InstantField()
    until_at = InstantField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "user"], name="one_absence_a_person")]


class ByRule(models.Model):
    """Which rule made the assignment of that ticket at that time; without a name: taken from somebody who was away."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    happened_at = InstantField()
    rule = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "happened_at"], name="one_reason")]
