"""Cleo sees to alerts, and says of what, to whom and when they are told; Ann and Vic look; Dan sees nothing."""

import html
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from goals.cast import annas_shop, open_ticket
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.goals.alerts import evaluate
from counterbell.goals.listeners import mail_to
from counterbell.goals.models import Alert, Delivery, Listener, QuietHours, Rule, RuleKind
from counterbell.goals.rules import Wish, set_rule
from counterbell.goals.scopes import Scope


@pytest.fixture
def shop(sqlite: object) -> Shop:
    """A ticket waits there for its answer."""
    return annas_shop(open_ticket("t1", "03-01 09:00"))


@pytest.fixture
def alert(shop: Shop) -> Alert:
    set_rule(shop, Wish(RuleKind.WAITING, limit=86_400), at=now())
    (raised,) = evaluate(shop, at=now())
    return raised


@pytest.fixture
def cleo_there(shop: Shop) -> Client:
    return signed_in(person(shop, Role.LEAD, name="cleo"))


def place(shop: Shop, rest: str = "") -> str:
    return f"/shops/{shop.slug}/alerts/{rest}"


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_an_open_alert_has_its_sentence_its_figures_and_where_to_look(
    cleo_there: Client, shop: Shop, alert: Alert
) -> None:
    page = text_of(cleo_there.get(place(shop)))
    assert "1 ticket has waited for an answer for more than 1 d; the longest, t1, for " in page
    assert "<dt>Limit</dt><dd>1 d</dd>" in page
    assert f'href="/shops/{shop.slug}/metrics/unresolved_tickets/?sort=waiting_since&waiting=86400#rows"' in page
    assert 'Alerts <span class="tag bad">1</span>' in page


def test_nothing_watched_is_not_told_as_nothing_wrong(cleo_there: Client, shop: Shop) -> None:
    page = text_of(cleo_there.get(place(shop)))
    assert "but nothing is watched either" in page
    assert "notice success" not in page


def test_what_was_never_looked_at_is_not_told_as_nothing_wrong(cleo_there: Client, shop: Shop) -> None:
    set_rule(shop, Wish(RuleKind.WAITING, limit=86_400), at=now())
    page = text_of(cleo_there.get(place(shop)))
    assert "is about to be looked at" in page
    assert "notice success" not in page


def test_who_acknowledges_first_is_named_and_the_menu_counts_it_no_more(
    cleo_there: Client, shop: Shop, alert: Alert
) -> None:
    olga = signed_in(person(shop, Role.OWNER, name="olga"))
    for client in (cleo_there, olga):
        client.post(place(shop, f"{alert.pk}/acknowledge/"))
    page = text_of(olga.get(place(shop)))
    assert "Acknowledged by cleo, " in page
    assert 'Alerts <span class="tag bad">' not in page


def test_what_is_over_is_kept_below(cleo_there: Client, shop: Shop, alert: Alert) -> None:
    cleo_there.post(place(shop, f"rules/{alert.rule_id}/off/"))
    page = text_of(cleo_there.get(place(shop)))
    assert "Nothing is open" in page
    assert "Over since" in page


def test_cleo_takes_the_proposed_rules_but_those_she_leaves(cleo_there: Client, shop: Shop) -> None:
    assert "Nothing is watched yet." in text_of(cleo_there.get(place(shop)))
    cleo_there.post(place(shop, "rules/accept/"), {"rule": ["0", "4"]})
    assert list(Rule.objects.filter(shop=shop).values_list("kind", flat=True)) == ["threshold", "waiting"]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"kind": "threshold", "metric": "csat", "limit": "4.2", "days": "7"}, ("csat", 4.2, 7)),
        ({"kind": "goal", "metric": ""}, ("", None, None)),
        ({"kind": "jump", "metric": "tickets_created", "limit": "8h"}, ("tickets_created", None, None)),
        ({"kind": "waiting", "limit": "24h", "metric": "csat"}, ("", 86_400.0, None)),
    ],
)
def test_each_kind_of_rule_can_be_set_and_turned_off(
    cleo_there: Client, shop: Shop, told: dict[str, str], kept: tuple[Any, ...]
) -> None:
    assert cleo_there.post(place(shop, "rules/add/"), {"scope": "shop", **told}).status_code == 302
    rule = Rule.objects.get(shop=shop)
    assert (rule.metric, rule.limit, rule.days) == kept
    cleo_there.post(place(shop, f"rules/{rule.pk}/off/"))
    rule.refresh_from_db()
    assert not rule.on


@pytest.mark.parametrize(
    ("rest", "told", "sentence"),
    [
        ("rules/add/", {"kind": "threshold", "metric": "csat", "limit": "9", "days": "7"}, "lie between 1 and 5"),
        ("rules/add/", {"kind": "threshold", "metric": "csat", "limit": "4", "days": "x"}, "'x' is no number of days."),
        ("rules/add/", {"kind": "threshold", "limit": "4", "days": "7"}, "Choose a metric."),
        ("rules/add/", {"kind": "waiting", "limit": "24"}, "Write it with its unit"),
        ("rules/add/", {"kind": "whenever"}, "There is no rule of the kind 'whenever'."),
        ("listeners/mail/", {"address": "cleo"}, "'cleo' is no mail address."),
        ("listeners/mail/", {"address": "cleo@example.com", "language": "de"}, "Mails are written in en, fr or id"),
        ("listeners/webhook/", {"url": "https://127.0.0.1/hook"}, "127.0.0.1"),
        ("listeners/webhook/", {"url": "http://example.com/hook"}, "https"),
        ("listeners/webhook/", {"url": ""}, "https"),
        ("quiet/", {"since": "25:00", "until": "08:00"}, "'25:00' is no time of day."),
        ("quiet/", {"since": "08:00", "until": "08:00"}, "are no hours."),
    ],
)
def test_what_cannot_be_is_said_at_its_form(
    cleo_there: Client, shop: Shop, rest: str, told: dict[str, str], sentence: str
) -> None:
    answer = cleo_there.post(place(shop, rest), {"scope": "shop", **told} if "kind" in told else told)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    kept = (Rule.objects.filter(shop=shop), Listener.objects.filter(shop=shop), QuietHours.objects.filter(shop=shop))
    assert not any(rows.exists() for rows in kept)


