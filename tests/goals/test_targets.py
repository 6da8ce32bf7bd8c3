"""Setting goals: what is refused and why, and that history is kept."""

from datetime import date

import pytest
from goals.cast import annas_shop, at, settled

from counterbell.accounts.models import Shop, User
from counterbell.errors import Problem
from counterbell.goals.scopes import Scope, parse
from counterbell.goals.targets import Goal, give_up, goals, history, set_target, target_for

NOW = at("03-12 09:00")


@pytest.fixture
def shop(installation: str) -> Shop:
    return annas_shop(settled("t1", "03-03 09:00"))


def test_a_goal_holds_from_the_running_month_on(shop: Shop) -> None:
    set_target(shop, Goal("csat"), value=4.5, at=NOW)
    [target] = goals(shop, at=NOW)
    assert (target.value, target.valid_from) == (4.5, date(2025, 3, 1))
    assert target_for(shop, Goal("csat"), date(2025, 3, 1)) is None


def test_a_change_is_a_new_row_and_past_months_keep_their_goal(shop: Shop) -> None:
    cleo = User.objects.create_user(f"cleo-{shop.slug}@example.com")
    set_target(shop, Goal("csat"), value=4.5, at=NOW)
    set_target(shop, Goal("csat"), value=4.6, by=cleo, at=at("04-02 09:00"))
    assert [(row.value, row.set_by, row.set_at) for row in history(shop, Goal("csat"))] == [
        (4.5, None, NOW),
        (4.6, cleo, at("04-02 09:00")),
    ]
    march, april = (target_for(shop, Goal("csat"), end) for end in (date(2025, 4, 1), date(2025, 5, 1)))
    assert march is not None
    assert april is not None
    assert (march.value, april.value) == (4.5, 4.6)


def test_saying_it_again_changes_nothing(shop: Shop) -> None:
    first = set_target(shop, Goal("csat"), value=4.5, at=NOW)
    assert set_target(shop, Goal("csat"), value=4.5, at=at("03-13")) == first
    assert len(history(shop, Goal("csat"))) == 1


def test_a_goal_that_is_given_up_keeps_its_history(shop: Shop) -> None:
    set_target(shop, Goal("csat"), value=4.5, at=NOW)
    give_up(shop, Goal("csat"), at=at("04-02"))
    assert goals(shop, at=at("04-02")) == []
    assert [row.value for row in history(shop, Goal("csat"))] == [4.5, None]
    march = target_for(shop, Goal("csat"), date(2025, 4, 1))
    assert march is not None
    assert march.value == 4.5
    with pytest.raises(Problem, match="There is no such goal"):
        give_up(shop, Goal("csat"), at=at("04-03"))


def test_goals_of_a_team_an_agent_and_a_channel_stand_side_by_side(shop: Shop) -> None:
    for scope in (None, "team=care", "agent=ann", "channel=email"):
        set_target(shop, Goal("csat", parse(scope)), value=4.5, at=NOW)
    assert [target.scope for target in goals(shop, at=NOW)] == ["agent", "channel", "shop", "team"]


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("unresolved_tickets", -1, "Unresolved tickets: -1 cannot be a goal. Give 0 or more."),
        ("one_reply_rate", 1.2, "120.0% cannot be, a rate lies between 0 % and 100 %."),
        ("csat", 7, "7 cannot be reached, scores lie between 1 and 5. Give a value such as 4.5."),
        ("csat", float("nan"), "Give a number."),
        ("resolution_time", 0, "0 cannot be a goal. Give a time such as 8h."),
        ("resolution_time", -5, "-5 cannot be a goal"),
        ("tickets_closed", 10.5, "10.5 is no whole number of tickets"),
        ("tickets_created", 10, "has no better and no worse, so there is no goal for it"),
        ("net_flow", 10, "Choose another metric"),
        ("scat", 4.5, "There is no metric 'scat'. Did you mean 'csat'?"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_goal_is_refused_with_a_sentence(shop: Shop, key: str, value: float, sentence: str) -> None:
    with pytest.raises(Problem) as refused:
        set_target(shop, Goal(key), value=value, at=NOW)
    assert sentence in str(refused.value)
    assert goals(shop, at=NOW) == []


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        ("team=cares", "There is no team 'cares' in this shop. Did you mean 'care'? There are: care, returns."),
        ("agent=dan", "There is no agent 'dan' in this shop."),
        ("channel=fax", "There is no channel 'fax' in this shop. There are: email."),
    ],
)
def test_a_team_that_does_not_exist_is_refused(shop: Shop, scope: str, sentence: str) -> None:
    with pytest.raises(Problem) as refused:
        set_target(shop, Goal("csat", parse(scope)), value=4.5, at=NOW)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("scope", ["team", "team=", "shop=x", "planet=earth"])
def test_what_is_no_scope_is_refused(scope: str) -> None:
    with pytest.raises(Problem, match="is no scope"):
        parse(scope)


def test_other_bad_wishes_are_refused(shop: Shop) -> None:
    with pytest.raises(Problem, match="either a value, or by how much"):
        set_target(shop, Goal("csat"), at=NOW)
    with pytest.raises(Problem, match="no such step"):
        set_target(shop, Goal("one_reply_rate"), step=-0.1, at=NOW)
    with pytest.raises(Problem, match="Choose week, month or quarter"):
        set_target(shop, Goal("csat", period="day"), value=4.5, at=NOW)
    with pytest.raises(Problem, match="What is over keeps its goal"):
        set_target(shop, Goal("csat"), value=4.5, at=NOW, valid_from=date(2025, 2, 1))


def test_dan_sees_nothing_of_annas_goals(shop: Shop, dans_shop: Shop) -> None:
    set_target(shop, Goal("csat"), value=4.5, at=NOW)
    assert goals(dans_shop, at=NOW) == []
    with pytest.raises(Problem, match="no team 'care'"):
        set_target(dans_shop, Goal("csat", Scope("team", "care")), value=4.5, at=NOW)
