"""The pages of figures say what the command line says, and every number on them opens to as many rows."""

import csv
import html
import io
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from cli.programs import call
from django.test import Client
from web.busy import MARCH, MARCH_ON_THE_COMMAND_LINE, at
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.dashboard.row_list import SHOWN, TITLES
from counterbell.goals.targets import Goal, set_target
from counterbell.metrics import TEN, metric, metrics
from counterbell.metrics.rows import COLUMNS

NOW = datetime.now(UTC)


@pytest.fixture
def reader(busy: Shop) -> Client:
    return signed_in(person(busy, Role.VIEWER))


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def exported(client: Client, address: str) -> bytes:
    return b"".join(client.get(address))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def links(text: str, containing: str) -> list[str]:
    return [link for link in re.findall(r'href="([^"]+)"', text) if containing in link]


def count_of_rows(text: str) -> int:
    (count,) = re.findall(r'<h2 id="rows-title">([\d,]+) ', text)
    return int(count.replace(",", ""))


# ---- the overview


def test_the_overview_shows_the_ten_each_leading_to_its_page_with_the_same_view(reader: Client, busy: Shop) -> None:
    text = page(reader, at(busy, "overview/", channel="email"))
    for key in TEN:
        assert metric(key).title in text
        (href,) = re.findall(rf'class="tile" href="([^"]+)" id="tile-{key}"', text)
        assert href == f"/shops/{busy.slug}/metrics/{key}/?period=custom&{MARCH}&channel=email"


def test_the_menu_takes_period_and_filters_along_but_not_the_order_of_a_list(reader: Client, busy: Shop) -> None:
    text = page(reader, at(busy, "metrics/csat/", channel="email", sort="-score", by="tag", bucket="2025-03-03"))
    assert f'href="/shops/{busy.slug}/overview/?period=custom&{MARCH}&channel=email"' in text


def test_a_change_is_told_by_arrow_and_word_not_by_colour_alone(reader: Client, busy: Shop) -> None:
    text = page(reader, at(busy, "overview/"))
    assert re.search(r'class="change (good|bad)">[▲▼] [^<]+<span class="word">(better|worse)</span>', text)


def test_without_a_comparison_no_change_is_shown(reader: Client, busy: Shop) -> None:
    text = page(reader, at(busy, "overview/", compare="none"))
    assert 'class="change' not in text
    assert "Compare with another period" in text


def test_a_shop_without_tickets_is_told_what_to_do_next(installation: str, olga: Client, anns_shop: Shop) -> None:
    ways = ("imports/", "settings/mailboxes/", "settings/")
    told = page(olga, f"/shops/{anns_shop.slug}/overview/")
    assert "counterbell import" in told
    assert [f'class="button main" href="/shops/{anns_shop.slug}/imports/"' in told, "before –" in told] == [True, False]
    assert all(f'href="/shops/{anns_shop.slug}/{way}">' in told for way in ways)
    vic = page(signed_in(person(anns_shop, Role.VIEWER)), f"/shops/{anns_shop.slug}/overview/")
    assert not any(f'href="/shops/{anns_shop.slug}/{way}">' in vic for way in ways)
    assert "as soon as an owner connects the mailbox" in page(olga, f"/shops/{anns_shop.slug}/inbox/")


def test_a_period_without_anything_says_so(reader: Client, busy: Shop) -> None:
    assert "Nothing happened in this period" in page(reader, at(busy, "overview/", "first=2019-01-01&last=2019-01-31"))


@pytest.mark.parametrize("language", ["fr", "id"])
def test_names_and_figures_are_in_the_readers_language(busy: Shop, language: str) -> None:
    reader = signed_in(person(busy, Role.VIEWER), **{"Accept-Language": language})
    text = page(reader, at(busy, "overview/"))
    assert all(metric(key).words[language] in text for key in TEN)
    assert metric("response_time").title not in text


@pytest.mark.parametrize("query", ["chanel=email", "first=2025-03-31&last=2025-03-01", "period=last_year&grain=hour"])
def test_an_address_that_means_nothing_gets_a_page_with_a_sentence(reader: Client, busy: Shop, query: str) -> None:
    assert "That cannot be done" in page(reader, at(busy, "overview/", query), 400)


def test_there_is_no_page_of_a_metric_that_does_not_exist(reader: Client, busy: Shop) -> None:
    text = page(reader, at(busy, "metrics/respons_time/"), 404)
    assert "Did you mean 'response_time'?" in text


def test_a_goal_is_a_line_where_the_figures_are_those_that_it_asks_for(olga: Client, anns_shop: Shop) -> None:
    set_target(anns_shop, Goal("response_time"), value=3600, at=NOW)
    set_target(anns_shop, Goal("tickets_closed"), value=300, at=NOW)

    def with_a_line(query: str) -> list[str]:
        text = page(olga, f"/shops/{anns_shop.slug}/overview/?{query}")
        return [
            key for key, tile in re.findall(r'id="tile-(\w+)"(.*?)</a>', text, re.DOTALL) if "sparkline-goal" in tile
        ]

    assert with_a_line("") == ["response_time"]
    assert with_a_line("period=this_year&grain=month") == ["response_time", "tickets_closed"]
    assert with_a_line("clock=business") == with_a_line("stat=p90") == with_a_line("channel=email") == []


