"""Small courses for tiles."""

from xml.etree import ElementTree

from counterbell.charts.sparkline import sparkline


def drawn(*values: float | None, goal: float | None = None, label: str = "Tickets by day") -> ElementTree.Element:
    return ElementTree.fromstring(sparkline(values, label=label, goal=goal))


def test_a_course_has_a_text_and_its_last_point() -> None:
    made = drawn(1, 3, 2)
    assert (made.get("role"), made.get("aria-label")) == ("img", "Tickets by day")
    (course,), (last,) = made.findall("polyline"), made.findall("circle")
    assert course.get("points") == "3,29 60,3 117,16"
    assert (last.get("cx"), last.get("cy")) == ("117", "16")


def test_null_is_a_gap_and_a_lone_figure_a_point() -> None:
    made = drawn(1, 2, None, 3, None, None)
    assert len(made.findall("polyline")) == 1
    assert [circle.get("class") for circle in made.findall("circle")] == ["sparkline-alone", "sparkline-last"]


def test_the_goal_is_a_line_and_within_the_picture() -> None:
    (line,) = drawn(1, 2, goal=5).findall("line")
    assert line.get("y1") == "3"


def test_there_may_be_nothing_or_one_figure_or_always_the_same() -> None:
    assert drawn().findall("circle") == []
    assert drawn(None, None).findall("polyline") == []
    assert drawn(4)[0].get("cy") == "16"
    assert drawn(4, 4)[0].get("points") == "3,16 117,16"


def test_a_label_is_a_text() -> None:
    assert drawn(1, label='<b> & "quoted"').get("aria-label") == '<b> & "quoted"'
