"""What is asked of a person who adds or changes a mailbox. No password is ever given back."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.channels._mailboxes import PROVIDERS
from counterbell.mail.oauth import PROVIDERS as CONSENTING

TLS = [
    ("tls", later("from the start (TLS)")),
    ("starttls", later("after greeting (STARTTLS)")),
    ("off", later("none (this machine only)")),
]


class Secret(forms.CharField):
    """What lets in: not trimmed, and never shown again."""

    def __init__(self, **told: Any) -> None:
        widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
        super().__init__(strip=False, max_length=2_000, widget=widget, **told)


def _host() -> forms.CharField:
    return forms.CharField(label=later("Server"), max_length=253, help_text=later("Such as imap.example.com."))


def _port(usual: Any) -> forms.IntegerField:
    return forms.IntegerField(label=later("Port"), min_value=1, max_value=65_535, required=False, help_text=usual)


class OfAnyMailbox(forms.Form):
    """What both ways of taking mail in have in common."""

    address = forms.EmailField(label=later("Address that customers write to"), max_length=254)
    store = forms.CharField(
        label=later("Store"),
        max_length=200,
        required=False,
        help_text=later("The store that its tickets belong to; empty: none."),
    )
    plus = forms.BooleanField(
        label=later("Mail to name+anything@ arrives here too"),
        required=False,
        help_text=later("Then answers carry a signed address, by which the next mail finds its ticket."),
    )


class ImapForm(OfAnyMailbox):
    """A mailbox that is read by IMAP."""

    host = _host()
    tls = forms.ChoiceField(label=later("Encryption"), choices=TLS, initial="tls")
    port = _port(later("Empty: the usual one, 993 or 143."))
    user = forms.CharField(
        label=later("User"), max_length=254, required=False, help_text=later("Empty: the address itself.")
    )
    password = Secret(label=later("Password"), help_text=later("Or an app password, where the provider asks for one."))
    folder = forms.CharField(label=later("Folder"), max_length=200, initial="INBOX")
    since = forms.DateField(
        label=later("Read mail from that day on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=later("Empty: from now on."),
    )
    field_order = ("address", "host", "tls", "port", "user", "password", "folder", "since", "store", "plus")

    def begins_at(self, shop: Shop, now: datetime) -> datetime:
        """From when on mail is read: servers tell whole seconds."""
        day = self.cleaned_data["since"]
        if day is None:
            return now.replace(microsecond=0)
        return datetime.combine(day, time(), zone(shop.timezone)).astimezone(UTC)


class WebhookForm(OfAnyMailbox):
    """An address whose mail a provider hands over."""

    provider = forms.ChoiceField(label=later("Provider"), choices=[(name, name) for name in PROVIDERS])
    key = Secret(
        label=later("Key with which the provider signs"),
        required=False,
        help_text=later("For mailersend, mailgun, mandrill and postal; the others sign nothing."),
    )
    field_order = ("address", "provider", "key", "store", "plus")


class ConsentForm(OfAnyMailbox):
    """A mailbox of a provider that lets in by consent."""

    provider = forms.ChoiceField(
        label=later("Provider"), choices=[(name, one.title) for name, one in CONSENTING.items()]
    )
    client_id = forms.CharField(
        label=later("Client's id"),
        max_length=500,
        required=False,
        help_text=later("Empty: that of this installation, where it has one."),
    )
    client_secret = Secret(label=later("Client's secret"), required=False)
    tenant = forms.CharField(
        label=later("Tenant"),
        max_length=253,
        required=False,
        help_text=later("Microsoft only: the id or domain of the organisation; empty: any."),
    )
    refresh_token = Secret(
        label=later("Refresh token"),
        required=False,
        help_text=later("Where you have one already; empty: you are asked at the provider."),
    )
    out = forms.BooleanField(label=later("Mails from this address leave by it too"), required=False, initial=True)
    field_order = ("address", "provider", "client_id", "client_secret", "tenant", "refresh_token", "out")


class PasswordForm(forms.Form):
    """A new password of a mailbox."""

    password = Secret(label=later("New password"))


class ServerForm(forms.Form):
    """A mail server by which an address's mails leave."""

    host = forms.CharField(label=later("Server"), max_length=253, help_text=later("Such as smtp.example.com."))
    tls = forms.ChoiceField(label=later("Encryption"), choices=TLS, initial="starttls")
    port = _port(later("Empty: the usual one, 465 or 587."))
    user = forms.CharField(
        label=later("User"), max_length=254, required=False, help_text=later("Empty: the address itself.")
    )
    password = Secret(label=later("Password"))
