"""What the charts and lists of a dashboard are told, by hand on small histories."""

from datetime import UTC, date, datetime, timedelta

import pytest
from facts.facts_of import shop_with
from metrics.reports import period_of, report
from record.cast import agent, assignment, message, rating, status, survey, tags, ticket
from record.records import SHOP, take_in

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.metrics import metric
from counterbell.metrics.agents import agents
from counterbell.metrics.attention import moved, waiting
from counterbell.metrics.backlog import backlog
from counterbell.metrics.choices import Choice, choices
from counterbell.metrics.flow import flow
from counterbell.metrics.heatmap import heatmap
from counterbell.metrics.narrowing import CannotNarrow, Narrowed
from counterbell.metrics.query import Condition
from counterbell.metrics.rows import Page, UnknownColumn, rows
from counterbell.metrics.satisfaction import ratings
from counterbell.metrics.spread import Bin, spread

MARCH = date(2025, 3, 1), date(2025, 4, 1)


def at(told: str) -> datetime:
    return datetime.fromisoformat(f"2025-{told}").replace(tzinfo=UTC)


@pytest.fixture
def shop(sqlite: object) -> Shop:
    """Monday 3 March: Ann closes t1 after an hour to the minute and t2 after two; t3 waits, t4 waits for longer."""
    return shop_with(
        [
            SHOP,
            agent("ann", team="care"),
            ticket("t1", "03-03 09:00", tags=["vip"], store="paris"),
            ticket("t2", "03-03 10:00", tags=["vip", "late"], store="paris"),
            ticket("t3", "03-04 11:00", channel="chat"),
            ticket("t4", "03-01 08:00", channel="chat"),
            message("m1", "t1", "03-03 09:00"),
            message("m2", "t1", "03-03 09:20", "agent", agent="ann"),
            message("m3", "t3", "03-04 11:00"),
            message("m4", "t3", "03-04 11:05"),
            message("m5", "t4", "03-01 08:00"),
            message("m6", "t4", "03-02 08:00", "agent", agent="ben"),
            message("m7", "t4", "03-03 08:00"),
            message("m8", "t4", "03-03 08:01", "automation"),
            status("t1", "03-03 10:00", agent="ann"),
            status("t2", "03-03 12:00", agent="ann"),
            message("m9", "t2", "03-03 13:00"),
            assignment("t4", "03-02 08:00", "ben"),
        ]
    )


# ---- spread


def test_what_takes_just_the_target_lies_within_it(shop: Shop) -> None:
    found = spread(shop, period_of(shop, *MARCH), "resolution_time", edges_seconds=(1800, 3600))
    assert found.bins == (Bin(None, 1800, 0), Bin(1800, 3600, 1), Bin(3600, None, 1))
    assert found.figures["n"] == 2
    assert found.figures["mean"] == found.figures["median"] == 5400
    assert found.figures["within_target"] == 0.5


def test_another_target_can_be_asked_for(shop: Shop) -> None:
    figures = spread(shop, period_of(shop, *MARCH), "response_time", target_seconds=1200).figures
    assert (figures["target"], figures["within_target"], figures["n"]) == (1200, 0.5, 2)


def test_a_count_has_no_spread(shop: Shop) -> None:
    with pytest.raises(Problem, match="'tickets_created' is no duration"):
        spread(shop, period_of(shop, *MARCH), "tickets_created")


# ---- heatmap


def test_the_cells_of_a_duration_tell_how_long_it_took_then(shop: Shop) -> None:
    cells = [cell for row in heatmap(shop, period_of(shop, *MARCH), "resolution_time").rows for cell in row if cell.n]
    assert [(cell.weekday, cell.hour, cell.n, cell.average) for cell in cells] == [(0, 10, 1, 3600), (0, 12, 1, 7200)]


def test_a_level_has_no_hours_of_the_week(shop: Shop) -> None:
    for key in ("unresolved_tickets", "net_flow"):
        with pytest.raises(Problem, match=f"'{key}' does not happen at hours of the week"):
            heatmap(shop, period_of(shop, *MARCH), key)


# ---- flow and backlog


