"""The mailboxes that customers write to, and the mail that came in by them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from counterbell.credentials import Secret, asked_for, found
from counterbell.errors import NotFound, Problem

from ._installation import open_installation, the_shop

if TYPE_CHECKING:
    from counterbell.channels.models import Mailbox

PASSWORD = Secret("MAILBOX_PASSWORD", "The password of the mailbox")
KEY = Secret("WEBHOOK_KEY", "The key with which the provider signs")
SHOWN = 50

OfShop = Annotated[str | None, typer.Option("--shop", metavar="SLUG", help="the shop, if there are several")]
Address = Annotated[str, typer.Argument(help="the address that customers write to")]


def app() -> typer.Typer:
    """`mailboxes` lists; `add` and `webhook` add one, `remove` takes one away, `fetch` looks into them now."""
    mailboxes = typer.Typer(invoke_without_command=True)
    mailboxes.callback()(show)
    for command in (add, webhook, remove, fetch, retry):
        mailboxes.command()(command)
    return mailboxes


def show(context: typer.Context) -> None:
    """List the mailboxes, and the mail that could not be read into a ticket or was put aside."""
    if context.invoked_subcommand is not None:
        return
    open_installation()
    from django.utils.translation import gettext as _
    from rich.console import Console

    from counterbell.channels.models import Incoming, Mailbox

    there = list(Mailbox.objects.select_related("shop").order_by("shop__slug", "address"))
    if not there:
        print(_("There is no mailbox yet. `counterbell mailboxes add ADDRESS` adds one."))
        return
    Console().print(_mailboxes(there))
    waiting = Incoming.objects.filter(state__in=("waiting", "failed"))
    aside = Incoming.objects.filter(state="done", became="aside")
    listed = [*waiting.order_by("pk")[:SHOWN], *aside.order_by("-pk")[:SHOWN]]
    if listed:
        Console().print(_mails(listed))


def add(
    address: Address,
    host: Annotated[str, typer.Option(help="the IMAP server")],
    user: Annotated[str, typer.Option(help="who signs in there; empty: the address")] = "",
    shop: OfShop = None,
    port: Annotated[int | None, typer.Option(help="the server's port; empty: the usual one")] = None,
    tls: Annotated[str, typer.Option(help="tls, starttls, or off (this machine only)")] = "tls",
    folder: Annotated[str, typer.Option(help="the folder that is read")] = "INBOX",
    store: Annotated[str, typer.Option(help="the store that its tickets belong to")] = "",
    plus: Annotated[
        bool, typer.Option("--plus", help="mail to name+anything@ arrives here too: answers carry a signed address")
    ] = False,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="read mail from that day on")] = None,
) -> None:
    """Add a mailbox that is read by IMAP, from now on; it is tried at once, and the mail in it stays as it is."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.channels import _imap
    from counterbell.channels._mailboxes import Server, add_imap, remove
    from counterbell.channels.models import Mailbox

    chosen, server = the_shop(shop), Server(host, user or address, port, tls, folder)
    server.told()
    password = found(PASSWORD) or asked_for(PASSWORD)
    is_new = not Mailbox.objects.filter(shop=chosen, address=address.strip().lower()).exists()
    begins = since.replace(tzinfo=UTC) if since else _now().replace(microsecond=0)  # servers tell seconds
    mailbox = add_imap(chosen, address, server, password, since=begins, store=store, plus=plus)
    try:
        with _imap.opened(mailbox) as box:
            by_itself = _imap.can_idle(box)
    except Problem:
        if is_new:
            remove(chosen, mailbox.address)
        raise
    print(_("%(address)s is read from now on.") % {"address": mailbox.address})
    if not by_itself:
        print(_("The server does not tell of new mail by itself, so it is asked every minute."))


