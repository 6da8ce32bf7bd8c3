"""A reply leaves once, in the thread, and stands in the record exactly if it left; nothing is said over the unread."""

from typing import Any

import pytest
from desk.desks import NINE, after, at_once, at_the_desk, desk_shop, newest, number
from record.cast import customer, message, ticket
from record.records import put

from counterbell.accounts.models import Shop
from counterbell.desk import drafts, macros
from counterbell.desk.acting import Overtaken
from counterbell.desk.actions.replying import held_by, reply, send_anyway, send_due, take_back
from counterbell.desk.actor import Actor
from counterbell.desk.forgetting import forget
from counterbell.desk.models import HeldReply, MacroUse
from counterbell.errors import Problem
from counterbell.mail import ids
from counterbell.mail.models import Direction, Outgoing
from counterbell.record.models import Message, StatusName, Ticket, TicketState


@pytest.fixture
def shop(installation: str) -> Shop:
    HeldReply.objects.all().delete()  # of other tests
    return desk_shop()


@pytest.fixture
def ann(shop: Shop) -> Actor:
    return at_the_desk(shop)


def kims(shop: Shop) -> Ticket:
    return Ticket.objects.get(shop=shop, external_id="t1")


def replied(actor: Actor, text: str = "On its way, Kim.", **told: Any) -> HeldReply:
    usual = {"seen": newest(actor.shop), "at": after(5)}
    return reply(actor, number(actor.shop), text, **{**usual, **told})


def said(shop: Shop) -> list[str | None]:
    return [one.text for one in Message.objects.filter(shop=shop, author=3).order_by("pk")]


def mails(shop: Shop) -> list[Outgoing]:
    return list(Outgoing.objects.filter(shop=shop))


def test_a_reply_goes_out_and_into_the_record_when_it_can_no_longer_be_taken_back(shop: Shop, ann: Actor) -> None:
    replied(ann, then="closed")
    send_due(after(5, 9))
    assert (said(shop), mails(shop)) == ([], [])
    send_due(after(5, 10))
    (mail,) = mails(shop)
    (answer,) = Message.objects.filter(shop=shop, author=3)
    assert (mail.kind, mail.to, mail.subject, mail.text) == (
        "reply", "kim@example.com", "Re: Where is my parcel?", "On its way, Kim.",
    )  # fmt: skip
    assert after(5, 10) < answer.happened_at < after(5, 11)
    assert TicketState.objects.get(ticket=kims(shop)).status == StatusName.CLOSED
    send_due(after(6))
    assert len(mails(shop)) == len(said(shop)) == 1


def test_a_reply_is_threaded_and_its_answer_finds_the_ticket(shop: Shop, ann: Actor) -> None:
    for place, name in enumerate(("first@example.com", "second@example.com")):
        ids.remember(kims(shop), name, direction=Direction.IN, at=after(place))
    replied(ann)
    send_due(after(6))
    (mail,) = mails(shop)
    assert mail.headers == {
        "In-Reply-To": "<second@example.com>",
        "References": "<first@example.com> <second@example.com>",
    }
    found = ids.answered(shop, [mail.message_id])
    assert found is not None
    assert found.message is not None
    assert (found.ticket, found.message.text) == (kims(shop), "On its way, Kim.")


def test_a_reply_that_was_taken_back_was_never_said(shop: Shop, ann: Actor) -> None:
    held = replied(ann)
    assert take_back(ann, held.pk, at=after(5, 5))
    assert not take_back(ann, held.pk, at=after(5, 6))
    send_due(after(6))
    assert (said(shop), mails(shop)) == ([], [])
    draft = drafts.of(kims(shop), ann.user)
    assert draft is not None
    assert draft.text == "On its way, Kim."


def test_only_who_wrote_it_takes_a_reply_back(shop: Shop, ann: Actor) -> None:
    held = replied(ann)
    assert not take_back(at_the_desk(shop, "ben"), held.pk, at=after(5, 5))


def test_a_reply_over_a_message_that_came_meanwhile_is_refused(shop: Shop, ann: Actor) -> None:
    seen = newest(shop)
    put(shop, [message("m2", "t1", "03-03 09:01", text="Found it!")])
    with pytest.raises(Overtaken, match="meanwhile"):
        replied(ann, seen=seen)
    replied(ann, seen=newest(shop))


