"""Signing in, the language of pages, and what the server tells about itself."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now
from playwright.sync_api import Browser
from web.people import PASSWORD, person, signed_in

from counterbell.accounts import people
from counterbell.accounts.models import Role, Shop, User


@pytest.fixture
def nobody_has_tried(installation: str) -> None:
    cache.clear()


def sign_in(client: Client, user: User, password: str = PASSWORD) -> int:
    return client.post("/account/login/", {"login": user.email.upper(), "password": password}).status_code


@pytest.mark.usefixtures("nobody_has_tried")
def test_olga_signs_in_with_her_address_and_password_and_comes_to_her_shop(anns_shop: Shop) -> None:
    olga, client = person(anns_shop, Role.OWNER, password=PASSWORD), Client()
    assert sign_in(client, olga) == 302
    assert client.get("/")["Location"] == f"/shops/{anns_shop.slug}/overview/"


def test_passwords_are_kept_as_argon2_hashes(anns_shop: Shop) -> None:
    assert person(anns_shop, Role.OWNER, password=PASSWORD).password.startswith("argon2$argon2id")


@pytest.mark.usefixtures("nobody_has_tried")
def test_a_wrong_password_lets_nobody_in_and_after_some_tries_not_even_the_right_one(anns_shop: Shop) -> None:
    olga, client = person(anns_shop, Role.OWNER, password=PASSWORD), Client()
    assert {sign_in(client, olga, "wrong") for _ in range(10)} == {200}
    assert sign_in(client, olga) == 200
    assert client.get("/").status_code == 302


def test_nobody_signs_up(installation: str) -> None:
    address = f"kim-{uuid4().hex}@example.com"
    answer = Client().post("/account/signup/", {"email": address, "password1": PASSWORD})
    assert answer.status_code == 200
    assert not User.objects.filter(email=address).exists()


@pytest.mark.parametrize("action", ["action_add", "action_primary", "action_send"])
def test_nobody_takes_an_address_by_which_another_shop_would_let_them_in(
    anns_shop: Shop, dans_shop: Shop, action: str
) -> None:
    vic = person(anns_shop, Role.VIEWER, name="vic")
    address, theirs = f"new-{vic.pk}@dans.example", signed_in(vic)
    theirs.post("/account/email/", {"action_add": "", "email": address})
    theirs.post("/account/email/", {action: "", "email": address})
    assert people.add(dans_shop, address, Role.LEAD, at=now()).user != vic
    assert theirs.get(f"/shops/{dans_shop.slug}/overview/").status_code == 404


def test_a_flood_of_visitors_pushes_out_nobody_who_has_tried_too_often(installation: str) -> None:
    cache.clear()
    cache.set("allauth:tried", 5, 3_600)
    for visitor in range(310):
        cache.set(f"surveys:{visitor}", 1, 3_600)
    assert cache.get("allauth:tried") == 5
    cache.clear()


def test_a_page_speaks_the_browsers_language_until_the_person_has_chosen_one(anns_shop: Shop) -> None:
    olga = signed_in(person(anns_shop, Role.OWNER), **{"Accept-Language": "fr-CA,fr;q=0.9"})
    there = f"/shops/{anns_shop.slug}/overview/"
    assert olga.get(there)["Content-Language"] == "fr"
    assert olga.post("/language/", {"language": "id", "next": there})["Location"] == there
    assert olga.get(there)["Content-Language"] == "id"


def test_choosing_a_language_leads_to_no_other_site(installation: str) -> None:
    answer = Client().post("/language/", {"language": "fr", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_pages_allow_no_script_but_ours(installation: str) -> None:
    policy = Client().get("/account/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_an_error_is_a_page_with_a_sentence(olga: Client) -> None:
    answer = olga.get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_the_server_says_whether_it_is_well(installation: str) -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().get("/readyz").json() == {"database": True, "loops": True}


def test_metrics_are_told_to_this_machine_or_to_whoever_has_the_token(
    installation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert b"counterbell_request_seconds" in Client().get("/metrics").content
    assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 404
    assert Client(headers={"X-Forwarded-For": "203.0.113.9"}).get("/metrics").status_code == 404
    monkeypatch.setenv("COUNTERBELL_METRICS_TOKEN", "t0ken")
    assert Client().get("/metrics").status_code == 404
    assert Client(headers={"Authorization": "Bearer t0ken"}).get("/metrics").status_code == 200


def test_olga_signs_in_and_out_in_a_browser(browser: Browser, site: str) -> None:
    shop = Shop.objects.create(slug="browsed")
    olga = person(shop, Role.OWNER, password=PASSWORD)
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(site)
    page.get_by_label("E-mail address").fill(olga.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/shops/browsed/overview/")
    page.locator(".top .drop summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/**")
    assert complaints == []
    context.close()
