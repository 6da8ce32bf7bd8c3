"""Asking customers how it was: how a shop asks, how far it is, and what came back."""

from datetime import datetime
from typing import Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop

On = Annotated[bool | None, typer.Option("--on/--off", help="ask after each close, or not")]
MailDelay = Annotated[int | None, typer.Option(min=0, help="minutes from the close of a mail ticket to the question")]
ChatDelay = Annotated[int | None, typer.Option(min=0, help="minutes from the close of a chat to the question")]
QuietDays = Annotated[int | None, typer.Option(min=0, max=90, help="a customer is asked once in so many days")]
Sample = Annotated[int | None, typer.Option("--sample", min=1, max=100, help="the share of closes asked about, in %")]
WindowDays = Annotated[int | None, typer.Option(min=1, max=90, help="a question can be answered for so many days")]
Style = Annotated[str | None, typer.Option(help="how the scale is drawn: stars or numbers")]
Language = Annotated[str | None, typer.Option(help="in which language to ask where nothing is known: en, fr or id")]
NotWith = Annotated[
    list[str] | None, typer.Option("--not-with-tag", help="nobody is asked about tickets with this tag")
]
LowScore = Annotated[int | None, typer.Option(min=1, max=4, help="so much or less is a low score")]
LowReopens = Annotated[bool | None, typer.Option("--low-reopens/--low-stays-closed", help="what a low score does")]
LowTag = Annotated[str | None, typer.Option(help="the tag that a low score puts on the ticket; empty: none")]
LowNotify = Annotated[list[str] | None, typer.Option(help="an address that is told of low scores")]
Origin = Annotated[list[str] | None, typer.Option("--widget-origin", help="a website that may show the widget")]
Every = Annotated[int | None, typer.Option("--widget-every-days", min=0, max=365, help="the widget asks so rarely")]


def app() -> typer.Typer:
    """`surveys` shows; its commands set, ask, list, restore and export."""
    surveys = typer.Typer(invoke_without_command=True)
    surveys.callback()(show)
    surveys.command("set")(change)
    for command in (tick, export, doubtful, restore, rotate_key, widget):
        surveys.command()(command)
    return surveys


def show(context: typer.Context, shop: Shop = None) -> None:
    """Show how a shop asks its customers, and how many were asked or skipped, with the reasons."""
    if context.invoked_subcommand is not None:
        return
    open_installation()
    from django.utils.translation import gettext as _
    from rich.console import Console

    from counterbell.formats import number
    from counterbell.surveys.export import counts
    from counterbell.surveys.models import Reason, State
    from counterbell.surveys.setup import MAY_BE_SET, settings_of

    from ._table import plain_table

    chosen = the_shop(shop)
    settings = settings_of(chosen)
    off = _("Surveys are off; `counterbell surveys set --on` switches them on.")
    print(_("Surveys are on.") if settings.on else off)
    for name in (*MAY_BE_SET[1:], "widget_key"):
        print(f"  {name} = {' '.join(str(getattr(settings, name)).split())}")
    table = plain_table()
    table.add_column(_("State"))
    table.add_column(_("Reason"))
    table.add_column(_("Surveys"), justify="right")
    for (state, reason), count in counts(chosen).items():
        table.add_row(str(State(state).label), str(Reason(reason).label) if reason else "", number(count))
    if table.rows:
        Console().print(table)


def change(
    shop: Shop = None,
    on: On = None,
    mail_delay_minutes: MailDelay = None,
    chat_delay_minutes: ChatDelay = None,
    quiet_days: QuietDays = None,
    sample_percent: Sample = None,
    window_days: WindowDays = None,
    style: Style = None,
    language: Language = None,
    not_with_tags: NotWith = None,
    low_score: LowScore = None,
    low_reopens: LowReopens = None,
    low_tag: LowTag = None,
    low_notify: LowNotify = None,
    widget_origins: Origin = None,
    widget_every_days: Every = None,
) -> None:
    """Set how a shop asks; what is not given stays as it is. Tags, addresses and origins: one an option."""
    told = {name: value for name, value in locals().items() if name != "shop" and value is not None}
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.surveys import readiness, setup

    chosen = the_shop(shop)
    settings = setup.change_by(
        chosen, None, at=_now(), **{name: "\n".join(v) if isinstance(v, list) else v for name, v in told.items()}
    )
    print(_("The surveys of %(shop)s are set.") % {"shop": chosen.slug})
    for sentence in readiness.missing(chosen) if settings.on else ():
        print(sentence)


