"""Who may open what, held for every page there is."""

import pytest
from django.test import Client
from django.urls import URLPattern
from django.utils.timezone import now
from web.anns_things import shop_pages
from web.people import person, signed_in

from counterbell.accounts import people
from counterbell.accounts.models import Membership, Role, Shop
from counterbell.errors import NotFound, Problem
from counterbell.parts import links


@pytest.mark.parametrize("page", list(shop_pages()), ids=lambda page: page.name)
def test_every_page_of_a_shop_asks_for_a_role(page: URLPattern) -> None:
    assert isinstance(getattr(page.callback, "least_role", None), Role), f"{page.name} is not a shop_view"


def test_a_visitor_is_sent_to_sign_in(anns_shop: Shop) -> None:
    answer = Client().get(f"/shops/{anns_shop.slug}/overview/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_dan_gets_404_for_anns_shop_as_for_one_that_does_not_exist(dan: Client, anns_shop: Shop) -> None:
    assert dan.get(f"/shops/{anns_shop.slug}/overview/").status_code == 404
    assert dan.get("/shops/no-such-shop/overview/").status_code == 404


def test_pages_of_a_shop_are_kept_by_nobody_on_the_way(olga: Client, anns_shop: Shop) -> None:
    answer = olga.get(f"/shops/{anns_shop.slug}/overview/")
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]


def test_who_was_let_out_sees_nothing_any_more(olga: Client, anns_shop: Shop) -> None:
    user = person(anns_shop, Role.LEAD, name="cleo")
    cleo = signed_in(user)
    assert cleo.get(f"/shops/{anns_shop.slug}/overview/").status_code == 200
    people.remove(anns_shop, user.email.upper(), at=now())
    assert cleo.get(f"/shops/{anns_shop.slug}/overview/").status_code == 404


def test_a_shop_keeps_an_owner(anns_shop: Shop) -> None:
    olga = person(anns_shop, Role.OWNER)
    with pytest.raises(Problem, match="must keep an owner"):
        people.remove(anns_shop, olga.email, at=now())
    with pytest.raises(Problem, match="must keep an owner"):
        people.add(anns_shop, olga.email, Role.AGENT, at=now())
    person(anns_shop, Role.OWNER)
    people.add(anns_shop, olga.email.upper(), Role.AGENT, at=now())
    assert Membership.objects.get(shop=anns_shop, user=olga).role == Role.AGENT


def test_who_is_not_there_cannot_be_taken_out(anns_shop: Shop) -> None:
    with pytest.raises(NotFound, match=r"kim@example\.com"):
        people.remove(anns_shop, "kim@example.com", at=now())


@pytest.mark.parametrize("email", ["", "kim", "kim@", "kim@example.com\nbcc: x@example.com"])
def test_only_an_address_is_taken_for_one(anns_shop: Shop, email: str) -> None:
    with pytest.raises(Problem, match="is no e-mail address"):
        people.add(anns_shop, email, Role.AGENT, at=now())


def test_roles_include_those_below() -> None:
    assert [Role.LEAD.includes(role) for role in Role] == [False, True, True, True]


def test_no_two_entries_of_the_menu_have_one_key() -> None:
    keys = [link.key for link in links() if link.key]
    assert len(keys) == len(set(keys))
