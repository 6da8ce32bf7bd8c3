"""Olga and Cleo choose who gets which report; Ann chooses for herself; the link in the mail ends it for anybody."""

import html
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from goals.cast import annas_shop
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop, User
from counterbell.mail.models import Outgoing
from counterbell.reports.models import Subscription
from counterbell.reports.subscriptions import subscribe, token_of


@pytest.fixture
def shop(sqlite: object) -> Shop:
    return annas_shop()


@pytest.fixture
def ann(shop: Shop) -> User:
    return person(shop, Role.AGENT, name="ann", agent="ann")


@pytest.fixture
def cleo(shop: Shop) -> User:
    return person(shop, Role.LEAD, name="cleo")


def place(shop: Shop, rest: str = "") -> str:
    return f"/shops/{shop.slug}/reports/{rest}"


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


WANTED = {"audience": "owner", "rhythm": "week", "language": "fr", "with_csv": "1"}


def test_cleo_subscribes_herself_and_others(shop: Shop, cleo: User, ann: User) -> None:
    client = signed_in(cleo)
    client.post(place(shop, "subscribe/"), {**WANTED, "audience": "lead"})
    answer = client.post(place(shop, "subscribe/"), {**WANTED, "person": str(ann.pk)}, follow=True)
    assert "ann gets it from now on." in text_of(answer)
    kept = Subscription.objects.filter(shop=shop).order_by("pk")
    assert [(each.user, each.audience, each.set_by) for each in kept] == [(cleo, "lead", cleo), (ann, "owner", cleo)]


def test_ann_subscribes_herself_only_and_sees_only_her_own(shop: Shop, cleo: User, ann: User) -> None:
    subscribe(shop, cleo, "lead", "week", at=now())
    client = signed_in(ann)
    assert client.post(place(shop, "subscribe/"), WANTED).status_code == 302
    assert client.post(place(shop, "subscribe/"), {**WANTED, "person": str(cleo.pk)}).status_code == 403
    page = text_of(client.get(place(shop)))
    assert ann.email in page
    assert cleo.email not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"audience": "boss"}, "There is no report 'boss' for each 'week'."),
        ({"rhythm": "hour"}, "There is no report 'owner' for each 'hour'."),
        ({"language": "de"}, "Mails are written in en, fr or id; 'de' is none of them."),
        ({"person": "0"}, "There is no such person in this shop."),
        ({"person": "x"}, "There is no such person in this shop."),
    ],
)
def test_what_cannot_be_is_said_at_the_form(shop: Shop, cleo: User, wrong: dict[str, str], sentence: str) -> None:
    answer = signed_in(cleo).post(place(shop, "subscribe/"), {**WANTED, **wrong})
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert not Subscription.objects.filter(shop=shop).exists()


def test_the_report_for_leads_is_not_for_ann(shop: Shop, ann: User) -> None:
    client = signed_in(ann)
    assert client.get(place(shop, "preview/?audience=lead")).status_code == 403
    assert "which ann may not see" in text_of(client.post(place(shop, "subscribe/"), {**WANTED, "audience": "lead"}))


def test_a_preview_is_the_mail_as_a_page_and_its_styles_are_allowed_there_only(shop: Shop, cleo: User) -> None:
    client = signed_in(cleo)
    answer = client.get(place(shop, "preview/?audience=lead&rhythm=month&language=id"))
    assert "Sebulan tim" in text_of(answer)
    assert "data:image/png;base64," in text_of(answer)
    assert "style-src 'unsafe-inline'" in answer["Content-Security-Policy"]
    assert "unsafe-inline" not in client.get(place(shop))["Content-Security-Policy"]
    assert client.get(place(shop, "preview/?audience=boss")).status_code == 404


def test_the_last_report_is_sent_at_once_as_often_as_wanted(shop: Shop, cleo: User) -> None:
    subscription = subscribe(shop, cleo, "owner", "month", at=now())
    client = signed_in(cleo)
    for _time in range(2):
        answer = client.post(place(shop, f"{subscription.pk}/test/"), follow=True)
    assert f"on its way to {cleo.email}" in text_of(answer)
    assert [mail.to for mail in Outgoing.objects.filter(shop=shop)] == [cleo.email] * 2


def test_looking_at_the_link_of_the_mail_ends_nothing_and_the_button_does(shop: Shop, cleo: User) -> None:
    subscription = subscribe(shop, cleo, "owner", "week", at=now())
    address, anybody = f"/unsubscribe/{token_of(subscription)}/", Client(enforce_csrf_checks=True)
    assert "gets this report" in text_of(anybody.get(address))
    subscription.refresh_from_db()
    assert subscription.on
    assert "no more." in text_of(anybody.post(address, {"List-Unsubscribe": "One-Click"}))
    subscription.refresh_from_db()
    assert not subscription.on


@pytest.mark.parametrize("token", ["1", "1:x", "999999:abc", "x:y:z"])
def test_a_link_that_we_have_not_made_ends_nothing(sqlite: object, token: str) -> None:
    for answer in (Client().get(f"/unsubscribe/{token}/"), Client().post(f"/unsubscribe/{token}/")):
        assert answer.status_code == 404
        assert "This link ends no report." in text_of(answer)


def test_nobody_ends_or_tries_anothers_report_but_a_lead(shop: Shop, cleo: User, ann: User) -> None:
    subscription = subscribe(shop, person(shop, Role.OWNER), "owner", "week", at=now())
    dan = signed_in(person(annas_shop(), Role.OWNER))
    for rest in (f"{subscription.pk}/end/", f"{subscription.pk}/test/"):
        assert signed_in(ann).post(place(shop, rest)).status_code == 404
        assert dan.post(place(shop, rest)).status_code == 404
    his = Shop.objects.get(memberships__user__pk=dan.session["_auth_user_id"])
    assert dan.post(place(his, f"{subscription.pk}/end/")).status_code == 404
    assert dan.get(place(shop)).status_code == 404
    assert dan.get(place(shop, "preview/")).status_code == 404
    subscription.refresh_from_db()
    assert subscription.on
    signed_in(cleo).post(place(shop, f"{subscription.pk}/end/"))
    subscription.refresh_from_db()
    assert not subscription.on
