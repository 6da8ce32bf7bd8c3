"""Every kind of chart, in both themes and all languages, says its figures in the picture, in words and as a table."""

import re
from html import unescape
from xml.etree import ElementTree

import altair as alt
import pytest
from charts.gallery import KINDS
from django.utils import translation

from counterbell.charts import backlog, breakdown, heatmap, histogram, render, trend
from counterbell.charts._chart import Chart
from counterbell.charts._marks import with_rows
from counterbell.charts.palette import Palette

SAYS = {
    "trend": {
        "en": ["Average first response time", "goal 1 h", "2 h", "+45%", "Aug 17"],
        "fr": ["Temps moyen de première réponse", "objectif 1 h", "2 h", "17 août"],
        "id": ["Rata-rata waktu respons pertama", "target 1 jam", "17 Agu"],
    },
    "ratings": {"en": ["4.66", "goal 4.50"], "fr": ["4,66", "objectif 4,50"], "id": ["4,66", "target 4,50"]},
    "flow": {"en": ["Created", "Unresolved"], "fr": ["Créés", "Non résolus"], "id": ["Dibuat", "Belum terselesaikan"]},
    "histogram": {
        "en": ["median 52 min", "p90 5 h 50", "target 1 h"],
        "fr": ["médiane 52 min", "p90 5 h 50", "cible 1 h"],
        "id": ["median 52 mnt", "p90 5 jam 50 mnt", "target 1 jam"],
    },
    "breakdown": {language: ["812", "455", "131", "84", "7", "–"] for language in ("en", "fr", "id")},
    "money": {"en": ["€1,234.50"], "fr": ["1 234,50 €"], "id": ["€1.234,50"]},
    "heatmap": {"en": ["Mon", "31"], "fr": ["lun.", "31"], "id": ["Sen", "31"]},
    "scores": {"en": ["63% (610)", "1 star"], "fr": ["63 % (610)", "1 étoile"], "id": ["63% (610)", "1 bintang"]},
    "by_status": {"en": ["open", "snoozed"], "fr": ["ouvert"], "id": ["terbuka"]},
    "by_age": {"en": ["Age of the backlog", "< 1 d"], "fr": ["< 1 j"], "id": ["< 1 hari"]},
    "cohorts": {
        "en": ["38", "still maturing"], "fr": ["38", "encore dans le délai"], "id": ["38", "masih dalam masa konversi"]
    },
    "agents": {"en": ["4.61", "all: 4.45"], "fr": ["4,61", "tous : 4,45"], "id": ["4,61", "semua: 4,45"]},
}  # fmt: skip
"""Texts that stand in the picture of each kind."""


TEXT = "{http://www.w3.org/2000/svg}text"


def texts(svg: str) -> list[str]:
    """What is written in a picture."""
    return [plain("".join(text.itertext())) for text in ElementTree.fromstring(svg).iter(TEXT)]


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


