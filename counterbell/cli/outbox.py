"""The mail on its way out: what waits, what went wrong, and sending it."""

from datetime import datetime
from typing import Annotated, Any

import typer

from counterbell.errors import NotFound, Problem

from ._installation import open_installation

SHOWN = 50
DOUBTFUL = ("waiting", "sending", "failed", "unsure", "bounced")

Key = Annotated[str, typer.Argument(help="the mail's key, as listed", metavar="KEY")]
OfShop = Annotated[str | None, typer.Option("--shop", metavar="SLUG", help="the shop; empty: mails of no shop too")]


def app() -> typer.Typer:
    """`outbox` lists, `outbox retry` tries a mail again, `outbox send` sends what is due."""
    outbox = typer.Typer(invoke_without_command=True)
    outbox.callback()(show)
    for command in (retry, send, sender):
        outbox.command()(command)
    return outbox


def show(context: typer.Context) -> None:
    """List the mail that has not gone out: what waits, what failed, and of what it is not known whether it went."""
    if context.invoked_subcommand is not None:
        return
    open_installation()
    from django.conf import settings
    from django.utils.translation import gettext as _
    from rich.console import Console

    from counterbell.formats import number
    from counterbell.mail.models import Outgoing

    if settings.MAIL_WAY is None:
        print(_("COUNTERBELL_MAIL is empty, so nothing goes out; mails wait."))
    words = _states()
    counts = {state: Outgoing.objects.filter(state=state).count() for state in words}
    print(", ".join(f"{words[state]}: {number(count)}" for state, count in counts.items()))
    listed = Outgoing.objects.filter(state__in=DOUBTFUL).select_related("shop").order_by("state", "due_at")
    if listed.exists():
        Console().print(_table(list(listed[:SHOWN]), words))


def retry(key: Key, shop: OfShop = None) -> None:
    """Try a mail again that failed, or of which it is not known whether it went out."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.mail.models import Outgoing
    from counterbell.mail.outbox import retry as try_again

    named = Outgoing.objects.filter(key=key) if shop is None else Outgoing.objects.filter(key=key, shop__slug=shop)
    found = list(named[:2])
    if not found:
        raise NotFound(_("There is no mail with the key '%(key)s'. `counterbell outbox` lists them.") % {"key": key})
    if len(found) > 1:
        raise Problem(_("Several shops have a mail with the key '%(key)s'; say which with --shop.") % {"key": key})
    if not try_again(found[0], _now()):
        raise Problem(_("The mail '%(key)s' neither failed nor is in doubt; nothing is done.") % {"key": key})
    print(_("The mail '%(key)s' is sent again with the next round.") % {"key": key})


def send() -> None:
    """Send what is due, once; to be called every minute, or by a worker."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.formats import number
    from counterbell.mail.sending import send_due

    outcome = send_due(_now())
    told = {"sent": outcome.sent, "waiting": outcome.waiting, "failed": outcome.failed, "unsure": outcome.unsure}
    counts = {name: number(count) for name, count in told.items()}
    print(_("Sent: %(sent)s, to be tried again: %(waiting)s, failed: %(failed)s, in doubt: %(unsure)s.") % counts)
    if outcome.trouble:
        raise Problem(_("Nothing can go out now: %(trouble)s") % {"trouble": outcome.trouble})


def sender(
    address: Annotated[str, typer.Argument(help="the address that customers see")],
    shop: OfShop = None,
    name: Annotated[str, typer.Option(help="the name beside it")] = "",
    reply_to: Annotated[str, typer.Option(help="where answers go; empty: to the address itself")] = "",
) -> None:
    """Say from which address a shop's mails are sent."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.mail.senders import sender_of, set_sender

    from ._installation import the_shop

    chosen = the_shop(shop)
    set_sender(chosen, address, name=name, reply_to=reply_to)
    print(_("Mails of %(shop)s are from %(sender)s.") % {"shop": chosen.slug, "sender": sender_of(chosen).from_})


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def _states() -> dict[str, str]:
    from django.utils.translation import gettext as _

    return {
        "waiting": _("waiting"),
        "sending": _("being sent"),
        "failed": _("failed"),
        "unsure": _("in doubt"),
        "bounced": _("came back"),
        "sent": _("sent"),
    }


def _table(mails: list[Any], words: dict[str, str]) -> Any:
    from django.utils.translation import gettext as _

    from ._table import plain_table

    table = plain_table()
    for title in (_("State"), _("Shop"), _("Key"), _("To"), _("Tries"), _("Due"), _("Error")):
        table.add_column(title)
    for mail in mails:
        slug = mail.shop.slug if mail.shop else ""
        due = f"{mail.due_at:%Y-%m-%d %H:%M}"
        table.add_row(words[mail.state], slug, mail.key, ", ".join(mail.recipients), str(mail.tries), due, mail.error)
    return table
