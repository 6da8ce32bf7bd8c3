"""The pages about agents, satisfaction, revenue and backlog in a browser: what is clicked, and what is printed."""

import pytest
from playwright.sync_api import Browser
from web.busy import MARCH
from web.looking import looking, scrolled_through
from web.people import person

from counterbell.accounts.models import Role, Shop


def test_the_table_of_agents_is_ranked_and_opened_with_a_click(browser: Browser, site: str, busy_here: Shop) -> None:
    with looking(browser, site, person(busy_here, Role.OWNER)) as page:
        page.goto(f"/shops/{busy_here.slug}/agents/?{MARCH}")
        page.locator(".ranked").get_by_role("link", name="Agent", exact=True).click()
        assert page.locator("th[aria-sort]").inner_text() == "Agent ↑"
        page.locator(".ranked").get_by_role("link", name="ann", exact=True).click()
        assert page.locator("h1").inner_text() == "ann"


def test_a_score_leads_to_its_ratings(browser: Browser, site: str, busy_here: Shop) -> None:
    with looking(browser, site, person(busy_here, Role.OWNER)) as page:
        page.goto(f"/shops/{busy_here.slug}/satisfaction/?{MARCH}")
        scrolled_through(page)
        page.locator("figure .chart-plot").nth(1).focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**score=5**")
        assert page.locator("#rows-title").is_visible()


@pytest.mark.parametrize("place", ["agents/", "satisfaction/", "revenue/", "backlog/"])
def test_on_paper_the_period_stands_instead_of_what_is_clicked(
    browser: Browser, site: str, busy_here: Shop, place: str
) -> None:
    with looking(browser, site, person(busy_here, Role.OWNER)) as page:
        page.goto(f"/shops/{busy_here.slug}/{place}?{MARCH}&channel=email")
        page.emulate_media(media="print")
        assert "Mar 1 – 31, 2025 · Channel = E-mail" in page.locator(".on-paper").inner_text().replace("\u2009", " ")
        assert not page.locator(".bar").is_visible()
