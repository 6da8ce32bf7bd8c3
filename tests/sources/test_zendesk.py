"""Zendesk: what its tickets come to, worked out by hand, and its API with all its troubles."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from metrics.reports import report
from record.records import SHOP, content, differences, take_in
from sources.shops import AS_OF, take
from sources.vendor_server import Asked, Objects, Reply, VendorServer

from counterbell.accounts.models import Shop
from counterbell.cli import _comparing
from counterbell.errors import Problem
from counterbell.record.entries import (
    Assignment,
    Entry,
    Flag,
    Merge,
    Message,
    Priority,
    Rating,
    Status,
    Survey,
    Tags,
    Ticket,
)
from counterbell.record.models import Connection
from counterbell.sources import zendesk
from counterbell.sources._rails_zones import RAILS_ZONES, zone_of
from counterbell.sources._stream import Beside, Live, Stream
from counterbell.sources._values import NotReadable
from counterbell.sources._zendesk_events import People, of_event
from counterbell.sources._zendesk_hours import hours_of

PAYLOADS = Path(__file__).parent / "payloads" / "zendesk"
KEY = "ann@shop.example:token"
API = "/api/v2"
MINUTE = 60


def page(name: str, key: str) -> Objects:
    return list(json.loads((PAYLOADS / f"{name}.json").read_text())[key])


def saved_pages(names: Iterable[str], key: str) -> Objects:
    """The objects of several pages, those that come twice once."""
    by_id = {one["id"]: one for name in names for one in page(name, key)}
    return list(by_id.values())


def tickets() -> Objects:
    return saved_pages(("tickets-1", "tickets-2"), "tickets")


def events() -> Objects:
    return saved_pages((f"ticket_events-{number}" for number in (1, 2, 3)), "ticket_events")


def empty_shop() -> Shop:
    shop = Shop.objects.create(slug=uuid4().hex)
    take_in(shop, [SHOP])
    return shop


def hours(shop: Shop) -> dict[str, Any]:
    """The one schedule of a shop."""
    (schedule,) = shop.hours or [{}]
    return dict(schedule)


def folder(path: Path = PAYLOADS, **told: Any) -> Stream:
    stream = zendesk.stream(folder=path, **told)
    assert isinstance(stream, Stream)
    return stream


def by_cursor(server: VendorServer, path: str, key: str, objects: Objects, per_page: int) -> None:
    """An incremental export by cursor; the last object of a page comes again on the next."""

    def answer(asked: Asked) -> Reply:
        assert ("cursor" in asked.query) != ("start_time" in asked.query)
        place = int(asked.query.get("cursor", 0))
        found = objects[max(place - 1, 0) : place + per_page]
        after = min(place + per_page, len(objects))
        return Reply({key: found, "after_cursor": str(after), "end_of_stream": after >= len(objects)})

    server.routes[f"{API}/incremental/{path}/cursor.json"] = answer


def by_time(server: VendorServer, objects: Objects, per_page: int) -> None:
    """The export of ticket events: a page ends at a time, at which the next begins."""

    def answer(asked: Asked) -> Reply:
        assert asked.query["include"] == "comment_events"
        start = int(asked.query["start_time"])
        later = sorted((one for one in objects if one["timestamp"] >= start), key=lambda one: int(one["timestamp"]))
        found = later[:per_page]
        end = found[-1]["timestamp"] if found else start
        return Reply({"ticket_events": found, "end_time": end, "end_of_stream": len(later) <= per_page})

    server.routes[f"{API}/incremental/ticket_events.json"] = answer


def zendesk_account(server: VendorServer, monkeypatch: pytest.MonkeyPatch, per_page: int = 9) -> Live:
    """The API of an account with the tickets of the saved pages."""
    monkeypatch.setattr(zendesk, "RATE", (1000, 1.0))
    server.require_basic("ann@shop.example/token", "token")
    users = page("users-1", "users")
    by_cursor(server, "tickets", "tickets", tickets(), per_page)
    by_cursor(server, "users", "users", users, per_page)
    by_time(server, events(), per_page)
    roles = {role: [user for user in users if user["role"] == role] for role in ("agent", "admin")}
    server.routes[f"{API}/users.json"] = lambda asked: Reply({"users": roles[asked.query["role"]], "next_page": None})
    server.one(f"{API}/groups.json", {"groups": page("groups", "groups"), "next_page": None})
    ratings = page("satisfaction_ratings", "satisfaction_ratings")
    rest = f"{server.url}{API}/satisfaction_ratings.json?page[after]=x"
    first = {"satisfaction_ratings": ratings[:3], "meta": {"has_more": True}, "links": {"next": rest}}
    last = {"satisfaction_ratings": ratings[2:], "meta": {"has_more": False}, "links": {"next": None}}
    server.routes[f"{API}/satisfaction_ratings.json"] = lambda asked: Reply(
        last if "page[after]" in asked.query else first
    )
    return zendesk.live("kims.zendesk.com")


# ---- the saved pages


def test_the_saved_pages_come_to_these_figures(sqlite: Path) -> None:
    shop = empty_shop()
    outcome = take(shop, "zendesk", folder())
    assert outcome.summary.refused.total() == 0
    assert outcome.waiting == 0
    assert differences(shop) == []
    found = report(shop, date(2025, 3, 1), date(2025, 4, 1), as_of=AS_OF).total.metrics
    assert found["tickets_created"] == 5  # 101, 102, 103, 105, 107
    assert found["left_out"] == {"merged": 1, "spam": 0, "deleted": 1}  # 104 into 101, 106
    assert found["unresolved_tickets"] == 1  # 105
    assert found["unresolved_by_status"]["snoozed"] == 1  # on hold
    # 101: 09:00 to 10:30; 102: 30 minutes; 103: 9:00 to 8:10 of the next day; 107: 11:00 to 12:05
    assert found["resolution_time"]["n"] == 4
    # (a close with a comment is a microsecond later), and 103 was opened again
    assert found["resolution_time"]["mean"] == pytest.approx((90 + 30 + 1390 + 65) * MINUTE / 4)
    assert found["first_resolution_time"]["mean"] == pytest.approx((90 + 30 + 20 + 65) * MINUTE / 4)
    # 101: 12 and 30 minutes; 103: 20 and 10, the note at 9:05 is none; 107: 5, from the customer's message
    assert found["response_time"]["n"] == 5
    assert found["response_time"]["mean"] == (12 + 30 + 20 + 10 + 5) * MINUTE / 5
    assert found["first_response_time"]["n"] == 3
    assert found["first_response_time"]["mean"] == pytest.approx((12 + 20 + 5) * MINUTE / 3)
    # 901 is good (5), 902 bad (1), 903 a 4; 904 was offered and not answered, 905 never asked
    assert found["csat"]["scores"] == {"1": 1, "2": 0, "3": 0, "4": 1, "5": 1}
    assert (found["csat"]["sent"], found["csat"]["answered"]) == (4, 3)
    assert (found["one_reply_rate"]["zero"], found["one_reply_rate"]["several"]) == (1, 3)
    # (101 was closed for good by an automation four days after it was solved, which is no other close)
    # 102: the bot's articles, solved by an automation
    assert (found["automated_resolution_rate"]["part"], found["automated_resolution_rate"]["whole"]) == (1, 4)
    assert found["tickets_closed"]["by_agent"] == {"zendesk:11": 2, "zendesk:12": 1, "automation": 1}
    assert found["reopened"] == 1
    assert outcome.oddities == {
        ("unknown channel, kept by its name", "tiktok"): 2,  # the ticket is on both pages
        ("change of group that does not tell the assignee, left out", "Billing"): 1,
        ("unknown event of a ticket, left out", "Teleportation"): 1,
    }


def test_a_ticket_that_an_agent_began_is_outbound(sqlite: Path) -> None:
    shop = empty_shop()
    take(shop, "zendesk", folder())
    asked = report(shop, date(2025, 3, 1), date(2025, 4, 1), as_of=AS_OF, where={"direction": "outbound"})
    assert asked.total.metrics["tickets_created"] == 1


def test_teams_are_groups_and_tags_are_those_at_the_time(sqlite: Path) -> None:
    shop = empty_shop()
    take(shop, "zendesk", folder())
    found = content(shop)
    assert ("zendesk:11", "Ann", "ann@example.com", "Support") in found["Agent"]
    assert {row[2:] for row in found["Assignment"] if row[0] == "zendesk:103"} == {("zendesk:12", "Billing")}
    assert [row[2:] for row in found["TagChange"] if row[0] == "zendesk:101"] == [(["shipping"], []), (["vip"], [])]


def test_halves_repetitions_and_another_order_of_pages_give_the_same_record(sqlite: Path, tmp_path: Path) -> None:
    whole, halves = empty_shop(), empty_shop()
    take(whole, "zendesk", folder())
    orders = (("ticket_events-3", "satisfaction_ratings"), ("tickets-2", "ticket_events-1"), ("tickets-1",))
    for number, names in enumerate((*orders, ("ticket_events-2", "ticket_events-1", "tickets-2"))):
        half = tmp_path / str(number)
        half.mkdir()
        for name in (*names, "users-1", "groups"):
            told = json.loads((PAYLOADS / f"{name}.json").read_text())
            turned = {key: value[::-1] if isinstance(value, list) else value for key, value in told.items()}
            (half / f"{name}.json").write_text(json.dumps(turned))
        assert take(halves, "zendesk", folder(half)).summary.refused.total() == 0
    assert content(halves) == content(whole)


def test_zendesks_own_figures_are_kept_beside_ours(installation: str) -> None:
    shop = empty_shop()
    take(shop, "zendesk", folder())
    found = {(one.ticket, one.figure): (one.theirs, one.why) for one in _comparing.differences(shop)}
    minute = MINUTE * 1_000_000
    assert found["zendesk:103", "full_resolution_time"] == (1390 * minute, "")
    assert found["zendesk:101", "reply_time"] == (12 * minute, "")
    theirs, why = found.pop(("zendesk:107", "reply_time"))  # Ann wrote first; ours is from Kim's message
    assert theirs == 0
    assert "before the customer's" in why
    assert {why for _, why in found.values()} == {""}


def test_a_page_of_another_shape_is_refused_and_the_others_go_in(sqlite: Path, tmp_path: Path) -> None:
    shutil.copytree(PAYLOADS, tmp_path / "pages")
    broken = page("ticket_events-1", "ticket_events")
    broken[0]["child_events"] = 7
    broken[1]["created_at"] = ["soon"]
    (tmp_path / "pages" / "ticket_events-1.json").write_text(json.dumps({"ticket_events": broken}))
    shop = empty_shop()
    outcome = take(shop, "zendesk", folder(tmp_path / "pages"))
    assert outcome.summary.refused == {"unreadable": 2}
    assert len(content(shop)["Ticket"]) == 7


# ---- an update of a ticket

PEOPLE = People(agents={"11"}, teams={"501": "Support"})


def update(*told: dict[str, Any], updater: int | None = 11, via: Any = "Web form") -> list[Entry]:
    children = [{"id": number, "via": via, **event} for number, event in enumerate(told, 1)]
    audit = {"id": 1, "ticket_id": 101, "created_at": "2025-03-03T09:00:00Z", "updater_id": updater, "via": via}
    return list(of_event({**audit, "child_events": children}, PEOPLE, Beside()))


def change(name: str, value: Any, before: Any, **told: Any) -> dict[str, Any]:
    return {"event_type": "Change", name: value, "previous_value": before, **told}


@pytest.mark.parametrize(
    ("now", "before", "ours"),
    [
        ("open", "new", []),
        ("pending", "open", ["pending"]),
        ("hold", "open", ["snoozed"]),
        ("solved", "open", ["closed"]),
        ("closed", "solved", ["closed"]),  # which a closed ticket takes as no close, see the figures above
        ("closed", "open", ["closed"]),
        ("open", "solved", ["open"]),
        ("dreaming", "open", []),
    ],
)
def test_changes_of_status(now: str, before: str, ours: list[str]) -> None:
    told = update(change("status", now, before))
    assert [entry.to for entry in told if isinstance(entry, Status)] == ours


@pytest.mark.parametrize(
    ("updater", "via", "by"),
    [
        (11, "Web form", "agent"),
        (21, "Mail", "customer"),
        (-1, "Web form", "automation"),
        (11, "Rule", "automation"),
        (11, {"channel": "rule", "source": {"rel": "trigger"}}, "automation"),
        (None, "Web form", None),
    ],
)
def test_who_closed_a_ticket(updater: int | None, via: Any, by: str | None) -> None:
    (told,) = update(change("status", "solved", "open"), updater=updater, via=via)
    assert isinstance(told, Status)
    assert (told.by, told.agent) == (by, "zendesk:11" if by == "agent" else None)


def test_of_several_changes_in_one_update_the_last_holds() -> None:
    told = update(
        change("status", "solved", "open"),
        change("status", "open", "solved"),
        change("assignee_id", "11", None),
        change("assignee_id", None, "11"),
        change("tags", ["a", "b"], ["c"]),
        change("tags", "b c", "a b"),
    )
    assert told == [
        Assignment(ticket="zendesk:101", at=datetime(2025, 3, 3, 9, tzinfo=UTC), agent=None),
        Tags(ticket="zendesk:101", at=datetime(2025, 3, 3, 9, tzinfo=UTC), add=["b"]),
    ]


def test_a_group_alone_is_an_assignment_to_nobody_only_where_nobody_was() -> None:
    (told,) = update(change("group_id", 501, None))
    assert isinstance(told, Assignment)
    assert (told.agent, told.team) == (None, "Support")
    assert update(change("group_id", 501, 502)) == []


@pytest.mark.parametrize(
    ("author", "public", "via", "by"),
    [
        (21, True, "Mail", "customer"),
        (11, True, "Web form", "agent"),
        (11, False, "Web form", "agent"),
        (-1, True, "Web form", "automation"),
        (11, True, {"channel": "rule"}, "automation"),
        (99, False, "Web form", "agent"),  # only those who work here can write a note
    ],
)
def test_who_wrote_a_comment(author: int, public: bool, via: Any, by: str) -> None:
    comment = {"event_type": "Comment", "author_id": author, "public": public, "via": via, "body": "Hello"}
    (told,) = update(comment)
    assert isinstance(told, Message)
    assert (told.by, told.public, told.text) == (by, public, "Hello")


def test_a_deleted_ticket_and_its_return() -> None:
    (gone,) = update(change("status", "deleted", "open"))
    back = update(change("status", "open", "deleted"))
    assert isinstance(gone, Flag)
    assert gone.value
    assert any(isinstance(entry, Flag) and not entry.value for entry in back)


def test_a_merge_is_told_by_the_via_or_by_the_comment() -> None:
    tag = change("tags", ["closed_by_merge"], [])
    by_comment = update(tag, {"event_type": "Comment", "body": "merged into request #7", "author_id": 11})
    by_via = update({**tag, "via": {"channel": "web", "source": {"rel": "merge", "to": {"ticket_id": 7}}}})
    for told in (by_comment, by_via):
        assert [entry.into for entry in told if isinstance(entry, Merge)] == ["zendesk:7"]
    assert [(entry.by, entry.public) for entry in by_comment if isinstance(entry, Message)] == [("automation", False)]


def test_a_priority_is_that_of_the_time_at_which_it_was_set() -> None:
    def told(*events: dict[str, Any]) -> list[str | None]:
        return [entry.to for entry in update(*events) if isinstance(entry, Priority)]

    created = {"event_type": "Create", "priority": "normal"}
    assert told(created) == ["normal"]
    assert told({**created, "priority": None}) == []
    assert told(change("priority", "high", "normal"), change("priority", "urgent", "high")) == ["urgent"]
    assert told(change("priority", "-", "urgent")) == [None]
    assert told(change("priority", "high", "low"), change("priority", "low", "high")) == []


def test_a_merge_without_the_tag_is_told_by_the_via_of_its_close() -> None:
    comment = {"event_type": "Comment", "body": "This request was closed and merged into request #7.", "author_id": 11}
    via = {"channel": "web", "source": {"rel": "merge"}}
    closed = change("status", "closed", "open")
    assert [entry.into for entry in update(closed, comment, via=via) if isinstance(entry, Merge)] == ["zendesk:7"]
    assert [entry for entry in update(closed, comment) if isinstance(entry, Merge)] == []
    into_this = {**comment, "body": 'Request #5 "Parcel" was closed and merged into this request.'}
    assert [entry for entry in update(into_this, via=via) if isinstance(entry, Merge)] == []  # told by the other one


@pytest.mark.parametrize(
    ("score", "ours"),
    [("good", 5), ("bad", 1), ("good_with_comment", 5), ("4", 4), (2, 2), ("offered", None), (9, None)],
)
def test_scores(score: object, ours: int | None) -> None:
    rating = {"id": 1, "ticket_id": 101, "score": score, "created_at": "2025-03-03T09:00:00Z"}
    told = list(zendesk.of_rating(rating, Beside()))
    assert isinstance(told[0], Survey)
    assert [entry.score for entry in told if isinstance(entry, Rating)] == ([] if ours is None else [ours])


def test_what_changes_on_a_ticket_does_not_change_how_it_was_made() -> None:
    ticket = tickets()[0]
    later = {**ticket, "status": "closed", "priority": "urgent", "tags": ["new"], "satisfaction_rating": "good"}
    first, second = (list(zendesk.of_ticket(one, PEOPLE, Beside())) for one in (ticket, later))
    assert isinstance(first[0], Ticket)
    assert first == second


# ---- zones and opening hours


def test_every_rails_zone_is_one_of_iana() -> None:
    assert len(RAILS_ZONES) > 150
    for name in RAILS_ZONES.values():
        ZoneInfo(name)
    assert zone_of("Eastern Time (US & Canada)") == "America/New_York"
    assert zone_of("Europe/Paris") == "Europe/Paris"
    with pytest.raises(NotReadable, match="no time zone"):
        zone_of("Middle-earth")


def test_a_schedule_becomes_the_shops_hours(sqlite: Path) -> None:
    shop = empty_shop()
    take(shop, "zendesk", folder(currency="usd"))
    shop.refresh_from_db()
    assert (shop.timezone, shop.currency) == ("America/New_York", "USD")
    assert hours(shop)["week"] == {
        "mon": [["09:00", "17:00"]],
        "tue": [["09:00", "12:00"], ["13:00", "17:00"]],
        "fri": [["22:00", "24:00"]],
        "sat": [["00:00", "02:00"]],  # over midnight
    }
    assert hours(shop)["holidays"] == ["2025-04-20", "2025-04-21"]


def test_without_a_currency_the_shop_keeps_its_settings(sqlite: Path) -> None:
    shop = empty_shop()
    take(shop, "zendesk", folder())
    shop.refresh_from_db()
    assert (shop.timezone, shop.hours) == ("UTC", empty_shop().hours)
    with pytest.raises(Problem, match="--currency"):
        zendesk.stream(domain="kims", schedule="Shop")


def test_the_api_tells_schedules_and_their_holidays_where_they_are_asked_for(
    sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, (schedule,) = empty_shop(), page("schedules", "schedules")
    with VendorServer().in_place(monkeypatch) as server:
        zendesk_account(server, monkeypatch)
        server.one(f"{API}/business_hours/schedules.json", {"schedules": [{**schedule, "holidays": None}]})
        server.one(f"{API}/business_hours/schedules/1/holidays.json", {"holidays": schedule["holidays"]})
        told = zendesk.stream(domain="kims", currency="EUR")
        assert take(shop, "zendesk", told, KEY).broken is None
    shop.refresh_from_db()
    assert hours(shop)["holidays"] == ["2025-04-20", "2025-04-21"]


def test_hours_that_are_none_of_a_week_are_refused() -> None:
    with pytest.raises(NotReadable, match="no hours of a week"):
        hours_of({"intervals": [{"start_time": 100, "end_time": 50}]})


# ---- the API


def test_the_api_gives_the_same_record_as_the_saved_pages(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, live = empty_shop(), empty_shop()
    take(saved, "zendesk", folder())
    with VendorServer().in_place(monkeypatch) as server:
        outcome = take(live, "zendesk", zendesk_account(server, monkeypatch, per_page=3), KEY)
    assert outcome.broken is None
    assert outcome.summary.known["message"] > 0  # what came on two pages
    assert outcome.summary.refused.total() == 0
    assert content(live) == content(saved)


def test_429_a_dropped_connection_and_an_error_of_the_server_cost_nothing(
    sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, live = empty_shop(), empty_shop()
    take(saved, "zendesk", folder())
    with VendorServer().in_place(monkeypatch) as server:
        told = zendesk_account(server, monkeypatch)
        server.too_many(2, "0.1")
        server.drop_in_mid_page(6)
        server.fail(8, 503)
        assert take(live, "zendesk", told, KEY).broken is None
    assert content(live) == content(saved)


def test_what_changed_is_read_from_the_cursor_and_the_time_of_the_last_run(
    sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = empty_shop()
    with VendorServer().in_place(monkeypatch) as server:
        told = zendesk_account(server, monkeypatch)
        take(shop, "zendesk", told, KEY)
        places = Connection.objects.get(shop=shop).places
        assert places["tickets"] == {"cursor": "7"}
        assert places["ticket_events"] == {"since": "2025-03-07T12:05:00Z"}
        again = dict(
            events()[-1], id=9999, timestamp=events()[-1]["timestamp"] + 3600, created_at="2025-03-07T13:05:00Z"
        )
        again["child_events"] = [{"id": 10000, **change("status", "open", "solved"), "via": "Web form"}]
        by_time(server, [*events(), again], 9)
        server.asked.clear()
        outcome = take(shop, "zendesk", told, KEY)
    assert outcome.summary.new["status"] == 1
    asked = {request.path: request.query for request in server.asked}
    assert asked[f"{API}/incremental/tickets/cursor.json"]["cursor"] == "7"
    assert asked[f"{API}/incremental/ticket_events.json"]["start_time"] == str(events()[-1]["timestamp"])


def test_since_is_where_the_exports_begin(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = empty_shop()
    with VendorServer().in_place(monkeypatch) as server:
        zendesk_account(server, monkeypatch)
        take(shop, "zendesk", zendesk.live("kims.zendesk.com", "2025-03-05T00:00:00Z"), KEY)
    began = {request.query["start_time"] for request in server.asked if "start_time" in request.query}
    assert str(int(datetime(2025, 3, 5, tzinfo=UTC).timestamp())) in began


def test_a_page_that_changes_while_it_is_read(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, changed = empty_shop(), tickets()
    with VendorServer().in_place(monkeypatch) as server:
        told = zendesk_account(server, monkeypatch)
        by_cursor(server, "tickets", "tickets", changed, 3)
        server.before(6, lambda: changed.append({**changed[0], "status": "closed", "tags": ["late"]}))
        outcome = take(shop, "zendesk", told, KEY)
    assert outcome.broken is None
    assert outcome.summary.refused.total() == 0
    assert len(content(shop)["Ticket"]) == 7


KILLED = """
import os, sys
import django
django.setup()
from counterbell.accounts.models import Shop
from counterbell.sources import _live, zendesk
_live.BATCH = 1
zendesk.RATE = (1000, 1.0)
told = zendesk.live("kims.zendesk.com")
connection = _live.connection_of(Shop.objects.get(slug=sys.argv[1]), "zendesk", told, {})
_live.read(connection, told, sys.argv[2], lambda progress: progress.pages == 12 and os.kill(os.getpid(), 9))
"""


def test_a_run_that_was_killed_is_taken_up_by_the_next(
    tmp_path: Path, sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, shop = empty_shop(), empty_shop()
    take(whole, "zendesk", folder())
    with VendorServer().in_place(monkeypatch) as server:
        told = zendesk_account(server, monkeypatch, per_page=3)
        database = str(connection.settings_dict["NAME"])
        settings = ("from counterbell.site.settings import *", f"DATABASES['default']['NAME'] = {database!r}")
        (tmp_path / "of_the_test.py").write_text("\n".join(settings))
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "of_the_test", "PYTHONPATH": str(tmp_path)}
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, shop.slug, KEY], env=environment, capture_output=True, text=True
        )
        assert killed.returncode == -9, killed.stderr
        assert 0 < len(content(shop)["Message"]) < len(content(whole)["Message"])
        server.asked.clear()
        assert take(shop, "zendesk", told, KEY).broken is None
    first_events = next(one for one in server.asked if one.path == f"{API}/incremental/ticket_events.json")
    assert int(first_events.query["start_time"]) > 0
    assert content(shop) == content(whole)


def test_an_account_without_surveys_is_read_all_the_same(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = empty_shop()
    with VendorServer().in_place(monkeypatch) as server:
        told = zendesk_account(server, monkeypatch)
        del server.routes[f"{API}/satisfaction_ratings.json"]
        assert take(shop, "zendesk", told, KEY).broken is None


def test_an_export_that_does_not_go_on_is_told(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = empty_shop()
    with VendorServer().in_place(monkeypatch) as server:
        told = zendesk_account(server, monkeypatch)
        server.one(f"{API}/incremental/ticket_events.json", {"ticket_events": [], "end_of_stream": False})
        assert "neither ends nor goes on" in str(take(shop, "zendesk", told, KEY).broken)


def test_a_key_of_one_part_and_another_address_are_refused() -> None:
    with pytest.raises(Problem, match="EMAIL:TOKEN"):
        zendesk.live("kims.zendesk.com").api("token")
    with pytest.raises(Problem, match="no subdomain"):
        zendesk.stream(domain="kims.zendesk.com.evil.example")
