"""The goals that a view can be held against, to be drawn as lines."""

from collections.abc import Iterator

from counterbell.goals.models import Target
from counterbell.goals.scopes import WHOLE_SHOP, Scope
from counterbell.goals.targets import goals
from counterbell.metrics import metric
from counterbell.metrics._metric import Duration
from counterbell.metrics.query import Condition

from .look import Look
from .view import View, usual_stat


def goal_lines(look: Look) -> dict[str, float]:
    """By metric the value that is to be reached: of those goals that ask for the figures the view shows.

    A goal is set for the whole shop, a team, an agent or a channel, in the statistic that the shop goes by and by the
    calendar; a count is asked for by week, month or quarter, and so is comparable with buckets of that length only.
    """
    scope = _scope(look.view.where)
    if scope is None:
        return {}
    asked = (each for each in goals(look.shop, at=look.view.at) if Scope(each.scope, each.scope_value) == scope)
    return dict(_comparable(look.view, asked))


def _scope(where: tuple[Condition, ...]) -> Scope | None:
    """The scope that these filters are; null where no goal is set for such."""
    if not where:
        return WHOLE_SHOP
    (first, *others) = where
    if others or first.negated or len(first.values) != 1 or first.dimension not in ("team", "agent", "channel"):
        return None
    return Scope(first.dimension, first.values[0] or "")


def _comparable(view: View, targets: Iterator[Target]) -> Iterator[tuple[str, float]]:
    for target in targets:
        one = metric(target.metric)
        is_shown = not isinstance(one, Duration) or (not view.business and view.stat == usual_stat(view.shop))
        adds_up = one.unit == "tickets" and not one.level
        if target.value is not None and is_shown and (not adds_up or target.period == view.grain):
            yield target.metric, target.value
