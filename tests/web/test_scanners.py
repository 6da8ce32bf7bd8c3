"""No class of mail scanner can rate, and the person who comes afterwards is not told that somebody already has.

docs/surveys.md says for each class what holds it back, and what could still get through.
"""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.core.cache import cache
from playwright.sync_api import Browser
from web.asked import PERSONS_AGENT, Asked, asked, person, read, send
from web.scanners import Scanner

from counterbell.surveys.answers import CONFIRM_QUICK
from counterbell.surveys.models import Submission, SurveySettings, Verdict
from counterbell.surveys.ticking import tick


@pytest.fixture(autouse=True)
def quiet(sqlite: object) -> None:
    SurveySettings.objects.all().delete()
    cache.clear()


def later() -> None:
    """An hour passes."""
    tick(datetime.now(UTC) + timedelta(hours=1))


def nothing_counts(there: Asked) -> None:
    later()
    assert there.ratings == []
    assert not Submission.objects.filter(ask__shop=there.shop, verdict=Verdict.HUMAN).exists()


def the_person_is_asked_as_if_nothing_had_been(there: Asked) -> None:
    page = httpx.get(there.link(5)).text
    assert "How was our service?" in page
    assert "already" not in page
    assert "Thank you" not in page


def test_opening_every_link_writes_nothing(site: str) -> None:
    with asked(site) as there:
        for _ in range(3):
            for link in there.links:
                for method in ("HEAD", "GET"):
                    httpx.request(method, link, follow_redirects=True, headers={"User-Agent": PERSONS_AGENT})
        assert not Submission.objects.filter(ask__shop=there.shop).exists()
        nothing_counts(there)
        the_person_is_asked_as_if_nothing_had_been(there)


@pytest.mark.parametrize(
    ("sent_ago", "cookies", "fills"),
    [
        (0, True, "as it stands"),
        (34, False, "last"),
        (3_600, False, "as it stands"),
        (3_600, True, "last"),
        (3_600, True, "test"),
    ],
)
def test_sending_every_form_rates_nothing(site: str, sent_ago: float, cookies: bool, fills: str) -> None:
    with asked(site, sent_ago=sent_ago) as there:
        links = [link for link in there.links if "unsubscribe" not in link]
        scanner = Scanner(cookies=cookies, fills=fills)
        scanner.run(links)
        assert scanner.forms_sent > 5
        nothing_counts(there)
        kept = Submission.objects.filter(ask__shop=there.shop)
        assert kept.filter(verdict=Verdict.ROBOT).count() > 0
        the_person_is_asked_as_if_nothing_had_been(there)


@pytest.mark.one_variant
@pytest.mark.parametrize("fills", ["as it stands", "last", "test"])
def test_sending_every_form_with_patience_rates_nothing(site: str, quick_reading: None, fills: str) -> None:
    with asked(site) as there:
        Scanner(fills=fills, waits_seconds=0.4).run([there.link(1), there.link(5)])
        nothing_counts(there)
        the_person_is_asked_as_if_nothing_had_been(there)


def test_a_scanner_that_calls_itself_one_is_kept_with_what_was_seen_of_it(site: str) -> None:
    with asked(site, sent_ago=34) as there:
        Scanner(agent="SafeLinks scanner").run([there.link(1)])
        later()
        kept = Submission.objects.filter(ask__shop=there.shop).earliest("pk")
        assert kept.verdict == Verdict.ROBOT
        assert {"robot_agent", "soon", "quick", "no_gesture"} <= set(kept.signs.split())
        assert (kept.user_agent, kept.address_class) == ("SafeLinks scanner", "private")
        assert kept.since_sent_seconds is not None
        assert 33 < kept.since_sent_seconds < 120
        assert kept.since_page_seconds is not None


def test_a_form_that_was_seen_on_its_way_and_is_sent_again_changes_nothing(site: str, browser: Browser) -> None:
    """As one filter was seen to do, half a minute after the person's own click."""
    with asked(site) as there, person(browser, there.link(5)) as page:
        with page.expect_request(lambda request: request.method == "POST") as sent:
            send(page)
        body = sent.value.post_data
        httpx.post(sent.value.url, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        later()
        assert there.ratings == [(5, None)]


WAYS = {
    "a click by the script": "document.querySelector('button.main').click()",
    "submit": "document.querySelector('form').submit()",
    "requestSubmit": "document.querySelector('form').requestSubmit()",
    "a made-up press": "document.dispatchEvent(new PointerEvent('pointerdown')); document.forms[0].requestSubmit()",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_headless_browser_whose_script_sends_the_form_rates_nothing(site: str, browser: Browser, way: str) -> None:
    with asked(site) as there:
        context = browser.new_context(user_agent=PERSONS_AGENT)
        for score in (5, 1):
            page = context.new_page()
            page.goto(there.link(score))
            read(page)
            for sends in (WAYS[way], "document.querySelector('button.main').click()"):
                with page.expect_navigation():
                    page.evaluate(sends)
        context.close()
        nothing_counts(there)
        the_person_is_asked_as_if_nothing_had_been(there)


def test_a_steered_browser_that_really_clicks_rates_nothing(site: str, browser: Browser) -> None:
    with asked(site) as there:
        context = browser.new_context(user_agent=PERSONS_AGENT)
        page = context.new_page()
        page.goto(there.link(1))
        send(page)
        page.get_by_label("The number of your answer").fill("1")
        read(page, CONFIRM_QUICK)
        with page.expect_navigation():
            page.get_by_role("button", name="Send my answer").click()
        context.close()
        nothing_counts(there)
        the_person_is_asked_as_if_nothing_had_been(there)


@pytest.mark.parametrize("trap", [False, True], ids=["within a minute of the sending", "after opening every link"])
def test_a_browser_that_hides_that_it_is_steered_and_clicks_rates_nothing(
    site: str, browser: Browser, trap: bool
) -> None:
    with asked(site, sent_ago=3_600 if trap else 20) as there:
        if trap:
            Scanner().run(there.links)
        with person(browser, there.link(1)) as page:
            send(page)
            assert "type the number" in page.inner_text("h1")
        nothing_counts(there)
        the_person_is_asked_as_if_nothing_had_been(there)
