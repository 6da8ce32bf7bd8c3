"""Ann works by keyboard; the report then shows what the test computes by hand. And whoever reads by ear can, too."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from cli.programs import call
from desk.desks import desk_shop, number
from playwright.sync_api import Browser, Page, expect
from record.cast import order
from record.records import put
from web.people import PASSWORD, person

from counterbell.accounts.models import Role, Shop, User
from counterbell.desk import macros
from counterbell.desk.actions.replying import send_due
from counterbell.desk.models import HeldReply
from counterbell.desk.pages.asked import now
from counterbell.mail.models import Outgoing
from counterbell.record.entries import Message as MessageEntry
from counterbell.record.entries import Ticket as TicketEntry
from counterbell.record.models import Message, StatusChange
from counterbell.record.write import write


@pytest.fixture
def shop(sqlite: object) -> Shop:
    shop = desk_shop()
    put(shop, [order("1001", "03-01 09:00")])
    return shop


@pytest.fixture
def ann(browser: Browser, site: str, shop: Shop) -> Iterator[Page]:
    user = person(shop, Role.AGENT, name="ann", agent="ann", password=PASSWORD)
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/shops/**")
    yield page
    context.close()


def told_by_the_report(shop: Shop, day: str) -> dict[str, Any]:
    """The ten of that day."""
    asked = ("--shop", shop.slug, "--from", day, "--to", f"{now() + timedelta(days=1):%Y-%m-%d}", "--grain", "day")
    figures: dict[str, Any] = call("report", *asked, "--format", "json").json["total"]["metrics"]
    return figures


def test_ann_answers_by_keyboard_with_a_macro_and_closes(ann: Page, shop: Shop) -> None:
    asked_at = now() - timedelta(minutes=42)
    write(shop, TicketEntry(id="t2", channel="email", created_at=asked_at, customer="kim", subject="My order"))
    write(shop, MessageEntry(id="m2", ticket="t2", at=asked_at, by="customer", text="Where is my order?"))
    macros.keep(
        shop,
        "On its way",
        {"fr": "Bonjour {{ customer.first_name }}, {{ order.number }} arrive."},
        tags="order",
        at=now(),
    )
    ann.goto(f"/shops/{shop.slug}/inbox/?q=")
    ann.keyboard.press("j")
    ann.keyboard.press("j")
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("heading", level=1)).to_have_text("My order")
    ann.keyboard.press("a")
    expect(ann.get_by_text("Assigned to Ann")).to_be_visible()
    ann.keyboard.press("Control+k")
    ann.keyboard.type("on its way")
    ann.keyboard.press("Enter")
    expect(ann.locator("#text")).to_have_value("Bonjour Kim, 1001 arrive.")
    ann.keyboard.press("Control+Shift+Enter")
    expect(ann.get_by_text("Going out")).to_be_visible()
    HeldReply.objects.filter(shop=shop).update(due_at=now())
    send_due(now())
    expect(ann.get_by_text("Ann closed the ticket")).to_be_visible(timeout=15_000)
    reply, closed = Message.objects.get(shop=shop, author=3), StatusChange.objects.get(ticket__shop=shop)
    assert Outgoing.objects.get(shop=shop).text == reply.text == "Bonjour Kim, 1001 arrive."
    figures = told_by_the_report(shop, f"{asked_at:%Y-%m-%d}")
    assert figures["tickets_created"] == 1
    assert figures["unresolved_tickets"] == 1, "the one of March still waits"
    assert figures["first_response_time"]["mean"] == (reply.happened_at - asked_at).total_seconds()
    assert figures["resolution_time"]["mean"] == (closed.happened_at - asked_at).total_seconds()
    assert figures["tickets_closed"]["by_agent"] == {"ann": 1}
    assert (figures["one_reply_rate"]["part"], figures["one_reply_rate"]["whole"]) == (1, 1)


def test_what_is_typed_is_kept_and_a_new_message_appears(ann: Page, shop: Shop) -> None:
    ann.set_viewport_size({"width": 1280, "height": 500})
    ann.goto(f"/shops/{shop.slug}/inbox/{number(shop)}/")
    ann.keyboard.press("r")
    with ann.expect_response(lambda answer: answer.url.endswith("/draft/")):
        ann.keyboard.type("Dear Kim")
    where = "document.getElementById('editor').getBoundingClientRect().top"
    editor = ann.evaluate(where)
    write(shop, MessageEntry(id="m2", ticket="t1", at=now(), by="customer", text="\n".join(["Found it!"] * 40)))
    expect(ann.locator("#told")).to_have_text("New message from Kim Novak", timeout=15_000)
    expect(ann.get_by_text("Found it!")).to_be_visible()
    assert abs(ann.evaluate(where) - editor) < 2, "the editor stays where it is"
    ann.keyboard.type(", hello")
    expect(ann.locator("#text")).to_have_value("Dear Kim, hello")


def test_what_is_typed_after_the_session_has_ended_is_there_again_after_signing_in(ann: Page, shop: Shop) -> None:
    ann.goto(f"/shops/{shop.slug}/inbox/{number(shop)}/")
    ann.context.clear_cookies()
    ann.keyboard.press("r")
    ann.keyboard.type("Dear Kim")
    expect(ann.get_by_text("You have been signed out")).to_be_visible(timeout=15_000)
    ann.click("#editor button[value=note]")
    expect(ann.locator("#text")).to_have_value("Dear Kim")
    ann.get_by_role("link", name="Reload the page").click()
    ann.fill("input[name=login]", User.objects.get(memberships__shop=shop).email)
    ann.fill("input[name=password]", PASSWORD)
    with ann.expect_response(lambda answer: answer.url.endswith("/draft/")):
        ann.press("input[name=password]", "Enter")
    expect(ann.locator("#text")).to_have_value("Dear Kim")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_can_be_used_by_everybody(ann: Page, shop: Shop, scheme: Any, width: int) -> None:
    macros.keep(shop, "Hello", {"en": "Hello"}, tags="hello", close=True, at=now())
    ann.set_viewport_size({"width": width, "height": 800})
    ann.emulate_media(color_scheme=scheme)
    for place in ("", f"{number(shop)}/", "macros/", "macros/new/"):
        ann.goto(f"/shops/{shop.slug}/inbox/{place}")
        ann.wait_for_load_state("networkidle")
        found = Axe().run(ann)
        assert found.violations_count == 0, found.generate_report()
        assert ann.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} is wider than the screen"
