"""What a page shows stands in its address, and an address that means nothing is answered with a sentence."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from counterbell.accounts.models import Shop
from counterbell.dashboard.spans import SPANS
from counterbell.dashboard.view import View
from counterbell.errors import Problem
from counterbell.metrics.periods import Grain
from counterbell.metrics.query import Condition

NOON = datetime(2025, 3, 12, 11, tzinfo=UTC)  # a Wednesday
PARIS = Shop(slug="paris", timezone="Europe/Paris", week_starts="monday")


def view(query: str = "", shop: Shop = PARIS, at: datetime = NOON) -> View:
    return View.read(QueryDict(query), shop, at)


DAYS = {
    "today": ("2025-03-12", "2025-03-13"),
    "yesterday": ("2025-03-11", "2025-03-12"),
    "7d": ("2025-03-06", "2025-03-13"),
    "28d": ("2025-02-13", "2025-03-13"),
    "90d": ("2024-12-13", "2025-03-13"),
    "this_week": ("2025-03-10", "2025-03-13"),
    "last_week": ("2025-03-03", "2025-03-10"),
    "this_month": ("2025-03-01", "2025-03-13"),
    "last_month": ("2025-02-01", "2025-03-01"),
    "this_quarter": ("2025-01-01", "2025-03-13"),
    "last_quarter": ("2024-10-01", "2025-01-01"),
    "this_year": ("2025-01-01", "2025-03-13"),
    "last_year": ("2024-01-01", "2025-01-01"),
}


@pytest.mark.parametrize("name", SPANS)
def test_each_named_period_has_its_days(name: str) -> None:
    assert tuple(map(str, view(f"period={name}").days)) == DAYS[name]


def test_today_is_the_day_in_the_shop() -> None:
    jakarta = Shop(slug="jakarta", timezone="Asia/Jakarta", week_starts="sunday")
    late = datetime(2025, 3, 12, 18, tzinfo=UTC)
    assert view("period=today", jakarta, late).days[0] == date(2025, 3, 13)
    assert view("period=this_week", jakarta, late).days[0] == date(2025, 3, 9)


def test_a_period_of_ones_own_has_both_of_its_days() -> None:
    own = view("first=2025-03-01&last=2025-03-31")
    assert own.days == (date(2025, 3, 1), date(2025, 4, 1))
    assert own.query == "period=custom&first=2025-03-01&last=2025-03-31"
    assert view(own.query) == own


@pytest.mark.parametrize(
    ("query", "grain"),
    [("period=today", "hour"), ("", "day"), ("period=last_year", "month"), ("grain=week", "week")],
)  # fmt: skip
def test_the_grain_fits_the_length_unless_one_is_chosen(query: str, grain: str) -> None:
    assert view(query).grain == Grain(grain)


def test_what_is_usual_is_left_out_of_the_address() -> None:
    assert view("period=28d&compare=previous&clock=calendar&stat=mean&page=1").query == ""


def test_a_shop_can_head_durations_with_the_median() -> None:
    median = Shop(slug="median", timezone="UTC", headline_median=True)
    assert view("", median).stat == "median"
    assert view("stat=mean", median).query == "stat=mean"


def test_filters_take_several_values_and_tags_are_any_all_or_none_of_them() -> None:
    asked = view("channel=email&channel=chat&agent=&tag=vip&tag=late&tags=all")
    assert asked.where == (
        Condition("channel", ("email", "chat")),
        Condition("agent", (None,)),
        Condition("tag", ("vip", "late"), every=True),
    )
    assert view("tag=vip&tags=none").where == (Condition("tag", ("vip",), negated=True),)
    assert view(asked.query) == asked


VIEWS = st.fixed_dictionaries(
    {},
    optional={
        "period": st.sampled_from([*SPANS]),
        "grain": st.sampled_from(["day", "month"]),
        "channel": st.lists(st.sampled_from(["email", "chat", "", "a&b=c", "+é"]), min_size=1, unique=True),
        "tag": st.lists(st.sampled_from(["vip", "late", "=1"]), min_size=1, unique=True),
        "tags": st.sampled_from(["any", "all", "none"]),
        "compare": st.sampled_from(["previous", "year", "none"]),
        "clock": st.sampled_from(["calendar", "business"]),
        "stat": st.sampled_from(["mean", "median", "p90"]),
        "by": st.sampled_from(["agent", "tag"]),
        "sort": st.sampled_from(["ticket", "-score"]),
        "page": st.sampled_from(["1", "7"]),
        "score": st.lists(st.sampled_from(["1", "5"]), min_size=1, unique=True),
        "weekday": st.just("6"),
    },
)


@given(VIEWS)
def test_a_view_is_the_same_after_writing_and_reading_it(words: dict[str, str | list[str]]) -> None:
    query = QueryDict(mutable=True)
    for word, value in words.items():
        query.setlist(word, value if isinstance(value, list) else [value])
    asked = View.read(query, PARIS, NOON)
    assert view(asked.query) == asked
    assert asked.changed(page=2).changed(page=asked.page) == asked


def test_another_period_forgets_the_bucket_and_another_question_the_page() -> None:
    asked = view("period=7d&bucket=2025-03-10&page=3&sort=ticket")
    assert asked.narrowed.bucket is not None
    assert asked.changed(span="28d").query == "sort=ticket"
    assert asked.changed(compare="none").page == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("chanel=email", "no filter or choice called 'chanel'. Did you mean 'channel'?"),
        ("period=fortnight", "'fortnight' is no choice for period"),
        ("first=2025-03-31&last=2025-03-01", "ends (2025-03-01) before it begins (2025-03-31)"),
        ("first=2025-03-31", "Give the first and the last day"),
        ("period=custom", "Give the first and the last day"),
        ("period=7d&first=2025-03-01&last=2025-03-02", "not both"),
        ("first=2025-02-29&last=2025-03-01", "There is no day 2025-02-29"),
        ("first=yesterday&last=2025-03-01", "'yesterday' is not a day"),
        ("first=2015-01-01&last=2024-12-31&grain=hour", "about 87672 points"),
        ("first=0001-01-01&last=9999-12-31", "The calendar ends with that day"),
        ("grain=fortnight", "'fortnight' is no choice for grain"),
        ("by=chanel", "There is no dimension 'chanel'"),
        ("page=0", "'0' is no number for page"),
        ("page=²", "is no number for page"),
        ("weekday=7", "weekday goes to 6 at most"),
        ("score=6", "score goes to 5 at most"),
        ("bucket=1999-01-01", "nothing that begins on 1999-01-01"),
        ("tag=&tag=vip&tags=all", "No ticket has tags and none at once"),
        ("stat=mode", "'mode' is no choice for stat"),
    ],
)
def test_what_cannot_be_meant_is_answered_with_a_sentence(query: str, sentence: str) -> None:
    with pytest.raises(Problem) as problem:
        view(query)
    assert sentence in str(problem.value)
