"""The page on which a shop says how its customers are asked."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.errors import Problem
from counterbell.mail import senders
from counterbell.mail.models import Sender

from . import origins, readiness, setup, widget
from .models import SurveySettings

LONGEST_HOURS, LONGEST_MINUTES = setup.LONGEST_DELAY_MINUTES // 60, setup.LONGEST_DELAY_MINUTES
AS_THEY_ARE = tuple(name for name in setup.MAY_BE_SET if name != "mail_delay_minutes")
LANGUAGES = [("en", "English"), ("fr", "Français"), ("id", "Bahasa Indonesia")]


class Lines(forms.Textarea):
    """A few lines."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 3})


class SettingsForm(forms.Form):
    """What a shop sets of its surveys."""

    on = forms.BooleanField(label=later("Ask customers after each close"), required=False)
    mail_delay_hours = forms.FloatField(
        label=later("Hours from the close of a mail ticket"), min_value=0, max_value=LONGEST_HOURS
    )
    chat_delay_minutes = forms.IntegerField(
        label=later("Minutes from the close of a chat"), min_value=0, max_value=LONGEST_MINUTES
    )
    quiet_days = forms.IntegerField(
        label=later("Quiet days"),
        min_value=0,
        max_value=90,
        help_text=later("A customer is asked at most once in so many days, on whatever channel."),
    )
    sample_percent = forms.IntegerField(label=later("Share of closes asked about, in %"), min_value=1, max_value=100)
    window_days = forms.IntegerField(label=later("Days to answer"), min_value=1, max_value=90)
    not_with_tags = forms.CharField(
        label=later("Not about tickets with these tags"), required=False, widget=Lines, help_text=later("a tag a line")
    )
    style = forms.ChoiceField(
        label=later("The scale"), choices=[("stars", later("stars")), ("numbers", later("numbers"))]
    )
    language = forms.ChoiceField(
        label=later("Language"),
        choices=LANGUAGES,
        help_text=later("Where neither the ticket nor the customer tells one."),
    )
    sender_address = forms.CharField(
        label=later("Sender of the shop's mails"),
        required=False,
        help_text=later("Of all mails of the shop; empty: the installation's own."),
    )
    sender_name = forms.CharField(label=later("Name of the sender"), required=False, max_length=120)
    reply_to = forms.CharField(label=later("Answers go to"), required=False)
    low_score = forms.IntegerField(
        label=later("A low score is"), min_value=1, max_value=4, help_text=later("so much or less")
    )
    low_reopens = forms.BooleanField(label=later("A low score opens the ticket again"), required=False)
    low_tag = forms.CharField(label=later("A low score puts this tag on it"), required=False, max_length=120)
    low_notify = forms.CharField(
        label=later("Who is told of low scores"),
        required=False,
        widget=Lines,
        help_text=later("a mail address a line"),
    )
    widget_origins = forms.CharField(
        label=later("Websites that may show the widget"),
        required=False,
        widget=Lines,
        help_text=later("One a line, like https://shop.example.com."),
    )
    widget_every_days = forms.IntegerField(
        label=later("The widget asks a visitor once in so many days"), min_value=0, max_value=365
    )

    def clean_widget_origins(self) -> str:
        """Each as a browser tells it."""
        try:
            return "\n".join(origins.origin(one) for one in self.cleaned_data["widget_origins"].split())
        except Problem as refused:
            raise ValidationError(str(refused)) from None

    def clean_not_with_tags(self) -> str:
        """A tag a line, without white space around it."""
        told = (line.strip() for line in self.cleaned_data["not_with_tags"].splitlines())
        return "\n".join(tag for tag in told if tag)

    def fields_of(self, *names: str) -> list[forms.BoundField]:
        """Some of the fields, as a fieldset shows them."""
        return [self[name] for name in names]

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields as the page shows them."""
        return [
            (
                _("When"),
                self.fields_of(
                    "on", "mail_delay_hours", "chat_delay_minutes", "quiet_days", "sample_percent", "window_days",
                    "not_with_tags",
                ),
            ),
            (_("How"), self.fields_of("style", "language", "sender_address", "sender_name", "reply_to")),
            (_("After a low score"), self.fields_of("low_score", "low_reopens", "low_tag", "low_notify")),
            (_("Widget"), self.fields_of("widget_origins", "widget_every_days")),
        ]  # fmt: skip


@shop_view(least=Role.LEAD)
def page(request: ShopRequest) -> HttpResponse:
    """The form, and what was sent with it."""
    settings, problem = setup.settings_of(request.shop), ""
    form = SettingsForm(request.POST or None, initial=_initial(settings), label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, form.cleaned_data, datetime.now(UTC))
            messages.success(request, _("Saved."))
            return redirect("surveys_settings", request.shop.slug)
        except Problem as refused:
            problem = str(refused)
    told = {
        "form": form,
        "problem": problem,
        "missing": readiness.missing(request.shop),
        "snippet": widget.snippet(settings),
        "secret": settings.widget_secret if request.membership.may(Role.OWNER) else "",
    }
    return render(request, "surveys/shop/settings.html", told, status=400 if form.errors or problem else 200)


@transaction.atomic
def _save(request: ShopRequest, told: dict[str, Any], at: datetime) -> None:
    shop, minutes = request.shop, round(told["mail_delay_hours"] * 60)
    as_told = {name: told[name] for name in AS_THEY_ARE}
    setup.change_by(shop, request.user, at=at, mail_delay_minutes=minutes, **as_told)
    if told["sender_address"]:
        senders.set_sender(shop, told["sender_address"], name=told["sender_name"], reply_to=told["reply_to"])
    elif told["sender_name"] or told["reply_to"]:
        raise Problem(_("A sender needs an address. Give one, or leave its name and where answers go empty."))
    else:
        senders.no_sender(shop)


def _initial(settings: SurveySettings) -> dict[str, Any]:
    sender = Sender.objects.filter(shop=settings.shop_id).first() or Sender()
    return {
        **{name: getattr(settings, name) for name in AS_THEY_ARE},
        "mail_delay_hours": f"{settings.mail_delay_minutes / 60:.4g}",
        "sender_address": sender.address,
        "sender_name": sender.name,
        "reply_to": sender.reply_to,
    }
