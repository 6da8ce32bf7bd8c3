"""From a record to a series of days and its jumps, by the one query path."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from goals.cast import annas_shop, at, brief, daily, open_ticket, settled
from record.records import put

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.goals.scopes import parse
from counterbell.insights.evidence import Counts, Logs, Scores
from counterbell.insights.marks import marks
from counterbell.insights.series import daily as series_of
from counterbell.insights.series import part_of_day_passed

Line = dict[str, object]


def busy_weeks(first: str, days: int, a_day: int) -> list[Line]:
    return [line for day in range(days) for line in open_day(at(first) + timedelta(days=day), a_day)]


def open_day(day: datetime, a_day: int) -> list[Line]:
    """So many tickets, one an hour from eight o'clock on, round and round until seven in the evening."""
    name = f"{day:%m-%d}"
    told = [open_ticket(f"{name}-{number}", f"{name} {8 + number % 12:02}:00") for number in range(a_day)]
    return [line for lines in told for line in lines]


def test_a_series_begins_with_the_first_day_on_which_there_was_anything(installation: str) -> None:
    shop = annas_shop(settled("t1", "03-03 09:00", score=4), settled("t2", "03-05 09:00", score=5))
    told = series_of(shop, "csat", at=at("03-06 12:00"))
    assert told.days == (date(2025, 3, 3), date(2025, 3, 4), date(2025, 3, 5), date(2025, 3, 6))
    assert isinstance(told.series, Scores)
    assert told.series.counts.tolist() == [[0, 0, 0, 1, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]]
    assert told.running


def test_each_kind_of_metric_has_its_kind_of_series(sqlite: object) -> None:
    shop = annas_shop(list(daily("03-03", 3, 4)))
    wanted = {
        "csat": Scores,
        "one_reply_rate": Scores,
        "tickets_created": Counts,
        "tickets_closed": Counts,
        "response_time": Logs,
        "unresolved_tickets": Logs,
    }
    assert {key: type(series_of(shop, key, at=at("03-06")).series) for key in wanted} == wanted


def test_a_metric_without_a_level_of_its_own_is_refused(sqlite: object) -> None:
    with pytest.raises(Problem, match="cannot be told"):
        marks(annas_shop(), "net_flow", at=at("03-06"))


def test_jumps_are_searched_for_anew_when_the_record_has_changed(sqlite: object) -> None:
    shop = annas_shop(busy_weeks("02-01", 70, 4))
    assert marks(shop, "tickets_created", at=at("04-12")) == []
    put(shop, [line for number in range(60) for line in open_ticket(f"more-{number}", "04-11 10:00")])
    (mark,) = marks(shop, "tickets_created", at=at("04-12"))
    assert mark.began == date(2025, 4, 11)


def test_a_shop_without_anything_has_no_jumps(sqlite: object) -> None:
    assert marks(annas_shop(), "csat", at=at("03-06")) == []


def test_a_peak_of_tickets_is_marked_with_its_levels_a_day(installation: str) -> None:
    shop = annas_shop(busy_weeks("01-06", 60, 6), open_day(at("03-07"), 40))
    [mark] = marks(shop, "tickets_created", at=at("03-08"))
    assert (mark.began, mark.seen, mark.ended) == (date(2025, 3, 7), date(2025, 3, 7), None)
    assert mark.usual == pytest.approx(6, abs=0.5)
    assert mark.level == 40
    assert not mark.falls
    assert mark.better is None


def test_a_peak_is_seen_while_the_day_is_running(sqlite: object) -> None:
    shop = annas_shop(busy_weeks("01-06", 60, 6), open_day(at("03-07"), 40))
    assert marks(shop, "tickets_created", at=at("03-07 10:30")) != []
    usual = annas_shop(busy_weeks("01-06", 61, 6))
    assert [marks(usual, "tickets_created", at=at(f"03-07 {hour:02}:30")) for hour in range(1, 24)] == [[]] * 23


def test_the_part_of_a_day_that_has_passed_is_what_usually_comes_by_that_hour(sqlite: object) -> None:
    """Six tickets a day, at the hours from eight to one."""
    shop = annas_shop(busy_weeks("01-06", 60, 6))
    parts = [part_of_day_passed(shop, "tickets_created", at=at(f"03-07 {hour:02}:00")) for hour in (4, 8, 11, 20)]
    assert np.allclose(parts, [0.001, 0.001, 0.5, 1.0])
    assert part_of_day_passed(annas_shop(), "tickets_created", at=at("03-07 06:00")) == 0.25


def test_a_jump_of_a_team_is_not_that_of_another(sqlite: object) -> None:
    lines: list[Line] = []
    for day in range(60):
        when = at("01-06") + timedelta(days=day, hours=9)
        for by in ("ann", "ben"):
            for number in range(6):
                score = 1 if by == "ben" and day > 56 else 4 + number % 2
                name = f"{by}-{day}-{number}"
                lines += settled(name, brief(when + timedelta(minutes=number)), by=by, score=score)
    shop = annas_shop(lines)
    care, returns = (
        marks(shop, "csat", at=at("03-06 23:00"), where=parse(f"team={team}").where) for team in ("care", "returns")
    )
    assert care == []
    [mark] = returns
    assert mark.better is False


def test_dan_sees_no_marks_of_annas_shop(installation: str, dans_shop: Shop) -> None:
    annas_shop(busy_weeks("01-06", 60, 6), open_day(at("03-07"), 40))
    assert marks(dans_shop, "tickets_created", at=at("03-08")) == []
