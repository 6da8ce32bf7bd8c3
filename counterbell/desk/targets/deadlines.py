"""Until when tickets are to be answered and resolved, for many at once.

The first response and the resolution are those of the metrics: from the customer's first message to a reply by a human,
and from the ticket's creation to its final close; neither pauses while a ticket is pending or snoozed. A ticket has the
target that was in force when it was created, for the priority that it has now; but what ran over while it had another
one stays overdue by the target for that. Business time is the facts' own.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterbell.accounts.local_time import Microseconds
from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import read_schedules, zone
from counterbell.facts.hours import NEVER, OpenTime
from counterbell.record.entries import instant, microseconds

from .earlier import Earlier, earlier
from .models import ServiceTarget

SECOND_US = 1_000_000
SOON_US = 3600 * SECOND_US
"""Of its own clock; what has less left is due soon."""
FIRST_RESPONSE, RESOLUTION = "first_response", "resolution"
NOT_STARTED = -1


class Course(NamedTuple):
    """What must be known of a ticket; instants in microseconds, NOT_STARTED where nobody waits for a first reply."""

    pk: int
    channel: str
    priority: str
    created_us: int
    unanswered_us: int


class Deadline(NamedTuple):
    """What is to be done (FIRST_RESPONSE or RESOLUTION) by when, and how much of its own clock's time is left."""

    what: str
    due_us: int
    left_us: int
    business: bool

    @property
    def overdue(self) -> bool:
        """Whether it took longer than it should: at the target is within it."""
        return self.left_us < 0

    @property
    def soon(self) -> bool:
        """Whether it is due soon, or was already."""
        return self.left_us <= SOON_US

    @property
    def due_at(self) -> datetime | None:
        """When it is due; None where the shop will not be open for so long within two years."""
        return None if self.due_us >= NEVER else instant(self.due_us)


class _Limits(NamedTuple):
    """Of each ticket the time that it may take (NOT_STARTED: no target), and whether that is business time."""

    limit_us: Microseconds
    business: NDArray[np.bool_]


def deadlines(shop: Shop, courses: Sequence[Course], at: datetime) -> dict[int, tuple[Deadline, ...]]:
    """What is to be done by when, the earliest first, by the place of each unresolved ticket that has something."""
    targets = list(ServiceTarget.objects.filter(shop=shop).order_by("holds_from", "pk"))
    if not targets or not courses:
        return {}
    open_time = OpenTime(zone(shop.timezone), read_schedules(shop.hours)) if shop.hours else None
    had = earlier(shop, {course.pk: place for place, course in enumerate(courses)}, at)
    every = [*courses, *(courses[one.place]._replace(priority=one.priority) for one in had)]
    found: dict[int, tuple[Deadline, ...]] = {}
    created_us = np.array([course.created_us for course in every], np.int64)
    asked_us = np.array([course.unanswered_us for course in every], np.int64)
    for what, starts_us in ((FIRST_RESPONSE, asked_us), (RESOLUTION, created_us)):
        limits = _in_force(targets, what, every, created_us)
        running = dict(_running(what, starts_us, limits, open_time, microseconds(at)))
        for place, deadline in _settled(running, had, len(courses)).items():
            others = found.get(place, ())
            found[place] = (deadline, *others) if others and deadline.due_us < others[0].due_us else (*others, deadline)
    return found


def _settled(running: dict[int, Deadline], had: Sequence[Earlier], tickets: int) -> dict[int, Deadline]:
    """By ticket its deadline for the present priority, or the first that passed while it had the priority for that.

    Those for earlier priorities stand in `running` after those of the tickets.
    """
    settled = {place: deadline for place, deadline in running.items() if place < tickets}
    for place, one in reversed(list(enumerate(had, start=tickets))):
        if place in running and one.since_us <= running[place].due_us < one.until_us:
            settled[one.place] = running[place]
    return settled


def _in_force(targets: list[ServiceTarget], what: str, courses: Sequence[Course], created_us: Microseconds) -> _Limits:
    """The target that each ticket has: the one for its channel and priority, else for one of them, else for all."""
    limits = _Limits(np.full(len(courses), NOT_STARTED, np.int64), np.zeros(len(courses), bool))
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, course in enumerate(courses):
        alike[course.channel, course.priority].append(place)
    for (channel, priority), places in alike.items():
        for scope in dict.fromkeys((("", ""), ("", priority), (channel, ""), (channel, priority))):
            said = [target for target in targets if (target.channel, target.priority) == scope]
            if said:
                _lay_over(limits, np.array(places), said, what, created_us)
    return limits


def _lay_over(
    limits: _Limits, places: NDArray[np.int64], said: list[ServiceTarget], what: str, created_us: Microseconds
) -> None:
    """Let what is said of a narrower kind of tickets, as of their creation, replace what was said before."""
    seconds = [getattr(target, f"{what}_seconds") for target in said]
    limit_us = np.array([NOT_STARTED if each is None else each * SECOND_US for each in seconds], np.int64)
    business = np.array([target.business for target in said])
    holds_from_us = np.array([microseconds(target.holds_from) for target in said], np.int64)
    which = np.searchsorted(holds_from_us, created_us[places], side="right") - 1
    holds = (which >= 0) & (limit_us[which] != NOT_STARTED)
    limits.limit_us[places[holds]] = limit_us[which[holds]]
    limits.business[places[holds]] = business[which[holds]]


def _running(
    what: str, starts_us: Microseconds, limits: _Limits, open_time: OpenTime | None, now_us: int
) -> list[tuple[int, Deadline]]:
    """The clocks that run, with the place of their tickets; one in business time only where hours are told."""
    runs = (limits.limit_us != NOT_STARTED) & (starts_us != NOT_STARTED)
    if open_time is None:
        runs &= ~limits.business
    places = np.flatnonzero(runs)
    start, limit, business = starts_us[places], limits.limit_us[places], limits.business[places]
    due_us, left_us = start + limit, start + limit - now_us
    if open_time is not None and business.any():
        until = np.full(int(business.sum()), now_us, np.int64)
        due_us[business] = open_time.reached(start[business], limit[business])
        left_us[business] = limit[business] - open_time.between(start[business], until)
    told = zip(places.tolist(), due_us.tolist(), left_us.tolist(), business.tolist(), strict=True)
    return [(place, Deadline(what, due, left, in_business)) for place, due, left, in_business in told]
