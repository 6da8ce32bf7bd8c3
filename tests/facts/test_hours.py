"""Business time: held against a shop that is watched minute by minute."""

import pickle
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterbell.accounts.opening_hours import WEEKDAYS, read_schedules
from counterbell.facts.hours import OpenTime
from counterbell.record.entries import microseconds

MINUTE_US = 60_000_000
HOUR_US = 3_600_000_000
PARIS = "Europe/Paris"
ALWAYS = [{"week": {weekday: [["00:00", "24:00"]] for weekday in WEEKDAYS}}]
CHANGES = [
    (PARIS, date(2025, 3, 30)),
    (PARIS, date(2025, 10, 26)),
    ("America/New_York", date(2025, 3, 9)),
    ("America/New_York", date(2025, 11, 2)),
    ("Australia/Lord_Howe", date(2025, 4, 6)),
    ("Australia/Lord_Howe", date(2025, 10, 5)),
    ("Asia/Kolkata", date(2025, 1, 1)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Africa/Casablanca", date(2025, 2, 23)),
    ("Africa/Casablanca", date(2025, 4, 6)),
    ("America/Havana", date(2025, 3, 9)),
    ("America/Havana", date(2025, 11, 2)),
    ("Pacific/Apia", date(2011, 12, 30)),
]


def open_time(zone, hours):
    return OpenTime(ZoneInfo(zone), read_schedules(hours))


def column(*texts):
    return np.array([microseconds(datetime.fromisoformat(text)) for text in texts], np.int64)


def business_hours(shop, start, end):
    (open_us,) = shop.between(column(start), column(end)).tolist()
    return open_us / HOUR_US


def on(weekday, *ranges):
    return [{"week": {weekday: [list(each) for each in ranges]}}]


# the shop watched minute by minute


def open_minutes(zone, hours, first_day, last_day):
    """The minutes (since 1970 UTC) at which the shop is open: the ranges walked day by day with datetime alone."""
    watched: set[int] = set()
    for number in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=number)
        for season in hours:
            if holds(season, day):
                for opens, closes in season["week"].get(WEEKDAYS[day.weekday()], []):
                    watched.update(range(minute_of(zone, day, opens), minute_of(zone, day, closes)))
    return watched


def holds(season, day):
    since, until = season.get("from", "0001-01-01"), season.get("until", "9999-12-31")
    return since <= day.isoformat() < until and day.isoformat() not in season.get("holidays", [])


def minute_of(zone, day, time_of_day):
    hour, minute = map(int, time_of_day.split(":"))
    local = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour, minutes=minute)
    return int(local.replace(tzinfo=ZoneInfo(zone), fold=0).timestamp()) // 60


