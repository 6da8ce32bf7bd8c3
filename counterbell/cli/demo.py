"""The demo shop."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ._installation import open_installation

SLUG = "maison-lilas"


def command(
    tickets_per_day: Annotated[float, typer.Option(help="how busy the shop is")] = 45,
    seed: Annotated[int, typer.Option(help="another seed, another year")] = 1,
) -> None:
    """Fill a demo shop with a made-up year of service, up to now; once it is there it is left as it is."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.accounts.models import Shop
    from counterbell.demo import entries
    from counterbell.formats import number
    from counterbell.record.models import Ticket
    from counterbell.sources._run import run
    from counterbell.sources._stream import Stream

    from ._demo_desk import prepare
    from ._demo_people import let_in
    from ._imports import Progress

    now = datetime.now(UTC)
    shop, new = Shop.objects.get_or_create(slug=SLUG, defaults={"name": "Maison Lilas"})
    if not new and Ticket.objects.filter(shop=shop).exists():
        print(_("The demo shop %(shop)s is there already.") % {"shop": SLUG})
        let_in(shop)
        prepare(shop, now)
        return
    until = now.replace(minute=0, second=0, microsecond=0)
    made = list(enumerate(entries(until=until, seed=seed, tickets_per_day=tickets_per_day), 1))
    stream = Stream(origin="", entries=lambda _after: iter(made))
    with Progress(stream) as progress:
        outcome = run(shop, "demo", stream, on_progress=progress.update)
    told = {"shop": SLUG, "tickets": number(outcome.summary.new["ticket"])}
    print(_("The demo shop %(shop)s has a year of service: %(tickets)s tickets.") % told)
    let_in(shop)
    prepare(shop, now)