# ---- a metric


@pytest.mark.parametrize("key", metrics())
def test_every_metric_has_its_page_that_says_how_it_is_counted(reader: Client, busy: Shop, key: str) -> None:
    text = page(reader, at(busy, f"metrics/{key}/"))
    assert metric(key).title in text
    assert "How is this counted?" in text
    assert "select" in text
    assert f"/shops/{busy.slug}/metrics/{key}/rows.csv" in text


def test_all_metrics_are_listed(reader: Client, busy: Shop) -> None:
    text = page(reader, at(busy, "metrics/"))
    assert all(f"/metrics/{key}/?" in text for key in metrics())


COUNTED_BY_ROWS = {
    "tickets_created": lambda figures: figures,
    "unresolved_tickets": lambda figures: figures,
    "resolution_time": lambda figures: figures["n"],
    "first_response_time": lambda figures: figures["n"],
    "response_time": lambda figures: figures["n"],
    "csat": lambda figures: figures["n"],
    "one_reply_rate": lambda figures: figures["whole"],
    "tickets_closed": lambda figures: figures["total"],
    "converted_tickets": lambda figures: figures["orders"],
    "reopened": lambda figures: figures,
    "left_out": lambda figures: sum(figures.values()),
}


@pytest.mark.parametrize("key", COUNTED_BY_ROWS)
@pytest.mark.parametrize("filters", [{}, {"channel": "email", "tag": "vip", "tags": "none"}], ids=str)
def test_the_list_has_as_many_rows_as_the_figure_says(
    reader: Client, busy: Shop, key: str, filters: dict[str, str]
) -> None:
    told = ["--where", "channel=email", "--where", "tag!=vip"] if filters else []
    asked = ("--shop", busy.slug, *MARCH_ON_THE_COMMAND_LINE, "--grain", "month", "--metric", key, *told)
    figures = call("report", *asked, "--format", "json").json["total"]["metrics"][key]
    assert count_of_rows(page(reader, at(busy, f"metrics/{key}/", **filters))) == COUNTED_BY_ROWS[key](figures)


def test_those_who_wait_are_as_many_as_the_overview_says_whatever_its_period(reader: Client, busy: Shop) -> None:
    overview = page(reader, at(busy, "overview/", channel="email"))
    (waiting,) = re.findall(r"([\d,]+) customers wait for an answer", overview)
    (link,) = links(overview, "waiting=0")
    assert count_of_rows(page(reader, link)) == int(waiting.replace(",", "")) > 0


def test_every_bar_and_cell_opens_to_as_many_rows_as_it_shows(reader: Client, busy: Shop) -> None:
    text = page(reader, at(busy, "metrics/response_time/"))
    bins = re.findall(r'<th scope="row"><a href="([^"]+(?:over|upto)=[^"]+)">[^<]+</a></th>\s*<td>([\d,]+)</td>', text)
    assert len(bins) > 5
    for href, count in bins:
        assert count_of_rows(page(reader, href)) == int(count.replace(",", ""))


@pytest.mark.parametrize("key", ["csat", "one_reply_rate", "unresolved_tickets", "left_out"])
def test_every_part_of_a_figure_opens_to_as_many_rows(reader: Client, busy: Shop, key: str) -> None:
    text = page(reader, at(busy, f"metrics/{key}/"))
    parts = re.findall(r'<dd><a href="([^"]+(?:score|share|status)=[^"]+)">([\d,]+)</a></dd>', text)
    assert len(parts) >= 2
    for href, count in parts:
        assert count_of_rows(page(reader, href)) == int(count.replace(",", ""))


def test_every_day_of_the_course_opens_to_its_tickets(reader: Client, busy: Shop) -> None:
    text = page(reader, at(busy, "metrics/tickets_created/"))
    days = re.findall(r'<th scope="row"><a href="([^"]+bucket=[^"]+)">[^<]+</a></th>\s*<td>([\d,]+)</td>', text)
    assert len(days) == 31
    for href, count in days[:10]:
        assert count_of_rows(page(reader, href)) == int(count)


def test_each_value_of_a_dimension_leads_to_a_narrower_view_with_its_figure(reader: Client, busy: Shop) -> None:
    text = page(reader, at(busy, "metrics/tickets_created/", by="channel"))
    rows = re.findall(
        r'<th scope="row"><a href="([^"]+channel=[^"]+)">[^<]+</a></th>\s*<td class="number strong">(\d+)', text
    )
    assert len(rows) == 4
    for href, count in rows:
        assert count_of_rows(page(reader, href)) == int(count)


def test_a_breakdown_sorts_by_any_column(reader: Client, busy: Shop) -> None:
    def names(rank: str) -> list[str]:
        text = page(reader, at(busy, "metrics/response_time/", by="channel", rank=rank))
        return re.findall(r'<th scope="row"><a href="[^"]+channel=[^"]+">([^<]+)</a>', text)

    assert names("name") == sorted(names("-value"))
    assert names("-value") == names("value")[::-1]


