"""The figure at the end of a line is written where the lines leave room."""

import pytest

from counterbell.charts._room import Course, Plot

LEVEL = [10.0] * 40
FALLING = [*[60.0] * 39, 10.0]
FALLING_TO_THE_GROUND = [*[60.0] * 39, 5.0]
RISING = [*[10.0] * 39, 60.0]
NONE: Course = [None] * 40


@pytest.mark.parametrize(
    ("now", "before", "where"),
    [
        (LEVEL, NONE, "bottom"),  # of the text: it stands above its point
        (RISING, NONE, "bottom"),
        (FALLING, NONE, "top"),
        (FALLING_TO_THE_GROUND, NONE, "middle"),
        ([50.0] * 40, [56.0] * 40, "top"),
        (NONE, NONE, "bottom"),
    ],
)
def test_a_figure_stands_where_it_meets_no_line(now: Course, before: Course, where: str) -> None:
    plot = Plot([now, before], (0.0, 100.0), 260)
    assert plot.before_the_end(39, now[-1] or 10.0, "15")["baseline"] == where


def test_a_figure_at_the_ground_is_not_written_beneath_the_axis() -> None:
    plot = Plot([[0.0] * 40, [6.0] * 40], (0.0, 100.0), 260)
    assert plot.before_the_end(39, 0.0, "0")["dy"] < 0