def test_the_flow_by_day(shop: Shop) -> None:
    take_in(shop, [status("t1", "03-04 09:00", "open")])
    found = flow(shop, period_of(shop, date(2025, 3, 1), date(2025, 3, 6), "day"), as_of=at("03-04T12:00"))
    told = [(each.created, each.reopened, each.closed, each.unresolved) for each in found.buckets]
    assert told == [(1, 0, 0, 1), (0, 0, 0, 1), (2, 0, 2, 1), (1, 1, 0, 3), (0, 0, 0, None)]
    assert (found.total.created, found.total.unresolved) == (4, 3)


def test_the_backlog_by_age(shop: Shop) -> None:
    period = period_of(shop, date(2025, 3, 1), date(2025, 3, 6), "day")
    found = backlog(shop, period, as_of=at("03-04T12:00"))
    by_age = [each.by_age and [one.n for one in each.by_age] for each in found.buckets]
    assert by_age == [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 1, 0, 0, 0], [1, 0, 1, 0, 0], None]
    assert found.last.by_status == {"open": 2, "pending": 0, "snoozed": 0}
    assert found.last.oldest_seconds == timedelta(days=3, hours=4).total_seconds()


# ---- agents


def test_the_agents_beside_each_other(shop: Shop) -> None:
    found = agents(shop, period_of(shop, *MARCH), compare="previous")
    ann, ben, nobody = found.rows
    assert (ann.agent, ann.closed, ann.share, ann.answers, ann.open_now) == ("ann", 2, 1.0, 1, 0)
    assert (ben.agent, ben.closed, ben.answers, ben.open_now) == ("ben", 0, 1, 1)
    assert ben.figures["first_response_time"]["mean"] == 86_400
    assert (nobody.agent, nobody.open_now) == (None, 1)
    assert found.total.closed == 2
    assert found.before is not None
    assert found.before.total.closed == 0


# ---- attention


def test_the_customer_who_has_waited_longest_comes_first(shop: Shop) -> None:
    found = waiting(shop, as_of=at("03-04T12:05"))
    assert [(each.ticket, each.since, each.waited_seconds, each.agent) for each in found.tickets] == [
        ("t4", at("03-03T08:00"), 28 * 3600 + 300, "ben"),  # what automation says is no answer
        ("t3", at("03-04T11:00"), 3900, None),
    ]
    assert found.total == 2


def test_who_waited_then_and_in_pages(shop: Shop) -> None:
    assert waiting(shop, as_of=at("03-02T09:00")).tickets == ()
    page = waiting(shop, limit=1, offset=1, as_of=at("03-04T12:05"))
    assert ([each.ticket for each in page.tickets], page.total) == (["t3"], 2)
    assert waiting(shop, offset=5, as_of=at("03-04T12:05")).total == 2
    assert waiting(shop, where=(Condition("agent", ("ben",)),)).total == 1


def test_what_moved_most_is_told_unless_it_is_thin(sqlite: object) -> None:
    many = [ticket(f"b{n}", f"02-{n % 20 + 1:02} 09:00") for n in range(20)]
    more = [ticket(f"c{n}", f"03-{n % 20 + 1:02} 09:00", channel="chat") for n in range(30)]
    closed = [status(f"c{n}", f"03-{n % 20 + 1:02} 10:00") for n in range(9)]
    shop = shop_with([SHOP, *many, *more, *closed])
    asked = report(shop, *MARCH, compare="previous", as_of=at("04-01T00:00"))
    found = {each.key: each for each in moved(asked)}
    assert found["tickets_created"].change == 0.5
    assert found["tickets_created"].better is None
    assert found["unresolved_tickets"].better is False
    assert "tickets_closed" not in found
    assert moved(report(shop, *MARCH)) == []


# ---- choices


def test_the_values_of_each_dimension_most_frequent_first(shop: Shop) -> None:
    found = choices(shop)
    assert found["channel"] == (Choice("chat", 2), Choice("email", 2))
    assert found["store"] == (Choice("paris", 2),)
    assert found["tag"] == (Choice("vip", 2), Choice("late", 1))
    assert [each.value for each in found["agent"]] == ["ann", "ben"]
    assert found["team"] == (Choice("care", 2),)
    assert choices(shop, most=1)["tag"] == (Choice("vip", 2),)


