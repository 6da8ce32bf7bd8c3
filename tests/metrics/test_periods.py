"""Periods and their buckets on the shop's calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterbell.accounts.local_time import day_start
from counterbell.metrics.periods import BadPeriod, Grain, Period, parse_day
from counterbell.record.entries import microseconds

HOUR_US = 3_600_000_000
PARIS = ZoneInfo("Europe/Paris")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = [PARIS, LORD_HOWE, *map(ZoneInfo, ["America/Havana", "America/Sao_Paulo", "Asia/Kolkata", "Africa/Casablanca"])]


def period(start, end, grain="day", zone=PARIS, week_starts="monday"):
    return Period.of(date.fromisoformat(start), date.fromisoformat(end), zone, Grain(grain), week_starts)


def starts(of):
    return [bucket.start.isoformat() for bucket in of.buckets]


def clock(of):
    return [bucket.start.strftime("%H:%M%z") for bucket in of.buckets]


def limits(of):
    return of.start.isoformat(), of.end.isoformat()


def utc(text):
    return microseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_a_period_by_day_has_a_bucket_for_each_day():
    week = period("2025-02-26", "2025-03-02")
    assert starts(week) == ["2025-02-26", "2025-02-27", "2025-02-28", "2025-03-01"]
    assert week.buckets[-1].end == date(2025, 3, 2)


def test_a_day_begins_and_ends_at_local_midnight():
    (day,) = period("2025-03-30", "2025-03-31").buckets
    assert (day.start_us, day.end_us) == (utc("2025-03-29T23:00"), utc("2025-03-30T22:00"))


def test_weeks_start_on_monday_and_are_clipped_to_the_period():
    by_week = period("2025-03-01", "2025-03-13", "week")
    assert starts(by_week) == ["2025-03-01", "2025-03-03", "2025-03-10"]
    assert by_week.buckets[-1].end == date(2025, 3, 13)


def test_weeks_start_on_sunday_if_the_shop_says_so():
    assert starts(period("2025-03-01", "2025-03-13", "week", week_starts="sunday")) == [
        "2025-03-01",
        "2025-03-02",
        "2025-03-09",
    ]


def test_months_quarters_and_years_are_those_of_the_calendar():
    assert starts(period("2024-11-15", "2025-02-02", "month")) == [
        "2024-11-15",
        "2024-12-01",
        "2025-01-01",
        "2025-02-01",
    ]
    assert starts(period("2024-11-15", "2025-07-01", "quarter")) == ["2024-11-15", "2025-01-01", "2025-04-01"]
    assert starts(period("2024-11-15", "2026-01-01", "year")) == ["2024-11-15", "2025-01-01"]


def test_a_period_within_one_unit_is_one_bucket():
    for grain in ("week", "month", "quarter", "year"):
        assert starts(period("2025-02-11", "2025-02-13", grain)) == ["2025-02-11"]


def test_an_autumn_day_in_paris_has_25_hours_that_nobody_mistakes_for_each_other():
    by_hour = period("2025-10-26", "2025-10-27", "hour")
    assert clock(by_hour)[:5] == ["00:00+0200", "01:00+0200", "02:00+0200", "02:00+0100", "03:00+0100"]
    assert len(by_hour.buckets) == len({bucket.start for bucket in by_hour.buckets}) == 25
    assert by_hour.buckets[2].end == by_hour.buckets[3].start != by_hour.buckets[2].start


def test_a_spring_day_in_paris_has_23_hours():
    by_hour = period("2025-03-30", "2025-03-31", "hour")
    assert clock(by_hour)[:3] == ["00:00+0100", "01:00+0100", "03:00+0200"]
    assert len(by_hour.buckets) == 23


def test_a_change_by_half_an_hour_cuts_an_hour():
    assert clock(period("2025-10-05", "2025-10-06", "hour", LORD_HOWE))[:4] == [
        "00:00+1030",
        "01:00+1030",
        "02:30+1100",
        "03:00+1100",
    ]
    assert clock(period("2025-04-06", "2025-04-07", "hour", LORD_HOWE))[:4] == [
        "00:00+1100",
        "01:00+1100",
        "01:30+1030",
        "02:00+1030",
    ]


def test_hours_are_whole_on_the_local_clock():
    first, *_ = period("2025-01-01", "2025-01-02", "hour", ZoneInfo("Asia/Kolkata")).buckets
    assert (first.start.isoformat(), first.start_us) == ("2025-01-01T00:00:00+05:30", utc("2024-12-31T18:30"))


def test_a_day_without_midnight_starts_at_the_change():
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    assert clock(period("2018-11-04", "2018-11-05", "hour", sao_paulo))[0] == "01:00-0200"


def test_a_day_that_was_left_out_is_an_empty_bucket():
    apia = ZoneInfo("Pacific/Apia")
    for grain in ("day", "hour"):
        (bucket,) = period("2011-12-30", "2011-12-31", grain, apia).buckets
        assert bucket.start_us == bucket.end_us


@settings(max_examples=80, deadline=None)
@given(
    st.dates(date(2010, 1, 1), date(2030, 1, 1)),
    st.integers(1, 800),
    st.sampled_from(ZONES),
    st.sampled_from(Grain),
    st.sampled_from(["monday", "sunday"]),
)
def test_buckets_cover_the_period_without_gap_or_overlap(start, length, zone, grain, week_starts):
    length = min(length, 40) if grain is Grain.HOUR else length
    whole = Period.of(start, start + timedelta(days=length), zone, grain, week_starts)
    assert (whole.start_us, whole.end_us) == (day_start(zone, whole.start), day_start(zone, whole.end))
    for one, following in zip(whole.buckets, whole.buckets[1:], strict=False):
        assert (one.end, one.end_us) == (following.start, following.start_us)
    assert all(bucket.start_us < bucket.end_us and bucket.start < bucket.end for bucket in whole.buckets)


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.sampled_from(ZONES))
def test_hours_last_an_hour_at_most_and_tell_their_instants(day, zone):
    for hour in Period.of(day, day + timedelta(days=1), zone, Grain.HOUR).buckets:
        assert hour.end_us - hour.start_us <= HOUR_US
        assert isinstance(hour.start, datetime)
        assert isinstance(hour.end, datetime)
        assert (microseconds(hour.start), microseconds(hour.end)) == (hour.start_us, hour.end_us)


def test_before_one_month_comes_the_month_before():
    assert limits(period("2025-03-01", "2025-04-01", "month").previous()) == ("2025-02-01", "2025-03-01")


def test_before_a_month_by_day_come_as_many_days():
    assert limits(period("2025-03-01", "2025-04-01", "day").previous()) == ("2025-01-29", "2025-03-01")


def test_before_whole_quarters_and_years_come_as_many():
    assert limits(period("2025-01-01", "2025-07-01", "quarter").previous()) == ("2024-07-01", "2025-01-01")
    assert limits(period("2024-01-01", "2025-01-01", "year").previous()) == ("2023-01-01", "2024-01-01")
    assert limits(period("2024-01-01", "2025-01-01", "month").previous()) == ("2023-01-01", "2024-01-01")


def test_before_a_period_that_is_not_whole_in_the_grain_come_as_many_days():
    assert limits(period("2025-02-01", "2025-03-01", "quarter").previous()) == ("2025-01-04", "2025-02-01")
    assert limits(period("2025-03-02", "2025-04-02", "month").previous()) == ("2025-01-30", "2025-03-02")
    assert limits(period("2025-03-03", "2025-03-17", "week").previous()) == ("2025-02-17", "2025-03-03")
    assert limits(period("2025-03-30", "2025-03-31", "hour").previous()) == ("2025-03-29", "2025-03-30")


def test_a_comparison_keeps_the_zone_the_grain_and_the_start_of_weeks():
    shown = period("2025-03-01", "2025-04-01", "week", LORD_HOWE, "sunday")
    for compared in (shown.previous(), shown.year_before()):
        assert (compared.zone, compared.grain, compared.week_starts) == (LORD_HOWE, Grain.WEEK, "sunday")


def test_a_year_before_has_the_same_dates():
    assert limits(period("2025-03-01", "2025-04-01").year_before()) == ("2024-03-01", "2024-04-01")


def test_a_year_before_29_february_is_the_28th():
    assert limits(period("2024-02-29", "2024-03-01").year_before()) == ("2023-02-28", "2023-03-01")


def test_a_year_before_28_february_of_a_leap_year_is_still_a_day():
    assert limits(period("2024-02-28", "2024-02-29").year_before()) == ("2023-02-28", "2023-03-01")


def test_before_the_calendar_there_is_nothing_to_compare_with():
    beginning = period("0001-01-01", "0002-01-01", "year")
    for compare in (beginning.previous, beginning.year_before, period("0001-01-01", "0001-01-05").previous):
        with pytest.raises(BadPeriod, match="the calendar begins with the year 1"):
            compare()


@pytest.mark.parametrize("end", ["2025-03-01", "2025-02-01"])
def test_a_period_without_a_day_is_refused(end):
    with pytest.raises(BadPeriod, match=f"The period from 2025-03-01 until {end} has no day.*one after 2025-03-01"):
        period("2025-03-01", end)


def test_hours_off_the_calendar_are_refused():
    with pytest.raises(BadPeriod, match="Not all hours from 0001-01-01 until 0001-01-02 are on the calendar"):
        period("0001-01-01", "0001-01-02", "hour")


def test_too_many_buckets_are_refused_with_their_number_and_a_coarser_grain():
    with pytest.raises(BadPeriod, match=r"by hour would have 26,304 buckets; at most 20,000.*Ask for it by day"):
        period("2023-01-01", "2026-01-01", "hour")
    with pytest.raises(BadPeriod, match=r"by day would have 20,001 buckets; .*Ask for it by week"):
        period("1970-01-01", (date(1970, 1, 1) + timedelta(days=20_001)).isoformat())
    assert len(period("1970-01-01", (date(1970, 1, 1) + timedelta(days=20_000)).isoformat()).buckets) == 20_000


def test_the_coarser_grain_that_is_proposed_fits():
    with pytest.raises(BadPeriod, match=r"by hour would have .* Ask for it by month"):
        period("1000-01-01", "2500-01-01", "hour")


def test_a_day_is_written_year_month_day():
    assert parse_day("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["2025-02-30", "2025-02-29", "2025-13-01", "0000-01-01"])
def test_a_day_that_the_calendar_does_not_have_is_refused(text):
    with pytest.raises(BadPeriod, match=f"There is no day {text} in the calendar"):
        parse_day(text)


@pytest.mark.parametrize(
    "text", ["", "30/03/2025", "20250330", "2025-3-1", "2025-W01-1", "2025-03-30T00:00", " 2025-03-30"]
)
def test_what_is_not_written_as_a_day_is_refused(text):
    with pytest.raises(BadPeriod, match=r"is not a day. Write it as YYYY-MM-DD"):
        parse_day(text)