def webhook(
    address: Address,
    provider: Annotated[str, typer.Argument(help="who receives its mail: mailgun, postmark, sendgrid, ...")],
    shop: OfShop = None,
    store: Annotated[str, typer.Option(help="the store that its tickets belong to")] = "",
    plus: Annotated[
        bool, typer.Option(help="mail to name+anything@ arrives here too: answers carry a signed address")
    ] = True,
) -> None:
    """Add an address whose mail a provider hands over, and print the address that the provider is to call."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.channels._mailboxes import PROVIDERS, add_webhook

    key = (found(KEY) or asked_for(KEY)) if PROVIDERS.get(provider) else ""
    mailbox, url = add_webhook(the_shop(shop), address, provider, key, since=_now(), store=store, plus=plus)
    print(_("Tell %(provider)s to hand over the mail of %(address)s to:") % {
        "provider": provider, "address": mailbox.address,
    })  # fmt: skip
    print(url)
    print(_("Whoever knows this address can hand over mail. It is shown only now; adding it again makes a new one."))


def remove(address: Address, shop: OfShop = None) -> None:
    """Take a mailbox away; the tickets and the mail that came by it stay."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.channels._mailboxes import remove as take_away

    take_away(the_shop(shop), address)
    print(_("%(address)s is no longer read.") % {"address": address})


def fetch(
    address: Annotated[str | None, typer.Argument(help="the mailbox; empty: all of them")] = None,
    shop: OfShop = None,
) -> None:
    """Look into the mailboxes now, and bring what came into the record."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.channels import _intake
    from counterbell.channels.models import Mailbox
    from counterbell.formats import number

    there = Mailbox.objects.filter(active=True).select_related("shop").order_by("pk")
    if address or shop:
        there = there.filter(shop=the_shop(shop))
    if address:
        there = there.filter(address=address.strip().lower())
        if not there:
            raise NotFound(_("There is no mailbox '%(address)s'.") % {"address": address})
    trouble = [told for mailbox in there if mailbox.way == "imap" and (told := _fetch(mailbox))]
    outcome = _intake.handle_due(_now())
    counts = {name: number(getattr(outcome, name)) for name in ("done", "waiting", "failed")}
    print(_("Handled: %(done)s, to be tried again: %(waiting)s, failed: %(failed)s.") % counts)
    if trouble:
        raise Problem("\n".join(trouble))


def retry(
    number: Annotated[int, typer.Argument(help="the mail's number, as listed")],
    shop: OfShop = None,
) -> None:
    """Try a mail again that failed, or take one that was put aside as a customer's after all."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.channels import _intake

    mail = _intake.retry(the_shop(shop), number, _now())
    _intake.handle_due(_now(), shop=mail.shop)
    mail.refresh_from_db()
    if mail.state != "done":
        raise Problem(_("The mail %(number)s failed again: %(error)s") % {"number": number, "error": mail.error})
    ticket = mail.ticket.external_id if mail.ticket else ""
    print(_("The mail %(number)s is in ticket %(ticket)s now.") % {"number": number, "ticket": ticket})


def _fetch(mailbox: "Mailbox") -> str:
    """Look into one mailbox and say what is new; returns what went wrong, if anything did."""
    from django.utils.translation import gettext as _

    from counterbell.channels import _imap
    from counterbell.formats import number

    try:
        with _imap.opened(mailbox) as box:
            new = _imap.take_new(box, mailbox, _now())
    except Problem as problem:
        return str(problem)
    print(_("%(address)s: %(count)s new") % {"address": mailbox.address, "count": number(new)})
    return ""


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def _mailboxes(there: "list[Mailbox]") -> Any:
    from django.utils.translation import gettext as _

    from counterbell.channels.models import Incoming
    from counterbell.formats import number

    from ._table import plain_table

    table = plain_table()
    for title in (_("Mailbox"), _("Shop"), _("By"), _("Mails"), _("Looked into"), _("Trouble")):
        table.add_column(title)
    for mailbox in there:
        count = number(Incoming.objects.filter(mailbox=mailbox).count())
        looked = f"{mailbox.fetched_at:%Y-%m-%d %H:%M}" if mailbox.fetched_at else ""
        table.add_row(mailbox.address, mailbox.shop.slug, mailbox.way, count, looked, mailbox.error)
    return table


def _mails(listed: list[Any]) -> Any:
    from django.utils.translation import gettext as _

    from ._table import plain_table

    table = plain_table()
    for title in (_("Mail"), _("State"), _("Received"), _("From"), _("Subject"), _("Why")):
        table.add_column(title)
    words = {"waiting": _("waiting"), "failed": _("failed"), "done": _("put aside")}
    for mail in listed:
        received = f"{mail.received_at:%Y-%m-%d %H:%M}"
        why = mail.error or mail.why
        table.add_row(str(mail.pk), words[mail.state], received, mail.sender, mail.subject[:60], why)
    return table
