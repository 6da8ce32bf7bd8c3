"""Targets in the browser without JavaScript: set and given up by leads, shown in the inbox and on the ticket."""

import html
from pathlib import Path

import pytest
from desk.desks import desk_shop
from django.test import Client
from record.cast import message, ticket
from record.records import put
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.desk.models import ServiceTarget
from counterbell.desk.pages.asked import now
from counterbell.record.models import Ticket


@pytest.fixture
def shop(sqlite: Path) -> Shop:
    return desk_shop()


def place(shop: Shop, page: str = "") -> str:
    return f"/shops/{shop.slug}/inbox/{page}"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_lead_sets_a_target_sees_what_is_due_and_gives_it_up(shop: Shop) -> None:
    cleo = signed_in(person(shop, Role.LEAD, name="Cleo", agent="cleo"))
    assert "Due soon or overdue" not in text(cleo, place(shop))
    told = {"first_response": "30 min", "resolution": "8h", "clock": "calendar"}
    assert cleo.post(place(shop, "targets/"), told).status_code == 302
    assert cleo.post(place(shop, "targets/"), {**told, "from_day": "2001-01-01"}).status_code == 400
    shown = text(cleo, place(shop, "targets/"))
    assert "holds now" in shown
    assert "every ticket" in shown
    came = now().isoformat()
    put(shop, [{**ticket("t2", "03-03 09:00"), "created_at": came}, {**message("m2", "t2", "03-03 09:00"), "at": came}])
    assert "reply within 30 min" in text(cleo, place(shop, "?view=due"))
    assert "solve within 8 h" in text(cleo, place(shop, f"{Ticket.objects.get(shop=shop, external_id='t2').pk}/"))
    assert "Due first" in text(cleo, place(shop, "?order=due"))
    target = ServiceTarget.objects.get(shop=shop)
    cleo.post(place(shop, f"targets/{target.pk}/"))
    assert "holds now" not in text(cleo, place(shop, "targets/"))


def test_targets_are_for_leads(shop: Shop) -> None:
    ann = signed_in(person(shop, Role.AGENT, name="Ann", agent="ann"))
    assert ann.get(place(shop, "targets/")).status_code == 403
