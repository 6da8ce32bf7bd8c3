"""The plain reading gives the worked cases, and agrees with itself on random histories."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from histories import as_ofs, histories, instants_of, periods, shuffled, wheres
from hypothesis import given
from hypothesis import strategies as st
from plain_reading import SECOND, Calendar, Line, OpeningHours, Reading, Row
from rounds import rounds

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
on_random_histories = rounds(8)


@pytest.mark.parametrize("case_file", CASES, ids=lambda path: path.stem)
def test_a_worked_case_gives_its_numbers(case_file: Path) -> None:
    case = json.loads(case_file.read_text(encoding="utf-8"))
    reading = Reading(case["log"], datetime.fromisoformat(case["as_of"]))
    start, end = (date.fromisoformat(day) for day in case["period"])
    (metrics,) = as_one_bucket(reading, start, end)
    for metric, expected in case["expect"].items():
        assert_agrees(metrics[metric], expected, metric)


def as_one_bucket(reading: Reading, start: date, end: date) -> list[Row]:
    """The metrics of a period that one bucket of the report covers."""
    grain = "day" if end - start == timedelta(days=1) else "month"
    return [bucket["metrics"] for bucket in reading.report(start, end, grain)]


def assert_agrees(found: Any, expected: Any, name: str) -> None:
    """Numbers to 1e-9; of an object the members that are expected, but by agent all of them."""
    if isinstance(expected, dict):
        if name.endswith("by_agent"):
            assert found.keys() == expected.keys(), name
        for member, value in expected.items():
            assert_agrees(found[member], value, f"{name}.{member}")
    elif expected is None:
        assert found is None, name
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), name


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """A random history read as of some instant."""
    lines = draw(histories())
    return Reading(lines, draw(as_ofs(lines)))


@on_random_histories
@given(st.data())
def test_every_resolved_ticket_is_in_one_class_of_touch_and_of_automation(data: st.DataObject) -> None:
    lines = data.draw(histories())
    start, end, grain = data.draw(periods(lines))
    for bucket in Reading(lines, data.draw(as_ofs(lines))).report(start, end, grain):
        metrics = bucket["metrics"]
        touch, automated = metrics["one_reply_rate"], metrics["automated_resolution_rate"]
        resolved = metrics["tickets_closed"]["total"]
        assert touch["zero"] + touch["part"] + touch["several"] == touch["whole"]
        assert touch["whole"] + touch["partly_known"] == resolved
        assert automated["part"] + automated["silent"] == metrics["zero_touch_rate"]["part"] <= resolved
        assert sum(metrics["tickets_closed"]["by_agent"].values()) == resolved


@on_random_histories
@given(st.data())
def test_the_net_flow_is_the_change_of_the_level(data: st.DataObject) -> None:
    lines = data.draw(histories())
    start, end, grain = data.draw(periods(lines))
    reading = Reading(lines, data.draw(as_ofs(lines)))
    report = reading.report(start, end, grain)
    level = len(reading.level_at(report[0]["start"], inclusive=False))
    for bucket in report:
        level += bucket["metrics"]["net_flow"]
        assert bucket["metrics"]["unresolved_tickets"] in (level, None)


@on_random_histories
@given(st.data())
def test_the_days_add_up_to_the_whole(data: st.DataObject) -> None:
    lines = data.draw(histories())
    start, end, _ = data.draw(periods(lines))
    reading = Reading(lines, data.draw(as_ofs(lines)))
    days = [bucket["metrics"] for bucket in reading.report(start, end, "day")]
    hours = [bucket["metrics"] for bucket in reading.report(start, end, "hour")]
    (year,) = [bucket["metrics"] for bucket in reading.report(start, end, "year")]
    for parts in (days, hours):
        assert sum(part["tickets_created"] for part in parts) == year["tickets_created"]
        assert sum(part["net_flow"] for part in parts) == year["net_flow"]
        for metric, count in COUNTS:
            assert sum(part[metric][count] for part in parts) == year[metric][count], metric


COUNTS = [
    ("resolution_time", "n"),
    ("response_time", "n"),
    ("response_time_any", "n"),
    ("first_response_time", "n"),
    ("first_response_time_bh", "n"),
    ("csat", "n"),
    ("csat", "sent"),
    ("csat", "answered"),
    ("csat", "robots"),
    ("one_reply_rate", "part"),
    ("converted_tickets", "orders"),
    ("converted_tickets", "maturing"),
    ("contact_rate", "whole"),
    ("left_out", "merged"),
]


@on_random_histories
@given(st.data())
def test_the_order_of_the_lines_never_matters(data: st.DataObject) -> None:
    lines = data.draw(histories())
    as_of = data.draw(as_ofs(lines))
    assert facts(Reading(lines, as_of)) == facts(Reading(data.draw(shuffled(lines)), as_of))


def facts(reading: Reading) -> list[list[Row]]:
    """The five tables."""
    return [reading.tickets, reading.responses, reading.spells, reading.ratings, reading.conversions]


@on_random_histories
@given(readings())
def test_the_replayed_level_is_the_spells_that_contain_the_moment(reading: Reading) -> None:
    moments = {spell["opened_at"] for spell in reading.spells} | {spell["closed_at"] for spell in reading.spells}
    for moment in moments - {None}:
        inside = {row["ticket"] for row in reading.spells if row["opened_at"] <= moment and closes_after(row, moment)}
        assert {row["ticket"] for row in reading.level_at(moment, inclusive=True)} == inside
        before = {row["ticket"] for row in reading.spells if row["opened_at"] < moment and not closed_by(row, moment)}
        assert {row["ticket"] for row in reading.level_at(moment, inclusive=False)} == before


def closes_after(spell: Row, moment: int) -> bool:
    return spell["closed_at"] is None or spell["closed_at"] > moment


def closed_by(spell: Row, moment: int) -> bool:
    return spell["closed_at"] is not None and spell["closed_at"] < moment


@on_random_histories
@given(readings())
def test_business_time_is_never_longer_than_calendar_time(reading: Reading) -> None:
    for row in reading.responses:
        assert row["waited_business_us"] is None or 0 <= row["waited_business_us"] <= row["waited_us"]


@on_random_histories
@given(histories())
def test_without_an_as_of_everything_exists(lines: list[Line]) -> None:
    assert facts(Reading(lines, max(instants_of(lines)))) == facts(Reading(lines))


@on_random_histories
@given(st.data())
def test_the_slices_by_direction_add_up_to_the_whole(data: st.DataObject) -> None:
    lines = data.draw(histories())
    start, end, _ = data.draw(periods(lines))
    where = data.draw(wheres().filter(lambda asked: "direction" not in asked))
    reading = Reading(lines, data.draw(as_ofs(lines)))
    (whole,) = [bucket["metrics"] for bucket in reading.report(start, end, "year", where)]
    slices = [
        bucket["metrics"]
        for direction in ("inbound", "outbound")
        for bucket in reading.report(start, end, "year", where | {"direction": direction})
    ]
    assert sum(part["tickets_created"] for part in slices) == whole["tickets_created"]
    assert sum(part["unresolved_tickets"] or 0 for part in slices) == (whole["unresolved_tickets"] or 0)
    for metric, count in COUNTS:
        if metric != "contact_rate":  # an order has no direction
            assert sum(part[metric][count] for part in slices) == whole[metric][count], metric


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Europe/Paris", date(2025, 3, 30), [60] * 23),
        ("Europe/Paris", date(2025, 10, 26), [60] * 25),
        ("Australia/Lord_Howe", date(2025, 4, 6), [60, 60, 30] + [60] * 22),
        ("Australia/Lord_Howe", date(2025, 10, 5), [60, 60, 30] + [60] * 21),
        ("America/Sao_Paulo", date(2018, 11, 4), [60] * 23),
        ("America/Sao_Paulo", date(2018, 2, 17), [60] * 25),
        ("Asia/Kolkata", date(2025, 3, 30), [60] * 24),
    ],
)
def test_a_day_has_the_hours_of_its_zone(zone: str, day: date, minutes: list[int]) -> None:
    hours = Calendar(ZoneInfo(zone), "monday").buckets(day, day + timedelta(days=1), "hour")
    assert [(end - start) // (60 * SECOND) for start, end in hours] == minutes


@pytest.mark.parametrize(
    ("day", "ranges", "minutes"),
    [
        (date(2025, 3, 30), [["00:00", "24:00"]], 23 * 60),
        (date(2025, 10, 26), [["00:00", "24:00"]], 25 * 60),
        (date(2025, 10, 26), [["02:00", "03:00"]], 2 * 60),
        (date(2025, 10, 26), [["01:00", "02:30"]], 90),
        (date(2025, 3, 30), [["02:30", "03:15"]], 0),
        (date(2025, 3, 30), [["02:00", "02:30"], ["03:00", "04:00"]], 60),
    ],
)
def test_opening_hours_on_a_day_on_which_the_clocks_change(day: date, ranges: list[list[str]], minutes: int) -> None:
    calendar = Calendar(ZoneInfo("Europe/Paris"), "monday")
    hours = OpeningHours([{"week": {"sun": ranges}}], calendar)
    two_days = (calendar.day_start(day - timedelta(days=1)), calendar.day_start(day + timedelta(days=1)))
    assert hours.between(*two_days) == minutes * 60 * SECOND