def test_the_list_is_paged_and_sorted(reader: Client, busy: Shop) -> None:
    def tickets(**more: Any) -> list[str]:
        text = page(reader, at(busy, "metrics/tickets_created/", **more))
        return re.findall(r'<tr><th scope="row">(t\d+)</th>', text)

    everything = table(exported(reader, at(busy, "metrics/tickets_created/rows.csv")))
    by_time = [row["ticket"] for row in everything]
    assert tickets() + tickets(page=2) == by_time[:50]
    slowest = sorted(
        (row for row in everything if row["resolution_seconds"]), key=lambda row: -float(row["resolution_seconds"])
    )
    assert tickets(sort="-resolution_seconds")[:5] == [row["ticket"] for row in slowest[:5]]
    assert "Nothing stands behind this" not in page(reader, at(busy, "metrics/tickets_created/", page=99))


def test_a_column_that_is_not_there_sorts_nothing(reader: Client, busy: Shop) -> None:
    assert "no column 'price'" in page(reader, at(busy, "metrics/tickets_created/", sort="price"), 400)


def test_a_bar_that_a_metric_does_not_have_is_refused(reader: Client, busy: Shop) -> None:
    assert "cannot be narrowed by scores" in page(reader, at(busy, "metrics/tickets_created/", score=5), 400)


@pytest.mark.parametrize("kind", SHOWN)
def test_every_column_that_is_shown_exists_and_has_a_name(kind: str) -> None:
    assert set(SHOWN[kind]) <= set(COLUMNS[kind])
    assert set(SHOWN[kind]) <= set(TITLES)


@pytest.mark.parametrize("name", ["trend", "spread", "week"])
@pytest.mark.parametrize("format", ["json", "svg"])
def test_charts_are_answers_of_their_own(reader: Client, busy: Shop, name: str, format: str) -> None:
    answer = reader.get(at(busy, f"metrics/response_time/{name}.{format}"))
    assert answer.status_code == 200
    assert (b"<svg" if format == "svg" else b'"marks"') in answer.content


@pytest.mark.parametrize("chart", ["tickets_created/spread.json", "unresolved_tickets/week.json"])
def test_a_metric_has_only_the_charts_that_it_can_have(reader: Client, busy: Shop, chart: str) -> None:
    assert reader.get(at(busy, f"metrics/{chart}")).status_code == 404


# ---- exports


@pytest.mark.parametrize("grain", ["day", "month"])
@pytest.mark.parametrize("by", [None, "channel"])
def test_the_exported_report_is_that_of_the_command_line_to_the_digit(
    reader: Client, busy: Shop, grain: str, by: str | None
) -> None:
    asked = ("--shop", busy.slug, *MARCH_ON_THE_COMMAND_LINE, "--grain", grain, "--format", "csv")
    printed = call("report", *asked, *(["--by", by] if by else [])).output
    assert exported(reader, at(busy, "report.csv", grain=grain, **({"by": by} if by else {}))) == printed


@pytest.mark.parametrize("key", ["tickets_created", "response_time", "csat", "converted_tickets", "unresolved_tickets"])
def test_the_exported_rows_are_those_of_the_command_line_to_the_digit(reader: Client, busy: Shop, key: str) -> None:
    asked = ("--shop", busy.slug, *MARCH_ON_THE_COMMAND_LINE, "--metric", key, "--where", "channel=email,chat")
    printed = call("tickets", *asked).output
    assert exported(reader, f"{at(busy, f'metrics/{key}/rows.csv')}&channel=email&channel=chat") == printed
    assert printed.startswith(b"\xef\xbb\xbf")


def test_an_export_is_a_file_with_a_name(reader: Client, busy: Shop) -> None:
    answer = reader.get(at(busy, "report.csv"))
    assert answer["Content-Disposition"] == f'attachment; filename="{busy.slug}-report-2025-03-01-2025-04-01.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("address", ["overview/", "metrics/unresolved_tickets/", "revenue/", "report.csv"])
def test_a_value_that_looks_like_a_part_of_a_query_is_a_value(busy_here: Shop, address: str) -> None:
    olga = signed_in(person(busy_here, Role.OWNER))
    for value in ("$tickets", "$files", "$maturing_after", "hour_bucket", "'--", "%00", "{key}"):
        told = {"channel": value, "tag": value}
        assert olga.get(f"/shops/{busy_here.slug}/{address}", told).status_code == 200, value


@pytest.mark.parametrize("address", ["overview/", "revenue/"])
def test_the_first_days_of_the_calendar_have_none_before_them(busy_here: Shop, address: str) -> None:
    olga = signed_in(person(busy_here, Role.OWNER))
    days = {"first": "0001-01-02", "last": "0001-01-20", "compare": "none"}
    shown = page(olga, f"/shops/{busy_here.slug}/{address}?{urlencode(days)}")
    assert 'aria-label="Earlier"' not in shown
