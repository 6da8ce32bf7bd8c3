"""Alerts: what has been found, of what one is told, and to whom."""

from typing import TYPE_CHECKING, Annotated

import typer

from ._installation import open_installation, the_shop
from ._periods import Shop

if TYPE_CHECKING:
    from counterbell.goals.models import Alert, QuietHours

Number = Annotated[int, typer.Argument(help="the number in the list")]
Of = Annotated[str | None, typer.Option("--of", metavar="SCOPE", help="shop, team=NAME, agent=ID or channel=NAME")]


def app() -> typer.Typer:
    """`alerts` lists; its commands look now, acknowledge, and set of what to be told, to whom and when."""
    commands = typer.Typer(invoke_without_command=True)
    commands.callback()(show)
    for command in (evaluate, acknowledge, rules, watch, unwatch, mail, webhook, silence, quiet):
        commands.command()(command)
    return commands


def show(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="also those that are over")] = False,
    shop: Shop = None,
) -> None:
    """The alerts of a shop that are not over, the latest first."""
    if context.invoked_subcommand is not None:
        return
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.goals.alerts import alerts

    found = alerts(the_shop(shop), only_open=not every)
    if not found:
        print(_("There is no alert."))
    for alert in found:
        print(_line(alert))


def evaluate(shop: Shop = None) -> None:
    """Look at all rules now, and tell what is new."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals.alerts import evaluate as look

    raised = look(the_shop(shop), at=timezone.now())
    if not raised:
        print(_("Nothing new."))
    for alert in raised:
        print(_line(alert))


def acknowledge(number: Number, shop: Shop = None) -> None:
    """Say that somebody has seen to an alert."""
    open_installation()
    from django.utils import timezone

    from counterbell.goals.alerts import acknowledge as acknowledge_alert

    print(_line(acknowledge_alert(the_shop(shop), number, at=timezone.now())))


def rules(
    accept: Annotated[bool, typer.Option("--accept", help="take those that are proposed")] = False,
    shop: Shop = None,
) -> None:
    """Of what one is told, to whom, and what is proposed."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals.listeners import listeners
    from counterbell.goals.quiet import quiet_hours
    from counterbell.goals.rules import offer_rules, set_rule
    from counterbell.goals.rules import rules as rules_of
    from counterbell.goals.sentences import rule_in_words, wish_in_words

    chosen = the_shop(shop)
    if accept:
        for wish in offer_rules(chosen):
            set_rule(chosen, wish, at=timezone.now())
    for rule in rules_of(chosen):
        off = "" if rule.on else f" ({_('off')})"
        print(f"{rule.pk}  {rule_in_words(rule)}{off}")
    for listener in listeners(chosen):
        print(_("Told to %(address)s (%(number)s).") % {"address": listener.address, "number": listener.pk})
    if hours := quiet_hours(chosen):
        _print_quiet(hours)
    if offers := offer_rules(chosen):
        print(_("Proposed (`counterbell alerts rules --accept` takes them):"))
    for wish in offers:
        print(f"  {wish_in_words(wish)}")


def watch(
    kind: Annotated[str, typer.Argument(help="threshold, goal, jump or waiting")],
    metric: Annotated[str, typer.Option(metavar="METRIC", help="which metric; goals: empty is any")] = "",
    limit: Annotated[str | None, typer.Option(help="such as 8h, 85% or 4.2; waiting: how old a ticket may be")] = None,
    days: Annotated[int | None, typer.Option(help="threshold: over so many days")] = None,
    of: Of = None,
    shop: Shop = None,
) -> None:
    """Be told when a metric passes a limit, a goal is behind, a metric jumps, or a ticket waits too long."""
    open_installation()
    from django.utils import timezone

    from counterbell.goals import amounts
    from counterbell.goals.rules import Wish, set_rule
    from counterbell.goals.scopes import parse
    from counterbell.goals.sentences import rule_in_words

    unit_of = metric or "resolution_time"
    amount = None if limit is None else amounts.parse(unit_of, limit)
    wish = Wish(kind, metric, parse(of), amount, days or (28 if kind == "threshold" else None))
    rule = set_rule(the_shop(shop), wish, at=timezone.now())
    print(f"{rule.pk}  {rule_in_words(rule)}")


def unwatch(number: Number, shop: Shop = None) -> None:
    """No longer be told of a rule."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals.rules import turn_off
    from counterbell.goals.sentences import rule_in_words

    rule = turn_off(the_shop(shop), number, at=timezone.now())
    print(f"{rule.pk}  {rule_in_words(rule)} ({_('off')})")


def mail(
    address: Annotated[str, typer.Argument(help="to whom")],
    language: Annotated[str, typer.Option(help="en, fr or id")] = "en",
    shop: Shop = None,
) -> None:
    """Tell the alerts of a shop to a mail address."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals.listeners import mail_to

    listener = mail_to(the_shop(shop), address, language=language, at=timezone.now())
    print(_("Told to %(address)s (%(number)s).") % {"address": listener.address, "number": listener.pk})


def webhook(url: Annotated[str, typer.Argument(help="https only, to a public address")], shop: Shop = None) -> None:
    """Tell the alerts of a shop to a URL, signed with a secret that is shown once."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals.listeners import webhook_to

    listener, secret = webhook_to(the_shop(shop), url, at=timezone.now())
    print(_("Told to %(address)s (%(number)s).") % {"address": listener.address, "number": listener.pk})
    print(_("The secret that signs, shown this once: %(secret)s") % {"secret": secret})


def silence(number: Number, shop: Shop = None) -> None:
    """Tell nothing more to an address or a URL."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals.listeners import no_longer

    listener = no_longer(the_shop(shop), number, at=timezone.now())
    print(_("Nothing more is told to %(address)s.") % {"address": listener.address})


def quiet(
    since: Annotated[str | None, typer.Argument(help="HH:MM on the shop's clock; without, there are none")] = None,
    until: Annotated[str | None, typer.Argument(help="HH:MM, the next morning where it is earlier")] = None,
    shop: Shop = None,
) -> None:
    """Set quiet hours: what comes up in them is told at their end."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals.quiet import no_quiet_hours, set_quiet_hours

    chosen = the_shop(shop)
    if since is None:
        no_quiet_hours(chosen, at=timezone.now())
        print(_("Told at all hours."))
        return
    _print_quiet(set_quiet_hours(chosen, since, until or "", at=timezone.now()))


def _print_quiet(hours: "QuietHours") -> None:
    from django.utils.translation import gettext as _

    from counterbell.accounts.opening_hours import clock_time

    told = {"since": clock_time(hours.since), "until": clock_time(hours.until)}
    print(_("Quiet from %(since)s to %(until)s.") % told)


def _line(alert: "Alert") -> str:
    """An alert on a line: number, when, what, and what has become of it."""
    from django.utils.translation import gettext as _

    from counterbell import formats
    from counterbell.goals.sentences import sentence

    state = ""
    if alert.ended_at:
        state = _(" (over since %(when)s)") % {"when": formats.moment(alert.ended_at)}
    elif alert.acknowledged_at:
        state = _(" (acknowledged)")
    return f"{alert.pk}  {formats.moment(alert.opened_at)}  {sentence(alert)}{state}"
