"""`counterbell goals` and `counterbell alerts`, as a person at a terminal uses them."""

from datetime import UTC, datetime, timedelta

import pytest
from cli.programs import Ended, call
from goals.cast import PEOPLE
from record.cast import customer
from record.records import SHOP, shop_with

from counterbell.accounts.models import Shop

Line = dict[str, object]


@pytest.fixture
def shop(sqlite: object) -> Shop:
    """Whose only ticket has waited for two days."""
    since = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    told = [
        {"type": "ticket", "id": "t1", "channel": "email", "created_at": since, "customer": "kim"},
        {"type": "message", "id": "m1", "ticket": "t1", "at": since, "by": "customer"},
    ]
    return shop_with([SHOP, *PEOPLE, customer("kim"), *told])


def counterbell(shop: Shop, *words: str) -> Ended:
    return call(*words, "--shop", shop.slug)


def said(shop: Shop, *words: str) -> str:
    ended = counterbell(shop, *words)
    assert ended.code == 0, ended.errors
    return ended.output.decode()


def test_a_goal_is_set_shown_and_given_up(shop: Shop) -> None:
    assert "No goal is set" in said(shop, "goals")
    set_to = "Customer satisfaction (CSAT) (team care): at least 4.50 each week."
    assert said(shop, "goals", "set", "csat", "4.5", "--of", "team=care", "--each", "week").strip() == set_to
    shown = said(shop, "goals")
    assert "Customer satisfaction (CSAT) (team care)" in shown
    assert "not known yet" in shown
    said(shop, "goals", "drop", "csat", "--of", "team=care", "--each", "week")
    assert "No goal is set" in said(shop, "goals")
    assert "given up" in said(shop, "goals", "history", "csat", "--of", "team=care", "--each", "week")


def test_the_proposed_goals_are_set_when_they_are_accepted(shop: Shop) -> None:
    assert "Average resolution time: at most 1 h each month" in said(shop, "goals")
    assert "1.0 points better than the month before" in said(shop, "goals", "accept")
    assert "Proposed" not in said(shop, "goals")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("csat", "7"), "scores lie between 1 and 5"),
        (("csat", "80%"), "'80%' is no value of Customer satisfaction (CSAT). Write it like 4.5."),
        (("one_reply_rate", "120%"), "a rate lies between 0 % and 100 %"),
        (("csat", "4.5", "--of", "team=nobody"), "There is no team 'nobody' in this shop."),
        (("csat",), "Say what is to be reached"),
        (("csat", "4.5", "--each", "year"), "Choose week, month or quarter."),
    ],
)
def test_a_goal_that_cannot_be_is_refused_with_a_sentence(shop: Shop, words: tuple[str, ...], sentence: str) -> None:
    ended = counterbell(shop, "goals", "set", *words)
    assert ended.code == 1
    assert sentence in ended.errors
    assert "Traceback" not in ended.errors


def test_an_alert_is_found_shown_once_and_acknowledged(shop: Shop) -> None:
    assert "A ticket waits for an answer for more than 1 d" in said(
        shop, "alerts", "watch", "waiting", "--limit", "24h"
    )
    found = said(shop, "alerts", "evaluate")
    assert "1 ticket has waited for an answer for more than 1 d; the longest, t1, for 2 d." in found
    assert said(shop, "alerts", "evaluate").strip() == "Nothing new."
    number = found.split()[0]
    assert "(acknowledged)" in said(shop, "alerts", "acknowledge", number)
    assert "t1" in said(shop, "alerts")


def test_rules_and_listeners_are_listed(shop: Shop) -> None:
    assert "Average resolution time above 8 h over the last 28 days" in said(shop, "alerts", "rules")
    said(shop, "alerts", "rules", "--accept")
    said(shop, "alerts", "mail", "cleo@example.com", "--language", "fr")
    said(shop, "alerts", "quiet", "21:00", "08:00")
    listed = said(shop, "alerts", "rules")
    assert "Told to cleo@example.com" in listed
    assert "Quiet from 21:00 to 08:00." in listed
    assert "Proposed" not in listed
    assert said(shop, "alerts", "quiet").strip() == "Told at all hours."


def test_a_webhook_to_a_private_address_is_refused(shop: Shop) -> None:
    ended = counterbell(shop, "alerts", "webhook", "https://192.168.0.1/hook")
    assert ended.code == 1
    assert "it leads to a private address" in ended.errors


def test_the_secret_of_a_webhook_is_shown_once(shop: Shop) -> None:
    assert "The secret that signs, shown this once: " in said(shop, "alerts", "webhook", "https://1.1.1.1/hook")
    assert "secret" not in said(shop, "alerts", "rules")
