"""What agents do to tickets stands in the record, whoever does it at once."""

import json
from typing import Any

import pytest
from desk.desks import NINE, after, at_once, at_the_desk, desk_shop, newest, number
from record.cast import customer, message, ticket
from record.records import differences, put

from counterbell.accounts.models import Role, Shop
from counterbell.desk.acting import Overtaken
from counterbell.desk.actions import do
from counterbell.desk.actions.bulk import do_to_all
from counterbell.desk.actions.noting import note
from counterbell.desk.actions.snoozing import moment, wake_due
from counterbell.desk.actor import Actor
from counterbell.errors import NotFound, Problem
from counterbell.record.models import Assignment, Author, Message, PriorityChange, StatusChange, Ticket, TicketState


@pytest.fixture
def shop(installation: str) -> Shop:
    return desk_shop()


@pytest.fixture
def ann(shop: Shop) -> Actor:
    return at_the_desk(shop)


def state(shop: Shop, name: str = "t1") -> TicketState:
    return TicketState.objects.select_related("assignee").get(ticket__shop=shop, ticket__external_id=name)


def done(actor: Actor, verb: str, value: str = "", **told: Any) -> bool:
    return do(actor, verb, number(actor.shop), value, at=told.pop("at", after(5)), **told)


def statuses(shop: Shop) -> list[tuple[str, str | None]]:
    changes = StatusChange.objects.filter(ticket__shop=shop).order_by("happened_at").select_related("agent")
    return [(change.get_status_display(), change.agent.external_id if change.agent else None) for change in changes]


def test_a_ticket_goes_through_its_statuses_and_says_who_did_it(shop: Shop, ann: Actor) -> None:
    assert [done(ann, verb) for verb in ("pending", "close", "reopen", "close")] == [True] * 4
    assert statuses(shop) == [("pending", "ann"), ("closed", "ann"), ("open", "ann"), ("closed", "ann")]
    assert differences(shop) == []


def test_what_a_ticket_is_already_is_not_told_again(shop: Shop, ann: Actor) -> None:
    assert [done(ann, verb) for verb in ("close", "close", "take", "take", "spam", "spam")] == [True, False] * 3
    assert len(statuses(shop)) == 1


def test_a_ticket_is_given_to_a_person_a_team_and_nobody(shop: Shop, ann: Actor) -> None:
    seen = []
    for verb, value in (("take", ""), ("assign", "ben"), ("team", "care"), ("assign", "")):
        done(ann, verb, value)
        now = state(shop)
        seen.append((now.assignee and now.assignee.external_id, now.team))
    assert seen == [("ann", None), ("ben", None), (None, "care"), (None, None)]


@pytest.mark.parametrize(("verb", "value"), [("assign", "dan"), ("team", "nobody's"), ("merge", "t9"), ("dance", "")])
def test_what_is_not_there_is_not_found(ann: Actor, verb: str, value: str) -> None:
    with pytest.raises(NotFound):
        done(ann, verb, value)


def test_tags_are_put_on_and_taken_off(shop: Shop, ann: Actor) -> None:
    assert done(ann, "tag", " vip,  late  parcel ,vip")
    assert not done(ann, "tag", "vip")
    assert done(ann, "untag", "vip, unknown")
    assert json.loads(state(shop).tags) == ["late parcel"]


def test_a_ticket_is_given_a_priority_and_has_none_again(shop: Shop, ann: Actor) -> None:
    assert [done(ann, "priority", value) for value in ("urgent", " urgent ", "high", "", "")] == [
        True,
        False,
        True,
        True,
        False,
    ]
    changes = PriorityChange.objects.filter(ticket__shop=shop).order_by("happened_at")
    assert list(changes.values_list("changed_to", flat=True)) == ["urgent", "high", None]
    assert state(shop).priority is None
    assert differences(shop) == []


