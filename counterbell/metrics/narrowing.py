"""A narrower look at the rows behind a figure: those of one bar, bin, cell or class of a chart.

Whoever draws a chart of a figure names what was clicked on; the rows found are as many as the chart said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from counterbell.errors import Problem, did_you_mean

from ._counting import quoted
from ._level import STATUSES
from ._local import local_hour, weekday
from ._metric import Duration, Metric, Part, Ratio
from .left_out import REASONS
from .periods import Bucket, Period

SECOND_US = 1_000_000


class CannotNarrow(Problem):
    """The rows of the metric cannot be narrowed like that."""


@dataclass(frozen=True)
class Narrowed:
    """Which of the rows are wanted; what is given holds together, what is null is not looked at.

    - `bucket`: of one bucket of the period (for open tickets: those open at its end).
    - `over_seconds`, `upto_seconds`: of a duration (with `business` within opening hours), or of open tickets the age,
      longer than the one and at most the other.
    - `weekday` (Monday is 0), `hour`: anchored in that hour of the shop's clock on those days.
    - `scores`: ratings with one of these scores; `commented`: only those with a comment.
    - `status`: open tickets in that status; `waiting`: only those whose customer has waited for an answer
      for at least so many seconds, now.
    - `share`: of a ratio its `part` or one of what it also counts (`zero`, `several`, `silent`), of what is left out
      one reason.
    - `tickets`: of these tickets, by their ids.
    """

    bucket: Bucket | None = None
    over_seconds: int | None = None
    upto_seconds: int | None = None
    business: bool = False
    weekday: int | None = None
    hour: int | None = None
    scores: tuple[int, ...] = ()
    commented: bool = False
    status: str | None = None
    waiting: int | None = None
    share: str | None = None
    tickets: tuple[str, ...] | None = None

    def of_anchored(self, one: Metric, part: Part, period: Period) -> Iterator[str]:
        """Conditions on rows that have an anchor, as SQL over the part's columns; the bucket is the caller's."""
        self._must_fit(one)
        if isinstance(one, Duration):
            yield from self._seconds(one.column(business=self.business))
        if self.weekday is not None:
            yield f"{weekday(part)} = {int(self.weekday)}"
        if self.hour is not None:
            yield f"{local_hour(part, period)} = {int(self.hour)}"
        if self.scores:
            yield f"score in ({', '.join(str(int(score)) for score in self.scores)})"
        if self.commented:
            yield "commented"
        if self.tickets is not None:
            yield f"ticket in ({', '.join(map(quoted, self.tickets))})" if self.tickets else "false"
        if self.share is not None:
            yield self._share(one, self.share)

    def of_open(self, one: Metric, seen_us: int) -> Iterator[str]:
        """Conditions on spells that are open at an instant."""
        self._must_fit(one)
        yield from self._seconds(f"({seen_us} - epoch_us(created_at))")
        if self.status is not None:
            yield f"status = '{_one_of(self.status, STATUSES, 'status')}'"
        if self.waiting is not None:
            yield f"{seen_us} - epoch_us(waiting_since) >= {self.waiting * SECOND_US}"

    def of_flow(self, one: Metric) -> None:
        """Nothing but a bucket narrows what comes and goes. Raises CannotNarrow."""
        self._must_fit(one)

    def _seconds(self, column: str) -> Iterator[str]:
        if self.business:
            yield f"{column} is not null"
        if self.over_seconds is not None:
            yield f"{column} > {self.over_seconds * SECOND_US}"
        if self.upto_seconds is not None:
            yield f"{column} <= {self.upto_seconds * SECOND_US}"

    def _share(self, one: Metric, share: str) -> str:
        if isinstance(one, Ratio):
            counted = {"part": one.part, **one.also}
            return counted[_one_of(share, tuple(counted), "share")]
        return f"left_out = '{_one_of(share, REASONS, 'reason')}'"

    def _must_fit(self, one: Metric) -> None:
        fitting = set(_FITTING[one.rows])
        fitting |= {"over_seconds", "upto_seconds", "business"} if isinstance(one, Duration) else set()
        fitting |= {"share"} if isinstance(one, Ratio) else set()
        given = {each.name for each in fields(self) if getattr(self, each.name) != each.default}
        if wrong := sorted(given - fitting):
            raise CannotNarrow(
                f"The rows behind {one.title!r} cannot be narrowed by {', '.join(wrong)}. "
                f"They can be by {', '.join(sorted(fitting))}."
            )


_ANCHORED = ("bucket", "weekday", "hour", "tickets")
_FITTING = {
    "tickets": _ANCHORED,
    "left_out": (*_ANCHORED, "share"),
    "responses": _ANCHORED,
    "ratings": (*_ANCHORED, "scores", "commented"),
    "orders": _ANCHORED,
    "open": ("bucket", "over_seconds", "upto_seconds", "status", "waiting"),
    "flow": ("bucket",),
}
"""By what each kind of row can be narrowed."""


def _one_of(name: str, known: tuple[str, ...], what: str) -> str:
    if name not in known:
        raise CannotNarrow(f"There is no {what} {name!r}.{did_you_mean(name, known)} There are: {', '.join(known)}.")
    return name
