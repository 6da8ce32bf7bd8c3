"""How content customers are, how sure that is, and what they wrote."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from facts.facts_of import shop_with
from record.records import SHOP, Line
from web.busy import at
from web.people import person, signed_in
from web.reading import charted, count_of_rows, page, whole

from counterbell import formats
from counterbell.accounts.models import Role, Shop
from counterbell.accounts.opening_hours import zone
from counterbell.dashboard.satisfaction import COMMENTS_A_PAGE
from counterbell.metrics.periods import Grain, Period, parse_day
from counterbell.metrics.query import Question, ask

FIRST = datetime(2025, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def reader(busy_here: Shop) -> Client:
    return signed_in(person(busy_here, Role.VIEWER))


def rated(
    number: int, score: int, comment: str | None = None, *, robot: bool = False, at: datetime | None = None
) -> list[Line]:
    """A ticket of Kim's that Ben (or, where the number is even, Ann) answered and Kim rated."""
    ticket, told = f"t{number}", (at or FIRST + timedelta(hours=number)).isoformat()
    agent = "ann" if number % 2 == 0 else "ben"
    survey: Line = {"type": "survey", "id": f"s{number}", "ticket": ticket, "at": told}
    rating: Line = {"type": "rating", "survey": f"s{number}", "at": told, "score": score, "comment": comment}
    return [
        {"type": "ticket", "id": ticket, "customer": "kim", "channel": "email", "created_at": told},
        {"type": "assignment", "ticket": ticket, "at": told, "agent": agent},
        survey,
        {**rating, "suspected_robot": robot},
    ]


@pytest.fixture
def shop_with_comments(sqlite: object) -> Shop:
    cast: list[Line] = [
        {"type": "agent", "id": "ann"},
        {"type": "agent", "id": "ben"},
        {"type": "customer", "id": "kim"},
    ]
    ratings = [
        *(line for number in range(23) for line in rated(number, 5, f"Lovely {number}")),
        *rated(30, 1, "<b>Awful</b>\nNever again"),
        *rated(31, 3),
        *rated(32, 1, "As a robot says", robot=True),
    ]
    return shop_with([SHOP, *cast, *ratings])


def csat(shop: Shop) -> dict[str, Any]:
    march = Period.of(parse_day("2025-03-01"), parse_day("2025-04-01"), zone(shop.timezone), Grain.DAY)
    return ask(shop, Question(march.as_one(), ("csat",))).total.metrics["csat"]  # type: ignore[no-any-return]


def test_the_figures_are_the_querys_with_their_intervals(reader: Client, busy_here: Shop) -> None:
    found, text = csat(busy_here), page(reader, at(busy_here, "satisfaction/"))
    low, high = found["mean_interval"]
    assert f"between {formats.number(low, 2)} and {formats.number(high, 2)}" in text
    low, high = found["share_interval"]
    assert f"between {formats.percent(low)} and {formats.percent(high)}" in text
    assert f">{formats.number(found['mean'], 2)}</a>" in text
    assert f">{formats.percent(found['share_4_5'])}</a>" in text
    assert f"{found['answered']} of {found['sent']} surveys answered" in text


def test_every_score_opens_to_as_many_ratings(reader: Client, busy_here: Shop) -> None:
    found = csat(busy_here)
    rows = charted(page(reader, at(busy_here, "satisfaction/")), "Ratings by score")
    assert [whole(cells[1]) for _href, cells in rows] == list(found["scores"].values())[::-1]
    for href, cells in rows:
        assert count_of_rows(page(reader, href)) == whole(cells[1])


def test_the_share_of_4_and_5_opens_to_those_ratings(reader: Client, busy_here: Shop) -> None:
    scores = csat(busy_here)["scores"]
    text = page(reader, at(busy_here, "satisfaction/"))
    (href,) = {part.split('"')[0] for part in text.split('href="') if "score=4&score=5" in part.split('"')[0]}
    assert count_of_rows(page(reader, href)) == scores["4"] + scores["5"]


