"""People at the dashboard with a real browser: from signing in to the tickets behind a number, and its CSV."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from cli.programs import call
from playwright.sync_api import Browser, Page, expect
from web.busy import MARCH, MARCH_ON_THE_COMMAND_LINE
from web.looking import Theme, looking, pages, scrolled_through
from web.people import PASSWORD, person

from counterbell.accounts.models import Role, Shop

SERIOUS = ("serious", "critical")


def whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def downloaded(page: Page, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return Path(download.value.path()).read_bytes()


def rows_listed(page: Page) -> int:
    return whole(page.locator("#rows-title").inner_text())


@pytest.mark.parametrize("role", Role)
def test_everybody_comes_from_the_overview_to_the_tickets_behind_a_number(
    browser: Browser, site: str, busy_here: Shop, role: Role
) -> None:
    with looking(browser, site, person(busy_here, role, agent="ann")) as page:
        page.goto(f"/shops/{busy_here.slug}/overview/?{MARCH}")
        shown = whole(page.locator("#tile-tickets_created .tile-value").inner_text())
        page.locator("#tile-tickets_created").click()
        assert rows_listed(page) == shown > 0
        page.locator("#breakdown tbody th a").first.click()
        narrower = whole(page.locator(".headline-value a").inner_text())
        assert rows_listed(page) == narrower < shown
        expect(page.locator(".chip")).to_have_count(1)
        page.locator(".chip").click()
        assert rows_listed(page) == shown


@pytest.mark.parametrize("role", [Role.OWNER, Role.LEAD, Role.VIEWER])
def test_an_export_from_the_page_is_the_report_of_the_command_line(
    browser: Browser, site: str, busy_here: Shop, role: Role
) -> None:
    asked = ("--shop", busy_here.slug, *MARCH_ON_THE_COMMAND_LINE)
    with looking(browser, site, person(busy_here, role)) as page:
        page.goto(f"/shops/{busy_here.slug}/overview/?{MARCH}")
        assert downloaded(page, "Export CSV") == call("report", *asked, "--grain", "day", "--format", "csv").output
        page.goto(f"/shops/{busy_here.slug}/metrics/csat/?{MARCH}")
        assert downloaded(page, "Export CSV") == call("tickets", *asked, "--metric", "csat").output


def test_olga_signs_in_and_changes_period_filters_clock_and_language(
    browser: Browser, site: str, busy_here: Shop
) -> None:
    olga = person(busy_here, Role.OWNER, password=PASSWORD)
    page = browser.new_context(base_url=site, locale="en-GB").new_page()
    page.goto("/")
    page.get_by_label("E-mail address").fill(olga.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**/shops/{busy_here.slug}/overview/")
    page.locator(".bar-period summary").click()
    page.get_by_label("First day").fill("2025-03-01")
    page.get_by_label("Last day").fill("2025-03-31")
    page.get_by_role("button", name="Show").click()
    before = page.locator("#tile-tickets_created .tile-value").inner_text()
    page.keyboard.press("/")
    page.keyboard.type("what")
    page.get_by_role("checkbox", name="WhatsApp").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chip")).to_contain_text("Channel = WhatsApp")
    assert whole(page.locator("#tile-tickets_created .tile-value").inner_text()) < whole(before)
    around_the_clock = page.locator("#tile-response_time .tile-value").inner_text()
    page.get_by_role("link", name="Opening hours").click()
    expect(page.locator("#tile-response_time .tile-value")).not_to_have_text(around_the_clock)
    page.locator(".top .aside summary").click()
    page.get_by_role("button", name="Français").click()
    expect(page.locator("h1")).to_have_text("Aperçu")
    assert "clock=business" in page.url
    assert "channel=whatsapp" in page.url
    page.context.close()


def test_a_bar_of_a_chart_opens_to_its_tickets(browser: Browser, site: str, busy_here: Shop) -> None:
    with looking(browser, site, person(busy_here, Role.VIEWER)) as page:
        page.goto(f"/shops/{busy_here.slug}/metrics/tickets_created/?{MARCH}")
        scrolled_through(page)
        page.locator("figure .chart-plot").first.focus()
        page.keyboard.press("ArrowRight")
        shown = page.locator(".chart-tip").first.inner_text()
        page.keyboard.press("Enter")
        page.wait_for_url("**bucket=2025-03-01**")
        assert rows_listed(page) == int(shown.split("\n")[1])


def test_the_list_turns_its_pages_and_sorts_where_it_stands(browser: Browser, site: str, busy_here: Shop) -> None:
    with looking(browser, site, person(busy_here, Role.VIEWER)) as page:
        page.goto(f"/shops/{busy_here.slug}/metrics/tickets_created/?{MARCH}")
        page.evaluate("window.same_page = true")
        first = page.locator("#rows tbody th").first.inner_text()
        page.get_by_role("link", name="Next").click()
        expect(page.locator("#rows tbody th").first).not_to_have_text(first)
        page.locator("#rows thead").get_by_role("link", name="Resolution").click()
        expect(page.locator("#rows th[aria-sort]")).to_have_attribute("aria-sort", "descending")
        assert page.evaluate("window.same_page") is True
        assert "sort=-resolution_seconds" in page.url


def test_all_of_it_works_without_scripts(browser: Browser, site: str, busy_here: Shop) -> None:
    with looking(browser, site, person(busy_here, Role.VIEWER), scripts=False) as page:
        page.goto(f"/shops/{busy_here.slug}/metrics/resolution_time/?first=2025-01-01&last=2025-03-31")
        page.locator("#rows").get_by_role("link", name="Next").click()
        assert "page=2" in page.url
        expect(page.locator("#rows .paging")).to_contain_text("26 to 50")
        page.get_by_role("link", name="Median").click()
        assert "stat=median" in page.url
        assert page.locator("figure img").count() == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", pages().values(), ids=pages())
def test_axe_finds_nothing_serious(browser: Browser, site: str, busy_here: Shop, path: str, theme: Theme) -> None:
    with looking(browser, site, person(busy_here, Role.OWNER), theme=theme) as page:
        page.goto(f"/shops/{busy_here.slug}/{path}?{MARCH}&channel=email&channel=chat")
        scrolled_through(page)
        for drop in page.locator("details").all():
            drop.evaluate("(details) => { details.open = true }")
        found = Axe().run(page).response["violations"]
        assert [
            (each["id"], [node["html"] for node in each["nodes"]]) for each in found if each["impact"] in SERIOUS
        ] == []


@pytest.mark.parametrize("path", pages().values(), ids=pages())
def test_no_page_is_wider_than_a_phone(browser: Browser, site: str, busy_here: Shop, path: str) -> None:
    with looking(browser, site, person(busy_here, Role.OWNER), size="phone", language="fr") as page:
        page.goto(f"/shops/{busy_here.slug}/{path}?{MARCH}")
        scrolled_through(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        if page.locator(".bar-more").count() == 0:
            return
        page.locator(".bar-more > summary").click()
        page.locator("[data-filters]").click()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
