"""Chatwoot: what its conversations come to, worked out by hand, and its API with all its troubles.

Ann and Ben answer, Cleo leads them, Robin is a bot; Kim, Lou, Mia and Noa have the conversations 1 to 5.
"""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from metrics.reports import report
from record.records import SHOP, content, differences, take_in
from sources.shops import AS_OF, take
from sources.vendor_server import Asked, Objects, Reply, VendorServer

from counterbell.accounts.models import Shop
from counterbell.cli import _comparing
from counterbell.errors import Problem
from counterbell.record.entries import Agent, Assignment, Entry, Message, Priority, Status, Survey, Tags, Ticket
from counterbell.record.models import Connection
from counterbell.sources import chatwoot
from counterbell.sources._chatwoot_mapping import ALL_MESSAGES, mapping
from counterbell.sources._stream import Beside, Live, Stream

PAYLOADS = Path(__file__).parent / "payloads" / "chatwoot"
API = "/api/v1/accounts/1"
TOKEN = "t0ken"
MINUTE = 60


def page(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def conversations() -> Objects:
    """The conversations of all pages, the newest first; one comes on two of them."""
    listed = [one for number in (1, 2) for one in page(f"conversations-{number}")["data"]["payload"]]
    return list({one["id"]: one for one in listed}.values())


def messages(number: int) -> Objects:
    return list(page(f"messages/{number}")["payload"])


def events(number: int) -> Objects:
    return list(page(f"reporting_events/{number}")) if number in (1, 5) else []


def empty_shop() -> Shop:
    shop = Shop.objects.create(slug=uuid4().hex)
    take_in(shop, [SHOP])
    return shop


def folder(path: Path = PAYLOADS) -> Stream:
    stream = chatwoot.stream(folder=path)
    assert isinstance(stream, Stream)
    return stream


def account(server: VendorServer, listed: Objects, per_page: int = 2, since: str | None = None) -> Live:
    """The API of the account with these conversations."""
    server.require(api_access_token=TOKEN)
    for name in ("agents", "agent_bots", "inboxes"):
        server.one(f"{API}/{name}", page(name))
    server.one(f"{API}/teams", [{k: v for k, v in team.items() if k != "members"} for team in page("teams")])
    server.one(f"{API}/teams/7/team_members", page("teams")[0]["members"])
    server.routes[f"{API}/conversations"] = lambda asked: _conversations(asked, listed, per_page)
    ratings = sorted(page("csat_survey_responses"), key=lambda one: -one["created_at"])
    server.by_page_number(f"{API}/csat_survey_responses", lambda _asked: ratings, per_page=1)
    for one in listed:
        path, number = f"{API}/conversations/{one['id']}", one["id"]
        server.routes[f"{path}/messages"] = partial(_messages, messages(number))
        server.one(f"{path}/reporting_events", events(number))
    return chatwoot.live("https://chat.shop.example", 1, since)


def _conversations(asked: Asked, listed: Objects, per_page: int) -> Reply:
    assert asked.query["status"] == asked.query["assignee_type"] == "all"
    ordered = sorted(listed, key=lambda one: -one["last_activity_at"])
    if within := asked.query.get("updated_within"):
        begin = datetime.now(UTC).timestamp() - int(within)
        return Reply({"data": {"meta": {}, "payload": [one for one in ordered if one["updated_at"] > begin]}})
    assert asked.query["sort_by"] == "last_activity_at_desc"
    start = (int(asked.query["page"]) - 1) * per_page
    return Reply({"data": {"meta": {"all_count": len(listed)}, "payload": ordered[start : start + per_page]}})


def _messages(all_of_them: Objects, asked: Asked) -> Reply:
    before = int(asked.query.get("before", 10**9))
    return Reply({"meta": {"labels": []}, "payload": [one for one in all_of_them if one["id"] < before][-20:]})


def whole(path: Path) -> Path:
    """A folder in which conversations carry all that belongs to them, as they are read live."""
    for name in ("agents", "agent_bots", "inboxes", "teams", "csat_survey_responses"):
        (path / f"{name}.json").write_text(json.dumps(page(name)))
    for one in conversations():
        number = one["id"]
        told = {**one, ALL_MESSAGES: messages(number), "reporting_events": events(number)}
        (path / f"conversations-{number}.json").write_text(json.dumps(told))
    return path


# ---- the saved pages


def test_the_saved_pages_come_to_these_figures(sqlite: Path) -> None:
    shop = empty_shop()
    outcome = take(shop, "chatwoot", folder())
    assert outcome.summary.refused.total() == 0
    assert outcome.waiting == 0
    assert differences(shop) == []
    found = report(shop, date(2025, 3, 1), date(2025, 4, 1), as_of=AS_OF).total.metrics
    assert found["tickets_created"] == 5
    assert found["unresolved_by_status"] == {"open": 0, "pending": 0, "snoozed": 1}  # 4
    # 1: 09:00 to 09:30, 2: a day, 3: a day and 10 minutes, 5: 11:00 to 12:05; a close is a microsecond later
    assert found["resolution_time"]["n"] == 4
    assert found["resolution_time"]["mean"] == pytest.approx((30 + 1440 + 1450 + 65) * MINUTE / 4)
    assert found["first_resolution_time"]["mean"] == pytest.approx((30 + 1440 + 20 + 65) * MINUTE / 4)
    # 1: 12 and 10 minutes, 3: 20 and 10 (the note is none), 5: 5 from Kim's message; 2 was answered by the bot only
    assert found["response_time"]["n"] == 5
    assert found["response_time"]["mean"] == (12 + 10 + 20 + 10 + 5) * MINUTE / 5
    assert found["first_response_time"]["mean"] == pytest.approx((12 + 20 + 5) * MINUTE / 3)
    assert (found["csat"]["scores"]["5"], found["csat"]["scores"]["2"]) == (1, 1)
    assert (found["csat"]["sent"], found["csat"]["answered"]) == (3, 2)
    # 2: Robin's answer, closed by the system; the survey after the close of 1 is no answer before it
    assert (found["automated_resolution_rate"]["part"], found["automated_resolution_rate"]["whole"]) == (1, 4)
    assert found["tickets_closed"]["by_agent"] == {"chatwoot:1": 1, "chatwoot:2": 2, "automation": 1}
    assert found["reopened"] == 1
    assert outcome.oddities == {
        ("message that did not reach the customer, by", "agent"): 1,
        ("activity that is not understood, left out", "in unknown words"): 1,
        ("reporting event apart from its conversation, left out", "it tells an internal number only"): 5,
    }


def test_people_tags_channels_and_teams_are_told(sqlite: Path) -> None:
    shop = empty_shop()
    take(shop, "chatwoot", folder())
    found = content(shop)
    assert ("chatwoot:1", "Ann", "ann@shop.example", "care") in found["Agent"]
    assert not any("Robin" in row for row in found["Agent"])
    assert ("chatwoot:contact:104", None, "+33612345678", "Noa") in [row[:4] for row in found["Customer"]]
    assert {row[0]: row[1] for row in found["Ticket"]} == {
        "chatwoot:1": "chat", "chatwoot:2": "email", "chatwoot:3": "chat", "chatwoot:4": "whatsapp",
        "chatwoot:5": "email",
    }  # fmt: skip
    state = {row[0]: row for row in found["TicketState"]}
    assert state["chatwoot:1"][4] == ["vip"]
    assert {row[2:] for row in found["Assignment"] if row[0] == "chatwoot:1"} == {("chatwoot:1", "care")}


def test_halves_repetitions_and_another_order_of_pages_give_the_same_record(sqlite: Path, tmp_path: Path) -> None:
    complete, halves = empty_shop(), empty_shop()
    take(complete, "chatwoot", folder())
    people = ("agents", "agent_bots", "inboxes", "teams")
    parts = (("csat_survey_responses", "messages/3", "conversations-2"), ("messages/1", "messages/4"))
    for number, names in enumerate((*parts, ("conversations-1", "messages/2", "messages/5", "messages/3"))):
        for name in (*names, *people):
            told = page(name)
            listed = told.get("payload") if isinstance(told, dict) else None
            target = tmp_path / str(number) / f"{name}.json"
            target.parent.mkdir(exist_ok=True, parents=True)
            target.write_text(json.dumps({"payload": listed[::-1]} if listed else told))
        assert take(halves, "chatwoot", folder(tmp_path / str(number))).summary.refused.total() == 0
    assert content(halves) == content(complete)


# ---- a conversation


def told(kind: str, *objects: dict[str, Any], beside: Beside | None = None) -> list[Entry]:
    """What the objects come to, in an account with Ann, Ben and Robin."""
    entries_of = mapping(beside or Beside())
    for name in ("teams", "agents", "agent_bots"):
        for one in page(name):
            list(entries_of(name, one))
    return [entry for one in objects for entry in entries_of(kind, one)]


def a_message(kind: int | str, said: str = "", **more: Any) -> dict[str, Any]:
    return {"id": 1, "conversation_id": 9, "message_type": kind, "content": said, "created_at": 1741000000, **more}


@pytest.mark.parametrize(
    ("words", "to", "by", "agent"),
    [
        ("Conversation was marked resolved by Ann", "closed", "agent", "chatwoot:1"),
        ("Conversation was marked resolved by Zoe", "closed", "agent", None),  # who has left
        ("Conversation was marked resolved by Automation System", "closed", "automation", None),
        ("Conversation was marked resolved by Robin", "closed", "automation", None),
        ("Conversation was marked resolved by Captain due to inactivity", "closed", "automation", None),
        ("Conversation was marked resolved by system due to 3 hours of inactivity", "closed", "automation", None),
        ("Conversation was resolved by Kim", "closed", "customer", None),
        ("Conversation was reopened by Ben", "open", "agent", "chatwoot:2"),
        ("System reopened the conversation due to a new incoming message.", "open", "customer", None),
        ("Conversation was marked as pending by Ann", "pending", "agent", "chatwoot:1"),
        ("Conversation was snoozed by Ann", "snoozed", "agent", "chatwoot:1"),
        ("Percakapan ditandai selesai oleh Ann", "closed", "agent", "chatwoot:1"),
        ("Sistem membuka kembali percakapan karena pesan masuk baru.", "open", "customer", None),
    ],
)
def test_activities_that_change_the_status(words: str, to: str, by: str, agent: str | None) -> None:
    (change,) = told("messages", a_message(2, words))
    assert isinstance(change, Status)
    assert (change.to, change.by, change.agent) == (to, by, agent)


def test_a_status_that_is_told_apart_needs_no_known_words() -> None:
    apart = {"activity": {"type": "conversation_status_changed", "status": "resolved"}}
    by_ann, by_nobody = told(
        "messages",
        a_message(2, "Unterhaltung wurde von Ann gelöst", content_attributes=apart),
        a_message(2, "Unterhaltung wurde gelöst", content_attributes=apart),
    )
    assert isinstance(by_ann, Status)
    assert isinstance(by_nobody, Status)
    assert (by_ann.to, by_ann.by, by_ann.agent) == ("closed", "agent", "chatwoot:1")
    assert (by_nobody.to, by_nobody.by, by_nobody.agent) == ("closed", None, None)


def test_activities_that_assign_and_label() -> None:
    at = datetime.fromtimestamp(1741000000, UTC)
    ticket = "chatwoot:9"
    assert told(
        "messages",
        a_message(2, "Assigned to Ben by Cleo"),
        a_message(2, "Assigned to Ann via care by Automation System"),
        a_message(2, "Assigned to care by Cleo"),
        a_message(2, "Conversation unassigned by Cleo"),
        a_message(2, "Ann added vip, on-hold"),
        a_message(2, "Ann removed vip"),
        a_message(2, "Ann changed the priority from high to medium"),
        a_message(2, "Ann menghapus prioritasnya"),
    ) == [
        Assignment(ticket=ticket, at=at, agent="chatwoot:2"),
        Assignment(ticket=ticket, at=at, agent="chatwoot:1", team="care"),
        Assignment(ticket=ticket, at=at, agent=None, team="care"),
        Assignment(ticket=ticket, at=at, agent=None),
        Tags(ticket=ticket, at=at, add=["on-hold", "vip"]),
        Tags(ticket=ticket, at=at + timedelta(microseconds=1), remove=["vip"]),
        Priority(ticket=ticket, at=at, to="normal"),
        Priority(ticket=ticket, at=at, to=None),
    ]


def test_the_present_priority_is_told_where_no_activity_did() -> None:
    one = {**conversations()[0], "priority": "urgent", "last_activity_at": 1750000000}
    said = [a_message(2, "Ann set the priority to urgent")]
    for listed, times in (([], 1), (said, 0)):
        found = told("conversations", {**one, ALL_MESSAGES: listed})
        of_now = [entry.to for entry in found if isinstance(entry, Priority) and entry.at.month == 6]
        assert of_now == ["urgent"] * times


@pytest.mark.parametrize(
    ("message", "by", "agent", "public"),
    [
        (a_message(0, sender={"id": 101, "type": "contact"}), "customer", None, True),
        (a_message("incoming", sender_type="Contact"), "customer", None, True),
        (a_message(1, sender={"id": 1, "type": "user"}), "agent", "chatwoot:1", True),
        (a_message(1, sender={"id": 1, "type": "user"}, private=True), "agent", "chatwoot:1", False),
        (a_message(1, sender={"id": 1, "type": "user"}, status="failed"), "agent", "chatwoot:1", False),
        (a_message(1, sender={"id": 5, "type": "agent_bot"}), "automation", None, True),
        (a_message(1, sender={"id": 2, "type": "captain_assistant"}), "automation", None, True),
        (a_message(1, sender_type="Captain::Assistant"), "automation", None, True),
        (a_message(1, sender_type="User", content_attributes={"automation_rule_id": 3}), "automation", None, True),
        (a_message(1, additional_attributes={"campaign_id": 3}), "automation", None, True),
        (a_message(1, content_attributes={"external_echo": True}), "agent", None, True),
        (a_message(1), "automation", None, True),
        (a_message(3), "automation", None, True),
    ],
)  # fmt: skip
def test_who_wrote_a_message(message: dict[str, Any], by: str, agent: str | None, public: bool) -> None:
    (entry,) = told("messages", message)
    assert isinstance(entry, Message)
    assert (entry.by, entry.agent, entry.public) == (by, agent, public)


def test_an_agent_who_has_left_is_known_by_what_they_wrote() -> None:
    ever, message = told("messages", a_message(1, sender={"id": 9, "name": "Zoe", "type": "user"}))
    assert ever == Agent(id="chatwoot:9", name="Zoe")
    assert isinstance(message, Message)
    assert message.agent == "chatwoot:9"


def test_a_survey_comes_after_the_close_of_the_same_second() -> None:
    asked = told("messages", a_message(3, content_type="input_csat"))
    (closed,) = told("messages", a_message(2, "Conversation was marked resolved by Ann"))
    assert [type(entry) for entry in asked] == [Message, Survey]
    assert isinstance(closed, Status)
    assert {entry.at > closed.at for entry in asked if isinstance(entry, Message | Survey)} == {True}


def test_what_changes_on_a_conversation_does_not_change_how_it_was_made() -> None:
    one = conversations()[0]
    later = {**one, "status": "open", "priority": "urgent", "labels": ["new"], "last_activity_at": 1750000000}
    first, second = (told("conversations", each)[:2] for each in (one, later))
    assert isinstance(first[1], Ticket)
    assert first == second


def closes(number: int, listed: Objects, happened: Objects) -> list[tuple[str, str | None]]:
    one = {**next(one for one in conversations() if one["id"] == number)}
    found = told("conversations", {**one, ALL_MESSAGES: listed, "reporting_events": happened})
    changes = sorted((entry for entry in found if isinstance(entry, Status)), key=lambda change: change.at)
    return [(change.to, change.by) for change in changes[:-1]]  # the last is the present one


def test_reporting_events_tell_what_no_activity_does() -> None:
    said = [one for one in messages(1) if one["message_type"] != 2]
    assert closes(1, messages(1), events(1)) == [("closed", "agent")]
    assert closes(1, said, events(1)) == [("closed", None)]
    bot = {**events(1)[1], "id": 9, "name": "conversation_bot_resolved"}
    assert closes(1, said, [*events(1), bot]) == [("closed", "automation")]
    by_ann = [{**one, "actor_type": "User", "actor_id": 1} for one in events(1)]
    assert closes(1, said, by_ann) == [("closed", "agent")]


def test_between_two_resolutions_a_customers_message_has_opened_it_again() -> None:
    silent = [one for one in messages(3) if not str(one["content"]).startswith("System reopened")]
    again = [("closed", "agent"), ("open", "customer"), ("closed", "agent")]
    assert closes(3, messages(3), []) == closes(3, silent, []) == again


def test_what_is_not_known_is_kept_and_counted() -> None:
    beside = Beside()
    odd = conversations()[0]
    odd["meta"]["channel"], odd["status"] = "Channel::Pigeon", "dreaming"
    (ticket,) = (entry for entry in told("conversations", odd, beside=beside) if isinstance(entry, Ticket))
    assert ticket.channel == "Channel::Pigeon"
    assert told("csat_survey_responses", {"rating": 9}, beside=beside) == []
    assert set(beside.oddities) == {
        ("unknown channel, kept by its name", "Channel::Pigeon"),
        ("unknown status, left out", "dreaming"),
        ("rating that is none from 1 to 5", "9"),
    }


# ---- the API


def test_the_api_gives_the_same_record_as_saved_pages_with_all_messages(
    installation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, read = empty_shop(), empty_shop()
    take(saved, "chatwoot", folder(whole(tmp_path)))
    with VendorServer().in_place(monkeypatch) as server:
        from_api = account(server, conversations())
        server.too_many(2, "0.1")
        server.drop_in_mid_page(7)
        server.fail(9, 503)
        outcome = take(read, "chatwoot", from_api, TOKEN)
    assert outcome.broken is None
    assert outcome.summary.refused.total() == 0
    assert content(read) == content(saved)
    (outbound,) = [row[0] for row in content(read)["Ticket"] if any(told is True for told in row)]
    assert outbound == "chatwoot:5"
    figures = {(one.ticket, one.figure): one.why for one in _comparing.differences(read)}
    assert figures["chatwoot:1", "first_response"] == figures["chatwoot:1", "resolution"] == ""
    assert "handed it over" in figures["chatwoot:5", "first_response"]  # Ann wrote first: Chatwoot's is 0


def test_messages_are_read_back_to_the_first(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, many = empty_shop(), [{**messages(1)[0], "id": number} for number in range(1, 46)]
    with VendorServer().in_place(monkeypatch) as server:
        told = account(server, conversations()[-1:])
        server.routes[f"{API}/conversations/1/messages"] = partial(_messages, many)
        take(shop, "chatwoot", told, TOKEN)
    assert len(content(shop)["Message"]) == 45
    assert [one.query.get("before") for one in server.asked if one.path.endswith("/messages")] == [None, "26", "6"]


def test_a_run_that_broke_off_goes_on_a_page_before(
    sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete, shop = empty_shop(), empty_shop()
    take(complete, "chatwoot", folder(whole(tmp_path)))
    monkeypatch.setattr("counterbell.sources._api.ATTEMPTS", 2)
    with VendorServer().in_place(monkeypatch) as server:
        told = account(server, conversations())
        server.fail_from(14, 500)  # 5 lists, then the first page of two conversations, then in the second
        assert take(shop, "chatwoot", told, TOKEN).broken
        assert Connection.objects.get(shop=shop).places["conversations"]["page"] == 2
        server.no_more_troubles()
        assert take(shop, "chatwoot", told, TOKEN).broken is None
    assert content(shop) == content(complete)


def test_the_next_run_asks_for_what_changed_since(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, listed = empty_shop(), conversations()
    now = int(datetime.now(UTC).timestamp())
    with VendorServer().in_place(monkeypatch) as server:
        told = account(server, listed)
        take(shop, "chatwoot", told, TOKEN)
        assert Connection.objects.get(shop=shop).places["conversations"] == {"since": "2025-03-07T12:01:00Z"}
        listed[0] |= {"last_activity_at": now - 100, "updated_at": now - 100.0, "status": "open"}
        server.asked.clear()
        outcome = take(shop, "chatwoot", told, TOKEN)
        assert outcome.summary.new == {"status": 1}
        server.asked.clear()
        assert take(shop, "chatwoot", told, TOKEN).summary.new.total() == 0
    (asked,) = [one.query for one in server.asked if one.path == f"{API}/conversations"]
    assert 400 <= int(asked["updated_within"]) <= 900


def test_since_is_where_the_reading_ends(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = empty_shop()
    with VendorServer().in_place(monkeypatch) as server:
        take(shop, "chatwoot", account(server, conversations(), since="2025-03-06T00:00:00Z"), TOKEN)
    assert {row[0] for row in content(shop)["Ticket"]} == {"chatwoot:3", "chatwoot:4", "chatwoot:5"}
    assert len([row for row in content(shop)["Message"] if row[1] == "chatwoot:3"]) == 7  # also the older ones


def test_a_chatwoot_without_reporting_events_is_read_all_the_same(
    sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = empty_shop()
    with VendorServer().in_place(monkeypatch) as server:
        told = account(server, conversations())
        for number in range(1, 6):
            del server.routes[f"{API}/conversations/{number}/reporting_events"]
        assert take(shop, "chatwoot", told, TOKEN).broken is None
    assert len([one for one in server.asked if one.path.endswith("/reporting_events")]) == 1


def test_a_list_of_another_shape_is_told(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = empty_shop()
    with VendorServer().in_place(monkeypatch) as server:
        told = account(server, conversations())
        server.one(f"{API}/conversations", {"data": {"payload": "soon"}})
        assert "another way than documented" in str(take(shop, "chatwoot", told, TOKEN).broken)


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("chat.shop.example", "chat.shop.example/1"),
        ("https://app.chatwoot.com/", "app.chatwoot.com/1"),
        ("http://localhost:3000", "localhost:3000/1"),
    ],
)
def test_whose_account_it_is(domain: str, name: str) -> None:
    told = chatwoot.stream(domain=domain, account=1)
    assert isinstance(told, Live)
    assert told.account == name


@pytest.mark.parametrize("domain", ["http://chat.shop.example", "chat.shop.example/evil", "a b", "user@chat.example"])
def test_other_addresses_are_refused(domain: str) -> None:
    with pytest.raises(Problem, match="read over https"):
        chatwoot.stream(domain=domain, account=1)


def test_an_account_has_a_number_and_a_folder_has_none(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="--account"):
        chatwoot.stream(domain="chat.shop.example")
    with pytest.raises(Problem, match="--account"):
        chatwoot.stream(folder=tmp_path, account=1)
