"""Rules give new and unassigned tickets to people: once, in turn or by load, when the shop and they are there."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk.desks import after, at_once, at_the_desk, desk_shop, number
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from record.cast import agent, customer, flag, message, status, ticket
from record.records import differences, put
from rounds import rounds

from counterbell.accounts.models import Role, Shop
from counterbell.desk.actions import do
from counterbell.desk.actor import Actor, actor_of
from counterbell.desk.conversation import Done, conversation
from counterbell.desk.models import AssignmentRule, Unassigned
from counterbell.desk.rules import keeping
from counterbell.desk.rules.absence import come_back, set_away
from counterbell.desk.rules.giving import give_all, give_some, opens_at
from counterbell.desk.rules.models import CONDITIONS
from counterbell.desk.rules.staff import least_busy, whose_turn
from counterbell.desk.rules.unassigned import NEWS, News, take_up
from counterbell.errors import NotFound, Problem
from counterbell.record.models import Assignment, Ticket, TicketState

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
NINE_TO_FIVE = [{"week": {day: [["09:00", "17:00"]] for day in WEEKDAYS}}]


@pytest.fixture
def shop(sqlite: Path) -> Shop:
    return with_people(desk_shop())


@pytest.fixture
def either(installation: str) -> Shop:
    """The same on each of the databases, for what is SQL of its own."""
    return with_people(desk_shop())


def with_people(shop: Shop) -> Shop:
    put(shop, [agent("cleo", name="Cleo", team="lead")])
    at_the_desk(shop, "ann")
    at_the_desk(shop, "ben")
    at_the_desk(shop, "cleo", Role.LEAD)
    return shop


def rule(shop: Shop, name: str = "All", *, on_at: float = 1, **told: Any) -> AssignmentRule:
    """A rule of the shop that was switched on a minute after nine; without a pool for Ann's and Ben's team."""
    conditions = {key: told.pop(key) for key in list(told) if key in CONDITIONS}
    if not {"pool_team", "pool_agents"} & set(told):
        told["pool_team"] = "care"
    made = keeping.keep(shop, keeping.Wording(name, conditions, **told), at=after(on_at))
    keeping.switch(made, True, at=after(on_at))
    return made


def comes(shop: Shop, *names: str, minutes: float = 5, **told: Any) -> None:
    """Tickets that come so many minutes after nine."""
    when = after(minutes).strftime("%m-%d %H:%M")
    put(shop, [ticket(name, when, **told) for name in names])


def give(shop: Shop, minutes: float) -> int:
    """Let the rules do what is due so many minutes after nine; returns how many tickets of the shop were given."""
    before = Assignment.objects.filter(ticket__shop=shop).exclude(agent=None).count()
    give_all(after(minutes))
    return Assignment.objects.filter(ticket__shop=shop).exclude(agent=None).count() - before


def at_desk(shop: Shop, agent: str = "ann") -> Actor:
    """One of the people, at the desk."""
    return actor_of(shop.memberships.select_related("shop", "user").get(agent=agent))


def who(shop: Shop, name: str) -> str | None:
    state = TicketState.objects.select_related("assignee").get(ticket__shop=shop, ticket__external_id=name)
    return state.assignee.external_id if state.assignee else None


def away(shop: Shop, agent: str, **told: Any) -> None:
    set_away(shop.memberships.get(agent=agent), **{"since": None, "until": None, "at": after(2), **told})


def test_new_tickets_go_to_people_in_turn_and_the_history_says_by_which_rule(either: Shop) -> None:
    rule(either, "Everything")
    comes(either, "t2", "t3", "t4", "t5")
    assert give(either, 6) == 4
    assert [who(either, name) for name in ("t2", "t3", "t4", "t5")] == ["ann", "ben", "ann", "ben"]
    told = conversation(either, Ticket.objects.get(shop=either, external_id="t3"))
    assert "Assigned to Ben by the rule “Everything”" in [one.sentence for one in told.lines if isinstance(one, Done)]
    assert differences(either) == []
    assert give(either, 7) == 0


def test_what_came_before_the_rule_was_switched_on_is_not_given_away(either: Shop) -> None:
    rule(either)
    put(either, [ticket("old", "03-01 09:00"), ticket("older", "02-01 09:00"), message("m0", "older", "03-03 09:04")])
    assert give(either, 6) == 0
    assert not Unassigned.objects.filter(shop=either).exists()


def test_old_tickets_are_given_away_when_reopened_taken_from_somebody_or_no_spam_any_more(either: Shop) -> None:
    ann = at_desk(either)
    put(either, [ticket("t2", "03-01 09:00"), status("t2", "03-01 10:00"), ticket("t3", "03-01 09:00")])
    put(either, [flag("t3", "03-01 09:01"), ticket("t4", "03-01 09:00")])
    rule(either)
    do(ann, "reopen", number(either, "t2"), at=after(2))
    do(ann, "not_spam", number(either, "t3"), at=after(2))
    do(ann, "take", number(either), at=after(2))
    do(ann, "assign", number(either), "", at=after(3))
    assert give(either, 4) == 3
    assert who(either, "t4") is None


def test_a_rule_may_be_for_any_of_several(shop: Shop) -> None:
    wide = rule(shop, "Chats", channel="chat\n whatsapp\n\nchat", tag="vip\nlate", pool_agents=("ben",))
    assert (wide.wanted("channel"), wide.wanted("store")) == (["chat", "whatsapp"], [])
    for name, channel, tags in (("t2", "chat", ["late", "new"]), ("t3", "whatsapp", ["vip"]), ("t4", "chat", ["new"])):
        comes(shop, name, channel=channel, tags=tags)
    comes(shop, "t5", channel="email", tags=["vip"])
    give(shop, 6)
    assert [who(shop, name) for name in ("t2", "t3", "t4", "t5")] == ["ben", "ben", None, None]


def test_the_first_rule_that_fits_decides(either: Shop) -> None:
    rule(either, "French chat", channel="chat", language="fr", pool_agents=("cleo",))
    rule(either, "Returns", tag="return", pool_agents=("ben",))
    put(either, [customer("lee")])
    comes(either, "t2", channel="chat")
    comes(either, "t3", customer="lee", channel="chat", tags=["return"])
    comes(either, "t4", customer="lee", channel="chat")
    give_all(after(6))
    assert [who(either, name) for name in ("t2", "t3", "t4")] == ["cleo", "ben", None]
    do(at_desk(either), "tag", number(either, "t4"), "return", at=after(7))
    give_all(after(8))
    assert who(either, "t4") == "ben"


def test_a_rule_asks_for_the_priority_that_a_ticket_has_now(either: Shop) -> None:
    rule(either, "Urgent", priority="urgent", pool_agents=("cleo",))
    comes(either, "t2", priority="low")
    assert give(either, 6) == 0
    do(at_desk(either), "priority", number(either, "t2"), "urgent", at=after(7))
    give_all(after(8))
    assert who(either, "t2") == "cleo"


def test_a_rule_that_stands_first_is_asked_first(shop: Shop) -> None:
    rule(shop, "One", pool_agents=("ann",))
    keeping.move_up(rule(shop, "Two", pool_agents=("ben",)), at=after(1))
    comes(shop, "t2")
    give_all(after(6))
    assert who(shop, "t2") == "ben"


def test_a_ticket_of_a_team_goes_to_members_of_the_team_and_stays_the_teams(shop: Shop) -> None:
    rule(shop, "Cleo or Ben", pool_agents=("cleo", "ben"))
    do(at_desk(shop), "team", number(shop), "care", at=after(2))
    give_all(after(3))
    assert who(shop, "t1") == "ben"
    assert TicketState.objects.get(ticket__shop=shop).team == "care"


def test_only_who_answers_here_gets_tickets(shop: Shop) -> None:
    put(shop, [agent("gone", name="Gone", team="care")])
    at_the_desk(shop, "vic", Role.VIEWER)
    put(shop, [agent("vic", name="Vic", team="care")])
    rule(shop)
    comes(shop, *(f"t{place}" for place in range(2, 8)))
    give_all(after(6))
    assert {who(shop, f"t{place}") for place in range(2, 8)} == {"ann", "ben"}


def test_by_load_whoever_has_the_fewest_open_tickets_is_next(either: Shop) -> None:
    ann = at_desk(either)
    comes(either, *(f"a{place}" for place in range(5)), minutes=-30)
    for place in range(5):
        do(ann, "take", number(either, f"a{place}"), at=after(0.5))
    for place in (0, 1):
        do(ann, "pending" if place else "close", number(either, f"a{place}"), at=after(0.6))
    rule(either, by_load=True)
    comes(either, *(f"t{place}" for place in range(2, 7)))
    give_all(after(6))
    assert [who(either, f"t{place}") for place in range(2, 7)] == ["ben", "ben", "ben", "ann", "ben"]


def test_who_is_away_gets_nothing_and_what_waits_for_them_is_theirs_when_they_are_back(shop: Shop) -> None:
    rule(shop)
    away(shop, "ann")
    comes(shop, "t2", "t3")
    give_all(after(6))
    assert [who(shop, name) for name in ("t2", "t3")] == ["ben", "ben"]
    away(shop, "ben", until=after(30), at=after(6))
    comes(shop, "t4", "t5", minutes=7)
    assert [give(shop, minutes) for minutes in (8, 29)] == [0, 0]
    assert give(shop, 30) == 2
    come_back(shop.memberships.get(agent="ann"), at=after(31))
    comes(shop, "t6", minutes=32)
    give_all(after(33))
    assert who(shop, "t6") == "ann"


def test_an_absence_that_is_to_come_has_not_begun(shop: Shop) -> None:
    rule(shop, pool_agents=("ann",))
    away(shop, "ann", since=after(10), until=after(20))
    comes(shop, "t2")
    comes(shop, "t3", minutes=12)
    assert [give(shop, minutes) for minutes in (6, 12, 19)] == [1, 0, 0]
    assert give(shop, 20) == 1
    with pytest.raises(Problem, match="later end"):
        away(shop, "ann", until=after(-10))


@pytest.mark.parametrize("wanted", [True, False])
def test_an_answer_to_somebody_away_frees_the_ticket_where_the_shop_wants_that(either: Shop, wanted: bool) -> None:
    do(at_desk(either), "take", number(either), at=after(1))
    keeping.free_from_away(either, wanted, at=after(1))
    rule(either, pool_team="lead")
    away(either, "ann")
    put(either, [message("m2", "t1", "03-03 09:05", text="Hello?")])
    give_all(after(6))
    assert who(either, "t1") == ("cleo" if wanted else "ann")
    told = [
        one.sentence for one in conversation(either, Ticket.objects.get(shop=either)).lines if isinstance(one, Done)
    ]
    assert ("Taken from an agent who is away, since the customer has answered" in told) is wanted


def test_outside_the_opening_hours_a_ticket_waits_unless_the_rule_is_for_any_time(shop: Shop) -> None:
    Shop.objects.filter(pk=shop.pk).update(hours=NINE_TO_FIVE, timezone="Europe/Paris")
    rule(shop, "Night", channel="chat", at_any_time=True)
    rule(shop, "Day")
    comes(shop, "t2", minutes=60 * 9)
    comes(shop, "t3", minutes=60 * 9, channel="chat")
    assert give(shop, 60 * 9 + 1) == 1
    assert who(shop, "t3")
    assert [give(shop, 60 * hours) for hours in (10, 22)] == [0, 0]
    assert give(shop, 60 * 23) == 1, "nine in Paris is eight in UTC"


def test_a_shop_that_is_never_open_has_nothing_to_wait_for_and_one_without_hours_is_always_open(shop: Shop) -> None:
    shop.hours = []
    assert opens_at(shop, after()) == after()
    shop.hours = [{"week": {}}]
    assert opens_at(shop, after()) > after() + timedelta(days=300)


def test_two_processes_at_once_give_each_ticket_once(either: Shop) -> None:
    rule(either, by_load=True)
    comes(either, *(f"t{place}" for place in range(2, 32)))
    given_by = at_once(*[lambda: give_all(after(6))] * 2)
    assert sum(given_by) == 30
    assert Assignment.objects.filter(ticket__shop=either).count() == 30
    assert [who(either, f"t{place}") for place in range(2, 32)].count("ann") == 15
    assert differences(either) == []


KILLED = """
import os, sys, django
django.setup()
from datetime import datetime
from counterbell.accounts.models import Shop
from counterbell.desk.rules import giving
give, given = giving.hand_to, []
def dying(*told):
    give(*told)
    given.append(told)
    if len(given) == 2:
        os.kill(os.getpid(), 9)
