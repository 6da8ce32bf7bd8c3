"""Alerts: raised once, ended when it is over, told again when it comes back, acknowledged by a person."""

from datetime import timedelta

import pytest
from goals.cast import annas_shop, at, brief, daily, more, open_ticket, settled
from record.cast import message, rating, status, survey

from counterbell.accounts.models import Shop, User
from counterbell.errors import Problem
from counterbell.goals.alerts import acknowledge, alerts, evaluate
from counterbell.goals.models import Delivery, RuleKind
from counterbell.goals.rules import Wish, offer_rules, rules, set_rule, turn_off
from counterbell.goals.scopes import parse
from counterbell.goals.sentences import sentence
from counterbell.goals.targets import Goal, set_target

EIGHT_HOURS = Wish(RuleKind.THRESHOLD, "resolution_time", limit=8 * 3600, days=7)
A_DAY = Wish(RuleKind.WAITING, limit=86_400)


def said(shop: Shop, when: str) -> list[str]:
    """What evaluating at that time raises."""
    return [sentence(alert) for alert in evaluate(shop, at=at(when))]


def test_resolution_above_eight_hours_is_told_with_what_to_do(installation: str) -> None:
    shop = annas_shop(list(daily("03-03", 5, 2, hours=9)))
    set_rule(shop, EIGHT_HOURS, at=at("03-01"))
    assert said(shop, "03-08 12:00") == [
        "Average resolution time: 9 h over the last 7 days, above the limit of 8 h. "
        "Look at the prepared answers and at how customers find answers."
    ]


def test_the_same_alert_is_never_raised_twice_and_again_when_it_comes_back(installation: str) -> None:
    shop = annas_shop(list(daily("03-03", 5, 2, hours=9)))
    set_rule(shop, EIGHT_HOURS, at=at("03-01"))
    assert len(said(shop, "03-08 12:00")) == 1
    assert said(shop, "03-08 13:00") == said(shop, "03-09 12:00") == []
    more(shop, list(daily("03-10", 5, 2, hours=1)))
    assert said(shop, "03-17 12:00") == []
    [alert] = alerts(shop)
    assert alert.ended_at == at("03-17 12:00")
    more(shop, list(daily("03-20", 5, 2, hours=10)))
    assert len(said(shop, "03-26 12:00")) == 1
    assert len(alerts(shop)) == 2
    assert len(alerts(shop, only_open=True)) == 1


def test_a_value_that_hovers_around_its_limit_does_not_flutter(sqlite: object) -> None:
    shop = annas_shop(list(daily("03-03", 5, 2, hours=8.1)))
    set_rule(shop, EIGHT_HOURS, at=at("03-01"))
    assert len(said(shop, "03-08 12:00")) == 1
    more(shop, list(daily("03-10", 5, 4, hours=7.9)))
    assert said(shop, "03-17 12:00") == []
    assert alerts(shop, only_open=True)


def test_an_average_over_few_tickets_raises_nothing(sqlite: object) -> None:
    shop = annas_shop(settled("t1", "03-03 09:00", hours=40))
    set_rule(shop, EIGHT_HOURS, at=at("03-01"))
    assert said(shop, "03-08 12:00") == []


def test_a_rule_of_a_team_looks_at_that_team(sqlite: object) -> None:
    slow = list(daily("03-03", 5, 2, hours=9, by="ben"))
    shop = annas_shop(slow)
    for team in ("care", "returns"):
        wish = Wish(RuleKind.THRESHOLD, "resolution_time", parse(f"team={team}"), 8 * 3600, 7)
        set_rule(shop, wish, at=at("03-01"))
    [told] = said(shop, "03-08 12:00")
    assert told.startswith("Average resolution time (team returns): 9 h")


def test_a_ticket_that_waits_too_long_is_told(installation: str) -> None:
    shop = annas_shop(open_ticket("t1", "03-03 09:00"), open_ticket("t2", "03-04 11:00"))
    more(shop, open_ticket("a", "03-01 09:00"), [message("answer", "a", "03-01 10:00", "agent", agent="ann")])
    set_rule(shop, A_DAY, at=at("03-01"))
    assert said(shop, "03-04 08:00") == []
    assert said(shop, "03-04 12:00") == [
        "1 ticket has waited for an answer for more than 1 d; the longest, t1, for 1 d 3 h."
    ]
    assert said(shop, "03-06 12:00") == []
    more(shop, [status(name, "03-06 13:00", by="agent", agent="ann") for name in ("t1", "t2")])
    assert said(shop, "03-06 14:00") == []
    more(shop, open_ticket("t3", "03-06 15:00"))
    assert said(shop, "03-08 15:00") == [
        "1 ticket has waited for an answer for more than 1 d; the longest, t3, for 2 d."
    ]


def test_a_goal_that_is_behind_is_told_once_a_month(installation: str) -> None:
    shop = annas_shop(list(daily("03-03", 10, 2, score=4)))
    set_target(shop, Goal("csat"), value=4.5, at=at("03-01"))
    set_rule(shop, Wish(RuleKind.GOAL), at=at("03-01"))
    [told] = said(shop, "03-15 12:00")
    assert told.startswith("Customer satisfaction (CSAT): 4.00, behind the goal of 4.50 for Mar 1")
    assert told.endswith("2025 (expected by now: 4.50).")
    assert said(shop, "03-15 13:00") == []
    set_target(shop, Goal("csat"), value=3.9, at=at("03-16"))
    assert said(shop, "03-16 12:00") == []
    assert alerts(shop, only_open=True) == []
    set_target(shop, Goal("csat"), value=4.5, at=at("03-17"))
    assert said(shop, "03-17 12:00") == []
    assert len(alerts(shop, only_open=True)) == 1
    more(shop, list(daily("04-03", 10, 2, score=4)))
    assert len(said(shop, "04-15 12:00")) == 1


