"""Freshdesk: what its tickets come to, worked out by hand, and its API with all its troubles.

Ann (11) and Ben (12) answer; Kim (21), Lou (22) and Noa (23) wrote tickets 101 to 109.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from metrics.reports import report
from record.records import SHOP, content, differences, take_in
from sources.shops import AS_OF, take
from sources.vendor_server import Asked, Objects, Reply, VendorServer

from counterbell.accounts.models import Shop
from counterbell.cli import _comparing
from counterbell.errors import Problem
from counterbell.record.entries import Agent, Customer, Merge, Message, Rating, Status, Survey
from counterbell.record.models import Connection
from counterbell.sources import _freshdesk_pages, freshdesk
from counterbell.sources._api import Api, Rate
from counterbell.sources._freshdesk_hours import of_business_hours
from counterbell.sources._freshdesk_tickets import JUST_AFTER, of_conversation, of_ticket, statuses
from counterbell.sources._freshdesk_words import Words
from counterbell.sources._stream import Beside, Live, Stream, VendorObject
from counterbell.sources._values import NotReadable, instant

PAYLOADS = Path(__file__).parent / "payloads" / "freshdesk"
KEY = "0a1b2c3d4e5f"
API = "/api/v2"
MINUTE = 60
LISTED = ("groups", "agents", "ticket_fields", "business_hours", "contacts")


def page(name: str) -> Objects:
    return list(json.loads((PAYLOADS / f"{name}.json").read_text()))


def both(name: str) -> Objects:
    """The objects of both pages, those that come twice once."""
    return list({one["id"]: one for number in (1, 2) for one in page(f"{name}-{number}")}.values())


def empty_shop() -> Shop:
    shop = Shop.objects.create(slug=uuid4().hex)
    take_in(shop, [SHOP])
    return shop


def folder(path: Path = PAYLOADS, **told: Any) -> Stream:
    stream = freshdesk.stream(folder=path, **told)
    assert isinstance(stream, Stream)
    return stream


# ---- an account


class Account:
    """The API of an account: its tickets and what was said in them can be changed between requests."""

    def __init__(self, server: VendorServer, per_page: int = 100) -> None:
        self.server, self.per_page = server, per_page
        self.tickets, self.conversations = both("tickets"), both("conversations")
        self.listed = {name: page(name) for name in LISTED}
        self.ratings = page("satisfaction_ratings")
        server.require_basic(KEY, "X")
        server.routes[f"{API}/tickets"] = self._tickets
        for name in LISTED:
            server.routes[f"{API}/{name}"] = self._by_number(lambda _asked, name=name: self.listed[name])  # type: ignore[misc]
        server.routes[f"{API}/surveys/satisfaction_ratings"] = self._by_number(
            lambda asked: [one for one in self.ratings if one["created_at"] >= asked.query["created_since"]]
        )
        for ticket in self.tickets:
            self.serve_conversations(ticket["id"])

    def serve_conversations(self, ticket: int) -> None:
        self.server.routes[f"{API}/tickets/{ticket}/conversations"] = self._by_number(
            lambda _asked: [one for one in self.conversations if one["ticket_id"] == ticket]
        )

    def _tickets(self, asked: Asked) -> Reply:
        """As Freshdesk lists them: by change, and what is spam or in the trash only when that is asked for."""
        assert "stats" in asked.query["include"]
        if which := asked.query.get("filter"):
            return self._by_number(lambda _asked: [one for one in self.tickets if one.get(which)])(asked)
        assert (asked.query["order_by"], asked.query["order_type"]) == ("updated_at", "asc")
        assert int(asked.query["page"]) <= _freshdesk_pages.MOST_PAGES
        changed = [
            one
            for one in self.tickets
            if not one["spam"] and not one.get("deleted") and one["updated_at"] >= asked.query["updated_since"]
        ]
        return self._by_number(lambda _asked: sorted(changed, key=lambda one: str(one["updated_at"])))(asked)

    def _by_number(self, choose: Callable[[Asked], Objects]) -> Callable[[Asked], Reply]:
        """Pages by number with a Link to the next one."""

        def answer(asked: Asked) -> Reply:
            objects, number = choose(asked), int(asked.query["page"])
            end = number * self.per_page
            link = {"Link": f'<{self.server.url}{asked.path}?page={number + 1}>; rel="next"'}
            return Reply(objects[end - self.per_page : end], link if end < len(objects) else {})

        return answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(freshdesk, "RATE", (1000, 1.0))
    with VendorServer().in_place(monkeypatch) as running:
        yield running


def live(**told: Any) -> Live:
    return freshdesk.live("kims.freshdesk.com", **told)


# ---- the saved pages


def test_the_saved_pages_come_to_these_figures(sqlite: Path) -> None:
    shop = empty_shop()
    outcome = take(shop, "freshdesk", folder())
    assert outcome.summary.refused.total() == 0
    assert outcome.waiting == 0
    assert differences(shop) == []
    found = report(shop, date(2025, 3, 1), date(2025, 4, 1), as_of=AS_OF).total.metrics
    assert found["tickets_created"] == 6  # 101 to 105, 109
    assert found["left_out"] == {"merged": 1, "spam": 1, "deleted": 1}  # 108 into 103, 106, 107
    assert found["unresolved_by_status"] == {"open": 2, "pending": 1, "snoozed": 0}  # 105 and 109; 104
    # 101: 9:00 to 10:30; 102: 20 minutes; 103: a day (a close is a microsecond later)
    assert found["resolution_time"]["n"] == 3
    assert found["resolution_time"]["mean"] == pytest.approx((90 + 20 + 1440) * MINUTE / 3)
    # 103 was reopened, and when it had been resolved before nobody knows: no ticket is counted, and all of them told
    assert (found["reopened"], found["reopened_partly_known"]) == (0, 3)
    assert (found["reopen_rate"]["whole"], found["reopen_rate"]["partly_known"]) == (0, 3)
    assert (found["first_resolution_time"]["n"], found["first_resolution_time"]["partly_known"]) == (0, 3)
    # 101: 12 and 30 minutes; 102: 20, in the second of the close; 103: 20 and 40; 105: 5, from Lou's answer on
    assert (found["response_time"]["n"], found["response_time"]["partly_known"]) == (6, 0)
    assert found["response_time"]["mean"] == pytest.approx((12 + 30 + 20 + 20 + 40 + 5) * MINUTE / 6)
    assert found["first_response_time"]["n"] == 4
    assert found["first_response_time"]["mean"] == pytest.approx((12 + 20 + 20 + 5) * MINUTE / 4)
    assert found["first_response_time_any"]["n"] == 5  # 109 had an automated reply after a minute
    assert (found["one_reply_rate"]["part"], found["one_reply_rate"]["several"]) == (1, 2)
    # 101: Kim twice, Ann twice (no note, no forwarded mail, no comment of a rating); 102: 2; 103: 4
    assert found["messages_per_ticket"]["messages"] == 4 + 2 + 4
    assert found["automated_resolution_rate"]["part"] == 0
    assert found["tickets_closed"]["by_agent"] == {"freshdesk:11": 2, "freshdesk:12": 1}
    assert found["csat"]["scores"] == {"1": 0, "2": 1, "3": 0, "4": 1, "5": 1}
    told = {what: count for (what, _), count in outcome.oddities.items() if not what.startswith("Freshdesk has no")}
    assert told == {
        "custom status, taken as open": 1,
        "unknown channel, kept by its name": 1,
        "unknown answer to a survey, left out": 1,
    }
    known_in_part = {value: count for (what, value), count in outcome.oddities.items() if "known in part" in what}
    assert known_in_part == {"closed": 4, "open": 4, "pending": 2}  # 104 is on both pages


def test_teams_are_groups_and_what_is_known_only_as_it_is_now_counts_since_the_creation(sqlite: Path) -> None:
    shop = empty_shop()
    take(shop, "freshdesk", folder())
    found = content(shop)
    assert ("freshdesk:11", "Ann", "ann@shop.example", "Support") in found["Agent"]
    assert ("freshdesk:12", "Ben", "ben@shop.example", None) in found["Agent"]  # in two groups
    asked = report(shop, date(2025, 3, 1), date(2025, 4, 1), as_of=AS_OF, where={"tag": "vip", "team": "Support"})
    assert asked.total.metrics["tickets_created"] == 1
    assert asked.total.metrics["tickets_closed"]["total"] == 1


def test_a_later_telling_holds_over_an_earlier_one_whichever_is_read_first(sqlite: Path, tmp_path: Path) -> None:
    first = both("tickets")[0]
    later = {**first, "responder_id": 12, "group_id": 502, "tags": ["late"], "updated_at": "2025-03-06T00:00:00Z"}
    records = []
    for order in ((first, later), (later, first)):
        shop = empty_shop()
        for number, told in enumerate(order):
            (pages := tmp_path / uuid4().hex).mkdir()
            (pages / f"tickets-{number}.json").write_text(json.dumps([told]))
            (pages / "groups.json").write_text(json.dumps(page("groups")))
            assert take(shop, "freshdesk", folder(pages)).summary.refused.total() == 0
        ((_, _, assignee, team, *_),) = content(shop)["TicketState"]
        assert (assignee, team) == ("freshdesk:12", "Billing")
        records.append(content(shop))
    assert records[0] == records[1]


def test_halves_and_another_order_of_pages_give_the_same_record(sqlite: Path, tmp_path: Path) -> None:
    whole, halves = empty_shop(), empty_shop()
    take(whole, "freshdesk", folder())
    parts = (("conversations-2", "satisfaction_ratings"), ("tickets-2", "conversations-1"), ("tickets-1", "tickets-2"))
    for number, names in enumerate(parts):
        half = tmp_path / str(number)
        half.mkdir()
        for name in (*names, *LISTED):
            (half / f"{name}.json").write_text(json.dumps(page(name)[::-1]))
        assert take(halves, "freshdesk", folder(half)).summary.refused.total() == 0
    assert content(halves) == content(whole)


def test_tickets_with_their_conversations_in_them_are_read_too(sqlite: Path, tmp_path: Path) -> None:
    apart, within = empty_shop(), empty_shop()
    take(apart, "freshdesk", folder())
    for ticket in both("tickets"):
        said = [one for one in both("conversations") if one["ticket_id"] == ticket["id"]]
        (tmp_path / f"tickets-{ticket['id']}.json").write_text(json.dumps({**ticket, "conversations": said}))
    for name in (*LISTED, "satisfaction_ratings"):
        (tmp_path / f"{name}.json").write_text(json.dumps(page(name)))
    take(within, "freshdesk", folder(tmp_path))
    assert content(within) == content(apart)


def test_freshdesks_own_figures_are_kept_beside_ours(installation: str) -> None:
    shop = empty_shop()
    take(shop, "freshdesk", folder())
    why = {(one.ticket[-3:], one.figure): one.why for one in _comparing.differences(shop)}
    assert "An agent began the ticket" in why.pop(("105", "first response"))
    assert why.pop(("108", "resolution")) == _comparing.NOT_THERE  # merged away
    assert set(why) == {(ticket, name) for ticket in ("101", "102", "103") for name in ("first response", "resolution")}
    assert set(why.values()) == {""}


def test_objects_of_another_shape_are_refused_and_the_others_go_in(sqlite: Path, tmp_path: Path) -> None:
    odd = both("tickets")
    odd[0]["created_at"] = None
    odd[1]["stats"] = "soon"
    odd[2]["source"], odd[3]["status"] = {"name": "email"}, "waiting"
    said = both("conversations")
    said[0]["created_at"], said[1]["user_id"] = 7, "everybody"
    (tmp_path / "tickets.json").write_text(json.dumps(odd))
    (tmp_path / "conversations.json").write_text(json.dumps(said))
    shop = empty_shop()
    outcome = take(shop, "freshdesk", folder(tmp_path))
    assert outcome.summary.refused["unreadable"] == 2
    assert len(content(shop)["Ticket"]) == 7
    assert ("nobody is known as an agent", "save the pages of agents.json too") in outcome.oddities
    assert ("custom status whose name is not known", "waiting") in outcome.oddities


# ---- statuses

CREATED = datetime(2025, 3, 3, 9, tzinfo=UTC)


def at(clock: str) -> str:
    return f"2025-03-03T{clock}:00Z"


def changes(status: object, **stats: str) -> list[tuple[str, str]]:
    """The changes of status of a ticket that was made at 09:00, by hour and minute."""
    ticket = {
        "id": 1,
        "status": status,
        "created_at": at("09:00"),
        "updated_at": at("20:00"),
        "stats": {field: at(clock) for field, clock in stats.items()},
    }
    told = list(statuses(ticket, "freshdesk:1", CREATED, WORDS, Beside()))
    assert all(isinstance(one, Status) for one in told)
    assert all(one.at.microsecond == (1 if one.to == "closed" else 0) for one in told)
    return [(f"{one.at:%H:%M}", one.to) for one in told]


WORDS = Words(statuses={"6": "Waiting on Customer", "7": "On hold", "8": "Escalated"}, agents={"11", "12"})


def test_a_resolved_ticket_is_closed_when_it_was_resolved() -> None:
    assert changes(4, resolved_at="10:00", status_updated_at="10:00") == [("10:00", "closed")]
    assert changes(5, resolved_at="10:00", closed_at="12:00", status_updated_at="12:00") == [("10:00", "closed")]
    assert changes(5, closed_at="12:00") == [("12:00", "closed")]
    assert changes(5) == [("20:00", "closed")]  # no time is told: the last change, and counted


def test_what_is_known_of_earlier_changes_stands_before_the_present_status() -> None:
    assert changes(2, reopened_at="11:00", status_updated_at="11:00", resolved_at="10:00") == [
        ("10:00", "closed"),
        ("11:00", "open"),
    ]
    assert changes(2, reopened_at="11:00", status_updated_at="11:00") == [("11:00", "open")]
    assert changes(5, resolved_at="10:00", reopened_at="11:00", closed_at="12:00") == [
        ("10:00", "closed"),
        ("11:00", "open"),
        ("12:00", "closed"),
    ]
    assert changes(4, pending_since="09:30", reopened_at="11:00", resolved_at="12:00") == [
        ("09:30", "pending"),
        ("11:00", "open"),
        ("12:00", "closed"),
    ]


@pytest.mark.parametrize(
    ("status", "ours"), [(2, "open"), (3, "pending"), (6, "pending"), (7, "snoozed"), (8, "open"), ("x", "open")]
)
def test_statuses_of_the_account_go_by_their_names(status: object, ours: str) -> None:
    assert changes(status, status_updated_at="09:30") == [("09:30", ours)]


def test_suggested_statuses_go_by_their_number_where_no_name_is_known() -> None:
    beside = Beside()
    assert [Words().status(number, beside) for number in (6, 7, 9)] == ["pending", "snoozed", "open"]
    assert beside.oddities.total() == 3


def test_a_status_from_before_the_creation_counts_from_the_creation() -> None:
    assert changes(3, pending_since="08:00") == [("09:00", "pending")]


def test_two_readings_of_a_ticket_know_more_than_one(sqlite: Path, tmp_path: Path) -> None:
    """What the first reading knew of the close is not told any more by the second."""
    first = both("tickets")[0]
    stats = {**first["stats"], "reopened_at": at("12:00"), "resolved_at": None, "closed_at": None}
    stats["status_updated_at"] = at("12:00")
    again = {**first, "status": 2, "stats": stats, "updated_at": "2025-03-06T00:00:00Z"}
    shop = empty_shop()
    for number, told in enumerate((first, again)):
        (pages := tmp_path / str(number)).mkdir()
        (pages / "tickets.json").write_text(json.dumps([told]))
        take(shop, "freshdesk", folder(pages))
    assert [row[1:3] for row in content(shop)["StatusChange"]] == [
        (instant(at("10:30"), "") + JUST_AFTER, 4),
        (instant(at("12:00"), ""), 1),
    ]


# ---- who said what


def said(**told: Any) -> list[Any]:
    one: VendorObject = {"id": 1, "ticket_id": 101, "user_id": 11, "source": 0, "created_at": at("09:00"), **told}
    return list(of_conversation({"incoming": False, "private": False, "body_text": "Hi", **one}, WORDS, Beside()))


@pytest.mark.parametrize(
    ("told", "by", "agent", "public"),
    [
        ({}, "agent", "freshdesk:11", True),
        ({"user_id": 99}, "agent", "freshdesk:99", True),  # who has left is listed no more
        ({"incoming": True, "user_id": 21}, "customer", None, True),
        ({"incoming": True}, "agent", "freshdesk:11", True),  # Ann answered from her mailbox
        ({"incoming": True, "private": True, "user_id": 21}, "customer", None, False),
        ({"source": 2, "private": True}, "agent", "freshdesk:11", False),
        ({"source": 2}, "agent", "freshdesk:11", True),
        ({"source": 8}, "agent", "freshdesk:11", False),
        ({"automation_id": 5}, "automation", None, True),
        ({"auto_response": True}, "automation", None, True),
        ({"user_id": None}, "automation", None, True),
    ],
)
def test_who_wrote_a_conversation(told: dict[str, Any], by: str, agent: str | None, public: bool) -> None:
    (message,) = said(**told)
    assert isinstance(message, Message)
    assert (message.by, message.agent, message.public) == (by, agent, public)


def test_the_comment_of_a_rating_is_no_message() -> None:
    assert said(source=6, incoming=True, user_id=21) == []


def test_a_merge_is_told_by_a_note() -> None:
    note, merge = said(private=True, source=2, body_text="This ticket is closed and merged into ticket #7")
    assert (note.by, note.public) == ("automation", False)
    assert isinstance(merge, Merge)
    assert (merge.ticket, merge.into) == ("freshdesk:101", "freshdesk:7")
    assert len(said(body_text="closed and merged into ticket 7")) == 1  # to the customer anybody can write that


def test_what_changes_on_a_ticket_does_not_change_how_it_was_made() -> None:
    ticket = both("tickets")[0]
    later = {**ticket, "status": 2, "responder_id": None, "tags": [], "updated_at": at("23:00")}
    first, second = (list(of_ticket(one, WORDS, Beside())) for one in (ticket, later))
    assert (first[0], first[2]) == (second[0], second[2])


@pytest.mark.parametrize(
    ("answer", "ours"),
    [(103, 5), (102, 4), (101, 4), (100, 3), (-101, 2), (-102, 2), (-103, 1), (5, None), ("103", None), (None, None)],
)
def test_scores(answer: object, ours: int | None) -> None:
    rating = {"id": 1, "ticket_id": 101, "ratings": {"default_question": answer}, "created_at": at("09:00")}
    told = list(freshdesk.of_rating(rating, Beside()))
    assert [type(one) for one in told] == ([] if ours is None else [Survey, Rating])
    assert [one.score for one in told if isinstance(one, Rating)] == ([] if ours is None else [ours])


def test_who_works_there_and_who_writes() -> None:
    words = Words(groups={"501": "Support"}, members={"12": ["Support"]})
    assert freshdesk.of_agent({"id": 12, "contact": {"name": "Ben"}}, words) == Agent(
        id="freshdesk:12", name="Ben", team="Support"
    )
    assert list(freshdesk.of_contact({"id": 21, "mobile": "+33 1", "email": ""})) == [
        Customer(id="freshdesk:21", phone="+33 1")
    ]
    assert list(freshdesk.of_contact({"id": 21, "deleted": True})) == []


def test_a_priority_holds_since_the_creation_and_another_one_since_it_was_changed(sqlite: Path, tmp_path: Path) -> None:
    shop = empty_shop()
    read = both("tickets")[0]
    for minute, priority in ((1, 1), (2, 1), (3, 4), (3, 4)):
        pages = tmp_path / str(uuid4())
        pages.mkdir()
        told = {**read, "priority": priority, "updated_at": f"2025-04-01T09:0{minute}:00Z"}
        (pages / "tickets-1.json").write_text(json.dumps([told]))
        outcome = take(shop, "freshdesk", folder(pages))
        assert not outcome.summary.refused
    assert [row[7] for row in content(shop)["Ticket"]] == ["low"]
    assert [(at.isoformat(), to) for _, at, to in content(shop)["PriorityChange"]] == [
        ("2025-04-01T09:03:00+00:00", "urgent")
    ]
    assert differences(shop) == []


# ---- business hours


def test_the_default_calendar_becomes_the_shops_hours(sqlite: Path) -> None:
    shop = empty_shop()
    take(shop, "freshdesk", folder(currency="usd"))
    shop.refresh_from_db()
    assert (shop.timezone, shop.currency) == ("America/New_York", "USD")
    (season,) = shop.hours or [{}]
    assert season["week"] == {"mon": [["08:00", "17:00"]], "fri": [["12:00", "24:00"]]}


def test_another_calendar_by_its_name_and_none_without_a_currency(sqlite: Path) -> None:
    night, plain = empty_shop(), empty_shop()
    take(night, "freshdesk", folder(currency="EUR", calendar="Night"))
    take(plain, "freshdesk", folder())
    for shop in (night, plain):
        shop.refresh_from_db()
    assert (night.timezone, (night.hours or [{}])[0]["week"]) == ("Europe/Paris", {"sun": [["00:00", "06:30"]]})
    assert (plain.timezone, plain.hours) == ("UTC", empty_shop().hours)
    with pytest.raises(Problem, match="--currency"):
        freshdesk.stream(domain="kims", calendar="Night")


@pytest.mark.parametrize(("opens", "closes"), [("5:00 pm", "8:00 am"), ("25:00", "26:00"), ("early", "late")])
def test_hours_that_are_none_are_refused(opens: str, closes: str) -> None:
    told = {"time_zone": "Paris", "business_hours": {"monday": {"start_time": opens, "end_time": closes}}}
    with pytest.raises(NotReadable):
        of_business_hours(told, "EUR")


# ---- the API


def test_the_api_gives_the_same_record_as_the_saved_pages(sqlite: Path, server: VendorServer) -> None:
    saved, read = empty_shop(), empty_shop()
    take(saved, "freshdesk", folder(currency="EUR"))
    Account(server, per_page=2)
    outcome = take(read, "freshdesk", live(currency="EUR"), KEY)
    assert outcome.broken is None
    assert outcome.summary.refused.total() == 0
    assert content(read) == content(saved)


def test_429_a_dropped_connection_and_an_error_of_the_server_cost_nothing(sqlite: Path, server: VendorServer) -> None:
    saved, read = empty_shop(), empty_shop()
    take(saved, "freshdesk", folder())
    Account(server, per_page=3)
    server.too_many(2, "0.1")
    server.drop_in_mid_page(8)
    server.fail(11, 503)
    assert take(read, "freshdesk", live(), KEY).broken is None
    assert content(read) == content(saved)


def many_tickets(account: Account, count: int, apart: timedelta) -> None:
    """Tickets that changed one after the other, so far apart."""
    ticket = {**both("tickets")[3], "created_at": at("08:00")}
    account.tickets = [
        {**ticket, "id": 1000 + number, "updated_at": f"{CREATED + number * apart:%Y-%m-%dT%H:%M:%SZ}"}
        for number in range(count)
    ]
    for one in account.tickets:
        account.serve_conversations(one["id"])


def test_more_pages_than_freshdesk_lists_are_read_by_windows_of_their_change(
    sqlite: Path, server: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_freshdesk_pages, "MOST_PAGES", 2)
    shop, account = empty_shop(), Account(server, per_page=4)
    many_tickets(account, 30, timedelta(minutes=1))
    assert take(shop, "freshdesk", live(), KEY).broken is None
    assert len(content(shop)["Ticket"]) == 30
    assert sum(asked.path.endswith("/conversations") for asked in server.asked) == 30  # none is asked for twice


def test_tickets_that_were_all_changed_in_one_second_are_read_by_page_number(
    sqlite: Path, server: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, account = empty_shop(), Account(server, per_page=4)
    many_tickets(account, 30, timedelta(0))
    assert take(shop, "freshdesk", live(), KEY).broken is None
    assert len(content(shop)["Ticket"]) == 30
    monkeypatch.setattr(_freshdesk_pages, "MOST_PAGES", 3)
    assert "more than 3 pages" in str(take(empty_shop(), "freshdesk", live(), KEY).broken)


def test_a_ticket_that_changes_while_the_list_is_read_hides_no_other(sqlite: Path, server: VendorServer) -> None:
    shop, account = empty_shop(), Account(server, per_page=4)
    many_tickets(account, 12, timedelta(minutes=1))

    def change() -> None:  # it moves from the first page to the last, and all others one up
        account.tickets[0] = {**account.tickets[0], "updated_at": "2025-03-04T00:00:00Z", "responder_id": 11}

    server.before(10, change)  # after groups, agents, fields, contacts, the first page and its conversations
    assert take(shop, "freshdesk", live(), KEY).broken is None
    assert len(content(shop)["Ticket"]) == 12
    assert "freshdesk:11" in {row[2] for row in content(shop)["TicketState"]}


def test_a_list_in_another_order_than_asked_for_is_told(sqlite: Path, server: VendorServer) -> None:
    account = Account(server)
    server.routes[f"{API}/tickets"] = lambda _asked: Reply(account.tickets)
    assert "another order" in str(take(empty_shop(), "freshdesk", live(), KEY).broken)


def test_what_changed_is_read_from_the_last_change_of_the_run_before(sqlite: Path, server: VendorServer) -> None:
    shop, account = empty_shop(), Account(server)
    take(shop, "freshdesk", live(), KEY)
    assert Connection.objects.get(shop=shop).places["tickets"] == {"since": "2025-03-07T10:01:00Z"}
    reply = {**account.conversations[0], "id": 9000, "ticket_id": 109, "created_at": "2025-03-08T09:00:00Z"}
    before = next(one for one in account.tickets if one["id"] == 109)
    account.tickets.remove(before)
    account.tickets.append({**before, "status": 4, "updated_at": "2025-03-08T09:00:00Z"})
    account.conversations.append(reply)
    server.asked.clear()
    outcome = take(shop, "freshdesk", live(), KEY)
    assert (outcome.summary.new["message"], outcome.summary.new["status"]) == (1, 1)
    asked = [one.query.get("updated_since") for one in server.asked if one.path == f"{API}/tickets"]
    assert asked[0] == "2025-03-07T09:56:00Z"  # five minutes before
    contacts = next(one.query for one in server.asked if one.path == f"{API}/contacts")
    assert contacts["_updated_since"] == "2025-03-04T08:55:00Z"


def test_what_is_spam_or_in_the_trash_counts_again_when_it_is_restored(sqlite: Path, server: VendorServer) -> None:
    shop, account = empty_shop(), Account(server)
    take(shop, "freshdesk", live(), KEY)
    assert Connection.objects.get(shop=shop).places["unwanted"] == {"ids": [106, 107]}
    spam, gone = (next(one for one in account.tickets if one["id"] == number) for number in (106, 107))
    restored = {**spam, "spam": False}
    account.tickets = [one for one in account.tickets if one not in (spam, gone)] + [restored]
    account.conversations.append({**account.conversations[0], "id": 9001, "ticket_id": 106})
    server.one(f"{API}/tickets/106", restored)
    assert take(shop, "freshdesk", live(), KEY).broken is None  # 107 is gone for good
    left_out = {row[0]: row[6:8] for row in content(shop)["TicketState"] if any(row[6:8])}
    assert left_out == {"freshdesk:107": (False, True)}
    assert "freshdesk:conversation:9001" in {row[0] for row in content(shop)["Message"]}
    assert Connection.objects.get(shop=shop).places["unwanted"] == {"ids": []}


def test_since_is_where_the_tickets_begin_and_not_the_contacts(sqlite: Path, server: VendorServer) -> None:
    shop = empty_shop()
    Account(server)
    assert take(shop, "freshdesk", live(since="2025-03-06T00:00:00Z"), KEY).broken is None
    found = {row[0] for row in content(shop)["Ticket"]}
    assert {"freshdesk:105", "freshdesk:109"} <= found
    assert "freshdesk:101" not in found
    assert len([row for row in content(shop)["Customer"] if row[1]]) == 4


def test_an_account_without_surveys_and_a_key_without_the_fields_are_read_all_the_same(
    sqlite: Path, server: VendorServer
) -> None:
    shop = empty_shop()
    Account(server)
    for name in ("surveys/satisfaction_ratings", "ticket_fields"):
        server.routes[f"{API}/{name}"] = lambda _asked: Reply({"code": "require_feature"}, status=403)
    outcome = take(shop, "freshdesk", live(), KEY)
    assert outcome.broken is None
    assert ("custom status whose name is not known", "6") in outcome.oddities
    assert len(content(shop)["Ticket"]) == 9


def test_the_key_stands_in_no_error(sqlite: Path, server: VendorServer) -> None:
    shop = empty_shop()
    Account(server)
    outcome = take(shop, "freshdesk", live(), "another-key")
    assert "does not let us in" in str(outcome.broken)
    assert "another-key" not in str(outcome.broken) + Connection.objects.get(shop=shop).error


def test_an_answer_of_another_shape_is_told(sqlite: Path, server: VendorServer) -> None:
    Account(server)
    server.one(f"{API}/tickets", {"results": []})
    assert "no list" in str(take(empty_shop(), "freshdesk", live(), KEY).broken)


def test_the_rate_is_what_the_plan_allows(server: VendorServer) -> None:
    left = iter((50, 1, 0, 0, 0, 0))
    server.routes["/api/v2/x"] = lambda _asked: Reply(
        {}, {"X-RateLimit-Total": "600", "X-RateLimit-Remaining": str(next(left))}
    )
    rate = Rate(10, 60.0, allowed_header="X-RateLimit-Total", left_header="X-RateLimit-Remaining")
    began = datetime.now(UTC)
    with Api("https://v.example/api/v2", rate=rate, secret="") as vendor:
        for _ in range(5):
            vendor.get("x")
    assert datetime.now(UTC) - began > timedelta(seconds=0.2)  # ten a second once none are left


KILLED = """
import os, sys
import django
django.setup()
from counterbell.accounts.models import Shop
from counterbell.sources import _freshdesk_pages, _live, freshdesk
_live.BATCH = 1
_freshdesk_pages.AT_ONCE = 1
freshdesk.RATE = (1000, 1.0)
told = freshdesk.live("kims.freshdesk.com")
connection = _live.connection_of(Shop.objects.get(slug=sys.argv[1]), "freshdesk", told, {})
_live.read(connection, told, sys.argv[2], lambda progress: progress.pages == 7 and os.kill(os.getpid(), 9))
"""


def test_a_run_that_was_killed_is_taken_up_by_the_next(tmp_path: Path, sqlite: Path, server: VendorServer) -> None:
    whole, shop = empty_shop(), empty_shop()
    take(whole, "freshdesk", folder())
    Account(server)
    database = str(connection.settings_dict["NAME"])
    settings = ("from counterbell.site.settings import *", f"DATABASES['default']['NAME'] = {database!r}")
    (tmp_path / "of_the_test.py").write_text("\n".join(settings))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "of_the_test", "PYTHONPATH": str(tmp_path)}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, shop.slug, KEY], env=environment, capture_output=True, text=True
    )
    assert killed.returncode == -9, killed.stderr
    assert 0 < len(content(shop)["Ticket"]) < len(content(whole)["Ticket"])
    server.asked.clear()
    assert take(shop, "freshdesk", live(), KEY).broken is None
    first = next(one for one in server.asked if one.path == f"{API}/tickets")
    assert first.query["updated_since"] > "2025"
    assert content(shop) == content(whole)


def test_another_address_is_refused() -> None:
    with pytest.raises(Problem, match="no address"):
        freshdesk.stream(domain="kims.freshdesk.com.evil.example")
