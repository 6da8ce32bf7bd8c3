"""The agents beside each other and each for themselves; Ann sees her own figures there, and nobody else's."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from web.busy import at
from web.people import person, signed_in
from web.reading import count_of_rows, exported, foot, page, ranked, whole

from counterbell import formats
from counterbell.accounts.models import Role, Shop
from counterbell.accounts.opening_hours import zone
from counterbell.metrics.agents import METRICS
from counterbell.metrics.periods import Grain, Period, parse_day
from counterbell.metrics.query import Answered, Question, ask

COLUMNS = (
    "name", "closed", "share", "replies", "first_response_time", "response_time", "resolution_time", "one_reply_rate",
    "csat", "open", "EUR",
)  # fmt: skip


@pytest.fixture
def reader(busy_here: Shop) -> Client:
    return signed_in(person(busy_here, Role.VIEWER))


@pytest.fixture
def ann_there(busy_here: Shop) -> Client:
    return signed_in(person(busy_here, Role.AGENT, agent="ann"))


def asked(shop: Shop, by: str | None = "agent") -> Answered:
    march = Period.of(parse_day("2025-03-01"), parse_day("2025-04-01"), zone(shop.timezone), Grain.DAY)
    return ask(shop, Question(march.as_one(), METRICS, by)).total


def test_the_table_shows_what_the_query_finds(reader: Client, busy_here: Shop) -> None:
    found = asked(busy_here).by
    persons, others = ranked(page(reader, at(busy_here, "agents/")))
    assert {row[0][0] for row in persons} == {"ann", "ben", "cleo"}
    assert {row[0][0] for row in others} <= {"automation", "customer", "unknown", "nobody"}
    for row in persons:
        name, closed, _share, replies, first, *_others = (text for text, _href in row)
        assert closed == formats.number(found[name]["tickets_closed"]["total"])
        assert replies == formats.number(found[name]["response_time"]["n"])
        assert first.removesuffix(" thin") == formats.duration(found[name]["first_response_time"]["mean"])


def test_all_together_are_the_shops_figures(reader: Client, busy_here: Shop) -> None:
    closed = asked(busy_here, None).metrics["tickets_closed"]["total"]
    assert foot(page(reader, at(busy_here, "agents/")))[1][0] == formats.number(closed)


def test_every_number_of_an_agent_opens_to_as_many_rows(reader: Client, busy_here: Shop) -> None:
    persons, others = ranked(page(reader, at(busy_here, "agents/")))
    counted = [row[place] for row in (*persons, *others) for place in (1, 3, 9) if row[place][1]]
    assert len(counted) > 9
    for text, href in counted:
        assert count_of_rows(page(reader, href)) == whole(text)
    for row in persons:
        text, href = row[8]
        assert count_of_rows(page(reader, href)) == whole(text.split("n ")[1].split()[0])


def test_the_shares_of_all_rows_are_the_whole(reader: Client, busy_here: Shop) -> None:
    rows = exported(reader, at(busy_here, "agents.csv"))
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1)


@pytest.mark.parametrize("clock", ["calendar", "business"])
def test_the_export_has_the_figures_to_the_digit(reader: Client, busy_here: Shop, clock: str) -> None:
    twin = "_bh" if clock == "business" else ""
    found = asked(busy_here).by
    rows = exported(reader, at(busy_here, "agents.csv", clock=clock))
    assert {row["agent"] for row in rows} >= {"ann", "ben", "cleo", "automation"}
    for row in rows:
        figures = found[row["agent"] or None]
        assert int(row["closed"]) == figures["tickets_closed"]["total"]
        assert int(row["unresolved_tickets"]) == figures["unresolved_tickets"]
        told = {key: value for key, value in row.items() if key.startswith("converted_tickets.revenue.")}
        for column, minor in told.items():
            assert int(minor) == figures["converted_tickets"]["revenue"].get(column.rsplit(".")[-1], 0)
        for key in ("first_response_time", "response_time", "resolution_time"):
            mean = figures[f"{key}{twin}"]["mean"]
            assert row[f"{key}{twin}.mean"] == ("" if mean is None else str(int(mean) if mean % 1 == 0 else mean))


@pytest.mark.parametrize("column", COLUMNS)
def test_the_table_is_ranked_by_each_column_and_who_has_no_figure_comes_last(
    reader: Client, busy_here: Shop, column: str
) -> None:
    def rows(rank: str) -> list[tuple[str, str]]:
        place = COLUMNS.index(column)
        body, *_others = ranked(page(reader, at(busy_here, "agents/", rank=rank)))
        return [(row[0][0], row[place][0].split(" n ")[0].removesuffix(" thin")) for row in body]

    up, down = rows(column), rows(f"-{column}")
    known = [row for row in up if row[1] != formats.NOTHING]
    assert up == known + up[len(known) :]
    assert [figure for _name, figure in known] == [figure for _name, figure in down[: len(known)]][::-1]
    assert sorted(up) == sorted(down)


def test_the_export_has_the_order_of_the_table(reader: Client, busy_here: Shop) -> None:
    rows = exported(reader, at(busy_here, "agents.csv", rank="name"))
    assert [row["agent"] for row in rows][:3] == ["ann", "ben", "cleo"]


def test_charts_set_the_agents_side_by_side(reader: Client, busy_here: Shop) -> None:
    for name in ("csat", "first_response_time"):
        assert b'"marks"' in reader.get(at(busy_here, f"agents/by/{name}.json")).content


def test_a_period_in_which_nobody_did_anything_says_so(reader: Client, busy_here: Shop) -> None:
    text = page(reader, at(busy_here, "agents/", "first=2019-01-01&last=2019-01-31"))
    assert "Nobody closed or answered anything" in text
    assert exported(reader, at(busy_here, "agents.csv", "first=2019-01-01&last=2019-01-31")) == []


# ---- a page for each agent


def test_an_agents_page_has_their_figures_beside_the_shops_and_their_tickets(reader: Client, busy_here: Shop) -> None:
    closed = {by: found["tickets_closed"]["total"] for by, found in asked(busy_here).by.items()}
    text = page(reader, at(busy_here, "agents/of/ben/"))
    assert count_of_rows(text) == closed["ben"]
    (row,) = [line for line in text.split("<tr>") if 'scope="row">Tickets closed</th>' in line]
    assert f">{closed['ben']}</a>" in row
    assert f">{sum(closed.values())}</a>" in row


def test_a_filter_on_another_agent_does_not_change_whose_page_it_is(reader: Client, busy_here: Shop) -> None:
    plain, filtered = (page(reader, at(busy_here, "agents/of/ben/", **more)) for more in ({}, {"agent": "ann"}))
    assert count_of_rows(plain) == count_of_rows(filtered)


def test_an_agents_channels_add_up_and_lead_to_narrower_views(reader: Client, busy_here: Shop) -> None:
    text = page(reader, at(busy_here, "agents/of/ann/"))
    rows = re.findall(r'href="([^"]+channel=[^"]+)">[^<]+</a></th>\s*<td class="number strong">(\d+)', text)
    assert sum(int(n) for _href, n in rows) == count_of_rows(text)
    for href, n in rows:
        assert count_of_rows(page(reader, href)) == int(n)


def test_there_is_no_page_of_an_agent_who_is_not_there(reader: Client, busy_here: Shop) -> None:
    assert "no agent 'kim'" in page(reader, at(busy_here, "agents/of/kim/"), 404)


# ---- what an agent sees


def test_anns_table_and_export_have_one_row(ann_there: Client, busy_here: Shop) -> None:
    for more in ({}, {"agent": "ben"}, {"rank": "-csat"}, {"channel": "email"}):
        (body,) = ranked(page(ann_there, at(busy_here, "agents/", **more)))
        assert [row[0][0] for row in body] == ["ann"]
        assert [row["agent"] for row in exported(ann_there, at(busy_here, "agents.csv", **more))] == ["ann"]


def test_an_agent_whom_the_record_does_not_know_is_told_so(busy_here: Shop) -> None:
    nobody = signed_in(person(busy_here, Role.AGENT))
    text = page(nobody, at(busy_here, "agents/"))
    assert "--agent" in text
    assert ranked(text) == []


def test_anns_share_is_that_of_all_tickets_not_of_her_own(ann_there: Client, reader: Client, busy_here: Shop) -> None:
    (hers,) = exported(ann_there, at(busy_here, "agents.csv"))
    assert hers in exported(reader, at(busy_here, "agents.csv"))


def test_ann_has_a_page_and_ben_has_none_for_her(ann_there: Client, busy_here: Shop) -> None:
    assert "ben" not in page(ann_there, at(busy_here, "agents/of/ann/")).replace(">", " ").replace("<", " ").split()
    assert ann_there.get(at(busy_here, "agents/of/ben/")).status_code == 404
    assert ann_there.get(at(busy_here, "agents/of/ben/", agent="ann")).status_code == 404
    assert ann_there.get(at(busy_here, "agents/of/ben/tickets_closed.json")).status_code == 404


def test_dan_finds_no_agent_of_anns_shop(busy_here: Shop) -> None:
    dan = signed_in(person(Shop.objects.create(slug=f"dan-{uuid4().hex}"), Role.OWNER))
    for place in ("agents/of/ann/", "agents/of/ann/response_time.json", "agents.csv", "agents/by/csat.svg"):
        assert dan.get(at(busy_here, place)).status_code == 404
