"""Gorgias: what its pages, its API and its CSV export come to, worked out by hand, and the API with all its troubles.

Ann and Ben answer, Robin is a bot; Kim, Lou, Noa and Mia wrote seven tickets, from 9001 to 9007.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from metrics.reports import approximately, report
from record.records import SHOP, content, take_in
from sources.shops import take
from sources.vendor_server import Asked, Objects, Reply, VendorServer

from counterbell.accounts.models import Shop
from counterbell.cli._comparing import differences
from counterbell.errors import Problem
from counterbell.record.models import Connection
from counterbell.sources import gorgias
from counterbell.sources._run import ReadOtherwise
from counterbell.sources._stream import Live, Stream

PAYLOADS = Path(__file__).parent / "payloads" / "gorgias"
EXPORT = PAYLOADS / "tickets_export.csv"
KEY = "ann@shop.example:0a1b2c3d4e"
BY_CHANGE = {
    "customers": "updated_datetime",
    "tickets": "updated_datetime",
    "messages": "created_datetime",
    "events": "created_datetime",
}


def a_shop() -> Shop:
    shop = Shop.objects.create(slug=uuid4().hex)
    take_in(shop, [SHOP])
    return shop


def saved_objects(kind: str) -> Objects:
    """The objects of all saved pages of a kind."""
    pages = sorted(PAYLOADS.glob(f"{kind}*.json"))
    return [one for page in pages for one in json.loads(page.read_text())["data"]]


def account() -> dict[str, Objects]:
    """All that the account has."""
    return {kind.name: saved_objects(kind.name) for kind in gorgias.KINDS}


def save(folder: Path, objects: dict[str, Objects]) -> Path:
    """A folder with a page of each kind."""
    folder.mkdir(exist_ok=True)
    for kind, listed in objects.items():
        (folder / f"{kind}.json").write_text(json.dumps({"data": listed, "meta": {"next_cursor": None}}))
    return folder


def folder(path: Path = PAYLOADS) -> Stream:
    told = gorgias.stream(folder=path)
    assert isinstance(told, Stream)
    return told


def gorgias_account(
    server: VendorServer, objects: dict[str, Objects], per_page: int = 3, again: int = 0, since: str | None = None
) -> Live:
    """The API of an account with these objects, listed newest first."""
    server.require_basic(*KEY.split(":"))
    for kind, listed in objects.items():
        if field := BY_CHANGE.get(kind):
            listed.sort(key=lambda one: str(one[field]), reverse=True)
        path = f"/api/{kind}"
        server.by_cursor(path, listed, per_page=per_page, again=again)
        server.routes[path] = _of_ticket(server.routes[path], listed)
    return gorgias.live("my-shop.gorgias.com", since)


def _of_ticket(page: Any, listed: Objects) -> Any:
    """The route that also lists what belongs to one ticket."""

    def answer(asked: Asked) -> Reply:
        for name in ("ticket_id", "object_id"):
            if ticket := asked.query.get(name):
                return Reply({"data": [one for one in listed if str(one[name]) == ticket], "meta": {}})
        reply: Reply = page(asked)
        return reply

    return answer


def march(shop: Shop) -> dict[str, Any]:
    """The figures of March, as of its end."""
    as_of = datetime(2025, 4, 1, tzinfo=UTC)
    return dict(report(shop, date(2025, 3, 1), date(2025, 4, 1), as_of=as_of).total.metrics)


HOUR = 3600

BY_HAND = {
    "tickets_created": 5,  # without 9005 (spam) and 9006 (in the trash at last)
    "left_out": {"merged": 0, "spam": 1, "deleted": 1},
    "unresolved_tickets": 2,
    "unresolved_by_status": {"open": 1, "pending": 0, "snoozed": 1},  # 9004, 9007
    # 9001 from 09:00 to its last close at 12:00, 9002 half an hour, 9003 a day, an hour and 30 s
    "resolution_time": {"n": 3, "mean": (3 * HOUR + HOUR / 2 + 25 * HOUR + 30) / 3, "median": 3 * HOUR},
    "first_resolution_time": {"n": 3, "mean": (HOUR + HOUR / 2 + 25 * HOUR + 30) / 3},
    # 9001: 30 min and, after the reopening, 20; 9003: 20; 9004: from Mia's message to the reply that reached her, 20
    "response_time": {"n": 4, "mean": (30 + 20 + 20 + 20) * 60 / 4},
    "first_response_time": {"n": 3, "mean": (30 + 20 + 20) * 60 / 3},
    "first_response_time_any": {"n": 4, "mean": (5 + 10 + 20 * 60 + 20 * 60) / 4},
    "csat": {"n": 1, "mean": 5.0, "sent": 2, "answered": 1},
    "one_reply_rate": {"part": 1, "whole": 3, "zero": 1, "several": 1},  # 9003: one turn in a chat
    "automated_resolution_rate": {"part": 1, "whole": 3, "silent": 0},  # 9002
    # 9001 at last by a rule, 9002 by the bot, 9003 by Ben
    "tickets_closed": {"total": 3, "by_agent": {"automation": 2, "gorgias:12": 1}},
    "reopened": 1,
    "messages_per_ticket": {"n": 3, "messages": 5 + 2 + 3},
    "net_flow": 5 + 1 - 4,
}


def wanted(shop: Shop, figures: dict[str, Any]) -> None:
    found = march(shop)
    for name, figure in figures.items():
        assert approximately(figure, found[name]), (name, figure, found[name])


def test_the_saved_pages_give_the_figures_worked_out_by_hand(sqlite: Path) -> None:
    shop = a_shop()
    outcome = take(shop, "gorgias", folder())
    assert outcome.summary.refused.total() == 0
    assert outcome.waiting == 0
    wanted(shop, BY_HAND)
    assert outcome.oddities == {
        ("unknown role of a user", "wizard"): 1,
        ("unknown channel", "tiktok-shop"): 2,
        ("message that did not reach the customer, by", "agent"): 1,
        ("merge of which Gorgias does not tell the other ticket, event", "ticket-merged"): 1,
        ("unknown event of a ticket", "ticket-painted"): 1,
    }


def test_people_tags_intents_and_the_rated_agent_are_told(sqlite: Path) -> None:
    shop = a_shop()
    take(shop, "gorgias", folder())
    found = content(shop)
    agents = [("gorgias:11", "Ann", "ann@shop.example", "care"), ("gorgias:12", "Ben", "ben@shop.example", None)]
    assert found["Agent"][:2] == agents
    assert not any("Robin" in row for row in found["Agent"])
    assert ("gorgias:104", None, "+33612345678", "Mia") in [row[:4] for row in found["Customer"]]
    state = {row[0]: row for row in found["TicketState"]}["gorgias:9001"]
    assert state[4] == ["late"]
    assert state[5] == "shipping/status"


def test_without_events_only_the_present_state_is_known(sqlite: Path, tmp_path: Path) -> None:
    for page in PAYLOADS.glob("*.json"):
        if not page.name.startswith("events"):
            shutil.copy(page, tmp_path)
    shop = a_shop()
    outcome = take(shop, "gorgias", folder(tmp_path))
    assert outcome.oddities["without events only the present state is known, ticket", "closed"] == 4
    wanted(
        shop,
        {
            "tickets_created": 5,
            "unresolved_tickets": 2,
            "resolution_time": {"n": 3, "mean": BY_HAND["resolution_time"]["mean"]},  # type: ignore[index]
            "reopened": 0,
            # nobody is named: whoever is assigned now, and for 9002 nobody is
            "tickets_closed": {"total": 3, "by_agent": {"gorgias:11": 1, "gorgias:12": 1, "unknown": 1}},
        },
    )
    with pytest.raises(ReadOtherwise, match="counted twice"):
        take(shop, "gorgias", folder())


def test_halves_repetitions_and_another_order_of_pages_give_the_same_record(sqlite: Path, tmp_path: Path) -> None:
    whole, halves = a_shop(), a_shop()
    take(whole, "gorgias", folder())
    everything = account()
    for number, half in enumerate((1, 0, 1)):
        split = {
            kind: objects[half::2][::-1] if kind in BY_CHANGE or kind == "satisfaction-surveys" else objects
            for kind, objects in everything.items()
        }
        assert take(halves, "gorgias", folder(save(tmp_path / str(number), split))).summary.refused.total() == 0
    assert content(halves) == content(whole)


def test_a_ticket_with_its_messages_is_read_too(sqlite: Path, tmp_path: Path) -> None:
    apart, nested = a_shop(), a_shop()
    take(apart, "gorgias", folder())
    objects = account()
    messages = objects.pop("messages")
    for ticket in objects["tickets"]:
        ticket["messages"] = [one for one in messages if one["ticket_id"] == ticket["id"]]
    take(nested, "gorgias", folder(save(tmp_path / "nested", objects)))
    assert content(nested) == content(apart)


def test_one_file_may_hold_everything(sqlite: Path, tmp_path: Path) -> None:
    apart, together = a_shop(), a_shop()
    take(apart, "gorgias", folder())
    (tmp_path / "backup.json").write_text(json.dumps(account()))
    (tmp_path / "cut-off.json.gz").write_bytes(gzip.compress(b'{"data": [1, 2, 3]}')[:-12])
    assert take(together, "gorgias", folder(tmp_path)).summary.refused == {"unreadable": 1}
    assert content(together) == content(apart)


def test_without_pages_of_customers_and_users_their_tickets_tell_who_they_are(sqlite: Path, tmp_path: Path) -> None:
    objects = account()
    del objects["customers"], objects["users"]
    shop = a_shop()
    take(shop, "gorgias", folder(save(tmp_path / "some", objects)))
    found = content(shop)
    assert ("gorgias:101", "kim@example.com", None, "Kim") in [row[:4] for row in found["Customer"]]
    assert ("gorgias:12", "Ben", "ben@shop.example", None) in found["Agent"]


def test_what_has_another_shape_is_refused_or_counted_and_the_rest_goes_in(sqlite: Path, tmp_path: Path) -> None:
    objects = account()
    objects["tickets"][0]["created_datetime"] = "yesterday"
    objects["tickets"][1]["status"] = "parked"
    next(one for one in objects["messages"] if one["from_agent"])["sender"] = 12
    objects["satisfaction-surveys"][0]["score"] = 11
    objects["events"][-4]["data"] = None
    shop = a_shop()
    outcome = take(shop, "gorgias", folder(save(tmp_path / "odd", objects)))
    assert outcome.summary.refused["unreadable"] == 2
    assert outcome.oddities["unknown ticket status", "parked"] == 1
    assert outcome.oddities["score that is none from 1 to 5", "11"] == 1
    assert len(content(shop)["Ticket"]) == 6


def test_what_a_rule_closed_is_automations_whoever_is_named(sqlite: Path, tmp_path: Path) -> None:
    shop, objects = a_shop(), account()
    chain = {"object_type": "Ticket", "object_id": 9004, "user_id": 11, "uri": "", "data": {}}
    objects["events"] += [
        {**chain, "id": number, "type": kind, "context": context, "created_datetime": f"2025-03-20T{at}+00:00"}
        for number, kind, context, at in (
            (71, "ticket-closed", "c1", "10:00:02.000001"),  # listed the newest first
            (70, "rule-executed", "c1", "10:00:01.000000"),
            (73, "ticket-reopened", "c2", "11:00:00.000000"),
            (75, "ticket-closed", "c3", "12:00:00.000000"),
            (76, "rule-executed", "c3", "12:00:01.000000"),  # what Ann did led to it
            (77, "rule-executed", "c4", "11:59:00.000000"),  # another chain
        )
    ]
    assert take(shop, "gorgias", folder(save(tmp_path / "rules", objects))).summary.refused.total() == 0
    told = {row[1]: row[2:] for row in content(shop)["StatusChange"] if row[0] == "gorgias:9004"}
    assert [row for _at, row in sorted(told.items())][-3:] == [(4, 2, None), (1, 3, "gorgias:11"), (4, 3, "gorgias:11")]


# ---- the API


def test_the_api_gives_the_same_record_as_the_saved_pages(installation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, read = a_shop(), a_shop()
    take(saved, "gorgias", folder())
    with VendorServer().in_place(monkeypatch) as server:
        told = gorgias_account(server, account(), again=1)
        server.too_many(2, "0.2")
        server.drop_in_mid_page(6)
        server.fail(9, 503)
        outcome = take(read, "gorgias", told, KEY)
    assert outcome.broken is None
    assert outcome.summary.known["message"] > 0  # what came on two pages
    assert content(read) == content(saved)
    assert server.asked[-1].query["limit"] == "100"


def test_a_run_that_broke_off_goes_on_at_its_cursor(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, shop = a_shop(), a_shop()
    take(whole, "gorgias", folder())
    monkeypatch.setattr("counterbell.sources._api.ATTEMPTS", 2)
    with VendorServer().in_place(monkeypatch) as server:
        told = gorgias_account(server, account(), per_page=2)
        server.fail_from(16, 500)  # 5 pages of teams, users and tags, 2 of customers, 4 of tickets: among the messages
        assert take(shop, "gorgias", told, KEY).broken
        kept = Connection.objects.get(shop=shop).places
        assert kept["messages"]["cursor"]
        server.no_more_troubles()
        server.asked.clear()
        assert take(shop, "gorgias", told, KEY).broken is None
    first = next(asked for asked in server.asked if asked.path == "/api/messages")
    assert first.query["cursor"] == kept["messages"]["cursor"]
    assert content(shop) == content(whole)


def test_a_cursor_that_holds_no_longer_costs_nothing(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, shop = a_shop(), a_shop()
    take(whole, "gorgias", folder())
    monkeypatch.setattr("counterbell.sources._api.ATTEMPTS", 2)
    with VendorServer().in_place(monkeypatch) as server:
        told = gorgias_account(server, account(), per_page=2)
        server.fail_from(16, 500)
        take(shop, "gorgias", told, KEY)
        server.no_more_troubles()
        page = server.routes["/api/messages"]
        stale = Connection.objects.get(shop=shop).places["messages"]["cursor"]
        refused = Reply({"error": {"msg": "bad cursor"}}, {}, 400)
        asked_before = len(server.asked)
        server.routes["/api/messages"] = lambda asked: (
            refused if asked.query.get("cursor") == stale and len(server.asked) < asked_before + 12 else page(asked)
        )
        assert take(shop, "gorgias", told, KEY).broken is None
    assert content(shop) == content(whole)


def test_what_changed_is_read_the_next_time_and_scores_that_arrive_late(
    sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, objects = a_shop(), account()
    with VendorServer().in_place(monkeypatch) as server:
        take(shop, "gorgias", gorgias_account(server, objects), KEY)
        objects["satisfaction-surveys"][1] |= {"score": 3, "scored_datetime": "2025-03-09T10:00:00+00:00"}
        closed = {**objects["events"][-1], "id": 6000000, "type": "ticket-closed", "object_id": 9004, "user_id": 11}
        objects["events"].append(closed | {"created_datetime": "2025-03-08T11:00:00+00:00"})
        server.asked.clear()
        outcome = take(shop, "gorgias", gorgias_account(server, objects), KEY)
    asked = {request.path: request.query for request in server.asked}
    assert asked["/api/events"]["created_datetime[gte]"] == "2025-03-06T10:55:00Z"  # the latest, less five minutes
    assert [request.path for request in server.asked].count("/api/messages") == 2  # the second is older than that
    assert outcome.summary.new["rating"] == 1
    assert outcome.summary.new["status"] == 1
    found = march(shop)
    assert found["csat"]["mean"] == 4
    assert found["tickets_closed"]["by_agent"]["gorgias:11"] == 1


def test_a_ticket_that_changes_while_it_is_read(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It moves to the front, and all others come up one place behind it: none may be missed."""
    whole, shop, objects = a_shop(), a_shop(), account()
    take(whole, "gorgias", folder())
    with VendorServer().in_place(monkeypatch) as server:
        told = gorgias_account(server, objects, per_page=2)
        tickets = objects["tickets"]

        def touch() -> None:
            last = tickets.pop()
            tickets.insert(0, {**last, "updated_datetime": "2025-03-20T10:00:00+00:00"})

        server.before(9, touch)  # the second page of tickets
        assert take(shop, "gorgias", told, KEY).broken is None
        assert take(shop, "gorgias", told, KEY).broken is None
    assert content(shop)["Ticket"] == content(whole)["Ticket"]
    assert content(shop) == content(whole)


