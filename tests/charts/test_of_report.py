"""Charts of a report say what the report says."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from cli.programs import call, log
from cli.test_commands import LINES

from counterbell.accounts.models import Shop
from counterbell.charts.of_report import ReportCharts
from counterbell.metrics.periods import Bucket, Grain, Period
from counterbell.metrics.query import Question
from counterbell.metrics.report import Report, report

KEYS = ("tickets_created", "tickets_closed", "unresolved_tickets", "converted_tickets", "first_response_time", "csat")


@pytest.fixture
def anns_march(sqlite: Path, tmp_path: Path) -> Report:
    """March of Ann's shop by week, as it stood on the 12th: the week that holds it is not over."""
    slug = f"ann-{uuid4().hex}"
    assert call("import", "log_file", log(tmp_path / "march.log", LINES), "--shop", slug).code == 0
    period = Period.of(date(2025, 3, 1), date(2025, 4, 1), ZoneInfo("Europe/Paris"), Grain.WEEK)
    question = Question(period, KEYS, by="channel", as_of=datetime(2025, 3, 12, 12, tzinfo=UTC))
    return report(Shop.objects.get(slug=slug), question, "previous")


def rows(chart: object) -> list[list[str]]:
    return [[cell.text for cell in row] for row in chart.table.rows]  # type: ignore[attr-defined]


def test_a_trend_has_the_reports_figures_and_nothing_of_what_has_not_begun(anns_march: Report) -> None:
    chart = ReportCharts(anns_march).trend("tickets_created")
    assert [row[1] for row in rows(chart)] == ["0", "1", "1", "–", "–", "–"]
    assert [row[-1] for row in rows(chart)] == ["", "", "not over yet", "", "", ""]


def test_a_figure_on_few_rows_is_thin(anns_march: Report) -> None:
    table = rows(ReportCharts(anns_march).trend("first_response_time"))
    assert [(row[1], row[-1]) for row in table[1:3]] == [("20 min", "thin sample"), ("–", "not over yet")]


def test_a_bucket_leads_where_it_is_told(anns_march: Report) -> None:
    def link(bucket: Bucket) -> str:
        return f"/ann/tickets/?from={bucket.start}"

    table = ReportCharts(anns_march, link).trend("csat").table
    assert table.rows[1][0].href == "/ann/tickets/?from=2025-03-03"


def test_slices_are_bars_the_most_first(anns_march: Report) -> None:
    chart = ReportCharts(anns_march).breakdown("tickets_created", "Channel", name=str, href=lambda value: f"?{value}")
    assert [row[:2] for row in rows(chart)] == [["chat", "1"], ["email", "1"]]
    assert chart.table.rows[0][0].href == "?chat"


def test_the_flow_has_the_level_at_the_end_of_each_bucket(anns_march: Report) -> None:
    chart = ReportCharts(anns_march).flow("Tickets")
    assert [row[1:] for row in rows(chart)][:4] == [["0", "0", "0"], ["1", "1", "0"], ["1", "0", "1"], ["0", "0", "–"]]


def test_cohorts_tell_who_may_still_buy(anns_march: Report) -> None:
    table = rows(ReportCharts(anns_march).cohorts())
    assert table[1][1:] == ["1", "1", "100.0%", "0"]
    assert table[2][-1] == "1"
