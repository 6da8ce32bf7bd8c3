"""The shops of the installation."""

from ._installation import open_installation


def command() -> None:
    """List the shops with their settings and how much the record holds of them."""
    open_installation()
    from rich.console import Console
    from rich.table import Table

    from counterbell.accounts.models import Shop
    from counterbell.formats import number
    from counterbell.record.models import Message, Order, Ticket

    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("shop", "zone", "currency", "week", "conversion days", "hours", "tickets", "messages", "orders"):
        table.add_column(title, justify="right" if title in ("tickets", "messages", "orders") else "left")
    for shop in Shop.objects.order_by("slug"):
        counts = [number(model.objects.filter(shop=shop).count()) for model in (Ticket, Message, Order)]
        hours = "told" if shop.hours else "none"
        table.add_row(shop.slug, shop.timezone, shop.currency, shop.week_starts, str(shop.conversion_days), hours, *counts)
    Console().print(table if table.row_count else "There is no shop yet. `counterbell import log_file FILE` makes one.")