def test_since_a_day_old_tickets_come_with_their_whole_past(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, shop = a_shop(), a_shop()
    take(whole, "gorgias", folder())
    with VendorServer().in_place(monkeypatch) as server:
        told = gorgias_account(server, account(), since="2025-03-05T00:00:00Z")
        assert take(shop, "gorgias", told, KEY).waiting == 0
    found = content(shop)
    assert {row[0] for row in found["Ticket"]} == {f"gorgias:{id}" for id in (9003, 9004, 9005, 9006, 9007)}
    assert len(found["Customer"]) == 4
    for table in ("Message", "StatusChange"):
        column = 1 if table == "Message" else 0
        known = [row for row in content(whole)[table] if row[column] not in ("gorgias:9001", "gorgias:9002")]
        assert found[table] == known


KILLED = """
import os, sys
import django
django.setup()
from counterbell.accounts.models import Shop
from counterbell.sources import _live, gorgias
_live.BATCH = 1
told = gorgias.live("my-shop.gorgias.com")
connection = _live.connection_of(Shop.objects.get(slug=sys.argv[1]), "gorgias", told, {})
_live.read(connection, told, sys.argv[2], lambda progress: progress.pages == 14 and os.kill(os.getpid(), 9))
"""


def test_a_run_that_was_killed_is_taken_up_by_the_next(
    tmp_path: Path, sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, shop = a_shop(), a_shop()
    take(whole, "gorgias", folder())
    with VendorServer().in_place(monkeypatch) as server:
        told = gorgias_account(server, account(), per_page=2)
        database = str(connection.settings_dict["NAME"])
        settings = ("from counterbell.site.settings import *", f"DATABASES['default']['NAME'] = {database!r}")
        (tmp_path / "of_the_test.py").write_text("\n".join(settings))
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "of_the_test", "PYTHONPATH": str(tmp_path)}
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, shop.slug, KEY], env=environment, capture_output=True, text=True
        )
        assert killed.returncode == -9, killed.stderr
        assert 0 < len(content(shop)["Message"]) < len(content(whole)["Message"])
        assert take(shop, "gorgias", told, KEY).broken is None
    assert content(shop) == content(whole)


