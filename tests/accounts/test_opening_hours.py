"""Opening hours as people write them: what is understood, and what is refused with which words."""

from datetime import date
from zoneinfo import ZoneInfo

import msgspec
import pytest

from counterbell.accounts.opening_hours import BadOpeningHours, Range, Schedule, UnknownTimeZone, read_schedules, zone
from counterbell.record.entries import Hours

NINE_TO_NOON = Range(9 * 60, 12 * 60)
ONE_TO_SIX = Range(13 * 60, 18 * 60)


def week(**ranges):
    return {"week": ranges}


def refusal(*seasons):
    with pytest.raises(BadOpeningHours) as refused:
        read_schedules(list(seasons))
    return str(refused.value)


def test_a_week_is_read_in_minutes_monday_first():
    (schedule,) = read_schedules([week(mon=[["09:00", "12:00"], ["13:00", "18:00"]], sun=[["00:00", "24:00"]])])
    assert schedule.week == ((NINE_TO_NOON, ONE_TO_SIX), (), (), (), (), (), (Range(0, 1440),))


def test_a_schedule_without_limits_holds_always_and_has_no_holidays():
    assert read_schedules([week()]) == (Schedule(None, None, ((),) * 7, frozenset()),)


def test_ranges_are_put_in_their_order():
    (schedule,) = read_schedules([week(tue=[["13:00", "18:00"], ["09:00", "12:00"]])])
    assert schedule.week[1] == (NINE_TO_NOON, ONE_TO_SIX)


def test_ranges_may_touch():
    (schedule,) = read_schedules([week(mon=[["09:00", "12:00"], ["12:00", "13:00"]])])
    assert len(schedule.week[0]) == 2


def test_schedules_are_put_in_their_order_and_may_touch():
    summer = {"from": "2025-06-01", **week(mon=[["10:00", "12:00"]])}
    spring = {"until": "2025-06-01", **week(mon=[["09:00", "18:00"]])}
    first, second = read_schedules([summer, spring])
    assert (first.from_day, first.until_day) == (None, date(2025, 6, 1))
    assert (second.from_day, second.until_day) == (date(2025, 6, 1), None)


def test_holidays_are_a_set_of_days():
    (schedule,) = read_schedules([{**week(), "holidays": ["2025-12-25", "2025-12-26", "2025-12-25"]}])
    assert schedule.holidays == {date(2025, 12, 25), date(2025, 12, 26)}


def test_entries_of_the_log_and_plain_json_say_the_same():
    plain = [
        {"from": "2025-03-05", "until": "2025-04-01", "holidays": ["2025-03-10"], **week(fri=[["09:00", "24:00"]])}
    ]
    assert read_schedules(msgspec.convert(plain, list[Hours])) == read_schedules(plain)


def test_equal_hours_give_equal_schedules_that_can_be_looked_up():
    ann, ben = read_schedules([week(mon=[["09:00", "12:00"]])]), read_schedules([week(mon=[["09:00", "12:00"]])])
    assert {ann: "Ann"}[ben] == "Ann"


def test_no_hours_are_no_schedules():
    assert read_schedules([]) == ()


@pytest.mark.parametrize(
    ("written", "meant"), [("monday", "mon"), ("Wed", "wed"), ("thursday", "thu"), ("tues", "tue"), ("Sunday", "sun")]
)
def test_an_unknown_weekday_is_refused_with_the_one_that_was_meant(written, meant):
    sentence = refusal(week(**{written: []}))
    assert sentence.startswith(f"Opening hours, schedule 1: there is no weekday '{written}'. Did you mean {meant}?")


@pytest.mark.parametrize("time", ["9:00", "09:60", "25:00", "09.00", "0900", "09:00:00", "", None, 9, "24:01", "٠٩:٠٠"])  # noqa: RUF001
def test_a_time_that_is_not_hh_mm_is_refused(time):
    sentence = refusal(week(), week(mon=[["08:00", "09:00"], [time, "18:00"]]))
    assert sentence.startswith(f"Opening hours, schedule 2, mon: {time!r} is no time. Write times as HH:MM")


@pytest.mark.parametrize("pair", [["18:00", "09:00"], ["09:00", "09:00"], ["22:00", "00:00"]])
def test_an_inverted_or_empty_range_is_refused(pair):
    sentence = refusal(week(sat=[pair]))
    assert f"schedule 1, sat: the range {pair[0]}-{pair[1]} does not end after it begins. Give the earlier" in sentence


