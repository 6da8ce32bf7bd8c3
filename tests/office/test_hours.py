"""Opening hours as people write them: what is understood, and what is refused with a sentence."""

from datetime import date

import pytest

from counterbell.accounts.opening_hours import read_schedules
from counterbell.office.hours import BadHours, Season, ranges_in, seasons_in, seasons_of, told_by


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", []),
        ("09:00-12:30, 13:30-18:00", [("09:00", "12:30"), ("13:30", "18:00")]),
        ("13:30–18; 9–12:30", [("09:00", "12:30"), ("13:30", "18:00")]),
        ("9h30 à 12h", [("09:30", "12:00")]),
        ("08.00 s/d 17.00", [("08:00", "17:00")]),
        ("0-24", [("00:00", "24:00")]),
        ("9-12, 12-18", [("09:00", "12:00"), ("12:00", "18:00")]),
    ],
)
def test_ranges_are_read_as_people_write_them(written: str, read: list[tuple[str, str]]) -> None:
    assert ranges_in(written, "mon") == read


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("9-12, 11-15", r"Mon: 09:00–12:00 and 11:00–15:00 overlap"),
        ("18-9", r"Mon: “18-9” ends before it begins"),
        ("9-9", r"ends before it begins"),
        ("nine to five", r"Mon: “nine to five” is no range"),
        ("9-25", r"has a time that no clock shows"),
        ("9:75-12", r"has a time that no clock shows"),
        ("9-24:01", r"has a time that no clock shows"),
    ],
)
def test_what_cannot_be_is_refused_with_the_day(written: str, complaint: str) -> None:
    with pytest.raises(BadHours, match=complaint):
        ranges_in(written, "mon")


def test_dated_schedules_follow_each_other_and_holidays_go_to_the_one_that_holds() -> None:
    winter = Season(until_day="2025-04-01", week={"mon": "9-17"})
    summer = Season(from_day="2025-04-01", week={"mon": "8-20"})
    told = told_by([summer, winter], [date(2025, 1, 1), date(2025, 5, 1)])
    assert told is not None
    assert [season["holidays"] for season in told] == [["2025-05-01"], ["2025-01-01"]]
    assert len(read_schedules(told)) == 2
    assert seasons_of(told)[1] == [date(2025, 1, 1), date(2025, 5, 1)]


@pytest.mark.parametrize(
    ("seasons", "complaint"),
    [
        ([Season(week={"mon": "9-17"}), Season(week={"mon": "9-17"})], "Schedules 1 and 2 overlap"),
        (
            [Season(until_day="2025-04-02", week={"mon": "9-17"}), Season(from_day="2025-04-01")],
            "Schedules 1 and 2 overlap",
        ),
        ([Season(from_day="2025-04-01", until_day="2025-04-01")], "Schedule 1 holds from .* which is no day"),
        ([Season(from_day="1st of April")], "“1st of April” is no day"),
    ],
)
def test_schedules_that_overlap_or_hold_never_are_refused(seasons: list[Season], complaint: str) -> None:
    with pytest.raises(BadHours, match=complaint):
        told_by(seasons, [])


def test_a_form_without_anything_means_that_nothing_is_set() -> None:
    assert told_by(seasons_in({"from-0": "", "until-0": "", "mon-0": " "}), []) is None


def test_what_a_shop_has_set_comes_back_as_it_was() -> None:
    hours = [{"week": {"mon": [["09:00", "12:30"], ["13:30", "18:00"]]}, "from": "2025-01-01", "holidays": []}]
    seasons, holidays = seasons_of(hours)
    told = told_by(seasons, holidays)
    assert told is not None
    assert read_schedules(told) == read_schedules(hours)
