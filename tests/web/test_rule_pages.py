"""The pages of rules and absences in the browser without JavaScript: what they do, and who may."""

import html
from pathlib import Path

import pytest
from desk.desks import desk_shop
from django.test import Client
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.audit.models import Note
from counterbell.desk.models import Absence, AssignmentRule


@pytest.fixture
def shop(sqlite: Path) -> Shop:
    return desk_shop()


@pytest.fixture
def cleo(shop: Shop) -> Client:
    return signed_in(person(shop, Role.LEAD, name="Cleo", agent="cleo"))


@pytest.fixture
def ann(shop: Shop) -> Client:
    return signed_in(person(shop, Role.AGENT, name="Ann", agent="ann"))


def at(shop: Shop, place: str) -> str:
    return f"/shops/{shop.slug}/inbox/{place}"


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def test_a_lead_writes_a_rule_switches_it_off_and_takes_it_away(cleo: Client, ann: Client, shop: Shop) -> None:
    anns = shop.memberships.get(agent="ann")
    told = {"name": "Chats", "channel": "chat", "language": "fr", "person": [anns.pk], "way": "load"}
    assert cleo.post(at(shop, "rules/new/"), told).status_code == 302
    rule = AssignmentRule.objects.get(shop=shop)
    assert (rule.channel, rule.language, rule.pool_agents, rule.by_load) == ("chat", "fr", ["ann"], True)
    assert rule.on_since is not None
    shown = text(cleo, at(shop, "rules/"))
    assert "channel: Chat · language: fr → to Ann, whoever has the fewest open tickets, in opening hours" in shown
    assert 'value="fr"' in text(cleo, at(shop, f"rules/{rule.pk}/"))
    cleo.post(at(shop, f"rules/{rule.pk}/"), {**told, "person": [], "pool_team": "care", "at_any_time": "on"})
    assert "to team care, whoever has the fewest open tickets, at any time" in text(cleo, at(shop, "rules/"))
    cleo.post(at(shop, f"rules/{rule.pk}/do/"), {"do": "off"})
    assert AssignmentRule.objects.get(pk=rule.pk).on_since is None
    cleo.post(at(shop, f"rules/{rule.pk}/do/"), {"do": "forget"})
    assert "There are no rules yet" in text(cleo, at(shop, "rules/"))
    noted = [(note.what, note.told["rule"], note.by[:4]) for note in Note.objects.filter(shop=shop).order_by("pk")]
    assert noted == [(f"rule.{what}", "Chats", "Cleo") for what in ("made", "on", "changed", "off", "removed")]


def test_a_rule_of_several_values_is_shown_and_typed_as_a_list(cleo: Client, shop: Shop) -> None:
    told = {"name": "Far away", "channel": ["chat", "whatsapp"], "language": "fr, id,", "pool_team": "care"}
    assert cleo.post(at(shop, "rules/new/"), told).status_code == 302
    rule = AssignmentRule.objects.get(shop=shop)
    assert (rule.channel, rule.language) == ("chat\nwhatsapp", "fr\nid")
    assert "channel: Chat or WhatsApp · language: fr or id →" in text(cleo, at(shop, "rules/"))
    form = text(cleo, at(shop, f"rules/{rule.pk}/"))
    assert 'value="fr, id"' in form
    ticked = [one for one in ("chat", "whatsapp", "email") if f'name="channel" value="{one}" checked' in form]
    assert ticked == ["chat", "whatsapp"]


def test_what_cannot_be_a_rule_comes_back_with_what_was_typed(cleo: Client, shop: Shop) -> None:
    answer = cleo.post(at(shop, "rules/new/"), {"name": "Nobody's", "tag": "vip"})
    shown = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    assert "Choose a team, or at least one person" in shown
    assert 'value="vip"' in shown


def test_rules_are_for_leads_and_dan_sees_nothing(ann: Client, cleo: Client, shop: Shop) -> None:
    dan = signed_in(person(desk_shop(), Role.OWNER, name="Dan"))
    text(ann, at(shop, "rules/"), 403)
    text(dan, at(shop, "rules/"), 404)
    text(cleo, at(shop, "rules/9999999/"), 404)


def test_ann_is_away_and_back_and_the_inbox_says_so(ann: Client, cleo: Client, shop: Shop) -> None:
    anns, cleos = (shop.memberships.get(agent=agent) for agent in ("ann", "cleo"))
    ann.post(at(shop, f"absence/{anns.pk}/"), {"do": "away", "until": "2099-01-01T09:00"})
    assert "You are away" in text(ann, at(shop, ""))
    assert "away until Jan 1, 2099" in text(ann, at(shop, "absence/"))
    assert "Cleo" not in text(ann, at(shop, "absence/"))
    assert ann.post(at(shop, f"absence/{cleos.pk}/"), {"do": "away"}).status_code == 403
    cleo.post(at(shop, f"absence/{anns.pk}/"), {"do": "back"})
    assert "You are away" not in text(ann, at(shop, ""))
    cleo.post(at(shop, f"absence/{anns.pk}/"), {"do": "away", "until": "2001-01-01T09:00"})
    assert "Choose a later end" in text(cleo, at(shop, "absence/"))
    assert not Absence.objects.filter(shop=shop).exists()
    notes = list(Note.objects.filter(shop=shop).order_by("pk"))
    assert [(note.what, note.by[:3].lower()) for note in notes] == [("away.set", "ann"), ("away.ended", "cle")]
