"""Cleo sets a goal, sees it behind, gets the alert, and acknowledges it, in her browser."""

from django.utils.timezone import now
from goals.cast import annas_shop, open_ticket
from playwright.sync_api import Browser, expect
from web.looking import looking
from web.people import person

from counterbell.accounts.models import Role
from counterbell.goals.alerts import evaluate
from counterbell.goals.rules import Wish, set_rule


def test_cleo_sets_a_goal_sees_it_behind_gets_the_alert_and_acknowledges_it(browser: Browser, site: str) -> None:
    shop = annas_shop(*(open_ticket(name, "03-01 09:00") for name in ("t1", "t2", "t3")))
    set_rule(shop, Wish("goal"), at=now())
    with looking(browser, site, person(shop, Role.LEAD, name="cleo")) as page:
        page.goto(f"/shops/{shop.slug}/goals/")
        page.get_by_label("Metric").select_option("csat")
        expect(page.get_by_label("Value", exact=True)).to_have_attribute("placeholder", "4.5")
        page.get_by_label("Metric").select_option("unresolved_tickets")
        page.get_by_label("Value", exact=True).fill("1")
        page.get_by_role("button", name="Set the goal").click()
        goal = page.locator(".goal")
        expect(goal.locator("h2")).to_have_text("Unresolved tickets")
        expect(goal.locator(".goal-value")).to_have_text("3")
        expect(goal.locator(".tag")).to_have_text("behind")

        evaluate(shop, at=now())
        page.reload()
        page.get_by_role("link", name="Alerts 1").click()
        alert = page.locator(".alert")
        expect(alert).to_contain_text("Unresolved tickets: 3, behind the goal of 1")
        alert.get_by_role("button", name="Acknowledge").click()
        expect(page.locator(".alert.seen")).to_contain_text("Acknowledged by cleo")
        expect(page.get_by_role("link", name="Alerts", exact=True)).to_be_visible()


def test_a_rules_form_asks_only_for_what_its_kind_needs(browser: Browser, site: str) -> None:
    shop = annas_shop()
    with looking(browser, site, person(shop, Role.OWNER)) as page:
        page.goto(f"/shops/{shop.slug}/alerts/rules/")
        limit, days = page.get_by_label("Limit"), page.get_by_label("Over how many days")
        page.get_by_label("Tell me when").select_option("waiting")
        expect(limit).to_be_visible()
        expect(days).to_be_hidden()
        page.get_by_label("Tell me when").select_option("jump")
        expect(limit).to_be_hidden()
