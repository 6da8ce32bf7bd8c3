"""The shops of the installation."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from counterbell.errors import Problem

from ._installation import open_installation, shop_to_be


def app() -> typer.Typer:
    """The commands about shops."""
    commands = typer.Typer(help="List the shops of the installation, and add one.", no_args_is_help=True)
    commands.command("list")(list_shops)
    commands.command("add")(add_shop)
    return commands


def add_shop(
    slug: Annotated[str, typer.Argument(help="its name in addresses and commands, such as maison-lilas")],
    timezone: Annotated[str, typer.Option(metavar="ZONE", help="in which its days are counted, such as Europe/Paris")],
    currency: Annotated[str, typer.Option(metavar="CODE", help="of its revenue, such as EUR")],
    name: Annotated[str, typer.Option(help="as people read it")] = "",
) -> None:
    """Make a shop that begins without a history; a first import makes its shop by itself."""
    open_installation()
    from django.db import transaction
    from django.utils.translation import gettext as _

    from counterbell.record import entries
    from counterbell.record.write import write

    shop = shop_to_be(slug)
    if shop.pk:
        raise Problem(_("There is a shop '%(slug)s' already.") % {"slug": slug})
    shop.name = name
    with transaction.atomic():
        shop.save()
        write(shop, entries.Shop(timezone=timezone, currency=currency.upper()))
    print(_("%(shop)s is there. `counterbell people add ADDRESS --role owner` lets its owner in.") % {"shop": slug})


def list_shops() -> None:
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
        print(_("There is no shop yet. `counterbell shops add` makes one, and so does a first import."))
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
