"""How much time is left to answer and to resolve, by the target that held when the ticket came, as metrics count."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.random_shop import HOURS
from desk.desks import NINE, after, at_the_desk, desk_shop, number
from facts.facts_of import rows
from facts.facts_of import shop_with as shop_with_facts
from record.cast import merge, message, status, ticket
from record.records import SHOP, put, shop_with

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import read_schedules, zone
from counterbell.audit.models import Note
from counterbell.desk.actions import do
from counterbell.desk.folders import Filters, counts, folder
from counterbell.desk.models import ServiceTarget
from counterbell.desk.standing import Standing, standing
from counterbell.desk.targets import setting
from counterbell.desk.targets.deadlines import FIRST_RESPONSE, RESOLUTION
from counterbell.desk.targets.wording import due_in_words
from counterbell.errors import Problem
from counterbell.facts.hours import NEVER, OpenTime
from counterbell.record.entries import microseconds

HOUR = 3600
BEFORE = NINE - timedelta(days=30)


@pytest.fixture
def shop(sqlite: Path) -> Shop:
    return desk_shop()


def ask(shop: Shop, at: datetime = BEFORE, **told: Any) -> ServiceTarget:
    return setting.ask(shop, None, at=at, **told)


def one(shop: Shop, at: datetime, name: str = "t1") -> Standing:
    return next(each for each in standing(shop, at) if each.number == name)


def left(shop: Shop, at: datetime, name: str = "t1") -> dict[str, float]:
    """What is left, in minutes, by what is to be done."""
    return {each.what: each.left_us / 60_000_000 for each in one(shop, at, name).deadlines}


def test_the_time_left_counts_from_the_first_message_and_from_the_creation(shop: Shop) -> None:
    ask(shop, first_response=HOUR, resolution=8 * HOUR)
    put(shop, [ticket("t2", "03-03 08:00"), message("m2", "t2", "03-03 09:30")])
    assert left(shop, after(20)) == {FIRST_RESPONSE: 40, RESOLUTION: 460}
    assert left(shop, after(40), "t2") == {FIRST_RESPONSE: 50, RESOLUTION: 380}
    due = one(shop, after(90)).due
    assert due is not None
    assert (due.what, due.overdue, due.due_at) == (FIRST_RESPONSE, True, after(60))
    at_the_target = one(shop, after(60)).due
    assert at_the_target is not None
    assert not at_the_target.overdue


def test_a_reply_by_a_human_ends_the_first_clock_and_neither_a_robot_nor_a_close_does(shop: Shop) -> None:
    ask(shop, first_response=HOUR)
    put(
        shop,
        [message("a", "t1", "03-03 09:01", "automation"), message("b", "t1", "03-03 09:02", "agent", public=False)],
    )
    put(shop, [status("t1", "03-03 09:03"), status("t1", "03-03 09:04", "open")])
    assert left(shop, after(5)) == {FIRST_RESPONSE: 55}
    put(shop, [message("c", "t1", "03-03 09:05", "agent"), message("d", "t1", "03-03 09:06")])
    assert left(shop, after(7)) == {}


def test_waiting_sleeping_and_reopening_do_not_stop_the_clock_of_the_resolution(shop: Shop) -> None:
    ask(shop, resolution=8 * HOUR)
    ann = at_the_desk(shop)
    do(ann, "pending", number(shop), at=after(10))
    assert left(shop, after(60)) == {RESOLUTION: 420}
    do(ann, "close", number(shop), at=after(60))
    assert standing(shop, after(61)) == []
    do(ann, "reopen", number(shop), at=after(120))
    put(shop, [status("t1", "03-03 11:01", "snoozed")])
    assert left(shop, after(180)) == {RESOLUTION: 300}


def test_a_ticket_keeps_the_target_that_held_when_it_was_created(shop: Shop) -> None:
    ask(shop, resolution=8 * HOUR)
    ask(shop, at=after(30), resolution=HOUR)
    ask(shop, at=after(30), resolution=2 * HOUR, from_day=date(2025, 3, 4))
    put(shop, [ticket("t2", "03-03 09:31"), ticket("t3", "03-04 00:00"), ticket("t0", "01-01 09:00")])
    assert [left(shop, after(60), name) for name in ("t1", "t2", "t0")] == [{RESOLUTION: 420}, {RESOLUTION: 31}, {}]
    assert left(shop, after(15 * 60), "t3") == {RESOLUTION: 120}
    first = setting.of_shop(shop).get(resolution_seconds=2 * HOUR)
    setting.give_up(shop, first.pk, None, at=after(40))
    assert left(shop, after(15 * 60), "t3") == {RESOLUTION: 60}
    setting.give_up(shop, setting.of_shop(shop).get(resolution_seconds=HOUR).pk, None, at=after(50))
    put(shop, [ticket("t4", "03-03 09:51")])
    assert left(shop, after(60), "t2") == {RESOLUTION: 31}
    assert left(shop, after(60), "t4") == {}
    noted = [(note.what, note.told.get("whole")) for note in Note.objects.filter(shop=shop).order_by("pk")]
    asked_for = [("target.set", time) for time in ("8 h", "1 h", "2 h")]
    assert noted == [*asked_for, ("target.ended", None), ("target.ended", None)]


def test_what_is_asked_of_fewer_tickets_goes_first_and_what_is_not_said_there_holds_from_all(shop: Shop) -> None:
    ask(shop, first_response=HOUR, resolution=8 * HOUR)
    ask(shop, channel="chat", first_response=60)
    ask(shop, priority="urgent", resolution=2 * HOUR)
    ask(shop, channel="chat", priority="urgent", resolution=HOUR)
    kinds = {"t2": {"channel": "chat"}, "t3": {"priority": "urgent"}, "t4": {"channel": "chat", "priority": "urgent"}}
    for name, kind in kinds.items():
        put(shop, [ticket(name, "03-03 09:00", **kind), message(name, name, "03-03 09:00")])
    limits = [left(shop, after(), name) for name in ("t1", "t2", "t3", "t4")]
    assert [(each[FIRST_RESPONSE], each[RESOLUTION]) for each in limits] == [(60, 480), (1, 480), (60, 120), (1, 60)]


@pytest.fixture
def urgent_shop(installation: str) -> Shop:
    """Asks to resolve urgent tickets within an hour and all others within eight."""
    shop = desk_shop()
    ask(shop, resolution=8 * HOUR)
    ask(shop, priority="urgent", resolution=HOUR)
    return shop


def at_minutes(shop: Shop, changes: dict[int, str]) -> None:
    """Let Ann give the ticket these priorities so many minutes after Kim wrote."""
    ann = at_the_desk(shop)
    for minutes, priority in changes.items():
        do(ann, "priority", number(shop), priority, at=after(minutes))


def test_what_still_runs_follows_the_priority_that_the_ticket_has_now(urgent_shop: Shop) -> None:
    at_minutes(urgent_shop, {10: "urgent"})
    assert left(urgent_shop, after(20)) == {RESOLUTION: 40}
    at_minutes(urgent_shop, {30: "low"})
    assert left(urgent_shop, after(90)) == {RESOLUTION: 390}, "it was not urgent when the hour was over"
    at_minutes(urgent_shop, {100: "urgent"})
    assert left(urgent_shop, after(120)) == {RESOLUTION: -60}
    at_minutes(urgent_shop, {121: ""})
    assert left(urgent_shop, after(130)) == {RESOLUTION: 350}, "urgent by mistake"


def test_what_ran_over_stays_overdue_by_the_priority_of_then(urgent_shop: Shop) -> None:
    at_minutes(urgent_shop, {10: "urgent", 61: "low", 62: "", 63: "high"})
    assert left(urgent_shop, after(90)) == {RESOLUTION: -30}
    assert counts(standing(urgent_shop, after(90)), "ann")["due"] == 1


def test_business_hours_are_the_facts_own_and_what_was_left_is_what_the_metrics_say(sqlite: Path) -> None:
    hours = [
        {"until": "2025-03-05", "week": {day: [["09:00", "12:00"]] for day in ("mon", "tue")}},
        {"from": "2025-03-05", "week": {"wed": [["13:00", "18:00"]]}},
    ]
    lines = [
        {**SHOP, "timezone": "Asia/Jakarta", "hours": hours},
        ticket("t1", "03-03 04:30"),
        message("a", "t1", "03-03 04:30"),
    ]
    shop = shop_with_facts(lines)
    ask(shop, first_response=4 * HOUR, business=True)
    due = one(shop, datetime(2025, 3, 5, 6, 15, tzinfo=UTC)).due
    assert due is not None
    assert due.due_at == datetime(2025, 3, 5, 6, 30, tzinfo=UTC), (
        "half an hour, three, and half an hour from one in Jakarta"
    )
    assert due.left_us == 15 * 60_000_000
    assert due_in_words(due).text == "reply within 15 min (open hours)"
    assert due_in_words(due._replace(business=False)).text == "reply within 15 min"
    put(shop, [message("b", "t1", "03-05 06:15", "agent")])
    (fact,) = rows(shop, "tickets")
    assert 4 * HOUR * 1_000_000 - due.left_us == fact["first_response_business_us"]


def test_in_business_hours_nothing_is_due_where_no_hours_are_told_or_the_shop_never_opens(shop: Shop) -> None:
    shop.hours = HOURS
    ask(shop, resolution=HOUR, business=True)
    shop.hours = None
    assert standing(shop, after())[0].deadlines == ()
    shop.hours = [{"week": {}}]
    due = one(shop, after(600)).due
    assert due is not None
    assert (due.due_us, due.due_at, due.overdue) == (NEVER, None, False)


def test_a_merged_tickets_first_message_counts_and_nothing_before_an_outbound_ticket(sqlite: Path) -> None:
    shop = shop_with(
        [
            SHOP,
            ticket("t1", "03-03 09:00"),
            message("a", "t1", "03-03 09:30"),
            ticket("t2", "03-03 09:00"),
            message("b", "t2", "03-03 09:10"),
            merge("t2", "t1", "03-03 09:40"),
            ticket("t3", "03-03 09:00", direction="outbound"),
            message("c", "t3", "03-03 09:00", "agent"),
            message("d", "t3", "03-03 09:20"),
        ]
    )
    ask(shop, first_response=HOUR)
    assert left(shop, after(40)) == {FIRST_RESPONSE: 30}
    assert left(shop, after(40), "t3") == {FIRST_RESPONSE: 40}


def test_the_view_has_what_is_due_soon_or_overdue_and_any_view_can_be_in_that_order(shop: Shop) -> None:
    ask(shop, first_response=2 * HOUR)
    ask(shop, channel="chat", first_response=60)
    put(shop, [ticket("t2", "03-03 09:30"), ticket("t3", "03-03 09:20", channel="chat"), ticket("t4", "03-03 08:00")])
    put(shop, [message(name, name, f"03-03 {when}") for name, when in (("t2", "09:30"), ("t3", "09:20"))])
    found = standing(shop, after(70))
    assert [each.number for each in folder(found, "due", "ann", Filters())] == ["t3", "t1"]
    assert [each.number for each in folder(found, "all", "ann", Filters(order="due"))] == ["t3", "t1", "t2", "t4"]
    assert counts(found, "ann")["due"] == 2


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, "Say within which time"),
        ({"resolution": 60, "from_day": date(2025, 3, 2)}, "from today on"),
        ({"resolution": 60, "business": True}, "Opening hours are not told"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(shop: Shop, told: dict[str, Any], says: str) -> None:
    with pytest.raises(Problem, match=says):
        ask(shop, at=after(), **told)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30 min", 1800), ("8h", 28800), ("1,5 h", 5400), ("2d", 172800), ("2 jam", 7200), ("", None)]
)
def test_times_are_written_as_people_do(text: str, seconds: int | None) -> None:
    assert setting.seconds_in(text) == seconds


@pytest.mark.parametrize("text", ["soon", "8", "0 min", "-1h", "900d", "8 weeks"])
def test_what_is_no_time_is_said(text: str) -> None:
    with pytest.raises(Problem, match="is no time"):
        setting.seconds_in(text)


def test_dans_targets_are_not_anns(shop: Shop) -> None:
    target = ask(desk_shop(), resolution=HOUR)
    assert one(shop, after()).deadlines == ()
    with pytest.raises(Problem):
        setting.give_up(shop, target.pk, None, at=after())


def test_a_due_instant_is_where_so_much_business_time_has_passed_and_not_earlier() -> None:
    shop = OpenTime(zone("Europe/Paris"), read_schedules(HOURS))
    chance = np.random.default_rng(1)
    starts = chance.integers(microseconds(BEFORE), microseconds(BEFORE + timedelta(days=400)), 2000)
    limits = chance.integers(1, 200 * HOUR * 1_000_000, 2000)
    due = shop.reached(starts, limits)
    assert (shop.between(starts, due) == limits).all()
    assert (shop.between(starts, due - 1) == limits - 1).all()
