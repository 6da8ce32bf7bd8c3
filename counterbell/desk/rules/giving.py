"""Giving tickets to people by the rules: some at a time, in one transaction under the lock of the shop's writers.

Who gets a ticket, the assignment in the record, whose turn comes next and that the ticket waits no more are decided
and written together: two processes give no ticket twice, and one that dies has given it wholly or not at all.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from django.db import connection, transaction

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import read_schedules, zone
from counterbell.desk.acting import CLOCKS_DIFFER, acting
from counterbell.errors import Problem
from counterbell.facts.hours import NEVER, OpenTime
from counterbell.record.entries import instant, microseconds
from counterbell.record.models import StatusName, TicketState
from counterbell.record.sql import one_at_a_time

from .handing import hand_to
from .models import Assigning, AssignmentRule, Unassigned
from .staff import Staff, fits, least_busy, open_tickets, staff, whose_turn
from .unassigned import newest, take_up

AT_A_TIME = 25
"""Tickets in one transaction."""
ROUNDS = 8
"""Transactions for a shop in one go."""
LOOK_AGAIN = timedelta(minutes=15)
"""Whatever was said of later: hours and people may have changed by then."""


def give_all(at: datetime) -> int:
    """Give away what is new and waits, in every shop; returns how many tickets. Safe in several processes at once."""
    shops = list(Assigning.objects.filter(active=True).select_related("shop"))
    last = newest() if shops else {}
    for assigning in shops:
        if assigning.seen != last:
            take_up(assigning.shop, at)
    waiting = Unassigned.objects.filter(shop__in=[assigning.shop_id for assigning in shops], due_at__lte=at)
    due = set(waiting.values_list("shop", flat=True).distinct()) if shops else set()
    return sum(_give(assigning.shop, at) for assigning in shops if assigning.shop_id in due)


def _give(shop: Shop, at: datetime) -> int:
    given = 0
    for _round in range(ROUNDS):
        looked_at, some = give_some(shop, at)
        given += some
        if looked_at < AT_A_TIME:
            break
    return given


@transaction.atomic
def give_some(shop: Shop, at: datetime) -> tuple[int, int]:
    """Look at the next tickets that are due; returns how many there were, and how many were given to somebody."""
    with connection.cursor() as cursor:
        one_at_a_time(cursor, shop.pk)
    due = Unassigned.objects.filter(shop=shop, due_at__lte=at).order_by("since", "pk")
    waiting = list(due.select_related("ticket__state", "ticket__customer")[:AT_A_TIME])
    if not waiting:
        return 0, 0
    hand = _Hand(Shop.objects.get(pk=shop.pk), at)
    given = sum(hand.settle(one) for one in waiting)
    hand.put_off()
    return len(waiting), given


@dataclass
class _Hand:
    """What decides who gets a ticket of the shop now, read once for several tickets."""

    shop: Shop
    at: datetime
    later: dict[datetime | None, list[int]] = field(default_factory=dict)

    @cached_property
    def rules(self) -> list[AssignmentRule]:
        on = AssignmentRule.objects.filter(shop=self.shop).exclude(on_since=None)
        return list(on.order_by("position", "pk"))

    @cached_property
    def staff(self) -> Staff:
        return staff(self.shop, self.at)

    @cached_property
    def loads(self) -> dict[str, int]:
        return open_tickets(self.shop, list(self.staff.teams))

    @cached_property
    def opens_at(self) -> datetime:
        """When the shop is next open: now, where it is or has told no hours."""
        return opens_at(self.shop, self.at)

    def settle(self, one: Unassigned) -> bool:
        """Give the ticket to somebody, leave it for later, or see that it wants nobody any more."""
        state = one.ticket.state
        if _wants_nobody(state):
            one.delete()
            return False
        if one.since > self.at + CLOCKS_DIFFER:
            return self._wait(one, one.since)
        rule = self._rule(one) if state.status == StatusName.OPEN else None
        if rule is None:
            return self._wait(one, None)
        if not rule.at_any_time and self.opens_at > self.at:
            return self._wait(one, min(self.opens_at, self.at + LOOK_AGAIN))
        pool = self.staff.pool(rule, state.team)
        if not (there := self.staff.there(pool)):
            return self._wait(one, self.staff.next_back(pool, self.at + LOOK_AGAIN))
        chosen = least_busy(there, self.loads, rule.last_agent) if rule.by_load else whose_turn(there, rule.last_agent)
        return self._give(one, rule, chosen)

    def put_off(self) -> None:
        """Leave what could not be given for later."""
        for due_at, tickets in self.later.items():
            Unassigned.objects.filter(pk__in=tickets).update(due_at=due_at)

    def _rule(self, one: Unassigned) -> AssignmentRule | None:
        """The first rule that the ticket is for and that has people for it."""
        tags, team = json.loads(one.ticket.state.tags), one.ticket.state.team
        for rule in self.rules:
            came_in_time = rule.on_since is not None and rule.on_since <= one.since
            if came_in_time and fits(rule, one.ticket, tags) and self.staff.pool(rule, team):
                return rule
        return None

    def _wait(self, one: Unassigned, due_at: datetime | None) -> bool:
        self.later.setdefault(due_at, []).append(one.pk)
        return False

    def _give(self, one: Unassigned, rule: AssignmentRule, agent: str) -> bool:
        try:
            with acting(self.shop, None, one.pk, self.at) as ticket:
                hand_to(ticket, agent, rule.name)
        except Problem:  # what the record does not take waits for a person
            return self._wait(one, None)
        one.delete()
        AssignmentRule.objects.filter(pk=rule.pk).update(last_agent=agent)
        rule.last_agent = agent
        self.loads[agent] = self.loads.get(agent, 0) + 1
        return True


def _wants_nobody(state: TicketState) -> bool:
    left_out = state.spam or state.deleted or state.merged_into_id is not None
    return left_out or state.assignee_id is not None or state.status == StatusName.CLOSED


def opens_at(shop: Shop, at: datetime) -> datetime:
    """When the shop is next open, `at` where it is then or has told no hours; a year on where it never is."""
    if not shop.hours:
        return at
    open_time = OpenTime(zone(shop.timezone), read_schedules(shop.hours))
    (opens,) = open_time.reached(np.array([microseconds(at)]), np.array([1])).tolist()
    return at + timedelta(days=365) if opens == NEVER else instant(opens - 1)
