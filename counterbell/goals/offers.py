"""Goals that a new shop finds proposed; nothing is set before a person accepts it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from counterbell.accounts.models import Shop
from counterbell.errors import NotFound

from . import periods
from .figures import figure
from .models import PeriodName, Target
from .targets import Goal, Person, set_target, target_for

NORM_SECONDS = 3600.0
RISE = 0.01
FEWER = 0.9

WHY = {
    "resolution_time": later("Within an hour is the norm to aim at."),
    "unresolved_tickets": later("A company-wide goal: a tenth fewer unresolved tickets than at the end of last month."),
    "one_reply_rate": later(
        "Each month one point more of the tickets settled with a single reply than the month before."
    ),
}


@dataclass(frozen=True)
class Offer:
    """A goal that is proposed: a value, or a step by which each period is to be better than the last."""

    goal: Goal
    value: float | None = None
    step: float | None = None

    @property
    def why(self) -> str:
        """The reason, in the reader's language."""
        return _(WHY[self.goal.metric])


def offer_defaults(shop: Shop, *, at: datetime) -> list[Offer]:
    """The proposed goals that the shop has not set, one a metric.

    That for unresolved tickets comes when there is a month to start from: nine tenths of the level at its end.
    """
    offers = [
        Offer(Goal("resolution_time"), value=NORM_SECONDS),
        *_fewer_unresolved(shop, at),
        Offer(Goal("one_reply_rate"), step=RISE),
    ]
    end = periods.running(shop, PeriodName.MONTH, at).end
    return [offer for offer in offers if target_for(shop, offer.goal, end) is None]


def accept(shop: Shop, metrics: Iterable[str] | None = None, *, by: Person = None, at: datetime) -> list[Target]:
    """Set the proposed goals of these metrics (default: all that are proposed). Raises NotFound for any other."""
    offered = {offer.goal.metric: offer for offer in offer_defaults(shop, at=at)}
    wanted = list(offered) if metrics is None else list(metrics)
    for key in wanted:
        if key not in offered:
            raise NotFound(
                _("No goal for %(metric)s is proposed. There are: %(there)s.")
                % {"metric": key, "there": ", ".join(offered) or _("none")}
            )
    return [
        set_target(shop, offer.goal, value=offer.value, step=offer.step, by=by, at=at)
        for offer in (offered[key] for key in wanted)
    ]


def _fewer_unresolved(shop: Shop, at: datetime) -> list[Offer]:
    goal = Goal("unresolved_tickets")
    last = periods.before(shop, periods.running(shop, goal.period, at), goal.period)
    level = figure(shop, goal.metric, goal.scope, last, at=at).value
    return [Offer(goal, value=float(int(level * FEWER)))] if level else []
