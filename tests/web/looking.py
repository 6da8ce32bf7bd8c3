"""A person's browser on the running program: signed in, wide or narrow, light or dark, in a language."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page

from counterbell.accounts.models import User
from counterbell.parts import links

Theme = Literal["light", "dark"]

SIZES = {"wide": (1440, 900), "laptop": (1024, 768), "phone": (390, 844)}
OTHER_PAGES = {
    "metric-duration": "metrics/response_time/",
    "metric-rate": "metrics/one_reply_rate/",
    "agent": "agents/of/ann/",
    "alerts_rules": "alerts/rules/",
}


def pages() -> dict[str, str]:
    """A name and the path of every page of the menu, and of some that these lead to."""
    from django.urls import reverse

    menu = {link.page: reverse(link.page, args=["x"]).removeprefix("/shops/x/") for link in links()}
    return menu | OTHER_PAGES


@contextmanager
def looking(
    browser: Browser,
    site: str,
    user: User,
    *,
    size: str = "wide",
    theme: Theme = "light",
    language: str = "en",
    scripts: bool = True,
) -> Iterator[Page]:
    """The person's page, past the sign-in. At the end, nothing may have been complained about in its console."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": height},
        color_scheme=theme,
        locale=language,
        java_script_enabled=scripts,
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": site}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def scrolled_through(page: Page) -> None:
    """Go down the page until the charts that come into sight are drawn, and up again."""
    page.evaluate("document.querySelectorAll('figure[data-chart]').forEach((chart) => chart.scrollIntoView())")
    for chart in page.locator("figure[data-chart]").all():
        chart.scroll_into_view_if_needed()
        page.wait_for_function("(chart) => chart.matches('.is-drawn, .is-not-drawn')", arg=chart.element_handle())
    page.evaluate("window.scrollTo(0, 0)")
