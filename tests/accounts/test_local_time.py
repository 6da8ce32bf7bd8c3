"""Local days: where they start, and on which one an instant falls, also when clocks change at midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from counterbell.accounts.local_time import (
    DAY_US,
    Stretch,
    day_start,
    day_starts_us,
    instants_of,
    local_days,
    starts_of_days,
    stretches,
)
from counterbell.record.entries import instant, microseconds

PARIS = ZoneInfo("Europe/Paris")
APIA = ZoneInfo("Pacific/Apia")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Paris",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "America/Havana",
        "America/St_Johns",
        "Pacific/Apia",
    )
]
CHANGES_AROUND_MIDNIGHT = [
    ("America/Sao_Paulo", date(2018, 2, 18)),  # from 00:00 back to 23:00
    ("America/Sao_Paulo", date(2018, 11, 4)),  # from 00:00 on to 01:00
    ("America/Havana", date(2025, 3, 9)),  # from 00:00 on to 01:00
    ("America/Havana", date(2025, 11, 2)),  # from 01:00 back to 00:00
    ("America/St_Johns", date(2010, 11, 7)),  # from 00:01 back to 23:01
    ("America/Toronto", date(1919, 3, 31)),  # from 23:30 on to 00:30
    ("Pacific/Apia", date(2011, 12, 30)),  # left out altogether
    ("America/Juneau", date(1867, 10, 19)),  # a day twice
]

days = st.dates(date(1995, 1, 1), date(2035, 1, 1))
instants = st.integers(microseconds(datetime(1995, 1, 1, tzinfo=UTC)), microseconds(datetime(2035, 1, 1, tzinfo=UTC)))


def utc(text):
    return microseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def column(*instants_us):
    return np.array(instants_us, np.int64)


def first_second_of(zone, day):
    """Minute by minute, then second by second: the first one at which the local calendar has come to that day."""
    second = int(datetime.combine(day, datetime.min.time(), UTC).timestamp()) - 2 * 86_400
    while datetime.fromtimestamp(second + 60, zone).date() < day:
        second += 60
    while datetime.fromtimestamp(second, zone).date() < day:
        second += 1
    return second * 1_000_000


@pytest.mark.parametrize(("name", "day"), CHANGES_AROUND_MIDNIGHT)
def test_a_day_starts_with_its_first_instant_wherever_clocks_change(name, day):
    zone = ZoneInfo(name)
    for near in (day + timedelta(days=n) for n in range(-2, 3)):
        assert day_start(zone, near) == first_second_of(zone, near)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), days)
def test_a_day_starts_with_its_first_instant_on_any_day(zone, day):
    assert day_start(zone, day) == first_second_of(zone, day)


def test_a_day_whose_midnight_does_not_exist_starts_at_the_change():
    assert day_start(ZoneInfo("America/Sao_Paulo"), date(2018, 11, 4)) == utc("2018-11-04T03:00")
    assert day_start(ZoneInfo("America/Toronto"), date(1919, 3, 31)) == utc("1919-03-31T04:30")


def test_a_day_whose_midnight_comes_twice_starts_with_the_first():
    assert day_start(ZoneInfo("America/Havana"), date(2025, 11, 2)) == utc("2025-11-02T04:00")


def test_a_day_that_was_left_out_is_empty():
    starts = day_starts_us(APIA, date(2011, 12, 29), date(2011, 12, 31))
    assert np.diff(starts).tolist() == [DAY_US, 0]


def test_days_in_paris_last_23_24_and_25_hours():
    spring = day_starts_us(PARIS, date(2025, 3, 29), date(2025, 3, 31))
    autumn = day_starts_us(PARIS, date(2025, 10, 26), date(2025, 10, 27))
    assert (np.diff(spring) / 3_600_000_000).tolist() == [24, 23]
    assert (np.diff(autumn) / 3_600_000_000).tolist() == [25]


def test_day_starts_name_the_first_and_the_last_day():
    starts = day_starts_us(PARIS, date(2025, 3, 1), date(2025, 3, 3))
    assert starts.dtype == np.int64
    assert starts.tolist() == [utc("2025-02-28T23:00"), utc("2025-03-01T23:00"), utc("2025-03-02T23:00")]


def test_days_need_no_order():
    march, april = np.datetime64("2025-03-01"), np.datetime64("2025-04-01")
    starts = starts_of_days(PARIS, np.array([april, march]))
    assert starts.tolist() == [utc("2025-03-31T22:00"), utc("2025-02-28T23:00")]


def test_half_past_eleven_in_london_is_the_next_month_in_paris():
    late, later = local_days(PARIS, column(utc("2025-03-31T21:59:59"), utc("2025-03-31T22:00")))
    assert date(1970, 1, 1) + timedelta(days=int(late)) == date(2025, 3, 31)
    assert date(1970, 1, 1) + timedelta(days=int(later)) == date(2025, 4, 1)


def test_no_instants_fall_on_no_days():
    found = local_days(PARIS, column())
    assert found.dtype == np.int32
    assert found.size == 0


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), st.lists(instants, min_size=1, max_size=20))
def test_an_instant_falls_between_the_start_of_its_day_and_that_of_the_next(zone, some):
    found = local_days(zone, column(*some))
    assert found.dtype == np.int32
    for at, day in zip(some, found.astype("datetime64[D]").tolist(), strict=True):
        assert day_start(zone, day) <= at < day_start(zone, day + timedelta(days=1))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([zone for zone in ZONES if zone.key != "America/St_Johns"]), st.lists(instants, min_size=1))
def test_an_instant_falls_on_the_day_that_the_local_calendar_shows(zone, some):
    shown = [datetime.fromtimestamp(at // 1_000_000, zone).date() for at in some]
    assert local_days(zone, column(*some)).astype("datetime64[D]").tolist() == shown


def test_an_hour_that_falls_back_behind_midnight_stays_in_the_new_day():
    newfoundland = ZoneInfo("America/St_Johns")
    shown_the_day_before = utc("2010-11-07T02:40")
    assert datetime.fromtimestamp(shown_the_day_before // 1_000_000, newfoundland).date() == date(2010, 11, 6)
    assert local_days(newfoundland, column(shown_the_day_before)).astype("datetime64[D]") == np.datetime64("2010-11-07")


def test_the_answer_does_not_depend_on_what_was_asked_together():
    far = column(utc("1921-06-01T00:00"), utc("2025-06-01T00:00"), utc("2088-06-01T00:00"))
    together = local_days(PARIS, far)
    assert together.tolist() == [int(local_days(PARIS, far[n : n + 1])[0]) for n in range(3)]


def test_the_ends_of_the_calendar_have_days_too():
    assert day_start(ZoneInfo("Asia/Tokyo"), date(1, 1, 2)) < day_start(ZoneInfo("Asia/Tokyo"), date(1, 1, 3))
    last = local_days(ZoneInfo("Asia/Tokyo"), column(utc("9999-12-31T23:59")))
    assert last[0] == (date.max - date(1970, 1, 1)).days + 1


readings = st.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1), timezones=st.none())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), readings)
@example(PARIS, datetime(2025, 3, 30, 2, 30))
@example(PARIS, datetime(2025, 10, 26, 2, 30))
@example(APIA, datetime(2011, 12, 30, 9, 0))
@example(ZoneInfo("Australia/Lord_Howe"), datetime(2025, 10, 5, 2, 0))
@example(ZoneInfo("Australia/Lord_Howe"), datetime(2025, 10, 5, 2, 29, 59))
@example(ZoneInfo("America/Havana"), datetime(2025, 11, 2, 0, 59))
def test_a_reading_of_the_clock_is_the_first_of_two_and_takes_the_offset_before_if_skipped(zone, reading):
    shown = microseconds(reading.replace(tzinfo=UTC))
    by_the_standard_library = microseconds(reading.replace(tzinfo=zone, fold=0).astimezone(UTC))
    assert instants_of(zone, column(shown)).tolist() == [by_the_standard_library]


def test_a_time_is_cut_at_every_change_of_the_offset():
    start, spring, autumn, end = map(
        utc, ["2025-01-01T00:00", "2025-03-30T01:00", "2025-10-26T01:00", "2026-01-01T00:00"]
    )
    hour = 3_600_000_000
    assert stretches(PARIS, start, end) == [
        Stretch(start, spring, hour),
        Stretch(spring, autumn, 2 * hour),
        Stretch(autumn, end, hour),
    ]
    assert stretches(PARIS, spring, autumn) == [Stretch(spring, autumn, 2 * hour)]
    assert stretches(PARIS, spring, spring) == []


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), instants)
def test_every_stretch_has_the_offset_of_the_zone(zone, at):
    (stretch,) = stretches(zone, at, at + 1)
    assert timedelta(microseconds=stretch.offset_us) == instant(at).astimezone(zone).utcoffset()
