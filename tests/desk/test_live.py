"""Open pages hear that something has changed: their ticket, their inbox, who is there; of their own shop only."""

from datetime import datetime

import pytest
from desk.desks import after, at_the_desk, desk_shop, newest, number
from django.db import connection
from django.test.utils import CaptureQueriesContext
from record.cast import message, ticket
from record.records import put

from counterbell.accounts.models import Shop
from counterbell.desk import live, presence
from counterbell.desk.acting import ticket_of
from counterbell.desk.actions.replying import reply, send_due, take_back
from counterbell.desk.actor import Actor
from counterbell.desk.live import Beginning, Viewer


@pytest.fixture
def shop(installation: str) -> Shop:
    shop = desk_shop()
    put(shop, [ticket("t2", "03-03 09:00")])
    return shop


@pytest.fixture
def ann(shop: Shop) -> Actor:
    return at_the_desk(shop)


@pytest.fixture
def ben(shop: Shop) -> Actor:
    return at_the_desk(shop, "ben")


def looking(who: Actor, ticket: str = "") -> Viewer:
    at = number(who.shop, ticket) if ticket else None
    return Viewer(who.shop.pk, who.user.pk, at, Beginning.of(who.shop.pk).since)


def told(at: datetime, *viewers: Viewer) -> list[list[str]]:
    """The names of the events that each of them is told."""
    news = live.news(viewers, at)
    return [[line[7:] for line in news.get(one, "").splitlines() if line.startswith("event: ")] for one in viewers]


def test_a_message_is_heard_in_the_inbox_and_at_its_ticket_once(ann: Actor, ben: Actor) -> None:
    dan = at_the_desk(desk_shop(), "dan")
    viewers = looking(ann), looking(ben, "t1"), looking(ben, "t2"), looking(dan)
    put(ann.shop, [message("m2", "t1", "03-03 09:05")])
    assert told(after(6), *viewers) == [["inbox"], ["ticket"], [], []]
    assert told(after(6), *viewers) == [[], [], [], []]


def test_what_happened_between_the_page_and_its_stream_is_heard_first(ann: Actor) -> None:
    page = looking(ann, "t1")
    put(ann.shop, [message("m2", "t1", "03-03 09:05")])
    opened = live.LiveAnswer(page).content.decode()
    assert opened.startswith("retry: ")
    assert "event: ticket" in opened
    assert told(after(6), page) == [[]]


def test_a_held_reply_is_heard_when_it_is_sent_taken_back_and_gone(ann: Actor, ben: Actor) -> None:
    page, t1 = looking(ben, "t1"), number(ann.shop)
    held = reply(ann, t1, "On its way.", seen=newest(ann.shop), at=after(5))
    assert told(after(5), page) == [["ticket"]]
    take_back(ann, held.pk, at=after(5))
    assert told(after(5), page) == [["ticket"]]
    reply(ann, t1, "On its way.", seen=newest(ann.shop), at=after(5))
    told(after(5), page)
    send_due(after(5, 10))
    assert told(after(5, 11), page) == [["ticket"]]


def test_others_are_heard_coming_writing_pausing_and_leaving(ann: Actor, ben: Actor) -> None:
    page, t1 = looking(ann, "t1"), ticket_of(ann.shop, number(ann.shop))
    presence.here(t1, ann.user, at=after(1))
    assert told(after(1), page) == [[]], "of herself she is told nothing"
    presence.here(t1, ben.user, at=after(1))
    assert told(after(1), page) == [["presence"]]
    presence.here(t1, ben.user, at=after(1, 5), writing=True)
    assert told(after(1, 5), page) == [["presence"]]
    presence.here(t1, ben.user, at=after(1, 20))
    assert told(after(1, 20), page) == [[]]
    assert told(after(1, 26), page) == [["presence"]], "he pauses"
    presence.left(t1, ben.user)
    assert told(after(1, 27), page) == [["presence"]]
    presence.here(t1, ben.user, at=after(2))
    assert told(after(2), page) == [["presence"]]
    assert told(after(2, 46), page) == [["presence"]], "his page is silent"


def test_however_many_look_two_questions_are_asked(ann: Actor, ben: Actor) -> None:
    viewers = [looking(who, place) for who in (ann, ben) for place in ("", "t1", "t2") for _ in range(20)]
    with CaptureQueriesContext(connection) as asked:
        live.news(viewers, after(1))
    assert len(asked) == 2