def test_a_wrong_key_is_told_and_stands_nowhere(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = a_shop()
    with VendorServer().in_place(monkeypatch) as server:
        outcome = take(shop, "gorgias", gorgias_account(server, account()), "ann@shop.example:wrong-key")
    assert "does not let us in" in str(outcome.broken)
    assert "wrong-key" not in str(outcome.broken) + Connection.objects.get(shop=shop).error


# ---- the CSV export


def test_the_export_is_a_summary_without_messages(sqlite: Path) -> None:
    shop = a_shop()
    outcome = take(shop, "gorgias", gorgias.stream(path=EXPORT))
    assert outcome.summary.refused.total() == 0
    assert outcome.oddities["CSV export: a summary without messages and reopenings, ticket", "closed"] == 4
    wanted(
        shop,
        {
            "tickets_created": 5,
            "unresolved_tickets": 1,
            # the export calls the snoozed 9007 closed, half an hour after it was written
            "resolution_time": {"n": 4, "mean": (3 * HOUR + HOUR / 2 + 25 * HOUR + 30 + HOUR / 2) / 4},
            # what was said, and whether a ticket came back, is known of none of them
            "first_response_time": {"n": 0, "mean": None, "partly_known": 5},
            "one_reply_rate": {"whole": 0, "rate": None, "partly_known": 4},
            "csat": {"n": 1, "mean": 5.0},
            "reopened": 0,
            "reopened_partly_known": 4,
            "tickets_closed": {"by_agent": {"gorgias:named:Ann": 1, "gorgias:named:Ben": 1, "unknown": 2}},
        },
    )
    with pytest.raises(ReadOtherwise, match="counted twice"):
        take(shop, "gorgias", folder())


def test_gorgias_own_figures_are_held_against_ours(sqlite: Path) -> None:
    shop = a_shop()
    take(shop, "gorgias", folder())
    outcome = take(shop, "gorgias", gorgias.stream(path=EXPORT, figures=True))
    assert outcome.anything_in
    assert outcome.oddities == {("Gorgias' own figure kept", name): 4 for name in ("first response", "resolution")}
    take(shop, "gorgias", folder())  # the figures are no history of their own
    why = {(found.ticket[-4:], found.figure): found.why for found in differences(shop)}
    assert [key for key, reason in why.items() if not reason] == [
        ("9001", "first response"),
        ("9001", "resolution"),
        ("9002", "resolution"),
        ("9003", "first response"),
    ]
    assert "those of bots too" in why["9002", "first response"]
    assert "None of the known differences" in why["9003", "resolution"]  # 90000 s, which no rule makes of 90030
    assert "An agent began the ticket" in why["9004", "first response"]
    assert "snoozed ticket as closed" in why["9007", "resolution"]


@pytest.mark.parametrize(
    ("header", "told", "figure", "seconds"),
    [
        ("Resolution time (s)", "5400", "resolution", 5400),
        ("RESOLUTION TIME (Minutes)", "90.5", "resolution (in minutes)", 5430),
        ("Resolution time (HH:MM:SS)", "25:00:30", "resolution", 90030),
        ("Resolution time", "01:30:00", "resolution", 5400),
        ("First response time (s)", "0", "first response", 0),
    ],
)
def test_the_unit_of_a_figure_stands_in_its_header(
    tmp_path: Path, header: str, told: str, figure: str, seconds: int
) -> None:
    export = tmp_path / "export.csv"
    address = "https://my-shop.gorgias.com/app/ticket/9001"
    export.write_text(
        f"\ufeffTICKET URL,Channel,status,created datetime,{header}\n{address},email,open,2025-03-03 09:00,{told}\n"
    )
    stream = gorgias.stream(path=export, figures=True)
    assert isinstance(stream, Stream)
    assert list(stream.entries(0)) == []
    assert stream.beside.taken_figures() == [("gorgias:9001", figure, seconds * 1_000_000)]


def test_a_figure_without_a_unit_is_counted_and_not_kept(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text("Id,Channel,Status,Created,Resolution time\n1,email,open,2025-03-03 09:00,90\n")
    stream = gorgias.stream(path=export, figures=True)
    assert isinstance(stream, Stream)
    assert list(stream.entries(0)) == []
    assert stream.beside.taken_figures() == []
    assert stream.beside.oddities == {("figure without a known unit in its header", "resolution"): 1}


def test_a_row_that_cannot_be_read_is_refused_and_the_others_go_in(sqlite: Path, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    good, bad = "1,email,open,2025-03-03 09:00\n", "2,email,closed,2025-03-03 09:00\n3,email,open,some day\n"
    export.write_text("Id,Channel,Status,Created\n" + bad + good)
    shop = a_shop()
    outcome = take(shop, "gorgias", gorgias.stream(path=export))
    assert outcome.summary.refused == {"unreadable": 2}
    assert [row[0] for row in content(shop)["Ticket"]] == ["gorgias:1"]


# ---- what is asked for


@pytest.mark.parametrize("domain", ["http://my-shop.gorgias.com", "evil.example/x", "my-shop.gorgias.com.evil.example"])
def test_only_an_accounts_own_address_is_read(domain: str) -> None:
    with pytest.raises(Problem, match="no address of a Gorgias account"):
        gorgias.stream(domain=domain)


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="one of them"):
        gorgias.stream()
    with pytest.raises(Problem, match="--figures is for the CSV export"):
        gorgias.stream(folder=tmp_path, figures=True)
    with pytest.raises(Problem, match="EMAIL:KEY"):
        gorgias.live("my-shop.gorgias.com").api("0a1b2c")
    (tmp_path / "orders.csv").write_text("Name,Total\n#1,2\n")
    told = gorgias.stream(path=tmp_path / "orders.csv")
    assert isinstance(told, Stream)
    with pytest.raises(Problem, match="no export of tickets"):
        list(told.entries(0))