def test_a_webhooks_secret_is_shown_once(cleo_there: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERBELL_WEBHOOK_URL_FOR_TESTS", "http://127.0.0.1:9")
    answer = cleo_there.post(place(shop, "listeners/webhook/"), {"url": "http://127.0.0.1:9/hook"})
    assert "shown this once" in text_of(answer)
    page = text_of(cleo_there.get(place(shop, "rules/")))
    assert "http://127.0.0.1:9/hook" in page
    assert "shown this once" not in page


def test_what_failed_is_repeated_on_cleos_word(cleo_there: Client, shop: Shop, alert: Alert) -> None:
    listener = mail_to(shop, "cleo@example.com", at=now())
    delivery = Delivery.objects.create(
        alert=alert, listener=listener, state="failed", due_at=now(), error="nobody of that name"
    )
    page = text_of(cleo_there.get(place(shop, "rules/")))
    assert "nobody of that name" in page
    cleo_there.post(place(shop, f"deliveries/{delivery.pk}/repeat/"))
    delivery.refresh_from_db()
    assert delivery.state == "due"


def test_quiet_hours_are_kept_and_given_up(cleo_there: Client, shop: Shop) -> None:
    cleo_there.post(place(shop, "quiet/"), {"since": "22:00", "until": "07:30"})
    assert "Nothing is told from 22:00 to 07:30 (UTC)" in text_of(cleo_there.get(place(shop, "rules/")))
    cleo_there.post(place(shop, "quiet/"), {"since": "22:00", "until": "07:30", "none": "1"})
    assert "Alerts are told at all hours." in text_of(cleo_there.get(place(shop, "rules/")))


CHANGES = ["rules/add/", "rules/accept/", "listeners/mail/", "listeners/webhook/", "quiet/"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_ann_and_vic_look_and_change_nothing(shop: Shop, alert: Alert, role: Role) -> None:
    client = signed_in(person(shop, role, agent="ann"))
    assert client.get(place(shop)).status_code == 200
    assert client.get(place(shop, "rules/")).status_code == 403
    for rest in (*CHANGES, f"{alert.pk}/acknowledge/", f"rules/{alert.rule_id}/off/"):
        assert client.post(place(shop, rest), {"none": "1"}).status_code == 403


def test_ann_sees_no_alert_about_ben(shop: Shop) -> None:
    rule = set_rule(shop, Wish(RuleKind.WAITING, scope=Scope("agent", "ben"), limit=60.0), at=now())
    values = {"metric": "", "scope": "agent", "scope_value": "ben", "ticket": "t9", "seconds": 90.0, "limit": 60.0}
    Alert.objects.create(
        shop=shop, rule=rule, occurrence="1", kind="waiting", values={**values, "tickets": 1}, opened_at=now()
    )
    ann = signed_in(person(shop, Role.AGENT, agent="ann"))
    for address in (place(shop), f"/shops/{shop.slug}/overview/"):
        page = text_of(ann.get(address))
        assert "ben" not in page
        assert 'Alerts <span class="tag bad">' not in page
        assert "nobody has seen to" not in page


def test_the_overview_shows_what_nobody_has_seen_to(cleo_there: Client, shop: Shop, alert: Alert) -> None:
    overview = f"/shops/{shop.slug}/overview/"
    shown = text_of(cleo_there.get(overview))
    assert "1 alert nobody has seen to" in shown
    assert "1 ticket has waited for an answer for more than 1 d" in shown
    cleo_there.post(place(shop, f"{alert.pk}/acknowledge/"))
    assert "nobody has seen to" not in text_of(cleo_there.get(overview))


def test_dan_finds_nothing_of_anns_shop(shop: Shop, alert: Alert) -> None:
    his = annas_shop()
    dan = signed_in(person(his, Role.OWNER))
    delivery = Delivery.objects.create(
        alert=alert, listener=mail_to(shop, "cleo@example.com", at=now()), state="failed", due_at=now()
    )
    numbered = [
        f"{alert.pk}/acknowledge/",
        f"rules/{alert.rule_id}/off/",
        f"listeners/{delivery.listener_id}/off/",
        f"deliveries/{delivery.pk}/repeat/",
    ]
    assert dan.get(place(shop)).status_code == 404
    assert all(dan.post(place(shop, rest)).status_code == 404 for rest in (*CHANGES, *numbered))
    assert all(dan.post(place(his, rest)).status_code == 404 for rest in numbered)
    alert.refresh_from_db()
    delivery.refresh_from_db()
    assert (alert.acknowledged_at, delivery.state) == (None, "failed")
