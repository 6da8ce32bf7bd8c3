"""Goals: what is to be reached, and how far it is."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from counterbell.errors import Problem

from ._installation import open_installation, the_shop
from ._periods import Shop

if TYPE_CHECKING:
    from counterbell.goals.pace import Pace
    from counterbell.goals.targets import Goal

Key = Annotated[str, typer.Argument(metavar="METRIC", help="the metric, such as csat")]
Of = Annotated[str | None, typer.Option("--of", metavar="SCOPE", help="shop, team=NAME, agent=ID or channel=NAME")]
Each = Annotated[str, typer.Option("--each", metavar="PERIOD", help="week, month or quarter")]


def app() -> typer.Typer:
    """`goals` shows the pace; its commands set goals and give them up."""
    commands = typer.Typer(invoke_without_command=True)
    commands.callback()(show)
    commands.command("set")(set_)
    commands.command()(drop)
    commands.command()(history)
    commands.command()(accept)
    return commands


def show(context: typer.Context, shop: Shop = None) -> None:
    """The goals of the running periods: reached, on track or behind, and what is proposed."""
    if context.invoked_subcommand is not None:
        return
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals.offers import offer_defaults
    from counterbell.goals.pace import paces

    chosen, at = the_shop(shop), timezone.now()
    found = paces(chosen, at=at)
    if found:
        _print_paces(found)
    else:
        print(_("No goal is set. `counterbell goals set METRIC VALUE` sets one."))
    if offers := offer_defaults(chosen, at=at):
        print(_("Proposed (`counterbell goals accept` takes them):"))
    for offer in offers:
        print(f"  {_told(offer.goal, offer.value, offer.step)}. {offer.why}")


def set_(
    metric: Key,
    value: Annotated[str | None, typer.Argument(help="such as 4.5, 85%, 8h or 120; with --rise by how much")] = None,
    of: Of = None,
    each: Each = "month",
    rise: Annotated[bool, typer.Option("--rise", help="so much better each period than in the one before")] = False,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="from the period of this day on")] = None,
    shop: Shop = None,
) -> None:
    """Set a goal or change it, from the running period on; what is over keeps the goal it had."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals import amounts
    from counterbell.goals.targets import set_target
    from counterbell.metrics.periods import parse_day

    if value is None:
        raise Problem(_("Say what is to be reached, such as `counterbell goals set csat 4.5`."))
    goal, amount = _goal(metric, of, each), amounts.parse(metric, value)
    first = parse_day(since) if since else None
    target = set_target(
        the_shop(shop),
        goal,
        value=None if rise else amount,
        step=amount if rise else None,
        at=timezone.now(),
        valid_from=first,
    )
    print(_told(goal, target.value, target.step) + ".")


def drop(metric: Key, of: Of = None, each: Each = "month", shop: Shop = None) -> None:
    """Give a goal up, from the running period on."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell.goals.targets import give_up

    give_up(the_shop(shop), _goal(metric, of, each), at=timezone.now())
    print(_("The goal is given up; its history stays."))


def history(metric: Key, of: Of = None, each: Each = "month", shop: Shop = None) -> None:
    """All changes of a goal, and how the last periods went."""
    open_installation()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from counterbell import formats
    from counterbell.goals.pace import track
    from counterbell.goals.targets import history as changes

    chosen, goal = the_shop(shop), _goal(metric, of, each)
    for row in changes(chosen, goal):
        told = _("given up") if row.value is None and row.step is None else _told(goal, row.value, row.step)
        print(_("%(when)s: %(told)s, from %(day)s on") % {
            "when": formats.moment(row.set_at), "told": told, "day": formats.day(row.valid_from)
        })  # fmt: skip
    if found := track(chosen, goal, at=timezone.now()):
        _print_paces(found)


def accept(
    metric: Annotated[list[str] | None, typer.Argument(help="only these; default: all that is proposed")] = None,
    shop: Shop = None,
) -> None:
    """Set the goals that are proposed to a new shop."""
    open_installation()
    from django.utils import timezone

    from counterbell.goals.offers import accept as accept_offers
    from counterbell.goals.targets import goal_of

    for target in accept_offers(the_shop(shop), metric or None, at=timezone.now()):
        print(_told(goal_of(target), target.value, target.step) + ".")


def _goal(metric: str, of: str | None, each: str) -> "Goal":
    from counterbell.goals.scopes import parse
    from counterbell.goals.targets import Goal

    return Goal(metric, parse(of), each)


def _told(goal: "Goal", value: float | None, step: float | None) -> str:
    from counterbell.goals.sentences import goal_in_words

    return goal_in_words(goal, value, step)


def _print_paces(found: "list[Pace]") -> None:
    from django.utils.translation import gettext as _
    from rich.console import Console
    from rich.text import Text

    from counterbell import formats
    from counterbell.goals.sentences import STATES, whose
    from counterbell.metrics import metric
    from counterbell.words import figure

    from ._table import plain_table, print_with_details

    table = plain_table()
    table.add_column(_("Goal"), no_wrap=True)
    for title in (_("Now"), _("Expected"), _("Target")):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for pace in found:
        one = metric(pace.goal.metric)
        cells = [figure(value, one.unit) for value in (pace.value, pace.expected, pace.target)]
        table.add_row(Text(whose(pace.goal.metric, pace.goal.scope), style="bold"), *cells, _(STATES[pace.state]))
    print_with_details(Console(), table, [[formats.days(p.period.start, p.period.end), *_details(p)] for p in found])


def _details(pace: "Pace") -> Any:
    from django.utils.translation import gettext as _

    from counterbell import formats
    from counterbell.metrics import metric
    from counterbell.words import figure

    one = metric(pace.goal.metric)
    if pace.interval:
        low, high = (figure(value, one.unit) for value in pace.interval)
        yield _("between %(low)s and %(high)s") % {"low": low, "high": high}
    if pace.rows is not None:
        yield f"n {formats.number(pace.rows)}"
    if pace.thin:
        yield _("thin sample")