def test_the_end_of_the_day_begins_nothing():
    assert "mon: 24:00 can only be the end of a range" in refusal(week(mon=[["24:00", "24:00"]]))


def test_overlapping_ranges_are_refused():
    sentence = refusal(week(fri=[["12:00", "18:00"], ["09:00", "12:01"]]))
    assert sentence == "Opening hours, schedule 1, fri: 09:00-12:01 and 12:00-18:00 overlap. Join them or move one."


@pytest.mark.parametrize("until", ["2025-03-05", "2025-03-04"])
def test_a_season_without_a_day_is_refused(until):
    sentence = refusal({"from": "2025-03-05", "until": until, **week()})
    assert sentence.startswith(
        f"Opening hours, schedule 1: it holds from 2025-03-05 until before {until}, which is no day"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({}, {"from": "2025-01-01"}),
        ({"until": "2025-03-02"}, {"from": "2025-03-01"}),
        ({"from": "2025-01-01"}, {"from": "2025-03-01"}),
        ({"until": "2025-01-01"}, {"until": "2025-03-01"}),
        ({"from": "2025-01-01", "until": "2025-12-31"}, {"from": "2025-02-01", "until": "2025-03-01"}),
    ],
)
def test_overlapping_schedules_are_refused_in_any_order(one, other):
    for seasons in ([one, other], [other, one]):
        assert "overlap. Set `from` and `until` so that" in refusal(*({**season, **week()} for season in seasons))


def test_overlapping_schedules_are_named_by_their_numbers_and_seasons():
    sentence = refusal({"from": "2025-03-01", **week()}, {"until": "2025-03-02", **week()})
    assert "schedule 2 (until 2025-03-02) and schedule 1 (from 2025-03-01) overlap" in sentence


@pytest.mark.parametrize("day", ["2025-02-30", "25-12-25", "20251225", "2025-W01-1", 20251225, "Christmas"])
def test_a_day_that_does_not_exist_is_refused(day):
    assert f"schedule 1, holidays: {day!r} is no day of the calendar" in refusal({**week(), "holidays": [day]})
    assert f"schedule 1, from: {day!r} is no day of the calendar" in refusal({**week(), "from": day})


@pytest.mark.parametrize(
    ("season", "words"),
    [
        ("always", "schedule 1: 'always' is no schedule"),
        ({}, "schedule 1: it has no `week`"),
        ({"week": [["09:00", "12:00"]]}, "schedule 1: it has no `week`"),
        ({**week(), "holiday": []}, "there is no field 'holiday'. Did you mean holidays?"),
        ({**week(), "holidays": "2025-12-25"}, "schedule 1, holidays: '2025-12-25' is no list of days"),
        (week(mon="09:00-12:00"), "schedule 1, mon: '09:00-12:00' is no list of ranges"),
        (week(mon=["09:00", "12:00"]), "schedule 1, mon: '09:00' is no range"),
        (week(mon=[["09:00", "12:00", "13:00"]]), "schedule 1, mon: ['09:00', '12:00', '13:00'] is no range"),
    ],
)
def test_whatever_has_not_the_form_of_opening_hours_is_refused(season, words):
    assert words in refusal(season)


def test_a_time_zone_is_found_by_its_name():
    assert zone("America/Argentina/Buenos_Aires") == ZoneInfo("America/Argentina/Buenos_Aires")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Europe/Pari", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("Paris", "Europe/Paris"),
        ("New York", "America/New_York"),
        ("right/Europe/Paris", "Europe/Paris"),
    ],
)
def test_an_unknown_time_zone_is_refused_with_the_one_that_was_meant(written, meant):
    with pytest.raises(UnknownTimeZone, match=f"There is no time zone '{written}'. Did you mean {meant}?"):
        zone(written)


@pytest.mark.parametrize("written", ["", "Europe", "../Paris", "/etc/passwd", "localtime", "GMT+2", "\0", "x" * 1000])
def test_what_only_looks_like_a_time_zone_is_refused(written):
    with pytest.raises(UnknownTimeZone, match="Give an IANA name such as Europe/Paris"):
        zone(written)
