"""Whoever looks after the shop, with a real browser: a file with a wrong column, opening hours, people in and out."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from channels.boxes import care_of
from facts.facts_of import shop_with
from playwright.sync_api import Browser, Page, expect
from record.cast import customer, message, status, ticket
from web.looking import Theme, looking
from web.people import PASSWORD, person

from counterbell.accounts.models import Role, Shop
from counterbell.mail.models import Outgoing
from counterbell.office import importing

SERIOUS = ("serious", "critical")
FOLDER = os.environ.get("COUNTERBELL_SCREENS", "")
PAGES = ("settings/", "settings/hours/", "settings/people/", "settings/tokens/", "settings/data/", "settings/audit/")
OF_MAIL = ("settings/mailboxes/", "settings/mailboxes/consent/", "mail/intake/")
TOO_WIDE = "[...document.querySelectorAll('.lines')].map((one) => one.parentElement).filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)"  # noqa: E501
HERS = ("/account/sessions/", "/account/2fa/", "/account/password/change/")
TABLE = """Ticket id;Created;Requested for;Status;Closed at;Customer email
1;2025-03-03 09:00;someday;solved;2025-03-03 10:00;kim@example.com
2;2025-03-03 11:00;soon;open;;ken@example.com
3;never;soon;open;;
"""


@pytest.fixture
def shop(sqlite: object) -> Shop:
    """Kim wrote on Monday evening and got an answer on Tuesday morning."""
    return shop_with(
        [
            {"type": "shop", "timezone": "UTC", "currency": "EUR"},
            customer("kim", email="kim@example.com", name="Kim"),
            ticket("t1", "03-03 18:00", store="paris"),
            message("m1", "t1", "03-03 18:00"),
            message("m2", "t1", "03-04 10:00", "agent", agent="ann"),
            status("t1", "03-04 10:00"),
        ]
    )


def dropped(page: Page, shop: Shop) -> None:
    page.goto(f"/shops/{shop.slug}/imports/")
    page.get_by_label("Drop a file here").set_input_files(
        {"name": "tickets.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))


def test_cleo_drops_a_table_with_a_wrong_column_mends_it_and_reads_what_was_refused(
    browser: Browser, site: str, shop: Shop
) -> None:
    with looking(browser, site, person(shop, Role.LEAD)) as page:
        dropped(page, shop)
        expect(page.get_by_text("Of the first 3 rows, 2 can be read")).to_be_visible()
        page.get_by_label("Created at").select_option("Requested for")
        page.get_by_role("button", name="Try on the first rows").click()
        expect(page.get_by_text("Of the first 3 rows, 0 can be read")).to_be_visible()
        page.get_by_label("Created at").select_option("Created")
        page.get_by_role("button", name="Start the import").click()
        expect(page.get_by_text("waits for its turn")).to_be_visible()
        importing.run_due(datetime.now(UTC))
        expect(page.get_by_text("done", exact=True)).to_be_visible()
        expect(page.get_by_role("heading", name="Refused lines")).to_be_visible()
        expect(page.get_by_text("3;never;soon;open;;")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download all").click()
        assert "never" in Path(download.value.path()).read_text()


def in_business_hours(page: Page, shop: Shop) -> str:
    page.goto(
        f"/shops/{shop.slug}/metrics/first_response_time/?first=2025-03-01&last=2025-03-31&clock=business&compare=none"
    )
    return page.locator(".headline-value").first.inner_text()


def test_olga_changes_the_opening_hours_and_the_figures_follow(browser: Browser, site: str, shop: Shop) -> None:
    with looking(browser, site, person(shop, Role.OWNER)) as page:
        page.goto(f"/shops/{shop.slug}/settings/hours/")
        for day in ("Mon", "Tue", "Wed"):
            page.get_by_label(day, exact=True).fill("9-17")
        page.get_by_role("button", name="Save").last.click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        assert "1 h" in in_business_hours(page, shop)
        page.goto(f"/shops/{shop.slug}/settings/hours/")
        page.get_by_label("Tue", exact=True).fill("7-12, 13-17")
        page.get_by_label("Tue", exact=True).press("Enter")
        expect(page.get_by_text("Saved.")).to_be_visible()
        assert "3 h" in in_business_hours(page, shop)


def test_kim_is_invited_accepts_by_the_mail_and_is_taken_out_again(browser: Browser, site: str, shop: Shop) -> None:
    address = f"kim-{uuid4().hex[:8]}@example.com"
    with looking(browser, site, person(shop, Role.OWNER, name="olga")) as page:
        page.goto(f"/shops/{shop.slug}/settings/people/")
        page.get_by_label("E-mail address").fill(address)
        page.get_by_label("Role", exact=True).select_option("lead")
        page.get_by_role("button", name="Invite").click()
        expect(page.get_by_text(f"The invitation of {address} is ready")).to_be_visible()
        link = re.search(r"/invitations/\S+", Outgoing.objects.get(shop=shop).text)
        assert link
        kim = browser.new_context(base_url=site, locale="en").new_page()
        kim.goto(link[0])
        kim.get_by_label("Your name").fill("Kim")
        kim.get_by_label("Choose a password").fill(PASSWORD)
        kim.get_by_role("button", name="Accept").click()
        kim.wait_for_url("**/overview/")
        page.reload()
        page.get_by_text("Take out: Kim").click()
        page.get_by_role("button", name="Take Kim out").click()
        expect(page.get_by_text("Kim no longer works here.")).to_be_visible()
        answer = kim.reload()
        assert answer is not None
        assert answer.status == 404
        kim.context.close()


def each_page(page: Page, shop: Shop) -> list[str]:
    """The addresses of all pages, with an import that waits for its columns, one that is done, and the account's."""
    dropped(page, shop)
    waiting = page.url
    dropped(page, shop)
    page.get_by_role("button", name="Start the import").click()
    page.wait_for_selector("#progress")
    importing.run_due(datetime.now(UTC))
    done = page.url
    own = f"settings/mailboxes/{care_of(shop).pk}/"
    return [*(f"/shops/{shop.slug}/{path}" for path in ("imports/", *PAGES, *OF_MAIL, own)), waiting, done, *HERS]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, site: str, shop: Shop, theme: Theme) -> None:
    with looking(browser, site, person(shop, Role.OWNER), theme=theme) as page:
        complaints = []
        for address in each_page(page, shop):
            page.goto(address)
            for found in Axe().run(page).response["violations"]:
                if found["impact"] in SERIOUS:
                    complaints.append((address, found["id"], [node["html"] for node in found["nodes"]]))
        assert complaints == []


def test_no_page_is_wider_than_a_phone(browser: Browser, site: str, shop: Shop) -> None:
    with looking(browser, site, person(shop, Role.OWNER), size="phone") as page:
        for address in each_page(page, shop):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") == 390, address
            assert page.evaluate(TOO_WIDE) == [], address


@pytest.mark.skipif(not FOLDER, reason="`make screens` takes the pictures")
@pytest.mark.parametrize(
    ("size", "theme", "language"), [("wide", "light", "en"), ("phone", "dark", "fr"), ("wide", "dark", "id")]
)
def test_take_a_picture_of_every_page(
    browser: Browser, site: str, shop: Shop, size: str, theme: Theme, language: str
) -> None:
    olga = person(shop, Role.OWNER, name="olga")
    person(shop, Role.AGENT, name="ann", agent="ann")
    with looking(browser, site, olga) as page:
        addresses = each_page(page, shop)
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    with looking(browser, site, olga, size=size, theme=theme, language=language) as page:
        for number, address in enumerate(addresses):
            page.goto(address)
            page.screenshot(path=Path(FOLDER) / f"office-{number:02}-{size}-{theme}-{language}.png", full_page=True)
