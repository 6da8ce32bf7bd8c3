"""The feedback widget on a shop's website: small, quiet, and for everybody."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page
from web.asked import PERSONS_AGENT, asked, read

from counterbell.accounts.models import Shop
from counterbell.record.models import Rating, Survey
from counterbell.surveys import setup, widget
from counterbell.surveys.models import Ask, Feedback, SurveySettings

SCRIPT = Path(widget.__file__).parent / "static" / "surveys" / "widget.js"
WORDS = {
    "en": ("Very good", "Send", "Thank you"),
    "fr": ("Très bon", "Envoyer", "Merci"),
    "id": ("Sangat baik", "Kirim", "Terima"),
}


@pytest.fixture(autouse=True)
def quiet(sqlite: object, quick_reading: None) -> None:
    SurveySettings.objects.all().delete()
    cache.clear()


@contextmanager
def website(counterbell: str, attributes: str) -> Iterator[str]:
    """The shop's website, which allows no scripts, styles or connections but its own and Counterbell's."""
    page = f"""<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Maison Lilas</title></head><body>
      <main><h1>Lilas</h1><button type="button" data-counterbell-feedback>Feedback</button></main>
      <script src="{counterbell}/static/surveys/widget.js" {attributes} async></script></body></html>""".encode()
    policy = f"default-src 'none'; script-src {counterbell}; connect-src {counterbell}; style-src 'none'"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def visiting(browser: Browser, site: str, shop: Shop, attributes: str = "data-delay=0", **told: Any) -> Iterator[Page]:
    """A visitor of the shop's website."""
    settings = setup.settings_of(shop)
    with website(site, f'data-shop-key="{settings.widget_key}" {attributes}') as address:
        setup.change(shop, widget_origins=address)
        context = browser.new_context(**{"user_agent": PERSONS_AGENT, **told})
        context.add_init_script("Object.defineProperty(navigator, 'webdriver', {get: () => false})")
        page = context.new_page()
        page.goto(address)
        yield page
        context.close()


@pytest.fixture
def lilas(sqlite: object) -> Shop:
    from uuid import uuid4

    return Shop.objects.create(slug=f"lilas-{uuid4().hex}", name="Maison Lilas")


def test_it_is_one_file_of_at_most_ten_kilobytes_on_the_wire() -> None:
    code = SCRIPT.read_bytes()
    assert len(gzip.compress(code)) <= 10_000
    for loads in (b"import ", b"import(", b"innerHTML", b"eval("):
        assert loads not in code


@pytest.mark.parametrize("language", WORDS)
def test_a_visitor_is_asked_and_answers_under_a_strict_policy(
    site: str, browser: Browser, lilas: Shop, language: str
) -> None:
    words, button, thanks = WORDS[language]
    with visiting(browser, site, lilas, f'data-delay=0 data-language="{language}"') as page:
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.get_by_label(words).check()
        page.get_by_role("textbox").first.fill("Jolie boutique")
        read(page)
        page.get_by_role("button", name=button).click()
        page.get_by_role("heading", name=thanks).wait_for()
        assert [text for text in complaints if "favicon" not in text] == []
    (said,) = Feedback.objects.filter(shop=lilas)
    assert (said.score, said.comment, said.language, said.page, said.suspected_robot) == (
        5, "Jolie boutique", language, "/", False,
    )  # fmt: skip
    assert not Survey.objects.filter(shop=lilas).exists(), "it is about no ticket, and no part of CSAT"


def test_a_visitor_is_asked_once_in_thirty_days_unless_by_a_click(site: str, browser: Browser, lilas: Shop) -> None:
    with visiting(browser, site, lilas) as page:
        page.get_by_role("heading", name="How do you find").wait_for()
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Close").click()
        assert page.get_by_role("heading", name="How do you find").count() == 0
        page.reload()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        assert page.get_by_role("heading", name="How do you find").count() == 0
        page.evaluate("localStorage.setItem(localStorage.key(0), String(Date.now() - 31 * 86400000))")
        page.reload()
        page.get_by_role("heading", name="How do you find").wait_for()
        page.reload()
        page.wait_for_load_state("networkidle")
        page.get_by_role("button", name="Feedback").click()
        page.get_by_role("heading", name="How do you find").wait_for()