def tick() -> None:
    """Do one round for all shops: plan, cancel, ask what is due. The server does this by itself."""
    open_installation()
    from counterbell.surveys.ticking import tick as one_round

    done = one_round(_now())
    print(", ".join(f"{name}: {count}" for name, count in vars(done).items()))


def export(shop: Shop = None) -> None:
    """Write the answers as CSV: one row a survey that was sent, one a feedback of the widget."""
    open_installation()
    from counterbell.surveys.export import COLUMNS, rows

    from ._output import csv_rows

    csv_rows(COLUMNS, ([row[column] for column in COLUMNS] for row in rows(the_shop(shop))))


def doubtful(shop: Shop = None) -> None:
    """List the answers that are held for robots', with what speaks against a person."""
    open_installation()
    from django.utils.translation import gettext as _
    from rich.console import Console

    from counterbell.surveys.models import Submission, Verdict

    from ._table import plain_table

    found = Submission.objects.filter(ask__shop=the_shop(shop), verdict=Verdict.ROBOT).select_related("ask__ticket")
    table = plain_table()
    for title in (_("Number"), _("Ticket"), _("Score"), _("When"), _("Signs"), _("Network")):
        table.add_column(title)
    for one in found.order_by("-at")[:100]:
        cells = (str(one.score), f"{one.at:%Y-%m-%d %H:%M}", one.signs, one.address_class)
        table.add_row(str(one.pk), one.ask.ticket.external_id, *cells)
    Console().print(table if table.rows else _("No answer is held for a robot's."))


def restore(
    number: Annotated[int, typer.Argument(help="the number of the answer, as `surveys doubtful` lists it")],
    shop: Shop = None,
    by: Annotated[str, typer.Option(help="who says so")] = "",
) -> None:
    """Say that an answer that is held for a robot's was given by a person; from then on it counts."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.audit import trail
    from counterbell.errors import NotFound
    from counterbell.surveys import answers
    from counterbell.surveys.models import Submission

    found = Submission.objects.filter(ask__shop=the_shop(shop), pk=number)
    submission = found.select_related("ask__shop", "ask__ticket", "ask__mail").first()
    if submission is None:
        sentence = _("There is no answer %(number)s. `counterbell surveys doubtful` lists them.")
        raise NotFound(sentence % {"number": number})
    now = _now()
    answers.restore(submission, by, now)
    trail.note(submission.ask.shop, None, "answer.restored", at=now, ticket=submission.ask.ticket.external_id)
    print(_("Answer %(number)s counts.") % {"number": number})


def rotate_key(
    revoke: Annotated[int | None, typer.Option(help="let no link hold any more that this older key has signed")] = None,
) -> None:
    """Sign the links of surveys with a new key from now on; older links hold until they expire."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.surveys import tokens

    key = tokens.rotate(_now())
    print(_("Links are signed with key %(key)s from now on.") % {"key": key.pk})
    if revoke is not None and tokens.revoke(revoke):
        print(_("Links signed with key %(key)s hold no more.") % {"key": revoke})


def widget(shop: Shop = None) -> None:
    """Show what a website needs for the widget: the line to embed, and the secret that signs a visitor's ticket."""
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.surveys.setup import settings_of
    from counterbell.surveys.widget import snippet

    settings = settings_of(the_shop(shop))
    print(snippet(settings))
    print(_("The secret, for your server only: %(secret)s") % {"secret": settings.widget_secret})
    if not settings.widget_origins:
        print(_("No website may show it yet: `counterbell surveys set --widget-origin https://shop.example.com`"))


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()