def test_a_message_that_comes_while_the_reply_is_held_is_asked_about(shop: Shop, ann: Actor) -> None:
    held = replied(ann)
    put(shop, [message("m2", "t1", "03-03 09:05", text="Found it!")])
    send_due(after(6))
    assert (said(shop), mails(shop)) == ([], [])
    (asked,) = held_by(ann.user, shop.pk)
    assert asked.question
    assert send_anyway(ann, held.pk, seen=newest(shop), at=after(7))
    assert send_due(after(7)) == 1
    assert said(shop) == ["On its way, Kim."]


def test_a_colleagues_note_or_reply_asks_nothing(shop: Shop, ann: Actor) -> None:
    seen = newest(shop)
    put(shop, [message("m2", "t1", "03-03 09:01", "agent", agent="ben", public=False, text="I look")])
    replied(ann, seen=seen)


def test_several_processes_send_a_reply_once(shop: Shop, ann: Actor) -> None:
    replied(ann)
    assert sum(at_once(*[lambda: send_due(after(6))] * 3)) == 1
    assert len(mails(shop)) == len(said(shop)) == 1


def test_a_reply_is_taken_back_or_sent_and_never_both(shop: Shop, ann: Actor) -> None:
    held = replied(ann)
    sent, back = at_once(lambda: send_due(after(6)), lambda: take_back(ann, held.pk, at=after(6)))
    assert bool(sent) != back
    assert len(said(shop)) == len(mails(shop)) == sent


def test_ann_and_ben_both_reply_and_both_are_told(shop: Shop, ann: Actor) -> None:
    ben, seen = at_the_desk(shop, "ben"), newest(shop)
    at_once(lambda: replied(ann, "Ann here", seen=seen), lambda: replied(ben, "Ben here", seen=seen))
    send_due(after(6))
    assert sorted(filter(None, said(shop))) == ["Ann here", "Ben here"]


def test_who_has_no_address_cannot_be_replied_to(shop: Shop, ann: Actor) -> None:
    put(shop, [customer("lee", phone="+33 1"), ticket("t2", "03-03 09:00", "lee", channel="chat")])
    with pytest.raises(Problem, match="address"):
        reply(ann, number(shop, "t2"), "Hello", seen=newest(shop), at=after(5))


@pytest.mark.parametrize("text", ["", "  \n", "Your order {{ order.number }} is on its way."])
def test_a_reply_that_says_nothing_or_has_a_hole_in_it_is_refused(ann: Actor, text: str) -> None:
    with pytest.raises(Problem):
        replied(ann, text)


def test_what_cannot_go_out_any_more_waits_for_a_person(shop: Shop, ann: Actor) -> None:
    replied(ann)
    put(shop, [customer("kim", name="Kim Novak", language="fr")])
    assert send_due(after(6)) == 0
    (asked,) = held_by(ann.user, shop.pk)
    assert "address" in asked.question
    assert said(shop) == []


def test_a_macro_does_what_it_says_when_the_reply_goes_out(shop: Shop, ann: Actor) -> None:
    macro = macros.keep(shop, "Late", {"en": "Sorry"}, tags="late", assign=True, close=True, priority="high", at=NINE)
    replied(ann, used=[macro.pk])
    assert not MacroUse.objects.filter(macro=macro).exists()
    send_due(after(6))
    now = TicketState.objects.select_related("assignee").get(ticket=kims(shop))
    assert (now.tags, now.status, now.assignee and now.assignee.external_id) == ('["late"]', StatusName.CLOSED, "ann")
    assert now.priority == "high"
    assert macros.of_shop(shop)[0].used == 1  # type: ignore[attr-defined]


def test_what_was_begun_for_an_erased_person_goes(shop: Shop, ann: Actor) -> None:
    replied(ann)
    drafts.keep(kims(shop), ann.user, "Dear Kim", at=NINE)
    assert forget(shop, "kim") == 2
    assert drafts.of(kims(shop), ann.user) is None


def test_a_draft_is_kept_for_each_person(shop: Shop, ann: Actor) -> None:
    ben = at_the_desk(shop, "ben")
    drafts.keep(kims(shop), ann.user, "Dear", at=NINE)
    drafts.keep(kims(shop), ann.user, "Dear Kim", at=NINE)
    kept = drafts.of(kims(shop), ann.user)
    assert kept is not None
    assert kept.text == "Dear Kim"
    assert drafts.of(kims(shop), ben.user) is None
    replied(ann)
    assert drafts.of(kims(shop), ann.user) is None