def test_a_sudden_fall_of_csat_is_told_with_its_levels(installation: str) -> None:
    scores = [5, 5, 4, 5, 3, 5, 4, 5]
    lines = []
    for day in range(66):
        when = at("01-06") + timedelta(days=day)
        name = f"t{day}"
        lines += settled(name, brief(when + timedelta(hours=9)))
        for number, usual in enumerate(scores):
            score = usual if day < 63 else 1 + number % 3
            lines += [
                survey(f"{name}-{number}", name, brief(when + timedelta(hours=10))),
                rating(f"{name}-{number}", brief(when + timedelta(hours=11, minutes=number)), score),
            ]
    shop = annas_shop(lines)
    set_rule(shop, Wish(RuleKind.JUMP, "csat"), at=at("01-01"))
    assert said(shop, "03-09 23:00") == []
    assert said(shop, "03-12 23:00") == [
        "Customer satisfaction (CSAT): down since Mar 10, 2025, at 1.88 (usually 4.50)."
    ]
    assert said(shop, "03-13 08:00") == []
    [alert] = alerts(shop)
    assert alert.values["better"] is False


def test_a_person_acknowledges_an_alert_and_the_first_one_stays(installation: str) -> None:
    shop = annas_shop(open_ticket("t1", "03-03 09:00"))
    set_rule(shop, A_DAY, at=at("03-01"))
    [alert] = evaluate(shop, at=at("03-05"))
    cleo, olga = (User.objects.create_user(f"{name}-{shop.slug}@example.com") for name in ("cleo", "olga"))
    acknowledge(shop, alert.pk, by=cleo, at=at("03-05 10:00"))
    seen = acknowledge(shop, alert.pk, by=olga, at=at("03-05 11:00"))
    assert (seen.acknowledged_by, seen.acknowledged_at) == (cleo, at("03-05 10:00"))


def test_dan_cannot_acknowledge_an_alert_of_annas_shop(installation: str, dans_shop: Shop) -> None:
    shop = annas_shop(open_ticket("t1", "03-03 09:00"))
    set_rule(shop, A_DAY, at=at("03-01"))
    [alert] = evaluate(shop, at=at("03-05"))
    assert alerts(dans_shop) == []
    with pytest.raises(Problem, match="no alert"):
        acknowledge(dans_shop, alert.pk, at=at("03-05"))
    with pytest.raises(Problem, match="no rule"):
        turn_off(dans_shop, alert.rule_id, at=at("03-05"))


def test_a_rule_that_is_turned_off_tells_nothing_and_what_was_open_is_over(sqlite: object) -> None:
    shop = annas_shop(open_ticket("t1", "03-03 09:00"))
    rule = set_rule(shop, A_DAY, at=at("03-01"))
    evaluate(shop, at=at("03-05"))
    turn_off(shop, rule.pk, at=at("03-05 10:00"))
    assert alerts(shop, only_open=True) == []
    assert said(shop, "03-06") == []
    assert set_rule(shop, A_DAY, at=at("03-06")).pk == rule.pk
    assert len(said(shop, "03-06")) == 1


def test_the_alarm_of_eight_hours_is_proposed_to_a_new_shop(sqlite: object) -> None:
    shop = annas_shop()
    assert offer_rules(shop)[0] == Wish(RuleKind.THRESHOLD, "resolution_time", limit=28_800.0, days=28)
    for wish in offer_rules(shop):
        set_rule(shop, wish, at=at("03-01"))
    assert offer_rules(shop) == []
    assert len(rules(shop)) == 5


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (Wish("storm"), "There is no rule of the kind 'storm'. There are: threshold, goal, jump, waiting."),
        (Wish("threshold", "csat", days=7), "Say above or below which value"),
        (Wish("threshold", "csat", limit=7, days=7), "scores lie between 1 and 5"),
        (Wish("threshold", "csat", limit=4, days=0), "the last 1 to 366 days"),
        (Wish("threshold", "tickets_created", limit=4, days=1), "be told of its jumps instead"),
        (Wish("jump", "net_flow"), "Jumps of net_flow cannot be told"),
        (Wish("waiting"), "Say how long a ticket may wait, such as 24h."),
        (Wish("jump", "csat", parse("team=x")), "There is no team 'x' in this shop."),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_a_sentence(sqlite: object, wish: Wish, sentence: str) -> None:
    shop = annas_shop()
    with pytest.raises(Problem) as refused:
        set_rule(shop, wish, at=at("03-01"))
    assert sentence in str(refused.value)


def test_an_alert_without_listeners_is_there_to_be_seen(sqlite: object) -> None:
    shop = annas_shop(open_ticket("t1", "03-03 09:00"))
    set_rule(shop, A_DAY, at=at("03-01"))
    [alert] = evaluate(shop, at=at("03-05"))
    assert Delivery.objects.filter(alert=alert).count() == 0