def test_a_new_value_is_there_at_once(shop: Shop) -> None:
    choices(shop)
    take_in(shop, [tags("t3", "03-05 09:00", add=["angry"]), ticket("t9", "05-01 09:00", channel="phone")])
    found = choices(shop)
    assert Choice("phone", 1) in found["channel"]
    assert Choice("angry", 1) in found["tag"]


# ---- satisfaction


@pytest.fixture
def rated(shop: Shop) -> Shop:
    surveys = [survey(f"s{n}", "t1", "03-03 10:00") for n in range(5)]
    given = [
        rating("s1", "03-03 11:00", 2),
        rating("s1", "03-03 11:01", 2, comment="Too slow"),
        rating("s2", "03-03 12:00", 5, comment="Kind people"),
        rating("s2", "03-05 12:00", 1, comment="I changed my mind much later"),
        rating("s3", "03-03 13:00", 4),
        rating("s4", "03-03 14:00", 1, comment="click", suspected_robot=True),
    ]
    take_in(shop, [*surveys, *given])
    return shop


def test_comments_come_newest_first_with_the_score_they_go_with(rated: Shop) -> None:
    found = ratings(rated, period_of(rated, *MARCH))
    assert [(each.score, each.comment, each.ticket, each.agent) for each in found.ratings] == [
        (5, "Kind people", "t1", "ann"),
        (2, "Too slow", "t1", "ann"),
    ]
    assert found.total == 2


def test_ratings_by_score_and_without_comments(rated: Shop) -> None:
    period = period_of(rated, *MARCH)
    assert [each.comment for each in ratings(rated, period, scores=(1, 2)).ratings] == ["Too slow"]
    every = ratings(rated, period, commented=False)
    assert [each.score for each in every.ratings] == [4, 5, 2]
    assert every.ratings[0].comment is None
    page = ratings(rated, period, commented=False, page=Page(limit=1, sort="score"))
    assert ([each.score for each in page.ratings], page.total) == ([2], 3)


# ---- rows


def test_rows_in_pages_by_age(shop: Shop) -> None:
    page = Page(limit=1, sort="age_seconds", descending=True)
    found = rows(shop, period_of(shop, *MARCH), "unresolved_tickets", page=page, as_of=at("03-05T11:00"))
    (oldest,) = found.dicts()
    assert (oldest["ticket"], oldest["age_seconds"], oldest["waiting_since"]) == (
        "t4", 4 * 86_400 + 3 * 3600, "2025-03-03T08:00:00Z"
    )  # fmt: skip
    assert found.total == 2


def test_rows_cannot_be_sorted_by_what_they_do_not_tell(shop: Shop) -> None:
    with pytest.raises(UnknownColumn, match=r"no column 'chanel'\. Did you mean 'channel'"):
        rows(shop, period_of(shop, *MARCH), page=Page(sort="chanel"))


@pytest.mark.parametrize(
    ("key", "narrowed", "says"),
    [
        ("tickets_created", Narrowed(over_seconds=60), "cannot be narrowed by over_seconds"),
        ("response_time", Narrowed(scores=(1,)), "cannot be narrowed by scores"),
        ("unresolved_tickets", Narrowed(hour=9), "cannot be narrowed by hour"),
        ("unresolved_tickets", Narrowed(status="opn"), "There is no status 'opn'. Did you mean 'open'?"),
        ("one_reply_rate", Narrowed(share="none"), "There is no share 'none'"),
        ("net_flow", Narrowed(status="open"), "cannot be narrowed by status"),
    ],
)
def test_rows_are_narrowed_only_by_what_they_have(shop: Shop, key: str, narrowed: Narrowed, says: str) -> None:
    with pytest.raises(CannotNarrow) as refused:
        rows(shop, period_of(shop, *MARCH), key, narrowed=narrowed)
    assert says in str(refused.value)


def test_a_duration_can_be_headed_by_its_median() -> None:
    shaped = {"n": 3, "mean": 50.0, "median": 20.0, "p90": 80.0}
    one = metric("response_time")
    assert (one.headed(shaped, median=False), one.headed(shaped, median=True)) == (50.0, 20.0)
    assert metric("tickets_created").headed(3, median=True) == 3
