"""Charts on a page: drawn under a strict policy, from nowhere else, for pointer and keyboard, and without script."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from charts.browser import Site, page, served
from charts.gallery import KINDS
from playwright.sync_api import Browser, Page, expect

from counterbell.charts import render
from counterbell.charts.figure import by_address, within

SEEN = os.environ.get("COUNTERBELL_SCREENS")
"""A directory for pictures of what the browser saw."""


@pytest.fixture
def site() -> Iterator[Site]:
    charts = {kind: make() for kind, make in KINDS.items()}
    figures = [
        by_address(chart, f"/charts/{kind}.json", f"/charts/{kind}.svg") if kind == "trend" else within(chart, kind)
        for kind, chart in charts.items()
    ]
    trend = charts["trend"]
    pages = {
        "/": ("text/html", page(figures)),
        "/charts/trend.json": ("application/json", render.spec_json(trend)),
        "/charts/trend.svg": ("image/svg+xml", render.svg(trend, "light", titled=False)),
        "/drawn/": ("text/html", page([within(trend, "trend", drawn=True)])),
    }
    with served(pages) as there:
        yield there


def _opened(browser: Browser, site: Site, path: str = "/", **more: object) -> tuple[Page, list[str]]:
    """The page, and all that it complains about."""
    complaints: list[str] = []
    opened = browser.new_page(**more)  # type: ignore[arg-type]
    opened.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request",
        lambda asked: None if asked.url.startswith(site.address) else complaints.append(f"elsewhere: {asked.url}"),
    )
    opened.goto(site.address + path)
    return opened, complaints


def _all_drawn(opened: Page) -> None:
    for figure in opened.locator("figure[data-chart]").all():
        figure.scroll_into_view_if_needed()
        expect(figure.locator(".chart-canvas svg")).to_be_visible()


@pytest.mark.parametrize("width", [1200, 360])
def test_every_kind_is_drawn_without_a_complaint_and_without_asking_elsewhere(
    browser: Browser, site: Site, width: int
) -> None:
    opened, complaints = _opened(browser, site, viewport={"width": width, "height": 900})
    _all_drawn(opened)
    assert complaints == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    if SEEN:
        for theme in ("light", "dark"):
            opened.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
            opened.screenshot(path=Path(SEEN) / f"charts-{theme}-{width}.png", full_page=True)
    opened.close()


def test_the_colours_follow_the_theme_of_the_page(browser: Browser, site: Site) -> None:
    opened, _complaints = _opened(browser, site)
    line = opened.locator("figure").first.locator(".chart-canvas .mark-line path").last
    expect(line).to_have_css("stroke", "rgb(0, 114, 178)")
    opened.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(line).to_have_css("stroke", "rgb(86, 180, 233)")
    opened.close()


def test_the_pointer_finds_a_bucket_and_a_click_opens_its_tickets(browser: Browser, site: Site) -> None:
    opened, _complaints = _opened(browser, site)
    figure = opened.locator("figure").first
    column = figure.locator(".hit_marks path").nth(7)
    column.hover()
    expect(figure.locator(".chart-tip")).to_contain_text("1 h 27")
    site.pages["/ann/tickets/"] = ("text/html", "<!doctype html><title>The tickets</title>")
    column.click()
    opened.wait_for_url("**/ann/tickets/?day=7")
    opened.close()


def test_the_keyboard_walks_from_bucket_to_bucket_and_opens_its_tickets(browser: Browser, site: Site) -> None:
    opened, _complaints = _opened(browser, site)
    figure = opened.locator("figure").first
    expect(figure.locator(".chart-canvas svg")).to_be_visible()
    opened.keyboard.press("Tab")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        opened.keyboard.press(key)
    expect(figure.get_by_role("status")).to_contain_text("Sun, Aug 2")
    expect(figure.get_by_role("status")).to_contain_text("1 h 42")
    site.pages["/ann/tickets/"] = ("text/html", "<!doctype html><title>The tickets</title>")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/ann/tickets/?day=1")
    opened.close()


def test_a_chart_grows_and_shrinks_with_the_window(browser: Browser, site: Site) -> None:
    opened, _complaints = _opened(browser, site, viewport={"width": 1000, "height": 800})
    drawing = opened.locator("figure").first.locator(".chart-canvas svg")
    expect(drawing).to_be_visible()
    wide = drawing.bounding_box()
    opened.set_viewport_size({"width": 400, "height": 800})
    opened.wait_for_function("document.querySelector('.chart-canvas svg').getBoundingClientRect().width <= 400")
    assert wide is not None
    assert wide["width"] > 900
    opened.close()


def test_without_script_there_are_the_picture_and_the_table(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(site.address)
    figure = opened.locator("figure").first
    expect(figure.locator("img")).to_be_visible()
    figure.locator("summary").click()
    expect(figure.get_by_role("row", name="Sun, Aug 2 1 h")).to_contain_text("1 h 42")
    opened.goto(f"{site.address}/drawn/")
    expect(opened.locator("figure .chart-picture svg")).to_be_visible()
    context.close()