def test_the_course_marks_the_day_on_which_ratings_left_what_was_usual(sqlite: object) -> None:
    cast: list[Line] = [{"type": "agent", "id": "ann"}, {"type": "customer", "id": "kim"}]
    begun = datetime(2025, 1, 1, 9, tzinfo=UTC)
    days = [
        line
        for day in range(84)
        for number in range(8)
        for line in rated(day * 10 + number, (5, 4)[number % 2] if day < 70 else 2, at=begun + timedelta(days=day))
    ]
    shop = shop_with([SHOP, *cast, {"type": "agent", "id": "ben"}, *days])
    text = page(signed_in(person(shop, Role.VIEWER)), at(shop, "satisfaction/"))
    (mark,) = [cells for _href, cells in charted(text, "Customer satisfaction (CSAT)") if "→ 2.00" in cells[-1]]
    assert mark[0] == "Wed, Mar 12"
    assert mark[-1].endswith("4.50 → 2.00")


def test_every_day_of_the_course_opens_to_its_ratings(reader: Client, busy_here: Shop) -> None:
    days = charted(page(reader, at(busy_here, "satisfaction/")), "Customer satisfaction (CSAT)")
    assert sum(count_of_rows(page(reader, href)) for href, _cells in days) == csat(busy_here)["n"]


def test_comments_are_listed_newest_first_with_score_ticket_and_agent_page_by_page(shop_with_comments: Shop) -> None:
    vic = signed_in(person(shop_with_comments, Role.VIEWER))
    text = page(vic, at(shop_with_comments, "satisfaction/"))
    assert "24 comments" in text
    assert text.index("Never again") < text.index("Lovely 22") < text.index("Lovely 21")
    assert "Lovely 0<" not in text
    assert text.count('class="score') == COMMENTS_A_PAGE
    assert "E-mail, ben" in text
    older = page(vic, at(shop_with_comments, "satisfaction/", page=2))
    assert older.count('class="score') == 24 - COMMENTS_A_PAGE
    assert "Lovely 0<" in older


def test_comments_are_shown_by_score(shop_with_comments: Shop) -> None:
    vic = signed_in(person(shop_with_comments, Role.VIEWER))
    text = page(vic, at(shop_with_comments, "satisfaction/", score=1))
    assert "1 comment<" in text
    assert "Lovely" not in text
    assert "Nobody wrote anything" in page(vic, at(shop_with_comments, "satisfaction/", score=2))


def test_what_a_customer_wrote_is_text_and_no_markup(shop_with_comments: Shop) -> None:
    vic = signed_in(person(shop_with_comments, Role.VIEWER))
    assert b"&lt;b&gt;Awful" in vic.get(at(shop_with_comments, "satisfaction/")).content


def test_a_suspected_robots_answer_is_counted_apart_and_not_shown(shop_with_comments: Shop) -> None:
    text = page(signed_in(person(shop_with_comments, Role.VIEWER)), at(shop_with_comments, "satisfaction/"))
    assert "As a robot says" not in text
    _before, robots = text.split("Suspected robots")
    assert '<span class="figure">1</span>' in robots


def test_ann_reads_all_comments_but_not_whom_of_her_colleagues_they_are_about(shop_with_comments: Shop) -> None:
    ann = signed_in(person(shop_with_comments, Role.AGENT, agent="ann"))
    text = page(ann, at(shop_with_comments, "satisfaction/"))
    assert "Lovely 21" in text
    assert "E-mail, ann" in text
    assert "E-mail, ben" not in text


def test_a_shop_without_ratings_is_told_what_to_do_next(sqlite: object) -> None:
    shop = shop_with([SHOP])
    vic = signed_in(person(shop, Role.VIEWER))
    assert "counterbell sources" in page(vic, at(shop, "satisfaction/"))


def test_a_filter_that_leaves_nothing_can_be_taken_away(reader: Client, busy_here: Shop) -> None:
    text = page(reader, at(busy_here, "satisfaction/", channel="sms"))
    assert "Nobody was asked for a rating" in text
    assert "Show it without filters" in text


@pytest.mark.parametrize("name", ["trend", "scores"])
def test_charts_are_answers_of_their_own(reader: Client, busy_here: Shop, name: str) -> None:
    assert b'"marks"' in reader.get(at(busy_here, f"satisfaction/{name}.json")).content