@pytest.mark.parametrize("language", ["en", "fr", "id"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_says_the_figures_in_the_readers_language(kind: str, language: str) -> None:
    with translation.override(language):
        chart = KINDS[kind]()
    for theme in ("light", "dark"):
        written = texts(render.svg(chart, theme))
        joined = " | ".join(written)
        assert [told for told in SAYS[kind][language] if told not in joined] == [], joined
        assert "null" not in joined
        assert "undefined" not in joined


def test_every_kind_is_tested() -> None:
    assert set(SAYS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_definition_is_what_vega_lite_allows(kind: str) -> None:
    chart = KINDS[kind]()
    assert isinstance(chart.draw(Palette("light")), alt.LayerChart)
    chart.draw(Palette("page")).to_dict(validate=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_has_a_role_and_its_description_and_no_inline_style(kind: str) -> None:
    chart = KINDS[kind]()
    drawn = render.svg(chart, "page")
    told = re.search(r'role="img" lang="en" aria-label="([^"]+)"', drawn)
    assert told is not None
    assert chart.description in unescape(told[1])
    assert " style=" not in drawn
    assert "#0072b2" not in drawn, "colours of the page come from its style sheet"


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_has_a_cell_for_each_heading(kind: str) -> None:
    table = KINDS[kind]().table
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.header)}


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (
            "trend",
            "Average first response time from Sat, Aug 1 to Fri, Aug 28: least 55 min (Sun, Aug 16), "
            "most 2 h 45 (Mon, Aug 24), last 2 h (Fri, Aug 28). The goal is 1 h.",
        ),
        ("flow", "Tickets: 1,473 created, 1,380 closed, 213 unresolved at the end."),
        (
            "histogram",
            "Average resolution time: 1,261 in all, half of them within 52 min and nine of ten within 5 h 50. "
            "54% are within the target of 1 h.",
        ),
        ("scores", "Customer satisfaction (CSAT): 4.37 on average of 966 ratings; 86% gave 4 or 5, 8% gave 1 or 2."),
        ("cohorts", "Converted tickets: 356 of 5,394 tickets led to a purchase (6.6%); 180 still may."),
    ],
)
def test_a_description_is_a_sentence_with_the_main_figures(kind: str, sentence: str) -> None:
    assert KINDS[kind]().description == sentence


def _lines(chart: Chart) -> list[tuple[bool, list[tuple[int, float]]]]:
    """The stretches of a trend's line, each with whether it is dashed, as its definition holds them."""
    drawn = with_rows(chart.draw(Palette("light")).to_dict())
    found: dict[tuple[bool, int], list[tuple[int, float]]] = {}
    for layer in drawn["layer"]:
        if layer["mark"].get("type") == "line" and "strokeDash" in layer["mark"]:
            for row in drawn["datasets"][layer["data"]["name"]]:
                found.setdefault((row["open"], row["run"]), []).append((row["place"], row["value"]))
    return [(is_open, points) for (is_open, _run), points in found.items()]


def test_what_is_null_is_a_gap_and_what_is_not_over_is_dashed() -> None:
    values: list[float | None] = [1, 2, None, 4, 5, 6]
    points = [
        trend.Point(str(place), value, state="running" if place == 5 else "settled")
        for place, value in enumerate(values)
    ]
    assert _lines(trend.chart("Tickets", "tickets", points)) == [
        (False, [(0, 1), (1, 2)]), (False, [(3, 4), (4, 5)]), (True, [(4, 5), (5, 6)])
    ]  # fmt: skip


def test_nothing_at_all_is_drawn_and_told_too() -> None:
    charts = [
        trend.chart("CSAT", "rating", [trend.Point("Aug", None), trend.Point("Sep", None)], goal=4.5),
        breakdown.chart("CSAT", "rating", "Channel", []),
        backlog.by_status("Backlog", [backlog.Level("Aug", None)]),
        heatmap.chart("Tickets", "tickets", []),
    ]
    for chart in charts:
        assert chart.description.endswith(": no figures in this period.")
        assert "NaN" not in render.svg(chart)


def test_a_time_stands_in_its_span_of_a_histogram() -> None:
    spans = [histogram.Span(0, 60, 1), histogram.Span(60, 300, 1), histogram.Span(300, None, 1)]
    assert [histogram.place_of(seconds, spans) for seconds in (0, 30, 60, 180, 9_000)] == [0, 0.5, 1, 1.5, 2.5]


def test_what_stands_in_a_chart_cannot_break_out_of_it() -> None:
    bars = [breakdown.Bar('</template><script>alert("1")</script>\' + "', 3, href="/ann/")]
    chart = breakdown.chart("Tickets", "tickets", "Tag", bars)
    ElementTree.fromstring(render.svg(chart))
    assert "<script>" not in render.svg(chart)
    assert '</template><script>alert("1")</script>' in chart.table.rows[0][0].text


def test_a_chart_stays_in_the_language_in_which_it_was_made() -> None:
    with translation.override("fr"):
        chart = KINDS["histogram"]()
    assert "médiane 52 min" in " ".join(texts(render.svg(chart)))
