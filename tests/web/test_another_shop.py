"""Dan, who owns another shop, finds nothing of Ann's: neither at her addresses nor by her numbers at his own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from databases import SQLITE, use
from desk.desks import desk_shop
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, path, re_path
from web.anns_things import Things, address, objects, shop_pages, things_of, things_of_dan
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop

PAGES = list(shop_pages())
OF_SOMETHING = [page for page in PAGES if objects(page)]
OF_EACH = list({(*objects(page).values(),): page for page in reversed(OF_SOMETHING)}.values())
OF_TWO = [page for page in PAGES if len(objects(page)) == 2]
GONE = {"inbox_ticket_held": 302, "inbox_ticket_unsent": 302}
"""A reply that is not there may have left a moment ago: whoever asks is told so, and led back to the own ticket."""


@dataclass(frozen=True)
class Cast:
    """Ann's shop with one of each thing, Dan's with a ticket, and who owns them."""

    anns: Shop
    things: Things
    olga: Client
    dans: Shop
    ticket: Things
    dan: Client


@pytest.fixture(scope="module")
def at_work(sqlite_installation: Path) -> Cast:
    use({**SQLITE, "NAME": sqlite_installation})
    anns, (dans, ticket) = desk_shop(), things_of_dan()
    olga, dan = person(anns, Role.OWNER, name="olga", agent="ann"), person(dans, Role.OWNER, name="dan", agent="dan")
    return Cast(anns, things_of(anns, olga), signed_in(olga), dans, ticket, signed_in(dan))


@pytest.fixture
def cast(sqlite: object, at_work: Cast) -> Cast:
    return at_work


def each(pages: list[URLPattern]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", pages, ids=lambda page: page.name)


def answers(client: Client, where: str, *more: str) -> list[Any]:
    """What get, post and these methods are answered; what the page does not take is left out."""
    asked = [getattr(client, method)(where) for method in ("get", "post", *more)]
    taken = [answer for answer in asked if answer.status_code != 405]
    assert taken
    return taken


@each(PAGES)
def test_no_page_of_anns_shop_is_there_for_dan_and_a_visitor_is_asked_to_sign_in(cast: Cast, page: URLPattern) -> None:
    where = address(page, cast.anns, cast.things)
    assert {answer.status_code for answer in answers(cast.dan, where, "put", "delete")} == {404}
    for answer in answers(Client(), where):
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/")


@each(OF_SOMETHING)
def test_nothing_of_anns_is_in_dans_shop(cast: Cast, page: URLPattern) -> None:
    where = address(page, cast.dans, cast.things)
    assert {answer.status_code for answer in answers(cast.dan, where)} == {404}


@each(OF_TWO)
def test_nothing_of_anns_hangs_on_dans_own_ticket(cast: Cast, page: URLPattern) -> None:
    where = address(page, cast.dans, cast.things | cast.ticket)
    assert {answer.status_code for answer in answers(cast.dan, where)} == {GONE.get(page.name or "", 404)}


def test_numbers_of_anns_in_questions_and_forms_lead_nowhere(cast: Cast) -> None:
    there, things = f"/shops/{cast.dans.slug}", cast.things
    own = f"{there}/inbox/{cast.ticket['inbox/<number>']}/"
    assert cast.dan.get(f"{own}?macro={things['inbox/macros/<number>']}").status_code == 404
    assert cast.dan.get(f"{there}/inbox/live/?ticket={things['inbox/<number>']}").status_code == 404
    reader = {"person": cast.anns.memberships.get(role=Role.OWNER).user_id, "audience": "owner", "rhythm": "week"}
    assert cast.dan.post(f"{there}/reports/subscribe/", reader).status_code == 400
    reply = {"how": "reply", "text": "Hello", "seen": 2**40, "file": things["mail/enclosed/<number>"]}
    assert cast.dan.post(f"{own}write/", reply).status_code == 400


@each(OF_EACH)
def test_what_is_asked_for_there_is_in_anns_shop(cast: Cast, page: URLPattern) -> None:
    where = address(page, cast.anns, cast.things)
    with transaction.atomic():
        answer = cast.olga.get(where)
        status = cast.olga.post(where).status_code if answer.status_code == 405 else answer.status_code
        transaction.set_rollback(True)
    assert status < 404


def test_a_page_of_which_nobody_has_said_what_stands_in_its_address_is_found_out(cast: Cast) -> None:
    view = PAGES[0].callback
    for page in (path("parcels/<int:number>/", view, name="parcels"), re_path(r"^parcels/(?P<of>(a|b))$", view)):
        with pytest.raises(AssertionError, match="parcels/<"):
            address(page, cast.anns, cast.things)
