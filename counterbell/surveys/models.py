"""Customers asked how it was: what a shop wants, each question planned, sent or skipped, and what came back.

What counts is in the record: a survey once it was sent, and its ratings. Here stands what leads there.
"""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Shop
from counterbell.record.fields import InstantField
from counterbell.record.models import Ticket


class SurveySettings(models.Model):
    """How a shop asks its customers. `seen_until` is the last status change that was looked at for closes."""

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="survey_settings")
    on = models.BooleanField(default=False)
    mail_delay_minutes = models.PositiveIntegerField(default=24 * 60)
    chat_delay_minutes = models.PositiveIntegerField(default=15)
    quiet_days = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(90)])
    sample_percent = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    window_days = models.PositiveSmallIntegerField(default=14, validators=[MinValueValidator(1), MaxValueValidator(90)])
    style = models.CharField(max_length=7, default="stars", choices={"stars": "stars", "numbers": "numbers"})
    language = models.CharField(max_length=2, default="en", choices={"en": "en", "fr": "fr", "id": "id"})
    not_with_tags = models.TextField(
        default="", blank=True, help_text="a tag a line; nobody is asked about such tickets"
    )
    low_score = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(4)], help_text="so much or less is low"
    )
    low_reopens = models.BooleanField(default=False)
    low_tag = models.TextField(default="", blank=True)
    low_notify = models.TextField(default="", blank=True, help_text="an address a line")
    widget_key = models.CharField(max_length=32, default="", blank=True, db_index=True)
    widget_secret = models.CharField(max_length=64, default="", blank=True, help_text="signs the ticket of a page")
    widget_origins = models.TextField(default="", blank=True, help_text="an origin a line: https://shop.example.com")
    widget_every_days = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(365)])
    seen_until = models.BigIntegerField(default=0)


class State(models.TextChoices):
    """How far a question is: nobody was asked when it was skipped or cancelled, or its mail failed."""

    PLANNED = "planned", later("planned")
    HANDED = "handed", later("in the outbox")
    SENT = "sent", later("sent")
    SKIPPED = "skipped", later("skipped")
    CANCELLED = "cancelled", later("cancelled")
    FAILED = "failed", later("mail failed")


class Reason(models.TextChoices):
    """Why nobody was asked."""

    REOPENED = "reopened", later("the ticket was opened again")
    CUSTOMER_WROTE = "customer_wrote", later("the customer wrote again")
    SWITCHED_OFF = "switched_off", later("surveys were switched off")
    NO_CUSTOMER = "no_customer", later("the ticket has no customer")
    NO_ADDRESS = "no_address", later("no mail address of the customer is known")
    BAD_ADDRESS = "bad_address", later("the customer's mail address cannot be one")
    NO_REPLY = "no_reply", later("nobody and nothing has replied to the customer")
    OUTBOUND = "outbound", later("the customer never wrote in this ticket")
    SPAM = "spam", later("the ticket is spam")
    DELETED = "deleted", later("the ticket is deleted")
    MERGED = "merged", later("the ticket was merged into another")
    NO_REPLY_INTENT = "no_reply_intent", later("the customer wants no reply")
    TAG = "tag", later("the ticket has a tag that is not asked about")
    IS_AGENT = "is_agent", later("the customer is an agent of the shop")
    UNSUBSCRIBED = "unsubscribed", later("the customer wants no surveys")
    BOUNCED = "bounced", later("mail to the customer's address comes back")
    QUIET = "quiet", later("the customer was asked a short time ago")
    SAMPLED_OUT = "sampled_out", later("not in the sample")
    TOO_LATE = "too_late", later("it was due too long ago")
    REFUSED = "refused", later("the mail server refused the mail")


class Ask(models.Model):
    """The question how it was, about one close of a ticket. `survey_id` is its id in the record once it is sent.

    Who was responsible, and where, is kept as it was when the question was sent.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    closed_at = InstantField(help_text="the close that is asked about")
    via = models.CharField(max_length=6, default="mail", help_text="mail, chat, link, widget or api")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=16, choices=Reason.choices, default="", blank=True)
    planned_at = InstantField()
    due_at = InstantField()
    asked_at = InstantField(null=True, help_text="when it went into the outbox, or was shown")
    sent_at = InstantField(null=True, help_text="as in the record; null: the record does not know it yet")
    settled_at = InstantField(null=True, help_text="when it was skipped or cancelled, or its mail failed")
    expires_at = InstantField(null=True)
    survey_id = models.CharField(max_length=200)
    mail = models.ForeignKey("mail.Outgoing", models.SET_NULL, null=True, related_name="+")
    assignee = models.TextField(default="")
    closer = models.TextField(default="")
    last_replier = models.TextField(default="")
    team = models.TextField(default="")
    channel = models.TextField(default="")
    first_channel = models.TextField(default="")
    store = models.TextField(default="")
    language = models.CharField(max_length=2, default="en")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "closed_at", "via"], name="ask_once_a_close"),
            models.UniqueConstraint(fields=["shop", "survey_id"], name="ask_survey"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["shop", "state", "due_at"], name="ask_due"),
            models.Index(fields=["ticket", "asked_at"], name="ask_asked"),
        ]


class Unreachable(models.Model):
    """An address that is asked nothing: its owner wants none of it, or mail to it comes back."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+", db_index=False)
    email_key = models.TextField()
    reason = models.CharField(max_length=16, help_text="unsubscribed or bounced")
    since = InstantField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "email_key"], name="unreachable_once")]


class TokenKey(models.Model):
    """What the links of surveys are signed with, together with the installation's own key; the newest signs."""

    salt = models.CharField(max_length=64)
    made_at = InstantField()


class Verdict(models.TextChoices):
    """By whom an answer was given: `doubtful` until a person has confirmed it, or nobody has for a while."""

    HUMAN = "human", later("a person")
    DOUBTFUL = "doubtful", later("not known yet")
    ROBOT = "robot", later("suspected robot")


class Submission(models.Model):
    """An answer as it came in, and what was seen of whoever gave it; no address is kept, only of what class it was.

    The comment stands here only while it is doubtful who gave it; then it is in the record.
    """

    ask = models.ForeignKey(Ask, models.CASCADE, related_name="submissions")
    at = InstantField()
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(default="")
    cause = models.CharField(max_length=10, default="", blank=True, help_text="why the score is low, if told")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    tries = models.PositiveSmallIntegerField(default=0, help_text="of confirming it")
    signs = models.TextField(default="", help_text="what speaks against a person, a word each")
    user_agent = models.TextField(default="")
    address_class = models.TextField(default="")
    since_sent_seconds = models.FloatField(null=True)
    since_page_seconds = models.FloatField(null=True)
    rated_at = InstantField(null=True, help_text="the time of its rating in the record")
    restored_at = InstantField(null=True, help_text="when a person said that it was given by one")
    restored_by = models.TextField(default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["verdict", "at"], name="submission_verdict")]


class Trapped(models.Model):
    """A program that has opened the link of a mail which no person sees."""

    ask = models.ForeignKey(Ask, models.CASCADE, related_name="trapped")
    fingerprint = models.CharField(max_length=64, help_text="a keyed digest of network and user agent")
    at = InstantField()


class Feedback(models.Model):
    """What a visitor of the website said in the widget, about no ticket: shown and exported, and no part of CSAT."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+", db_index=False)
    at = InstantField()
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(default="")
    page = models.TextField(default="", help_text="the path of the page it was given on")
    language = models.CharField(max_length=2, default="en")
    suspected_robot = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shop", "at"], name="feedback_at")]
