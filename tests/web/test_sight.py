"""Ann, an agent, sees her own figures and those of the whole shop, but not those of Ben; nobody outside sees any."""

import csv
import html
import io

import pytest
from django.test import Client
from web.busy import at
from web.people import person, signed_in

from counterbell.accounts.models import Membership, Role, Shop
from counterbell.dashboard.sight import own_only
from counterbell.metrics import metrics
from counterbell.metrics.query import Condition

PAGES = [
    *("overview/", "metrics/", "agents/", "agents/of/ann/", "satisfaction/", "revenue/", "backlog/"),
    *(f"metrics/{key}/" for key in metrics()),
]


@pytest.fixture
def ann_there(busy: Shop) -> Client:
    return signed_in(person(busy, Role.AGENT, agent="ann"))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    content = b"".join(answer) if answer.streaming else answer.content
    return html.unescape(content.decode())


def test_an_agents_filters_and_slices_by_agent_are_about_herself() -> None:
    ann, cleo = Membership(role=Role.AGENT, agent="ann"), Membership(role=Role.LEAD)
    asked = (Condition("channel", ("email",)), Condition("agent", ("ben", None), negated=True))
    her_own = (Condition("channel", ("email",)), Condition("agent", ("ann",)))
    assert own_only(ann, asked) == her_own
    assert own_only(ann, asked[:1], by="agent") == her_own
    assert own_only(ann, asked[:1], by="channel") == asked[:1]
    assert own_only(cleo, asked, by="agent") == asked


def test_an_agent_whom_the_record_does_not_know_sees_nobodys_figures() -> None:
    nobody = Membership(role=Role.AGENT, agent="")
    assert own_only(nobody, (), by="agent") == (Condition("agent", ("",)),)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_ann_a_colleague(ann_there: Client, busy: Shop, page: str) -> None:
    for more in ({}, {"agent": "ben"}, {"by": "agent", "tag": "vip"}):
        text = text_of(ann_there, at(busy, page, **more))
        assert "ben" not in _words(text), more
        assert "cleo" not in _words(text), more


def _words(text: str) -> set[str]:
    return set(html.unescape(text).replace(">", " ").replace("<", " ").replace('"', " ").split())


def test_what_ann_asks_of_ben_is_answered_for_herself(ann_there: Client, busy: Shop) -> None:
    assert text_of(ann_there, at(busy, "report.csv", agent="ben")) == text_of(
        ann_there, at(busy, "report.csv", agent="ann")
    )


def test_anns_exports_name_no_colleague(ann_there: Client, busy: Shop) -> None:
    report = list(csv.reader(io.StringIO(text_of(ann_there, at(busy, "report.csv", by="agent")))))
    assert {row[2] for row in report[1:]} == {"ann"}
    assert not any(".ben" in column or ".cleo" in column for column in report[0])
    for key in metrics():
        rows = text_of(ann_there, at(busy, f"metrics/{key}/rows.csv"))
        assert not {"ben", "cleo"} & {cell for row in csv.reader(io.StringIO(rows)) for cell in row}


def test_ann_cannot_sort_the_rows_by_who_answered(ann_there: Client, busy: Shop) -> None:
    assert ann_there.get(at(busy, "metrics/response_time/", sort="agent")).status_code == 403
    assert ann_there.get(at(busy, "metrics/response_time/rows.csv", sort="agent")).status_code == 403


def test_a_lead_and_a_viewer_see_all_agents(busy: Shop) -> None:
    for role in (Role.OWNER, Role.LEAD, Role.VIEWER):
        text = text_of(signed_in(person(busy, role)), at(busy, "metrics/tickets_closed/", by="agent"))
        assert {"ann", "ben", "cleo"} <= _words(text)
