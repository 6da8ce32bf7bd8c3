"""How far goals are: what is expected by now, and what is met, on track, behind or missed."""

from datetime import timedelta

import pytest
from goals.cast import annas_shop, at, brief, daily, open_ticket, settled
from record.cast import status

from counterbell.accounts.models import Shop
from counterbell.goals.offers import accept, offer_defaults
from counterbell.goals.pace import Pace, State, pace, paces, track
from counterbell.goals.scopes import parse
from counterbell.goals.targets import Goal, set_target


def the_pace(shop: Shop, when: str) -> Pace:
    [found] = paces(shop, at=at(when))
    return found


def test_an_average_is_on_track_or_behind_by_its_target_and_met_only_at_the_end(installation: str) -> None:
    shop = annas_shop(list(daily("03-03", 10, 2, score=4)))
    target = set_target(shop, Goal("csat"), value=4.0, at=at("03-01"))
    assert the_pace(shop, "03-20").state is State.ON_TRACK
    assert pace(shop, target, at=at("04-02"), day=at("03-20").date()).state is State.MET
    set_target(shop, Goal("csat"), value=4.5, at=at("03-20"))
    behind = the_pace(shop, "03-20")
    assert (behind.state, behind.value, behind.expected, behind.rows) == (State.BEHIND, 4.0, 4.5, 20)
    assert behind.interval == (4.0, 4.0)
    assert behind.sure
    assert not behind.thin


def test_a_figure_over_few_ratings_says_so(sqlite: object) -> None:
    shop = annas_shop(settled("t1", "03-03 09:00", score=1), settled("t2", "03-03 10:00", score=5))
    set_target(shop, Goal("csat"), value=4.5, at=at("03-01"))
    found = the_pace(shop, "03-20")
    assert (found.thin, found.sure, found.rows) == (True, False, 2)


def test_nothing_rated_is_not_known_rather_than_behind(sqlite: object) -> None:
    shop = annas_shop(open_ticket("t1", "03-03 09:00"))
    set_target(shop, Goal("csat"), value=4.5, at=at("03-01"))
    assert the_pace(shop, "03-20").state is State.UNKNOWN


def test_what_adds_up_is_expected_by_the_usual_weekdays(installation: str) -> None:
    """Ann closes ten tickets each Monday and none on other days; March 2025 has five Mondays."""
    mondays = [at("01-06") + timedelta(weeks=week) for week in range(10)]
    lines = [line for day in mondays for line in daily(brief(day), 1, 10)]
    shop = annas_shop(lines)
    set_target(shop, Goal("tickets_closed"), value=50, at=at("03-01"))
    found = the_pace(shop, "03-11")
    assert found.expected == pytest.approx(20)
    assert (found.value, found.state) == (20, State.ON_TRACK)
    late = the_pace(shop, "03-19")
    assert late.expected == pytest.approx(30)
    assert (late.value, late.state) == (20, State.BEHIND)


def test_a_new_shop_is_held_against_the_days_of_the_calendar(sqlite: object) -> None:
    shop = annas_shop(list(daily("03-03", 3, 4)))
    set_target(shop, Goal("tickets_closed"), value=31, at=at("03-01"))
    assert the_pace(shop, "03-11").expected == pytest.approx(10)


def test_a_count_that_is_reached_is_met_before_the_end(sqlite: object) -> None:
    shop = annas_shop(list(daily("03-03", 3, 4)))
    set_target(shop, Goal("tickets_closed"), value=12, at=at("03-01"))
    assert the_pace(shop, "03-11").state is State.MET


def test_a_level_is_expected_on_a_straight_way_from_where_it_began(installation: str) -> None:
    """Twenty were open when March began, ten are wanted at its end: half way through, fifteen are expected."""
    lines = [line for number in range(20) for line in open_ticket(f"t{number}", f"02-20 09:{number:02}")]
    closes = [status(f"t{number}", "03-10 09:00", by="agent", agent="ann") for number in range(6)]
    shop = annas_shop(lines, closes)
    set_target(shop, Goal("unresolved_tickets"), value=10, at=at("03-01"))
    half = the_pace(shop, "03-16 12:00")
    assert half.expected == pytest.approx(15)
    assert (half.value, half.state) == (14, State.ON_TRACK)
    assert the_pace(shop, "03-09").state is State.BEHIND
    [march] = track(shop, Goal("unresolved_tickets"), at=at("04-01"), count=2)[:1]
    assert march.state is State.MISSED


def test_a_goal_of_a_team_looks_at_that_team_only(installation: str) -> None:
    shop = annas_shop(list(daily("03-03", 5, 2, hours=1)), settled("slow", "03-04 02:00", hours=20, by="ben"))
    set_target(shop, Goal("resolution_time", parse("team=care")), value=3600, at=at("03-01"))
    assert the_pace(shop, "03-20").value == 3600


def test_one_reply_resolutions_are_to_rise_every_month(installation: str) -> None:
    """February: 6 of 10; so March is to reach 61 %, and has 5 of 10."""
    lines: list[dict[str, object]] = []
    for month, single in (("02", 6), ("03", 5)):
        for number in range(10):
            replies = 1 if number < single else 2
            lines += settled(f"{month}-{number}", f"{month}-10 09:{number:02}", replies=replies)
    shop = annas_shop(lines)
    set_target(shop, Goal("one_reply_rate"), step=0.01, at=at("03-01"))
    found = the_pace(shop, "03-20")
    assert found.target == pytest.approx(0.61)
    assert (found.value, found.state) == (0.5, State.BEHIND)


def test_a_shop_that_reads_medians_has_goals_by_the_median(sqlite: object) -> None:
    shop = annas_shop(list(daily("03-03", 2, 2, hours=1)), settled("slow", "03-04 02:00", hours=40))
    set_target(shop, Goal("resolution_time"), value=3600, at=at("03-01"))
    assert the_pace(shop, "03-20").state is State.BEHIND
    shop.headline_median = True
    shop.save()
    assert the_pace(shop, "03-20").state is State.ON_TRACK


def test_a_new_shop_is_offered_the_goals_of_the_article_and_sets_them_only_when_accepted(installation: str) -> None:
    shop = annas_shop([line for number in range(20) for line in open_ticket(f"t{number}", f"02-20 09:{number:02}")])
    offers = {offer.goal.metric: (offer.value, offer.step) for offer in offer_defaults(shop, at=at("03-05"))}
    assert offers == {
        "resolution_time": (3600, None),
        "unresolved_tickets": (18, None),
        "one_reply_rate": (None, 0.01),
    }
    assert paces(shop, at=at("03-05")) == []
    accept(shop, ["resolution_time"], at=at("03-05"))
    assert [offer.goal.metric for offer in offer_defaults(shop, at=at("03-05"))] == [
        "unresolved_tickets",
        "one_reply_rate",
    ]
    accept(shop, at=at("03-05"))
    assert offer_defaults(shop, at=at("03-05")) == []
    assert len(paces(shop, at=at("03-05"))) == 3


def test_without_a_month_to_start_from_no_number_is_made_up(sqlite: object) -> None:
    assert "unresolved_tickets" not in {offer.goal.metric for offer in offer_defaults(annas_shop(), at=at("03-05"))}
