"""How tickets come and go: created, reopened and closed by bucket, and how many are unresolved at the end of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterbell.accounts.models import Shop

from . import metric
from ._metric import Counted, Part, Values
from .periods import Bucket, Period
from .query import Answered, Condition, Question, answer


@dataclass(frozen=True)
class Flow:
    """A bucket's comings and goings. Every close and every reopening counts, so that they explain the level:
    `unresolved` is that of the bucket before, plus `created` and `reopened`, less `closed`; null for the future.
    """

    bucket: Bucket
    created: int
    reopened: int
    closed: int
    unresolved: int | None


@dataclass(frozen=True)
class Flows:
    """The flow of a period by bucket and in all."""

    as_of: datetime
    buckets: tuple[Flow, ...]
    total: Flow


def flow(shop: Shop, period: Period, *, where: tuple[Condition, ...] = (), as_of: datetime | None = None) -> Flows:
    """How the tickets of a shop came and went in a period."""
    counted = {"flow": _Steps(), "unresolved_tickets": metric("unresolved_tickets")}
    found = answer(shop, counted, Question(period, (), where=where, as_of=as_of, quantiles=False))
    return Flows(found.as_of, tuple(map(_flow, found.buckets)), _flow(found.total))


def _flow(answered: Answered) -> Flow:
    return Flow(answered.bucket, **answered.metrics["flow"], unresolved=answered.metrics["unresolved_tickets"])


class _Steps(Counted):
    @property
    def parts(self) -> Mapping[str, Part]:
        opened = {
            "created": "count(case when opens and number = 1 then 1 end)",
            "reopened": "count(case when opens and number > 1 then 1 end)",
        }
        return {
            "": Part("spells", "since", opened),
            "closed": Part("spells", "until", {"closed": "count(case when closes then 1 end)"}),
        }

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        values = {**found[""], **found["closed"]}
        return {"{key}": {name: values.get(name) or 0 for name in ("created", "reopened", "closed")}}