def as_time(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


times = st.integers(0, 24 * 12).map(lambda fives: fives * 5) | st.integers(0, 1440)
ranges = st.lists(times, unique=True, max_size=6).map(
    lambda edges: [[as_time(opens), as_time(closes)] for opens, closes in zip(*[iter(sorted(edges))] * 2, strict=False)]
)
weeks = st.fixed_dictionaries({}, optional=dict.fromkeys(WEEKDAYS, ranges))


@st.composite
def seasons_around(draw, day):
    turn, *holidays = ((day + timedelta(days=draw(st.integers(-3, 3)))).isoformat() for _ in range(3))
    closed = {"holidays": draw(st.sampled_from([[], holidays]))}
    if draw(st.booleans()):
        return [{"week": draw(weeks), **closed}]
    return [{"until": turn, "week": draw(weeks), **closed}, {"from": turn, "week": draw(weeks)}]


@st.composite
def shops_around_a_change(draw):
    zone, day = draw(st.sampled_from(CHANGES))
    return zone, draw(seasons_around(day)), day


@settings(max_examples=150, deadline=None)
@given(shops_around_a_change(), st.lists(st.integers(0, 8 * 1440), min_size=2, max_size=12))
def test_business_time_is_the_number_of_minutes_at_which_the_shop_is_open(shop, minutes):
    zone, hours, day = shop
    watched = open_minutes(zone, hours, day - timedelta(days=6), day + timedelta(days=6))
    begin = int(datetime.combine(day, datetime.min.time(), UTC).timestamp()) // 60 - 4 * 1440
    instants = np.array(sorted(minutes), np.int64) + begin
    expected = [sum(start <= minute < end for minute in watched) for start, end in pairwise(instants.tolist())]
    found = open_time(zone, hours).between(instants[:-1] * MINUTE_US, instants[1:] * MINUTE_US)
    assert found.dtype == np.int64
    assert found.tolist() == [minutes * MINUTE_US for minutes in expected]


@settings(max_examples=60, deadline=None)
@given(
    shops_around_a_change(),
    st.lists(st.integers(946_000_000_000_000, 1_900_000_000_000_000), min_size=2, max_size=20),
)
def test_open_time_never_falls_and_never_runs_faster_than_the_clock(shop, instants):
    zone, hours, _ = shop
    ordered = np.array(sorted(instants), np.int64)
    passed = np.diff(open_time(zone, hours).open_us(ordered))
    assert (passed >= 0).all()
    assert (passed <= np.diff(ordered)).all()


# what people ask


LONG_DAY = [["09:00", "18:00"]]
DAY_WITH_LUNCH = [["09:00", "12:00"], ["13:00", "18:00"]]
LUNCH = [
    {
        "week": {
            "mon": DAY_WITH_LUNCH,
            "tue": DAY_WITH_LUNCH,
            "wed": LONG_DAY,
            "thu": LONG_DAY,
            "fri": [["09:00", "17:00"]],
        }
    }
]


def test_the_lunch_break_does_not_count():
    shop = open_time("UTC", LUNCH)
    assert business_hours(shop, "2025-03-03T11:50Z", "2025-03-03T13:10Z") == 20 / 60


def test_the_weekend_does_not_count():
    assert business_hours(open_time(PARIS, LUNCH), "2025-03-07T15:30Z", "2025-03-10T08:30Z") == 1


def test_a_holiday_does_not_count():
    shop = open_time("UTC", [{**LUNCH[0], "holidays": ["2025-03-10"]}])
    assert business_hours(shop, "2025-03-07T16:30Z", "2025-03-11T09:30Z") == 1


def test_asked_and_answered_outside_of_hours_is_no_business_time():
    assert business_hours(open_time("UTC", LUNCH), "2025-03-09T10:00Z", "2025-03-09T11:00Z") == 0


def test_each_part_of_an_interval_counts_by_its_own_schedule():
    until = {"until": "2025-03-05", "week": {"tue": [["09:00", "18:00"]], "wed": [["09:00", "18:00"]]}}
    after = {"from": "2025-03-05", "week": {"wed": [["10:00", "12:00"]]}}
    assert business_hours(open_time("UTC", [until, after]), "2025-03-04T17:00Z", "2025-03-05T17:00Z") == 3


@pytest.mark.parametrize("year", [1980, 1999, 2000, 2025, 2040])
def test_a_shop_that_never_closes_is_open_all_the_time_in_any_year(year):
    shop = open_time(PARIS, ALWAYS)
    start, end = column(f"{year}-01-01T00:00Z", f"{year + 1}-01-01T00:00Z")
    assert shop.between(np.array([start]), np.array([end])).tolist() == [end - start]


def test_microseconds_count():
    shop = open_time("UTC", on("mon", ("09:00", "10:00")))
    before, opens, last, closes = column(
        "2025-03-03T08:59:59.999999Z", "2025-03-03T09:00Z", "2025-03-03T09:59:59.999999Z", "2025-03-03T10:00Z"
    )
    since = shop.open_us(np.array([before, opens, opens + 1, last, closes, closes + 1])) - shop.open_us(
        np.array([before])
    )
    assert since.tolist() == [0, 0, 1, HOUR_US - 1, HOUR_US, HOUR_US]


def test_an_opening_in_the_hour_that_is_skipped_is_read_with_the_offset_before():
    shop = open_time(PARIS, on("sun", ("02:30", "05:00")))
    assert business_hours(shop, "2025-03-30T00:00Z", "2025-03-30T01:30Z") == 0
    assert business_hours(shop, "2025-03-30T00:00Z", "2025-03-31T00:00Z") == 1.5


def test_ranges_that_the_change_pushes_into_each_other_count_once():
    shop = open_time(PARIS, on("sun", ("01:00", "02:30"), ("03:00", "04:00")))
    assert business_hours(shop, "2025-03-30T00:00Z", "2025-03-31T00:00Z") == 2


def test_a_range_that_the_change_turns_around_is_no_time():
    shop = open_time(PARIS, on("sun", ("02:30", "03:15")))
    assert business_hours(shop, "2025-03-29T00:00Z", "2025-03-31T00:00Z") == 0


def test_an_hour_that_comes_twice_is_open_the_first_time():
    shop = open_time(PARIS, on("sun", ("02:00", "02:30")))
    assert business_hours(shop, "2025-10-26T00:00Z", "2025-10-26T00:30Z") == 0.5
    assert business_hours(shop, "2025-10-26T01:00Z", "2025-10-26T02:00Z") == 0


def test_a_range_around_the_hour_that_comes_twice_is_an_hour_longer():
    shop = open_time(PARIS, on("sun", ("01:00", "05:00")))
    assert business_hours(shop, "2025-10-25T12:00Z", "2025-10-26T12:00Z") == 5


def test_nothing_asked_is_nothing_answered():
    found = open_time(PARIS, LUNCH).open_us(np.empty(0, np.int64))
    assert found.dtype == np.int64
    assert found.size == 0


@pytest.mark.parametrize("hours", [[], [{"week": {}}]])
def test_a_shop_that_never_opens_has_no_business_time(hours):
    assert business_hours(open_time(PARIS, hours), "2020-01-01T00:00Z", "2025-01-01T00:00Z") == 0


def test_what_is_asked_together_changes_no_answer():
    shop = open_time(PARIS, LUNCH)
    instants = column("1950-06-01T10:00Z", "1999-06-01T10:00Z", "2025-06-01T10:00Z", "2100-06-01T10:00Z")
    alone = [int(shop.open_us(instants[n : n + 1])[0]) for n in range(4)]
    assert shop.open_us(instants).tolist() == alone


def test_a_copy_in_another_process_gives_the_same():
    shop = open_time(PARIS, LUNCH)
    assert pickle.loads(pickle.dumps(shop)) == shop


def test_ten_years_are_built_in_a_tenth_of_a_second():
    shop = open_time("Europe/Madrid", LUNCH)
    instants = column("2015-01-01T00:00Z", "2025-01-01T00:00Z")
    begun = time.process_time()
    shop.open_us(instants)
    assert time.process_time() - begun < 0.1