def test_a_split_keeps_the_present_priority_and_a_merge_leaves_that_of_the_other_ticket(shop: Shop, ann: Actor) -> None:
    put(shop, [ticket("t2", "03-03 09:01", priority="low"), message("m2", "t2", "03-03 09:01")])
    do(ann, "priority", number(shop, "t2"), "urgent", at=after(2))
    do(ann, "split", number(shop, "t2"), str(newest(shop)), at=after(3))
    assert Ticket.objects.get(shop=shop, external_id__startswith="split-").priority == "urgent"
    do(ann, "merge", number(shop, "t2"), "t1", at=after(4))
    assert state(shop).priority is None


def test_spam_is_left_out_and_can_come_back(shop: Shop, ann: Actor) -> None:
    done(ann, "spam")
    assert state(shop).spam
    done(ann, "not_spam")
    assert not state(shop).spam


def test_a_snoozed_ticket_wakes_by_itself_once(shop: Shop, ann: Actor) -> None:
    done(ann, "snooze", "3h")
    assert [wake_due(after(60)), wake_due(after(60 * 4)), wake_due(after(60 * 4))] == [0, 1, 0]
    assert statuses(shop) == [("snoozed", "ann"), ("open", None)]
    assert StatusChange.objects.filter(ticket__shop=shop).latest("pk").author == Author.AUTOMATION


def test_what_was_opened_meanwhile_is_not_woken(shop: Shop, ann: Actor) -> None:
    done(ann, "snooze", "1h")
    done(ann, "close")
    assert wake_due(after(600)) == 0
    assert statuses(shop)[-1] == ("closed", "ann")


def test_a_ticket_wakes_in_the_morning_of_the_shop() -> None:
    friday_evening = "2025-03-28T20:00:00+00:00"  # the night to Sunday is an hour shorter in Paris
    now = NINE.fromisoformat(friday_evening)
    told = [moment(until, "Europe/Paris", now).isoformat() for until in ("tomorrow", "monday", "2025-03-30T09:00")]
    assert told == ["2025-03-29T08:00:00+00:00", "2025-03-31T07:00:00+00:00", "2025-03-30T07:00:00+00:00"]


@pytest.mark.parametrize("until", ["2025-03-01T09:00", "soon", "", "9999-99-99", "0h"])
def test_nothing_sleeps_until_the_past_or_until_nobody_knows_when(ann: Actor, until: str) -> None:
    with pytest.raises(Problem):
        done(ann, "snooze", until)


def test_a_merged_ticket_is_one_conversation_with_the_other(shop: Shop, ann: Actor) -> None:
    put(shop, [ticket("t2", "03-03 09:01"), message("m2", "t2", "03-03 09:01", text="Me again")])
    assert do(ann, "merge", number(shop, "t2"), "#t1", at=after(2))
    assert state(shop, "t2").merged_into_id == number(shop)
    with pytest.raises(Problem, match="itself"):
        done(ann, "merge", "t2")
    with pytest.raises(Problem, match="already"):
        do(ann, "merge", number(shop, "t2"), "t1", at=after(3))


def test_a_message_becomes_a_ticket_of_its_own(shop: Shop, ann: Actor) -> None:
    asked = Message.objects.get(shop=shop, external_id="m1")
    assert done(ann, "split", str(asked.pk))
    new = Ticket.objects.get(shop=shop, external_id__startswith="split-")
    said = list(Message.objects.filter(ticket=new).order_by("happened_at").values_list("author", "public", "text"))
    assert said[0] == (Author.CUSTOMER, True, asked.text)
    assert [row[:2] for row in said[1:]] == [(Author.AUTOMATION, False)]
    assert new.customer == asked.ticket.customer
    with pytest.raises(NotFound):
        done(ann, "split", "0")


def test_a_note_is_for_colleagues(shop: Shop, ann: Actor) -> None:
    note(ann, number(shop), " Do we know? ", at=after(1))
    said = Message.objects.filter(shop=shop).latest("pk")
    assert (said.public, said.author, said.text) == (False, Author.AGENT, "Do we know?")
    with pytest.raises(Problem):
        note(ann, number(shop), "  ", at=after(1))


