"""The stream of the desk's pages: for whom it is, where it begins, and what a page that was open for long needs."""

import pytest
from desk.desks import desk_shop, number
from django.test import Client
from record.cast import message
from record.records import put
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.desk.models import Presence


@pytest.fixture
def shop(sqlite: object) -> Shop:
    return desk_shop()


@pytest.fixture
def ann(shop: Shop) -> Client:
    return signed_in(person(shop, Role.AGENT, name="ann", agent="ann"))


def at(shop: Shop, place: str = "live/") -> str:
    return f"/shops/{shop.slug}/inbox/{place}"


def events(client: Client, shop: Shop, since: int, **told: str) -> str:
    answer = client.get(f"{at(shop)}?since={since}", headers=told)
    assert (answer.status_code, answer["Content-Type"], answer["X-Accel-Buffering"]) == (200, "text/event-stream", "no")
    return answer.content.decode()


def since(page: bytes) -> int:
    return int(page.decode().partition("since=")[2].partition('"')[0])


@pytest.mark.parametrize("place", ["live/", "live/state/"])
def test_strangers_get_404_viewers_403_and_visitors_sign_in(shop: Shop, place: str) -> None:
    dan, vic = signed_in(person(desk_shop(), Role.OWNER)), signed_in(person(shop, Role.VIEWER))
    assert dan.get(at(shop, place)).status_code == 404
    assert vic.get(at(shop, place)).status_code == 403
    assert Client().get(at(shop, place))["Location"].startswith("/account/login/")


def test_a_ticket_of_another_shop_cannot_be_listened_to(ann: Client, shop: Shop) -> None:
    assert ann.get(f"{at(shop)}?ticket={number(desk_shop())}").status_code == 404
    assert ann.get(f"{at(shop)}?ticket={number(shop)}").status_code == 200


def test_a_stream_goes_on_where_the_page_or_the_last_stream_was(ann: Client, shop: Shop) -> None:
    known = since(ann.get(at(shop, "")).content)
    assert "event: inbox" not in events(ann, shop, known)
    put(shop, [message("m2", "t1", "03-03 09:05")])
    told = events(ann, shop, known)
    assert f"id: {known + 1}\nevent: inbox" in told
    assert "m2" not in told
    last = {"Last-Event-ID": str(known + 1)}
    assert "event: inbox" not in events(ann, shop, known, **last), "what the browser says last holds"


def test_a_page_that_was_left_open_gets_a_token_with_which_it_may_send(shop: Shop) -> None:
    client = Client(enforce_csrf_checks=True)
    user = person(shop, Role.AGENT, agent="ann")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    state = client.get(at(shop, "live/state/")).json()
    assert state["person"] == user.pk
    here = at(shop, f"{number(shop)}/here/")
    assert client.post(here).status_code == 403
    assert client.post(here, headers={"X-CSRFToken": state["token"]}).status_code == 200


def test_who_leaves_a_ticket_is_gone_at_once(ann: Client, shop: Shop) -> None:
    here = at(shop, f"{number(shop)}/here/")
    ann.post(here)
    assert Presence.objects.filter(ticket=number(shop)).count() == 1
    assert ann.post(here, {"left": "1"}).status_code == 204
    assert not Presence.objects.filter(ticket=number(shop)).exists()


def test_a_ticket_that_changed_comes_with_its_state(ann: Client, shop: Shop) -> None:
    ann.post(at(shop, f"{number(shop)}/act/"), {"verb": "take"})
    part = ann.get(at(shop, f"{number(shop)}/lines/")).content.decode()
    assert 'id="facts" class="row facts" hx-swap-oob="true"' in part
    assert "Assigned: Ann" in part
