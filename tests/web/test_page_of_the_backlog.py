"""What is not resolved: how much, how old, and who waits; every bar and class opens to its tickets."""

import re

import pytest
from django.test import Client
from web.busy import at
from web.people import person, signed_in
from web.reading import charted, count_of_rows, page, whole

from counterbell import formats
from counterbell.accounts.models import Role, Shop
from counterbell.accounts.opening_hours import zone
from counterbell.metrics.backlog import backlog
from counterbell.metrics.periods import Grain, Period, parse_day
from counterbell.metrics.query import Question, ask


@pytest.fixture
def reader(busy_here: Shop) -> Client:
    return signed_in(person(busy_here, Role.VIEWER))


def march(shop: Shop) -> Period:
    return Period.of(parse_day("2025-03-01"), parse_day("2025-04-01"), zone(shop.timezone), Grain.DAY)


def test_the_figures_are_the_querys(reader: Client, busy_here: Shop) -> None:
    keys = ("unresolved_tickets", "days_to_clear", "net_flow", "backlog_age")
    found = ask(busy_here, Question(march(busy_here).as_one(), keys)).total.metrics
    figures = re.findall(r'<span class="figure"><a href="[^"]+">([^<]+)</a>', page(reader, at(busy_here, "backlog/")))
    assert figures == [
        formats.number(found["unresolved_tickets"]),
        formats.duration(found["backlog_age"]["oldest"]),
        formats.number(found["days_to_clear"], 1),
        f"{'+' if found['net_flow'] > 0 else ''}{formats.number(found['net_flow'])}",
    ]


def test_every_status_opens_to_as_many_tickets(reader: Client, busy_here: Shop) -> None:
    found, text = backlog(busy_here, march(busy_here)).last, page(reader, at(busy_here, "backlog/"))
    for status, n in (found.by_status or {}).items():
        (href,) = re.findall(rf'<a href="([^"]+status={status}[^"]*)">{status} {n}</a>', text)
        assert count_of_rows(page(reader, href)) == n


def test_every_class_of_age_opens_to_as_many_tickets_and_all_of_them_are_the_whole(
    reader: Client, busy_here: Shop
) -> None:
    text = page(reader, at(busy_here, "backlog/"))
    classes = re.findall(r'<dd><a href="([^"]+(?:over|upto)=[^"]+)">([\d,]+)</a></dd>', text)
    assert len(classes) == 5
    assert sum(whole(n) for _href, n in classes) == count_of_rows(text)
    for href, n in classes:
        assert count_of_rows(page(reader, href)) == whole(n)


@pytest.mark.parametrize("title", ["Unresolved tickets by status", "Unresolved tickets by age"])
def test_every_bar_opens_to_the_tickets_that_were_open_then(reader: Client, busy_here: Shop, title: str) -> None:
    bars = charted(page(reader, at(busy_here, "backlog/", grain="week")), title)
    assert len(bars) == 6
    for href, cells in bars:
        assert count_of_rows(page(reader, href)) == whole(cells[1])
        assert sum(map(whole, cells[2:])) == whole(cells[1])


def test_the_net_flow_is_by_how_much_the_level_grew(reader: Client, busy_here: Shop) -> None:
    text = page(reader, at(busy_here, "backlog/"))
    flows = [cells[1] for _href, cells in charted(text, "Net flow")]
    before = ask(busy_here, Question(march(busy_here).previous().as_one(), ("unresolved_tickets",))).total.metrics
    assert before["unresolved_tickets"] + sum(int(flow.replace("\u2212", "-")) for flow in flows) == count_of_rows(text)


def test_the_oldest_come_first_or_who_has_waited_longest(reader: Client, busy_here: Shop) -> None:
    def instants(place: int, **more: str) -> list[str]:
        text = page(reader, at(busy_here, "backlog/", **more)).split('id="rows"')[1]
        rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", text, re.DOTALL)
        return [found[place] for row in rows if len(found := re.findall(r'datetime="([^"]+)"', row)) > place]

    assert instants(0) == sorted(instants(0))
    assert instants(1, sort="waiting_since") == sorted(instants(1, sort="waiting_since"))
    assert len(instants(1, sort="waiting_since")) >= len(instants(1))


def test_nothing_unresolved_is_good_news(reader: Client, busy_here: Shop) -> None:
    text = page(reader, at(busy_here, "backlog/", "first=2019-01-01&last=2019-01-31"))
    assert "Nothing was left unresolved" in text


def test_a_period_that_has_not_begun_says_so(reader: Client, busy_here: Shop) -> None:
    assert "This period has not begun" in page(reader, at(busy_here, "backlog/", "first=2999-01-01&last=2999-01-31"))


def test_ann_sees_who_of_her_colleagues_has_which_ticket_as_little_as_elsewhere(busy_here: Shop) -> None:
    ann = signed_in(person(busy_here, Role.AGENT, agent="ann"))
    assert ">ben<" not in page(ann, at(busy_here, "backlog/"))
    assert ann.get(at(busy_here, "backlog/", sort="assignee")).status_code == 403


@pytest.mark.parametrize("name", ["status", "age", "flow"])
def test_charts_are_answers_of_their_own(reader: Client, busy_here: Shop, name: str) -> None:
    assert b'"marks"' in reader.get(at(busy_here, f"backlog/{name}.json")).content
