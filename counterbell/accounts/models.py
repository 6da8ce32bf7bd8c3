"""The shops of an installation and what they have set, and the people who work for them."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as later


class Shop(models.Model):
    """A brand whose customer service is tracked. Everything in the record belongs to exactly one."""

    slug = models.SlugField(max_length=80, unique=True)
    timezone = models.CharField(max_length=64, default="UTC", help_text="IANA name; days and hours are counted in it")
    currency = models.CharField(max_length=3, default="", blank=True, help_text="ISO 4217; empty until the shop says")
    week_starts = models.CharField(max_length=6, default="monday", choices={"monday": "Monday", "sunday": "Sunday"})
    conversion_days = models.PositiveSmallIntegerField(default=5, help_text="a purchase within so many days converts")
    hours = models.JSONField(null=True, default=None, help_text="opening hours as in the log format; null: not told")
    told = models.BooleanField(default=False, help_text="whether a source or a person has set the above")
    name = models.CharField(max_length=120, default="", blank=True, help_text="as people read it; empty: the slug")
    headline_median = models.BooleanField(default=False, help_text="durations stand for themselves by their median")

    def __str__(self) -> str:
        return self.name or self.slug


class _Users(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who signs in with that address (without a password: once one was set by mail)."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person who signs in, whatever shops he or she works for."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, default="", blank=True)
    language = models.CharField(max_length=2, default="", blank=True, help_text="en, fr or id; empty: the browser's")
    is_active = models.BooleanField(default=True)

    objects = _Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_an_address")]

    def __str__(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    """What a person may do in a shop; each may all that those after it may, but for seeing colleagues' figures."""

    OWNER = "owner", later("owner")
    LEAD = "lead", later("lead")
    AGENT = "agent", later("agent")
    VIEWER = "viewer", later("viewer")

    def includes(self, least: "Role") -> bool:
        """Whether this role may do what `least` may."""
        order = list(Role)
        return order.index(self) <= order.index(least)


class Membership(models.Model):
    """A person's role in a shop; `agent` is the id by which the record knows the person's own replies."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role)
    agent = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "user"], name="one_membership_a_shop")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}, {self.shop})"

    def may(self, least: Role) -> bool:
        """Whether the person may do what `least` may."""
        return Role(self.role).includes(least)

    @property
    def sees_colleagues(self) -> bool:
        """Whether the figures of single agents are open to the person; an agent sees only his or her own."""
        return self.role != Role.AGENT


class ApiToken(models.Model):
    """What lets a program in: to one shop, for what its scopes say. Only a digest of the secret is kept."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=120)
    scopes = models.JSONField(default=list, help_text="read, write, admin")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, default=None)
    revoked_at = models.DateTimeField(null=True, default=None)

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(self.scopes)})"
