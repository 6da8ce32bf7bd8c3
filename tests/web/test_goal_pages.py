"""Cleo, the lead, sets goals and gives them up; Ann and Vic look; Dan sees nothing."""

import html

import pytest
from django.test import Client
from django.utils.timezone import now
from goals.cast import annas_shop
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.goals.models import Target
from counterbell.goals.scopes import Scope
from counterbell.goals.targets import Goal, set_target


@pytest.fixture
def shop(sqlite: object) -> Shop:
    return annas_shop()


@pytest.fixture
def cleo_there(shop: Shop) -> Client:
    return signed_in(person(shop, Role.LEAD, name="cleo"))


def place(shop: Shop, rest: str = "") -> str:
    return f"/shops/{shop.slug}/goals/{rest}"


def text_of(answer: object) -> str:
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined]


def told(**more: str) -> dict[str, str]:
    return {"metric": "csat", "scope": "shop", "period": "month", "kind": "value", "amount": "4.5", **more}


def test_cleo_sets_a_goal_and_everybody_of_the_shop_sees_it(cleo_there: Client, shop: Shop) -> None:
    answer = cleo_there.post(place(shop, "set/"), told(), follow=True)
    assert "Customer satisfaction (CSAT): at least 4.50 each month." in text_of(answer)
    for role in (Role.OWNER, Role.AGENT, Role.VIEWER):
        assert "at least 4.50 each month" in text_of(signed_in(person(shop, role)).get(place(shop)))


def test_a_shop_without_goals_finds_the_proposed_ones_and_takes_some(cleo_there: Client, shop: Shop) -> None:
    assert "Within an hour is the norm to aim at." in text_of(cleo_there.get(place(shop)))
    cleo_there.post(place(shop, "accept/"), {"metric": ["resolution_time"]})
    assert [target.metric for target in Target.objects.filter(shop=shop)] == ["resolution_time"]
    assert "Within an hour is the norm to aim at." not in text_of(cleo_there.get(place(shop)))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"amount": "-1"}, "scores lie between 1 and 5. Give a value such as 4.5."),
        ({"metric": "tickets_closed", "amount": "-1"}, "-1 cannot be a goal. Give 0 or more."),
        ({"metric": "resolution_time", "amount": "8"}, "Write it with its unit, like 8h or 30 min."),
        ({"amount": "a lot"}, "'a lot' is no value of Customer satisfaction (CSAT). Write it like 4.5."),
        ({"amount": ""}, "'' is no value of Customer satisfaction (CSAT)."),
        ({"scope": "team=none"}, "There is no team 'none' in this shop."),
        ({"scope": "everybody"}, "'everybody' is no scope."),
        ({"period": "decade"}, "There is no period 'decade' for goals."),
        ({"metric": "net_flow"}, "has no better and no worse"),
        ({"metric": ""}, "Choose a metric."),
        ({"valid_from": "2020-01-01"}, "What is over keeps its goal"),
    ],
)
def test_what_cannot_be_a_goal_is_said_at_the_form(
    cleo_there: Client, shop: Shop, wrong: dict[str, str], sentence: str
) -> None:
    answer = cleo_there.post(place(shop, "set/"), told(**wrong))
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert not Target.objects.filter(shop=shop).exists()


def test_what_was_filled_in_stays_in_the_form(cleo_there: Client, shop: Shop) -> None:
    page = text_of(cleo_there.post(place(shop, "set/"), told(metric="reopen_rate", amount="a tenth")))
    assert 'value="a tenth"' in page
    assert 'value="reopen_rate" data-example="85%" selected' in page


def test_a_rate_may_be_written_as_people_say_it(cleo_there: Client, shop: Shop) -> None:
    for amount in ("85", "85%", "0.85"):
        cleo_there.post(place(shop, "set/"), told(metric="one_reply_rate", amount=amount))
    cleo_there.post(place(shop, "set/"), told(metric="one_reply_rate", kind="step", amount="1"))
    kept = Target.objects.filter(shop=shop).order_by("pk").values_list("value", "step")
    assert list(kept) == [(0.85, None), (None, 0.01)]


def test_a_goals_page_has_its_periods_and_the_changes_of_its_target(cleo_there: Client, shop: Shop) -> None:
    cleo_there.post(place(shop, "set/"), told())
    cleo_there.post(place(shop, "set/"), told(amount="4.6"))
    first = Target.objects.filter(shop=shop).earliest("pk")
    page = text_of(cleo_there.get(place(shop, f"{first.pk}/")))
    assert "at least 4.50 each month" in page
    assert "at least 4.60 each month" in page
    assert "not known yet" in page
    assert "cleo" in page


def test_a_goal_that_is_given_up_keeps_its_history(cleo_there: Client, shop: Shop) -> None:
    cleo_there.post(place(shop, "set/"), told())
    number = Target.objects.get(shop=shop).pk
    answer = cleo_there.post(place(shop, f"{number}/give-up/"), follow=True)
    assert "the goal is given up; its history stays." in text_of(answer)
    assert "No goal is set." in text_of(cleo_there.get(place(shop)))
    assert "given up" in text_of(cleo_there.get(place(shop, f"{number}/")))


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_ann_and_vic_look_and_change_nothing(shop: Shop, role: Role) -> None:
    target = set_target(shop, Goal("csat"), value=4.5, at=now())
    client = signed_in(person(shop, role, agent="ann"))
    assert '<form method="post" action="/shops/' not in text_of(client.get(place(shop)))
    assert client.get(place(shop, f"{target.pk}/")).status_code == 200
    for rest in ("set/", "accept/", f"{target.pk}/give-up/"):
        assert client.post(place(shop, rest), told(amount="1")).status_code == 403
    assert Target.objects.get(shop=shop).value == 4.5


def test_ann_sees_her_own_goal_and_not_bens(shop: Shop) -> None:
    own = set_target(shop, Goal("csat", Scope("agent", "ann")), value=4.1, at=now())
    bens = set_target(shop, Goal("csat", Scope("agent", "ben")), value=4.2, at=now())
    ann = signed_in(person(shop, Role.AGENT, agent="ann"))
    page = text_of(ann.get(place(shop)))
    assert "4.10" in page
    assert "4.20" not in page
    assert ann.get(place(shop, f"{own.pk}/")).status_code == 200
    assert ann.get(place(shop, f"{bens.pk}/")).status_code == 404


def test_dan_finds_no_goal_of_anns_shop(shop: Shop) -> None:
    target = set_target(shop, Goal("csat"), value=4.5, at=now())
    his = annas_shop()
    dan = signed_in(person(his, Role.OWNER))
    for rest in ("", f"{target.pk}/"):
        assert dan.get(place(shop, rest)).status_code == 404
    for rest in ("set/", "accept/", f"{target.pk}/give-up/"):
        assert dan.post(place(shop, rest), told()).status_code == 404
    assert dan.get(place(his, f"{target.pk}/")).status_code == 404
    assert dan.post(place(his, f"{target.pk}/give-up/")).status_code == 404
    assert Target.objects.filter(shop=shop).count() == 1
