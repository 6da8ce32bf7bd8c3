"""The pages about agents, satisfaction, revenue and backlog in a browser: seen, used, open to everybody."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, ViewportSize, expect
from web.busy import at
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop

PAGES = ["agents/", "agents/of/ann/", "satisfaction/", "revenue/", "backlog/"]
PHONE, WIDE = ViewportSize(width=390, height=844), ViewportSize(width=1440, height=900)


@pytest.fixture
def olgas_page(site: str, browser: Browser, busy_here: Shop) -> Iterator[Page]:
    """Olga's browser, signed in."""
    session = signed_in(person(busy_here, Role.OWNER)).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=site, locale="en", viewport=WIDE)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    yield page
    context.close()


def opened(page: Page, shop: Shop, place: str) -> None:
    """The page with its charts drawn, each as it comes into view."""
    page.goto(at(shop, place))
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
        expect(chart).to_contain_class("is-drawn", timeout=60_000)


@pytest.mark.parametrize("place", PAGES)
def test_everybody_can_read_it_on_a_wide_screen_and_on_a_phone_by_day_and_by_night(
    olgas_page: Page, busy_here: Shop, place: str
) -> None:
    for size, scheme in ((WIDE, "light"), (PHONE, "dark")):
        olgas_page.set_viewport_size(size)
        olgas_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        opened(olgas_page, busy_here, place)
        found = Axe().run(olgas_page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
        assert olgas_page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert olgas_page.complaints == []  # type: ignore[attr-defined]


def test_the_table_of_agents_is_ranked_and_opened_with_a_click(olgas_page: Page, busy_here: Shop) -> None:
    opened(olgas_page, busy_here, "agents/")
    olgas_page.get_by_role("link", name="Agent", exact=True).click()
    assert olgas_page.locator("th[aria-sort]").inner_text() == "Agent ↑"
    olgas_page.get_by_role("link", name="ann", exact=True).first.click()
    assert olgas_page.locator("h1").inner_text() == "ann"


def test_on_paper_the_period_stands_instead_of_what_is_clicked(olgas_page: Page, busy_here: Shop) -> None:
    opened(olgas_page, busy_here, "backlog/")
    olgas_page.emulate_media(media="print")
    assert olgas_page.locator(".on-paper").is_visible()
    assert not olgas_page.locator(".bar").is_visible()


def test_a_bar_of_the_scores_leads_to_its_ratings(olgas_page: Page, busy_here: Shop) -> None:
    opened(olgas_page, busy_here, "satisfaction/")
    olgas_page.get_by_text("As a table").nth(1).click()
    olgas_page.get_by_role("link", name="5 stars").last.click()
    assert "score=5" in olgas_page.url
    assert olgas_page.locator("#rows-title").is_visible()
