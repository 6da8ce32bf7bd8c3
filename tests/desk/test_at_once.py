"""Ann, Ben, Cleo and Kim do what they do to one ticket in one instant; the history says what came of it, and truly."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from channels.boxes import NOW, care_of, comes, letter
from desk.desks import after, at_once, at_the_desk, desk_shop, newest, number
from record.records import differences

from counterbell.accounts.models import Role, Shop
from counterbell.channels import _intake
from counterbell.desk.acting import Overtaken
from counterbell.desk.actions import do
from counterbell.desk.actions.replying import reply, send_due
from counterbell.desk.models import OVERTAKEN, HeldReply
from counterbell.mail.models import Outgoing
from counterbell.record.models import Author, Message, StatusChange, StatusName, TicketState


@pytest.fixture
def shop(installation: str) -> Shop:
    HeldReply.objects.all().delete()  # of other tests
    return desk_shop()


def is_true_to_its_history(shop: Shop) -> bool:
    """The state is what the history tells (as `counterbell check` compares them), and no two things are told as one:
    each change of status is one, and has an instant of its own."""
    changes = list(StatusChange.objects.filter(ticket__shop=shop).order_by("happened_at"))
    statuses = [StatusName.OPEN, *(change.status for change in changes)]
    instants = [change.happened_at for change in changes]
    assert differences(shop) == []
    assert all(one != following for one, following in pairwise(statuses))
    assert instants == sorted(set(instants))
    return True


@pytest.fixture
def kim(shop: Shop) -> Callable[[str], None]:
    """Kim has written by mail, and writes again, in answer to that."""
    box = care_of(shop)
    comes(box, letter("Where is it?", number="one"))

    def writes(text: str) -> None:
        raw = letter(text, number=text, subject="Re: Where is my parcel?", in_reply_to="<one@example.com>")
        comes(box, raw, handled=False)

    return writes


def kims(shop: Shop) -> int:
    """The number of the ticket that began with her mail."""
    return Message.objects.get(pk=newest(shop)).ticket_id


def test_two_reply_close_and_assign_while_a_third_tags_and_the_customer_writes(
    shop: Shop, kim: Callable[[str], None]
) -> None:
    ann, ben, cleo = at_the_desk(shop), at_the_desk(shop, "ben"), at_the_desk(shop, "", Role.LEAD)
    one, seen, now = kims(shop), newest(shop), NOW + timedelta(minutes=5)
    for actor in (ann, ben):
        reply(actor, one, f"{actor.agent} here", seen=seen, at=NOW, then="closed")
    kim("Wait!")
    came = at_once(
        *[lambda: send_due(now)] * 2,
        lambda: do(ben, "close", one, at=now, seen=seen),
        lambda: do(ann, "assign", one, "ben", at=now),
        lambda: do(ben, "take", one, at=now),
        lambda: do(cleo, "tag", one, "vip", at=now),
        lambda: _intake.handle_due(now, shop=shop).done,
    )
    assert [what for what in came if isinstance(what, Exception)] == [came[2]] * isinstance(came[2], Overtaken)
    said = Message.objects.filter(shop=shop, author=Author.AGENT)
    assert said.count() == Outgoing.objects.filter(shop=shop).count() == came[0] + came[1]
    assert said.count() + HeldReply.objects.filter(shop=shop, question=OVERTAKEN).count() == 2
    state = TicketState.objects.select_related("assignee").get(ticket=one)
    assert (state.status, state.assignee and state.assignee.external_id) == (StatusName.OPEN, "ben")
    assert json.loads(state.tags) == ["vip"]
    assert is_true_to_its_history(shop)


def test_two_who_answer_and_close_at_once_close_it_once(shop: Shop) -> None:
    seen, one = newest(shop), number(shop)
    for actor in (at_the_desk(shop), at_the_desk(shop, "ben")):
        reply(actor, one, f"{actor.agent} here", seen=seen, at=after(4), then="closed")
    assert sum(at_once(*[lambda: send_due(after(5))] * 3)) == 2
    (closed,) = StatusChange.objects.filter(ticket__shop=shop)
    first = Message.objects.filter(shop=shop, author=Author.AGENT).order_by("happened_at")[0]
    assert closed.agent == first.agent
    assert is_true_to_its_history(shop)


@pytest.mark.parametrize("again", range(3))
def test_a_mail_that_comes_while_its_ticket_closes_finds_or_leaves_it_open(
    shop: Shop, kim: Callable[[str], None], again: int
) -> None:
    ann = at_the_desk(shop)
    one, seen = kims(shop), newest(shop)
    kim("Wait!")
    closed, _handled = at_once(
        lambda: do(ann, "close", one, at=NOW, seen=seen), lambda: _intake.handle_due(NOW, shop=shop)
    )
    changes = StatusChange.objects.filter(ticket=one).order_by("happened_at")
    told = [change.get_status_display() for change in changes]
    assert told == ([] if isinstance(closed, Overtaken) else ["closed", "open"])
    assert TicketState.objects.get(ticket=one).status == StatusName.OPEN
    assert is_true_to_its_history(shop)


def test_a_mail_opens_a_ticket_that_was_closed_by_a_clock_that_is_ahead(shop: Shop, kim: Callable[[str], None]) -> None:
    ann, one = at_the_desk(shop), kims(shop)
    kim("Wait!")
    do(ann, "close", one, at=NOW + timedelta(seconds=20))
    assert _intake.handle_due(NOW, shop=shop).done == 1
    assert TicketState.objects.get(ticket=one).status == StatusName.OPEN
    assert is_true_to_its_history(shop)