giving.hand_to = dying
shop, at = Shop.objects.get(slug=sys.argv[1]), datetime.fromisoformat(sys.argv[2])
giving.take_up(shop, at)
giving.give_some(shop, at)
"""


def test_a_process_that_is_killed_while_it_gives_has_given_all_or_nothing(shop: Shop, sqlite: Path) -> None:
    rule(shop)
    comes(shop, "t2", "t3", "t4")
    where = {"COUNTERBELL_DATA": str(sqlite.parent), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", KILLED, shop.slug, after(6).isoformat()]
    killed = subprocess.run(command, env={**os.environ, **where}, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert Assignment.objects.filter(ticket__shop=shop).count() == 0
    assert Unassigned.objects.filter(shop=shop).count() == 3
    assert give(shop, 7) == 3
    assert [who(shop, name) for name in ("t2", "t3", "t4")] == ["ann", "ben", "ann"]
    assert differences(shop) == []


def test_a_rule_switched_off_gives_nothing_and_forgets_what_waited(shop: Shop) -> None:
    made = rule(shop)
    keeping.switch(made, False, at=after(2))
    comes(shop, "t2")
    assert give(shop, 6) == 0
    keeping.switch(made, True, at=after(10))
    assert give(shop, 11) == 0
    comes(shop, "t3", minutes=12)
    assert give(shop, 13) == 1


def test_a_ticket_that_was_taken_closed_or_put_aside_meanwhile_is_left_alone(shop: Shop) -> None:
    ann = at_desk(shop)
    rule(shop, pool_agents=("ben",))
    away(shop, "ben")
    comes(shop, "t2", "t3", "t4")
    give_all(after(6))
    do(ann, "take", number(shop, "t2"), at=after(7))
    do(ann, "close", number(shop, "t3"), at=after(7))
    do(ann, "snooze", number(shop, "t4"), "3h", at=after(7))
    come_back(shop.memberships.get(agent="ben"), at=after(8))
    assert give(shop, 9) == 0
    assert list(Unassigned.objects.filter(shop=shop).values_list("ticket__external_id", flat=True)) == ["t4"]
    do(ann, "reopen", number(shop, "t4"), at=after(10))
    assert give(shop, 11) == 1


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "All"}, "already"),
        ({"pool_agents": ()}, "Choose a team"),
        ({"pool_team": "ghosts"}, "no team 'ghosts'"),
        ({"pool_agents": ("dan",)}, "no agent 'dan'"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_reason(shop: Shop, told: dict[str, Any], says: str) -> None:
    rule(shop)
    with pytest.raises(Problem, match=says):
        rule(shop, **{"name": "Other", **told})


def test_dans_shop_is_not_touched(shop: Shop) -> None:
    dans = with_people(desk_shop())
    made = rule(shop)
    comes(dans, "t2")
    comes(shop, "t2")
    assert give(shop, 6) == 1
    assert who(dans, "t2") is None
    with pytest.raises(NotFound):
        keeping.one(dans, made.pk)


AGENTS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True)


@given(AGENTS, st.integers(1, 60), st.sampled_from(["", "c", "zoe"]))
@rounds(60)
def test_in_turn_is_fair(pool: list[str], tickets: int, last: str) -> None:
    got = []
    for _one in range(tickets):
        got.append(last := whose_turn(pool, last))
    counts = [got.count(agent) for agent in pool]
    assert max(counts) - min(counts) <= 1


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 9), min_size=1), st.integers(1, 60))
@rounds(60)
def test_by_load_never_gives_to_one_who_has_more(loads: dict[str, int], tickets: int) -> None:
    last = ""
    for _one in range(tickets):
        last = least_busy(list(loads), loads, last)
        assert loads[last] == min(loads.values())
        loads[last] += 1


def test_the_work_of_a_round_does_not_grow_with_people_and_old_tickets(shop: Shop) -> None:
    rule(shop, by_load=True)
    comes(shop, "t2")
    queries_of_a_round(shop, 6)
    comes(shop, "t3")
    few = queries_of_a_round(shop, 6)
    put(shop, [agent(f"a{place}", team="care") for place in range(20)])
    for place in range(20):
        at_the_desk(shop, f"a{place}")
    put(shop, [ticket(f"old{place}", "02-01 09:00") for place in range(300)])
    comes(shop, "t4", minutes=7)
    assert queries_of_a_round(shop, 8) == few


def queries_of_a_round(shop: Shop, minutes: float) -> int:
    with CaptureQueriesContext(connection) as queries:
        take_up(shop, after(minutes))
        assert give_some(shop, after(minutes)) == (1, 1)
    return len(queries)


@pytest.mark.parametrize("news", NEWS, ids=lambda news: news.table)
def test_what_is_new_is_found_by_its_rows_not_by_reading_the_shops_tickets(sqlite: Path, news: News) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"explain query plan {news.sql}", [0] * 5)
        steps = [row[3] for row in cursor.fetchall()]
    assert steps[0].startswith("SEARCH e USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
    assert all("USING INTEGER PRIMARY KEY" in step or "(ticket_id=?)" in step for step in steps[1:3])