def test_nothing_is_closed_over_a_message_that_nobody_has_seen(shop: Shop, ann: Actor) -> None:
    seen = newest(shop)
    put(shop, [message("m2", "t1", "03-03 09:01", text="And when?")])
    with pytest.raises(Overtaken):
        done(ann, "close", seen=seen)
    assert done(ann, "close", seen=newest(shop))


def test_everything_has_a_time_of_its_own_even_in_one_instant(shop: Shop, ann: Actor) -> None:
    for verb in ("close", "reopen", "close", "reopen"):
        done(ann, verb, at=NINE)
    times = list(StatusChange.objects.filter(ticket__shop=shop).order_by("pk").values_list("happened_at", flat=True))
    assert times == sorted(set(times))
    assert differences(shop) == []


def test_ann_and_ben_close_assign_and_tag_at_once(shop: Shop, ann: Actor) -> None:
    ben = at_the_desk(shop, "ben")
    one = number(shop)
    came = at_once(
        *(
            lambda actor=actor, verb=verb, value=value: do(actor, verb, one, value, at=after(5))
            for actor, other in ((ann, "ben"), (ben, "ann"))
            for verb, value in (("close", ""), ("assign", other), ("tag", "vip"))
        )
    )
    assert sorted(came[place] for place in (0, 3)) == [False, True], "one of them closed it"
    assert came[1] is came[4] is True
    assert len(statuses(shop)) == 1
    assert Assignment.objects.filter(ticket__shop=shop).count() == 2
    assert differences(shop) == []


def test_a_customer_who_writes_while_the_ticket_closes_is_not_closed_over(shop: Shop, ann: Actor) -> None:
    seen, one = newest(shop), number(shop)
    closed, _written = at_once(
        lambda: do(ann, "close", one, at=after(5), seen=seen),
        lambda: put(shop, [message("m2", "t1", "03-03 09:05", text="Wait!")]),
    )
    came_first = Message.objects.get(shop=shop, external_id="m2")
    assert closed is True or (isinstance(closed, Overtaken) and statuses(shop) == [])
    assert came_first.ticket_id == one
    assert differences(shop) == []


def test_one_that_cannot_be_changed_does_not_keep_the_others(shop: Shop, ann: Actor) -> None:
    put(shop, [ticket("t2", "03-03 09:01")])
    outcome = do_to_all(ann, "close", [number(shop), 0, number(shop, "t2")], at=after(5))
    assert (outcome.changed, len(outcome.refused)) == (2, 1)
    with pytest.raises(Problem):
        do_to_all(ann, "merge", [number(shop)], "t2", at=after(5))


def test_dan_cannot_touch_a_ticket_of_anns_shop(shop: Shop, dans_shop: Shop) -> None:
    dan = at_the_desk(dans_shop, "dan", Role.OWNER)
    for verb in ("close", "take", "tag", "spam", "merge"):
        with pytest.raises(NotFound):
            do(dan, verb, number(shop), "x", at=after(1))
    with pytest.raises(NotFound):
        note(dan, number(shop), "Mine now", at=after(1))


def test_who_has_no_id_in_the_record_gets_one_when_she_acts(shop: Shop) -> None:
    cleo = at_the_desk(shop, "", Role.LEAD)
    assert cleo.agent == f"person-{cleo.user.pk}"
    do(cleo, "take", number(shop), at=after(1))
    taken_by = state(shop).assignee
    assert taken_by is not None
    assert (taken_by.external_id, taken_by.email) == (cleo.agent, cleo.user.email)


def test_a_second_customer_of_the_shop_is_not_touched(shop: Shop, ann: Actor) -> None:
    put(shop, [customer("lee"), ticket("t2", "03-03 09:01", "lee")])
    done(ann, "close")
    assert state(shop, "t2").status == 1