def test_it_is_worked_by_keyboard_and_gives_the_focus_back(site: str, browser: Browser, lilas: Shop) -> None:
    with visiting(browser, site, lilas, "data-delay=9999") as page:
        page.wait_for_load_state("networkidle")
        page.get_by_role("button", name="Feedback").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="How do you find").wait_for()
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.textContent") == "Feedback"
        page.keyboard.press("Enter")
        page.get_by_label("Very good").focus()
        page.keyboard.press("ArrowDown")
        read(page)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thank you").wait_for()
    assert Feedback.objects.get(shop=lilas).score == 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits_a_phone(site: str, browser: Browser, lilas: Shop, scheme: str) -> None:
    told: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme, "bypass_csp": True}
    with visiting(browser, site, lilas, **told) as page:
        page.get_by_role("heading", name="How do you find").wait_for()
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_on_the_page_of_a_ticket_the_answer_is_a_rating_of_it(site: str, browser: Browser) -> None:
    with asked(site, quiet_days=0) as there:
        proof = widget.proof(setup.settings_of(there.shop), "t1")
        attributes = f'data-delay=0 data-ticket="t1" data-proof="{proof}"'
        with visiting(browser, site, there.shop, attributes) as page:
            page.get_by_label("Good", exact=True).check()
            read(page)
            page.get_by_role("button", name="Send").click()
            page.get_by_role("heading", name="Thank you").wait_for()
        ask = Ask.objects.get(shop=there.shop, via="widget")
        assert [rating.score for rating in Rating.objects.filter(survey__external_id=ask.survey_id)] == [4]
        assert not Feedback.objects.filter(shop=there.shop).exists()


def test_nobody_rates_a_ticket_without_the_shops_signature(site: str) -> None:
    with asked(site, quiet_days=0) as there:
        key = origin_of(there.shop)
        told = {"event": "asked", "ticket": "t1", "proof": "0" * 64}
        assert post(key, told).json() == {"survey": ""}
        assert not Ask.objects.filter(shop=there.shop, via="widget").exists()


def test_only_the_shops_own_pages_are_answered(lilas: Shop) -> None:
    key = origin_of(lilas)
    assert post(key, {"score": 5}, origin="https://evil.example").status_code == 403
    assert post("nokey", {"score": 5}).status_code == 403
    answer = post(key, {"score": 5})
    assert answer["Access-Control-Allow-Origin"] == "https://lilas.example"


def test_what_no_widget_sends_is_refused(lilas: Shop) -> None:
    key = origin_of(lilas)
    wrong: list[object] = [{"score": 6}, {"score": True}, {"score": "5"}, [], "x", {"score": None}]
    for told in wrong:
        assert post(key, told).status_code == 400
    assert Client().post(f"/csat/widget/{key}/", b"\xff", content_type="text/plain",
                         headers={"Origin": "https://lilas.example"}).status_code == 400  # fmt: skip


def test_halves_of_characters_and_zero_bytes_are_left_out_of_what_it_sends(lilas: Shop) -> None:
    key = origin_of(lilas)
    assert post(key, {"event": "asked", "ticket": "\ud800", "proof": "\ud800"}).json() == {"survey": ""}
    assert post(key, {"score": 4, "comment": "Jolie\ud800 boutique", "path": "/\0lilas"}).status_code == 200
    said = Feedback.objects.get(shop=lilas)
    assert (said.comment, said.page) == ("Jolie boutique", "/lilas")


def test_a_program_that_posts_to_it_is_a_suspected_robot_and_soon_refused(lilas: Shop) -> None:
    key = origin_of(lilas)
    assert post(key, {"score": 1, "comment": "Buy"}).status_code == 200
    assert Feedback.objects.get(shop=lilas).suspected_robot
    assert [post(key, {"score": 1}).status_code for _ in range(70)][-1] == 429


def origin_of(shop: Shop) -> str:
    """Let the shop's website use the widget; returns its key."""
    setup.change(shop, widget_origins="https://lilas.example")
    return setup.settings_of(shop).widget_key


def post(key: str, told: object, origin: str = "https://lilas.example") -> Any:
    return Client().post(
        f"/csat/widget/{key}/", json.dumps(told), content_type="text/plain", headers={"Origin": origin}
    )
