"""The settings of the shop: its name, where and when it is, and how its figures are told."""

import zoneinfo
from datetime import UTC, datetime
from typing import Any

from babel import Locale
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role, Shop
from counterbell.accounts.opening_hours import zone
from counterbell.errors import Problem
from counterbell.record.settings import currencies

from .changes import change

SETTINGS = ("name", "timezone", "currency", "week_starts", "conversion_days")


class ShopForm(forms.Form):
    """What a shop sets."""

    name = forms.CharField(label=later("Name"), max_length=120, required=False)
    timezone = forms.CharField(
        label=later("Time zone"), help_text=later("Days and hours are counted in it, such as Europe/Paris.")
    )
    currency = forms.ChoiceField(label=later("Currency"))
    week_starts = forms.ChoiceField(
        label=later("Start of the week"), choices=[("monday", later("Monday")), ("sunday", later("Sunday"))]
    )
    conversion_days = forms.IntegerField(
        label=later("Days to convert"),
        min_value=1,
        max_value=30,
        help_text=later("A purchase within so many days of a ticket counts as converted."),
    )
    headline = forms.ChoiceField(
        label=later("Headline of durations"),
        choices=[("mean", later("mean")), ("median", later("median"))],
        help_text=later("Which figure stands for a duration where there is room for one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = _currencies()  # type: ignore[attr-defined]
        self.fields["timezone"].widget.attrs["list"] = "zones"

    def clean_timezone(self) -> str:
        name = str(self.cleaned_data["timezone"]).strip()
        try:
            zone(name)
        except Problem:
            raise forms.ValidationError(
                _("There is no time zone “%(zone)s”. Choose one of the list, such as Europe/Paris.") % {"zone": name}
            ) from None
        return name


def _currencies() -> list[tuple[str, str]]:
    names = Locale.parse(get_language() or "en").currencies
    return [("", "–"), *((code, f"{code} · {names.get(code, code)}") for code in sorted(currencies()))]


@shop_view(least=Role.OWNER)
def page(request: ShopRequest) -> HttpResponse:
    """The form, and what was sent with it."""
    form = ShopForm(request.POST or None, initial=_initial(request.shop))
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in SETTINGS}
        median = form.cleaned_data["headline"] == "median"
        changed = change(request.shop, request.user, at=datetime.now(UTC), headline_median=median, **told)
        messages.success(request, _("Saved.") if changed else _("Nothing was different."))
        return redirect("settings", request.shop.slug)
    zones = sorted(zoneinfo.available_timezones() - {"localtime"})
    status = 400 if form.errors else 200
    return render(request, "office/shop.html", {"form": form, "zones": zones}, status=status)


def _initial(shop: Shop) -> dict[str, Any]:
    return {name: getattr(shop, name) for name in SETTINGS} | {"headline": "median" if shop.headline_median else "mean"}
