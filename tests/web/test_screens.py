"""Pictures of every page for people to look at: `make screens` writes them to .screens."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from web.busy import MARCH
from web.looking import SIZES, Theme, looking, pages, scrolled_through
from web.people import person

from counterbell.accounts.models import Role, Shop

FOLDER = os.environ.get("COUNTERBELL_SCREENS", "")


@pytest.mark.skipif(not FOLDER, reason="`make screens` takes the pictures")
@pytest.mark.parametrize("language", ["en", "fr", "id"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_take_a_picture_of_every_page(
    browser: Browser, site: str, busy_here: Shop, size: str, theme: Theme, language: str
) -> None:
    folder = Path(FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    olga = person(busy_here, Role.OWNER, name="olga")
    with looking(browser, site, olga, size=size, theme=theme, language=language) as page:
        for name, path in pages().items():
            page.goto(f"/shops/{busy_here.slug}/{path}?{MARCH}")
            scrolled_through(page)
            page.screenshot(path=folder / f"{name}-{size}-{theme}-{language}.png", full_page=True)
