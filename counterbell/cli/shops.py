"""The shops of the installation."""

from collections.abc import Iterator
from typing import Any

from ._installation import open_installation


def command() -> None:
    """List the shops with their settings and how much the record holds of them."""
    open_installation()
    from django.utils.translation import gettext as _
    from rich.console import Console
    from rich.text import Text

    from counterbell.accounts.models import Shop
    from counterbell.formats import number
    from counterbell.record.models import Message, Order, Ticket

    from ._table import plain_table, print_with_details

    shops = list(Shop.objects.order_by("slug"))
    if not shops:
        print(_("There is no shop yet. `counterbell import log_file FILE` makes one."))
        return
    table = plain_table()
    table.add_column(_("Shop"), no_wrap=True)
    for title in (_("Tickets"), _("Messages"), _("Orders")):
        table.add_column(title, justify="right", no_wrap=True)
    for shop in shops:
        counts = [number(model.objects.filter(shop=shop).count()) for model in (Ticket, Message, Order)]
        table.add_row(Text(shop.slug, style="bold"), *counts)
    print_with_details(Console(), table, [list(_settings(shop)) for shop in shops])


def _settings(shop: Any) -> Iterator[str]:
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    yield shop.timezone
    if shop.currency:
        yield shop.currency
    yield _("weeks start on Monday") if shop.week_starts == "monday" else _("weeks start on Sunday")
    days = ngettext(
        "a purchase within %(days)s day converts", "a purchase within %(days)s days converts", shop.conversion_days
    )
    yield days % {"days": shop.conversion_days}
    yield _("no opening hours") if shop.hours is None else _("with opening hours")
    if not shop.told:
        yield _("settings not told yet")
