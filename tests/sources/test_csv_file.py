"""Files with columns, read by a mapping: small made-up ones of each layout."""

import gzip
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar, get_args
from uuid import uuid4

import openpyxl
import pytest
import zstandard
from msgspec import Struct
from msgspec.structs import fields as fields_of
from record.records import SHOP, content, shop_with

from counterbell.errors import Problem
from counterbell.record.entries import (
    Agent,
    Assignment,
    Customer,
    Entry,
    Message,
    Priority,
    Rating,
    Shop,
    Status,
    Survey,
    Ticket,
    Unreadable,
)
from counterbell.sources._run import run
from counterbell.sources.csv_file import (
    BadMapping,
    BrokenFile,
    Mapping,
    entries,
    load_mapping,
    read_mapping,
    reading,
    shipped_mappings,
)

FILES = Path(__file__).parent / "files"
PAGE = Path(__file__).parents[2] / "docs" / "sources" / "csv_file.md"
SHIPPED = {"italian_helpdesk": FILES / "helpdesk_log.csv", "twitter_support": FILES / "threads.csv"}

TICKETS = """
layout = "tickets"
[ticket]
id = "id"
channel = { value = "email" }
created_at = "at"
"""
MESSAGES = """
layout = "messages"
[ticket]
id = "ticket"
channel = { value = "chat" }
[message]
id = "id"
at = "at"
by = "by"
"""
EVENTS = """
layout = "events"
[ticket]
id = "case"
channel = { value = "email" }
[event]
activity = "what"
at = "at"
agent = "who"
[activities]
new = {}
take = { status = "open", assign = "agent" }
drop = { assign = "nobody" }
wait = { status = "pending" }
done = { status = "closed" }
ask = { message = "customer" }
note = { message = "agent", public = false }
"""

Numbered = tuple[int, Entry | Unreadable]
Kind = TypeVar("Kind")


def told(path: Path, mapping: str) -> list[Numbered]:
    return list(entries(path, read_mapping(mapping, "test.toml")))


def of_rows(tmp_path: Path, mapping: str, *rows: str) -> list[Numbered]:
    """What a CSV file of these rows tells, the header first."""
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return told(path, mapping)


def only(kind: type[Kind], found: Iterable[Numbered]) -> list[Kind]:
    return [entry for _, entry in found if isinstance(entry, kind)]


def refusals(found: Iterable[Numbered]) -> list[tuple[int, str]]:
    return [(line, entry.reason) for line, entry in found if isinstance(entry, Unreadable)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# one row a ticket


def test_a_row_of_a_ticket_table_gives_the_ticket_and_what_became_of_it() -> None:
    found = list(entries(FILES / "tickets.csv", load_mapping(str(FILES / "tickets.toml"))))
    assert [entry for line, entry in found if line == 2] == [
        Customer(id="kim@example.com", email="Kim@Example.com", name="Kim"),
        Ticket(
            id="T1",
            channel="email",
            created_at=at("2024-01-08 08:00"),
            customer="kim@example.com",
            subject="Où est ma commande ?",
            tags=["order", "urgent"],
            history="summary",
        ),
        Agent(id="Ann", name="Ann", email="ann@shop.example"),
        Assignment(ticket="T1", at=at("2024-01-08 08:00"), agent="Ann"),
        Message(id="T1/first message", ticket="T1", at=at("2024-01-08 08:00"), by="customer"),
        Message(id="T1/first reply", ticket="T1", at=at("2024-01-08 08:10"), by="agent"),
        Status(ticket="T1", at=at("2024-01-08 11:30"), to="closed"),
        Survey(id="T1/survey", ticket="T1", at=at("2024-01-08 11:30")),
        Rating(survey="T1/survey", at=at("2024-01-08 11:30"), score=5, comment="Merci"),
    ]
    assert {line for line, _ in found} == {2, 3, 5}  # the second ticket's subject has two lines
    statuses = {ticket.id: ticket.status for ticket in only(Ticket, found)}
    assert statuses == {"T1": "open", "T2": "open", "T3": "pending"}
    assert only(Ticket, found)[1].subject == 'A lamp "Lumière",\nbroken'


def test_a_ticket_that_is_closed_needs_the_time_of_it(tmp_path: Path) -> None:
    mapping = TICKETS + 'closed_at = "closed"\nstatus = "status"\ncloser = "closer"\n'
    found = of_rows(
        tmp_path,
        mapping,
        "id,at,closed,status,closer",
        "T1,2024-01-01T10:00Z,2024-01-01T11:00Z,closed,Ann",
        "T2,2024-01-01T10:00Z,2024-01-01T11:00Z,Closed,automation",
        "T3,2024-01-01T10:00Z,2024-01-01T11:00Z,open,Ann",
        "T4,2024-01-01T10:00Z,,closed,Ann",
        "T5,2024-01-01T10:00Z,2024-01-01T09:00Z,closed,Ann",
        "T6,2024-01-01T10:00Z,,frozen,",
    )
    closed_at = at("2024-01-01 11:00")
    assert only(Status, found) == [
        Status(ticket="T1", at=closed_at, to="closed", agent="Ann"),
        Status(ticket="T2", at=closed_at, to="closed", by="automation"),
    ]
    assert [ticket.id for ticket in only(Ticket, found)] == ["T1", "T2", "T3"]
    assert refusals(found) == [
        (5, "The ticket is closed and has no time in column 'closed'. Fill it in."),
        (6, "row became closed before it was created (column 'closed')"),
        (
            7,
            "'frozen' in column 'status' is none of open, pending, snoozed, closed; "
            "tell what it means with 'values' of 'status' in the mapping",
        ),
    ]


def test_a_status_with_a_time_of_its_own_is_a_change(tmp_path: Path) -> None:
    mapping = TICKETS + 'status = "status"\nstatus_at = "since"\n'
    found = of_rows(tmp_path, mapping, "id,at,status,since", "T1,2024-01-01T10:00Z,snoozed,2024-01-02T10:00Z")
    assert only(Status, found) == [Status(ticket="T1", at=at("2024-01-02 10:00"), to="snoozed")]
    assert only(Ticket, found)[0].status == "open"


@pytest.mark.parametrize("score", ["6", "0", "2.5", "good", "nan"])
def test_what_is_no_score_is_refused(tmp_path: Path, score: str) -> None:
    found = of_rows(tmp_path, TICKETS + 'score = "score"\n', "id,at,score", f"T1,2024-01-01T10:00Z,{score}")
    ((line, reason),) = refusals(found)
    assert line == 2
    assert reason.startswith(f"{score!r} in column 'score' is no ")
    assert len(found) == 1  # the row goes in whole or not at all


def test_the_survey_of_a_ticket_may_go_unanswered(tmp_path: Path) -> None:
    mapping = (
        TICKETS + 'score = { column = "score", values = { good = "5" } }\nsurveyed_at = "sent"\nrated_at = "rated"\n'
    )
    found = of_rows(
        tmp_path,
        mapping,
        "id,at,score,sent,rated",
        "T1,2024-01-01T10:00Z,,2024-01-02T10:00Z,",
        "T2,2024-01-01T10:00Z,Good,2024-01-02T10:00Z,2024-01-03T10:00Z",
        "T3,2024-01-01T10:00Z,,,",
    )
    assert [survey.id for survey in only(Survey, found)] == ["T1/survey", "T2/survey"]
    assert only(Rating, found) == [Rating(survey="T2/survey", at=at("2024-01-03 10:00"), score=5)]


@pytest.mark.parametrize("seconds", ["nan", "1e300", "-60"])
def test_a_first_reply_comes_after_the_beginning(tmp_path: Path, seconds: str) -> None:
    found = of_rows(tmp_path, TICKETS + 'first_reply_seconds = "s"\n', "id,at,s", f"T1,2024-01-01T10:00Z,{seconds}")
    assert [line for line, _ in refusals(found)] == [2]
    assert len(found) == 1


def test_an_outbound_ticket_has_no_first_reply(tmp_path: Path) -> None:
    mapping = TICKETS + 'first_reply_at = "reply"\ndirection = "way"\n'
    found = of_rows(tmp_path, mapping, "id,at,way,reply", "T1,2024-01-01T10:00Z,Outbound,2024-01-01T10:05Z")
    assert only(Ticket, found)[0].direction == "outbound"
    assert not only(Message, found)


def test_a_customer_is_told_once_and_again_when_the_file_tells_something_else(tmp_path: Path) -> None:
    mapping = TICKETS + '[customer]\nid = "who"\nname = "name"\nphone = "phone"\n'
    when = "2024-01-01T10:00Z"
    found = of_rows(
        tmp_path,
        mapping,
        "id,at,who,name,phone",
        f"T1,{when},kim,Kim,1",
        f"T2,{when},kim,Kim,1",
        f"T3,{when},kim,Kim,2",
        f"T4,{when},,,3",
        f"T5,{when},,,",
        f"T6,{when},eve,,",
    )
    assert [(customer.id, customer.phone) for customer in only(Customer, found)] == [
        ("kim", "1"),
        ("kim", "2"),
        ("3", "3"),
    ]
    assert [ticket.customer for ticket in only(Ticket, found)] == ["kim", "kim", "kim", "3", None, "eve"]


# one row a message


def test_messages_that_name_their_ticket(tmp_path: Path) -> None:
    mapping = MESSAGES + 'author = "who"\ntext = "text"\npublic = "public"\n[agent]\nname = "name"\n'
    found = of_rows(
        tmp_path,
        mapping,
        "id,ticket,at,by,who,name,text,public",
        "m2,T1,2024-01-01T10:05Z,agent,ann,Ann,Look here,yes",
        "m1,T1,2024-01-01T10:00Z,customer,kim,Kim,Hello?,yes",
        "m3,T1,2024-01-01T10:06Z,agent,ann,Ann,Kim was here,no",
        "m4,T2,2024-01-01T11:00Z,automation,,,We are closed,",
        "m5,T2,2024-01-01T11:01Z,,kim,,Oh,",
    )
    assert only(Ticket, found) == [
        Ticket(id="T1", channel="chat", created_at=at("2024-01-01 10:00"), customer="kim"),
        Ticket(id="T2", channel="chat", created_at=at("2024-01-01 11:00"), direction="outbound"),
    ]
    assert only(Agent, found) == [Agent(id="ann", name="Ann")]
    assert [(message.id, message.by, message.agent, message.public) for message in only(Message, found)] == [
        ("m2", "agent", "ann", True),
        ("m1", "customer", None, True),
        ("m3", "agent", "ann", False),
        ("m4", "automation", None, True),
    ]
    assert refusals(found) == [(6, "The row does not tell who wrote in column 'by'. Fill it in.")]


def test_a_ticket_opens_with_a_row_that_tells_its_channel(tmp_path: Path) -> None:
    mapping = MESSAGES.replace('{ value = "chat" }', '"channel"')
    found = of_rows(
        tmp_path,
        mapping,
        "id,ticket,at,by,channel",
        "m1,T1,2024-01-01T10:00Z,agent,",
        "m2,T1,2024-01-01T11:00Z,customer,sms",
        "m3,T2,2024-01-01T12:00Z,customer,",
    )
    assert only(Ticket, found) == [
        Ticket(id="T1", channel="sms", created_at=at("2024-01-01 10:00"), direction="outbound"),
    ]
    assert [message.id for message in only(Message, found)] == ["m1", "m2"]
    assert refusals(found) == [(4, "The row has no channel in column 'channel'. Fill it in, or name another column.")]


def test_the_shipped_mapping_of_threads_makes_tickets_of_them() -> None:
    found = list(entries(SHIPPED["twitter_support"], load_mapping("twitter_support")))
    assert only(Ticket, found) == [
        Ticket(id="1", channel="twitter", created_at=at("2017-10-31 21:45:10"), customer="kim"),
        Ticket(id="10", channel="twitter", created_at=at("2017-11-01 09:00"), customer="eve", direction="outbound"),
        Ticket(id="20", channel="twitter", created_at=at("2017-11-01 11:00"), customer="eve"),
        Ticket(id="31", channel="twitter", created_at=at("2017-11-01 13:00"), direction="outbound"),
    ]
    assert {message.id: message.ticket for message in only(Message, found)} == {
        "3": "1", "2": "1", "1": "1", "11": "10", "10": "10", "20": "20", "31": "31"
    }  # fmt: skip
    reply = only(Message, found)[0]
    assert (reply.by, reply.agent, reply.at) == ("agent", "lampshop", at("2017-10-31 22:10:47"))
    assert refusals(found) == [
        (
            9,
            "row breaks off after 6 of 8 columns and goes on in line 11: "
            "a line break in a text that is not in quotation marks",
        )
    ]


def threads(tmp_path: Path, *rows: str) -> list[Numbered]:
    mapping = MESSAGES.replace('id = "ticket"\n', "") + 'answers = "answers"\n'
    return of_rows(tmp_path, mapping, "id,answers,at,by", *rows)


def test_answers_in_a_circle_have_the_earliest_as_their_root(tmp_path: Path) -> None:
    found = threads(
        tmp_path,
        "a,c,2024-01-01T10:02Z,customer",
        "b,a,2024-01-01T10:01Z,customer",
        "c,b,2024-01-01T10:03Z,agent",
        "d,c,2024-01-01T10:04Z,agent",
        "e,e,2024-01-01T10:05Z,customer",
    )
    assert {message.id: message.ticket for message in only(Message, found)} == dict(zip("abcde", "bbbbe", strict=True))
    assert [ticket.created_at for ticket in only(Ticket, found)] == [at("2024-01-01 10:01"), at("2024-01-01 10:05")]


def test_the_same_message_twice_opens_one_ticket(tmp_path: Path) -> None:
    row = "a,,2024-01-01T10:00Z,customer"
    found = threads(tmp_path, row, row, "b,a,2024-01-01T10:01Z,agent")
    assert [type(entry) for _, entry in found] == [Ticket, Message, Message, Message]
    assert {message.ticket for message in only(Message, found)} == {"a"}


def test_an_answer_to_a_refused_message_starts_a_thread(tmp_path: Path) -> None:
    found = threads(tmp_path, "a,,yesterday,customer", "b,a,2024-01-01T10:01Z,agent")
    assert only(Ticket, found) == [
        Ticket(id="b", channel="chat", created_at=at("2024-01-01 10:01"), direction="outbound")
    ]
    assert refusals(found) == [(2, "'yesterday' in column 'at' is no ISO 8601 time")]


def test_long_threads_in_any_order_are_the_same(tmp_path: Path) -> None:
    rows = [
        f"m{number},{f'm{number - 1}' if number % 500 else ''},2024-01-01T{number // 60:02}:{number % 60:02}Z,customer"
        for number in range(1000)
    ]
    random.Random(7).shuffle(rows)
    found = threads(tmp_path, *rows)
    assert Counter(message.ticket for message in only(Message, found)) == {"m0": 500, "m500": 500}


# one row an event


def test_the_shipped_mapping_of_an_event_log_tells_statuses_and_assignments() -> None:
    found = list(entries(SHIPPED["italian_helpdesk"], load_mapping("italian_helpdesk")))
    assert found[:2] == [
        (1, Shop(timezone="Europe/Rome", currency="EUR")),
        (
            2,
            Ticket(
                id="Case 1",
                channel="email",
                created_at=at("2024-01-08 08:00"),
                customer="Kim",
                priority="High",
                tags=["product Lamp"],
            ),
        ),
    ]
    assert [(line, entry.agent) for line, entry in found if isinstance(entry, Assignment)] == [
        (3, "Ann"), (4, "Ann"), (9, "Ben"), (11, "Ann")
    ]  # fmt: skip
    assert [(line, entry.to, entry.agent) for line, entry in found if isinstance(entry, Status)] == [
        (5, "pending", "Ann"),
        (6, "closed", "Ann"),  # what Robot closes in line 7 is closed already
        (10, "closed", "Ben"),
        (11, "open", "Ann"),
        (13, "closed", "Ann"),
    ]
    assert only(Ticket, found)[1].created_at == at("2024-07-01 06:00")
    assert not refusals(found)


def test_the_order_of_a_log_does_not_matter(tmp_path: Path) -> None:
    header, *rows = SHIPPED["italian_helpdesk"].read_text().splitlines()
    mapping = load_mapping("italian_helpdesk")
    path = tmp_path / "log.csv"
    expected = Counter(repr(entry) for _, entry in entries(SHIPPED["italian_helpdesk"], mapping))
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        path.write_text("\n".join([header, *rows]))
        assert Counter(repr(entry) for _, entry in entries(path, mapping)) == expected


def test_events_at_one_instant_all_fit_and_the_last_word_counts(tmp_path: Path) -> None:
    found = of_rows(
        tmp_path,
        EVENTS,
        "case,what,at,who",
        "C1,new,2024-01-01T10:00Z,Ann",
        "C1,take,2024-01-01T10:00Z,Ann",
        "C1,done,2024-01-01T11:00Z,Ann",
        "C1,wait,2024-01-01T11:00Z,Ann",
        "C1,done,2024-01-01T11:00Z,Ben",
        "C1,take,2024-01-01T12:00Z,Ann",
        "C1,take,2024-01-01T12:00Z,Ben",
        "C1,take,2024-01-01T12:00Z,Ben",
    )
    assert [(line, entry.to, entry.agent) for line, entry in found if isinstance(entry, Status)] == [
        (5, "pending", "Ann"), (6, "closed", "Ben"), (8, "open", "Ben"), (9, "open", "Ben")
    ]  # fmt: skip
    assert [(line, entry.agent) for line, entry in found if isinstance(entry, Assignment)] == [
        (3, "Ann"), (8, "Ben"), (9, "Ben")
    ]  # fmt: skip
    assert refusals(found) == [
        (4, "line 6 tells this change to closed of ticket 'C1' at the same time otherwise, and comes later"),
        (7, "line 9 tells this assignment of ticket 'C1' at the same time otherwise, and comes later"),
        (7, "line 9 tells this change to open of ticket 'C1' at the same time otherwise, and comes later"),
    ]


def test_another_priority_in_a_later_table_is_a_change(sqlite: Path, tmp_path: Path) -> None:
    shop = shop_with([SHOP])
    mapping = read_mapping(TICKETS + 'priority = "how"\nupdated_at = "changed"\n', "test.toml")
    for changed, priority in (("01-02", "low"), ("01-03", "low"), ("01-04", "high"), ("01-04", "high")):
        path = tmp_path / f"{uuid4().hex}.csv"
        path.write_text(f"id,at,changed,how\nC1,2024-01-01T09:00Z,2024-{changed}T09:00Z,{priority}\n")
        assert not run(shop, "csv_file", reading(path, mapping, "test")).summary.refused
    assert [row[7] for row in content(shop)["Ticket"]] == ["low"]
    assert content(shop)["PriorityChange"] == [("C1", at("2024-01-04 09:00"), "high")]


def test_another_priority_in_a_later_row_is_a_change(tmp_path: Path) -> None:
    found = of_rows(
        tmp_path,
        EVENTS.replace('id = "case"', 'id = "case"\npriority = "how"'),
        "case,what,at,who,how",
        "C1,new,2024-01-01T11:00Z,,low",
        "C1,new,2024-01-01T09:00Z,,low",
        "C1,new,2024-01-01T10:00Z,,high",
        "C1,new,2024-01-01T10:30Z,,",
        "C1,new,2024-01-01T12:00Z,,high",
        "C1,new,2024-01-01T12:00Z,,urgent",
        "C2,new,2024-01-01T09:00Z,,",
        "C2,new,2024-01-01T10:00Z,,low",
    )
    assert [(entry.id, entry.priority) for entry in only(Ticket, found)] == [("C1", "low"), ("C2", None)]
    changes = sorted((entry.ticket, f"{entry.at:%H:%M}", entry.to) for entry in only(Priority, found))
    assert changes == [
        ("C1", "10:00", "high"), ("C1", "11:00", "low"), ("C1", "12:00", "urgent"), ("C2", "10:00", "low")
    ]  # fmt: skip


def test_activities_can_be_messages_and_take_a_ticket_away(tmp_path: Path) -> None:
    mapping = EVENTS.replace('agent = "who"', 'agent = "who"\ntext = "text"\nteam = "team"\nby = "by"')
    found = of_rows(
        tmp_path,
        mapping,
        "case,what,at,who,text,team,by",
        "C1,ask,2024-01-01T10:00Z,,Hello?,,",
        "C1,take,2024-01-01T10:01Z,Ann,,Lamps,",
        "C1,note,2024-01-01T10:02Z,Ann,She is kind,,",
        "C1,drop,2024-01-01T10:03Z,Ann,,,",
        "C1,done,2024-01-01T10:04Z,Ann,,,automation",
    )
    assert only(Message, found) == [
        Message(id="C1/1704103200000000/ask/", ticket="C1", at=at("2024-01-01 10:00"), by="customer", text="Hello?"),
        Message(
            id="C1/1704103320000000/note/Ann",
            ticket="C1",
            at=at("2024-01-01 10:02"),
            by="agent",
            agent="Ann",
            public=False,
            text="She is kind",
        ),
    ]
    assert only(Assignment, found) == [
        Assignment(ticket="C1", at=at("2024-01-01 10:01"), agent="Ann", team="Lamps"),
        Assignment(ticket="C1", at=at("2024-01-01 10:03"), agent=None),
    ]
    assert only(Status, found) == [Status(ticket="C1", at=at("2024-01-01 10:04"), to="closed", by="automation")]


def test_an_activity_that_the_mapping_does_not_know_is_refused(tmp_path: Path) -> None:
    rows = ("case,what,at,who", "C1,dance,2024-01-01T10:00Z,Ann", "C1,take,2024-01-01T10:01Z,")
    found = of_rows(tmp_path, EVENTS, *rows)
    assert refusals(found) == [
        (
            2,
            "'dance' in column 'what' is no activity that the mapping tells of; "
            "it tells of new, take, drop, wait, done, ask, note (and '*' would stand for all others)",
        ),
        (3, "row assigns its ticket ('take') and names no agent"),
    ]
    assert len(only(Ticket, of_rows(tmp_path, EVENTS + '"*" = {}\n', *rows))) == 1


# times


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2024/10/27 02:30:00.000", "2024-10-27 00:30"),  # twice that night: the first
        ("2024/10/27 03:00:00.000", "2024-10-27 02:00"),
        ("2024/03/31 02:30:00.000", "2024-03-31 01:30"),  # skipped: read with the offset before the change
        ("2024/03/31 03:30:00.000", "2024-03-31 01:30"),
    ],
)
def test_local_times_around_the_changes_of_the_clock(tmp_path: Path, local: str, utc: str) -> None:
    mapping = '[time]\nformats = ["%Y/%m/%d %H:%M:%S.%f"]\nzone = "Europe/Rome"\n'
    found = of_rows(tmp_path, TICKETS + mapping, "id,at", f"T1,{local}")
    assert only(Ticket, found)[0].created_at == at(utc)


@pytest.mark.parametrize(
    ("form", "text", "utc"),
    [
        ("iso", "2024-02-03T04:05:06.789+02:00", "2024-02-03 02:05:06.789"),
        ("iso", "2024-02-03", "2024-02-03 00:00"),
        ("epoch seconds", "1706932800.25", "2024-02-03 04:00:00.25"),
        ("epoch milliseconds", "1706932800001", "2024-02-03 04:00:00.001"),
        ("%d.%m.%Y", "03.02.2024", "2024-02-03 00:00"),
        ("%d/%m/%Y %H:%M", "3/2/2024 4:05", "2024-02-03 04:05"),
        ("%a %b %d %H:%M:%S %z %Y", "sat feb 03 04:05:06 +0000 2024", "2024-02-03 04:05:06"),
        ("%a %b %d %H:%M:%S %z %Y", "Sat Feb 03 04:05:06 -0130 2024", "2024-02-03 05:35:06"),
        ("%m/%d/%y %I:%M %p", "02/03/24 04:05 PM", "2024-02-03 16:05"),
        ("%d %B %Y 100%% %H:%M", "03 February 2024 100% 04:05", "2024-02-03 04:05"),
    ],
)
def test_times_in_many_formats(tmp_path: Path, form: str, text: str, utc: str) -> None:
    found = of_rows(tmp_path, TICKETS + f'[time]\nformats = ["{form}"]\nzone = "UTC"\n', "id,at", f"T1,{text}")
    assert [ticket.created_at for ticket in only(Ticket, found)] == [at(utc)]


def test_what_is_no_time_is_refused_with_column_and_value(tmp_path: Path) -> None:
    mapping = TICKETS + '[time]\nformats = ["%Y-%m-%d %H:%M", "epoch seconds"]\nzone = "UTC"\n'
    found = of_rows(tmp_path, mapping, "id,at", "T1,2025-02-30 10:00", "T2,", "T3,nan", "T4,1e99", ",2025-01-01 10:00")
    no_time = "is no time of the format '%Y-%m-%d %H:%M' or 'epoch seconds'"
    assert refusals(found) == [
        (2, f"'2025-02-30 10:00' in column 'at' {no_time}"),
        (3, "The row has no time in column 'at'. Fill it in, or name another column."),
        (4, f"'nan' in column 'at' {no_time}"),
        (5, f"'1e99' in column 'at' {no_time}"),
        (6, "The row has no id in column 'id'. Fill it in, or name another column."),
    ]
    first = only(Unreadable, found)[0]
    assert (first.field, first.raw) == ("at", "T1,2025-02-30 10:00")


def test_a_time_without_offset_needs_a_zone(tmp_path: Path) -> None:
    rows = ("id,at", "T1,2024-06-01 10:00")
    assert refusals(of_rows(tmp_path, TICKETS, *rows)) == [
        (2, "'2024-06-01 10:00' in column 'at' has no offset, and the mapping names no zone")
    ]
    with_shop = of_rows(tmp_path, TICKETS + '[shop]\ntimezone = "Asia/Jakarta"\ncurrency = "IDR"\n', *rows)
    assert only(Ticket, with_shop)[0].created_at == at("2024-06-01 03:00")


# the file


@pytest.mark.parametrize("name", ["rows.csv", "rows.CSV.GZ", "rows.csv.zst"])
def test_packed_files_tell_the_same(tmp_path: Path, name: str) -> None:
    content = SHIPPED["twitter_support"].read_bytes()
    pack: dict[str, Callable[[bytes], bytes]] = {".csv": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}
    (tmp_path / name).write_bytes(pack[Path(name.lower()).suffix](content))
    mapping = load_mapping("twitter_support")
    assert list(entries(tmp_path / name, mapping)) == list(entries(SHIPPED["twitter_support"], mapping))


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress)])
def test_a_packed_file_that_breaks_off_says_how_far_it_was_read(
    tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    noise = random.Random(3)
    rows = "".join(f"T{number},2024-01-01T10:00Z,{noise.random()}\n" for number in range(20_000))
    path = tmp_path / f"cut.csv.{ending}"
    path.write_bytes(pack(b"id,at,noise\n" + rows.encode())[:-2000])
    found: list[Numbered] = []
    with pytest.raises(BrokenFile, match=rf"cut\.csv\.{ending}' is cut off or damaged .* up to line \d{{4,5}}\."):
        found.extend(entries(path, read_mapping(TICKETS, "test.toml")))


def test_a_workbook_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "plain.xlsx").write_text("id,at\nT1,2024-01-01\n")
    with pytest.raises(BrokenFile, match=r"plain\.xlsx"):
        told(tmp_path / "plain.xlsx", TICKETS)


@pytest.mark.parametrize("name", ["plain.csv.gz", "plain.csv.zst"])
def test_whether_a_file_is_packed_is_told_by_its_beginning(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("id,at\nT1,2024-01-01T10:00Z\n")
    assert only(Ticket, told(tmp_path / name, TICKETS))


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="is empty"):
        of_rows(tmp_path, TICKETS, "", "")


@pytest.mark.parametrize(
    "mapping", [TICKETS, MESSAGES, EVENTS, MESSAGES.replace('id = "ticket"', "") + 'answers = "what"']
)
@pytest.mark.parametrize("row", [",,,,,,", "a,b,c,d,e,f,never"])
def test_a_file_without_a_readable_row_tells_nothing(tmp_path: Path, mapping: str, row: str) -> None:
    found = of_rows(tmp_path, mapping, "id,ticket,case,what,by,who,at", row)
    assert all(isinstance(entry, Unreadable) for _, entry in found)


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(
        b'\r\nid,at,subject\r\nT1,2024-01-01T10:00Z,"one\r\ntwo"\r\n\r\n,,\r\nT2,never,x\r\nT3,2024-01-01T10:00Z,"a\nb"\r\n'
    )
    found = told(path, TICKETS + 'subject = "subject"\n')
    assert [(line, type(entry)) for line, entry in found] == [(3, Ticket), (7, Unreadable), (8, Ticket)]
    assert [ticket.subject for ticket in only(Ticket, found)] == ["one\r\ntwo", "a\nb"]


@pytest.mark.parametrize(
    ("encoding", "form"), [("utf-8-sig", ""), ("utf-8-sig", "utf-8"), ("latin-1", "latin-1"), ("utf-16", "utf-16")]
)
def test_encodings(tmp_path: Path, encoding: str, form: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("id,at,subject\nT1,2024-01-01T10:00Z,Où\n".encode(encoding))
    found = told(path, TICKETS + 'subject = "subject"\n' + (f'[file]\nencoding = "{form}"\n' if form else ""))
    assert [ticket.subject for ticket in only(Ticket, found)] == ["Où"]


def test_rows_in_another_encoding_are_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("id,at\nT1,2024-01-01T10:00Z\nTé,2024-01-01T10:00Z\nT3,2024-01-01T10:00Z\n".encode("latin-1"))
    found = told(path, TICKETS)
    assert refusals(found) == [(3, "row is not written in utf-8-sig; set 'encoding' in [file] of the mapping")]
    assert only(Unreadable, found)[0].raw == "T\ufffd,2024-01-01T10:00Z"
    assert [ticket.id for ticket in only(Ticket, found)] == ["T1", "T3"]


def test_a_file_that_cannot_be_in_its_encoding_is_broken(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(b"id,at\nT1,2024-01-01\n\xff")
    with pytest.raises(BrokenFile, match="not written as the mapping says, from line 1 on"):
        told(tmp_path / "rows.csv", TICKETS + '[file]\nencoding = "utf-16"\n')


def test_rows_of_another_width_are_refused(tmp_path: Path) -> None:
    when = "2024-01-01T10:00Z"
    found = of_rows(
        tmp_path,
        TICKETS,
        "id,at,a,b,c",
        f"T1,{when}",
        f"T2,{when}",
        f"T3,{when}",
        f"T4,{when},,,",
        f"T5,{when},,,,,",
        f"T6,{when},,,,,x",
        f"T7,{when},1,2",
    )
    short = "row has 2 columns, the header has 5"
    assert refusals(found) == [
        (2, short),
        (3, short),
        (4, short),
        (7, "row has 7 columns, the header has 5"),
        (8, "row has 4 columns, the header has 5"),
    ]
    assert [ticket.id for ticket in only(Ticket, found)] == ["T4", "T5"]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_rows_only(tmp_path: Path) -> None:
    when = "2024-01-01T10:00Z"
    found = of_rows(tmp_path, TICKETS, "id,at", f'"T1,{when}', "x" * 1_000_001, f"T2,{when}")
    ((line, reason),) = refusals(found)
    assert (line, reason) == (2, "a cell is longer than 1000000 characters: a quotation mark is not closed")
    assert [ticket.id for ticket in only(Ticket, found)] == ["T2"]


def test_an_id_that_is_too_long_is_refused(tmp_path: Path) -> None:
    found = of_rows(tmp_path, TICKETS, "id,at", f"{'T' * 201},2024-01-01T10:00Z")
    assert refusals(found) == [(2, f"'{'T' * 40}'... in column 'id' is longer than an id may be (200)")]


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.create_sheet("Tickets")
    rows = book["Tickets"]
    rows["A2"], rows["B2"], rows["C2"], rows["D2"] = "id", "at", "score", "subject"
    rows["A3"], rows["B3"], rows["C3"], rows["D3"] = 1001, datetime.fromisoformat("2024-03-31 02:30"), 5, True
    rows["A5"], rows["B5"], rows["C5"], rows["D5"] = "T2", date(2024, 6, 1), 9.5, 1.25
    rows["A6"], rows["B6"] = "T3", "01/06/2024 10:00"
    book.save(path)
    return path


def test_a_sheet_of_a_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "rows.xlsx")
    mapping = TICKETS + (
        'score = "score"\nsubject = "subject"\n[file]\nsheet = SHEET\n'
        '[time]\nformats = ["%d/%m/%Y %H:%M"]\nzone = "Europe/Rome"\n'
    )
    by_name = told(path, mapping.replace("SHEET", '"Tickets"'))
    assert by_name == told(path, mapping.replace("SHEET", "2"))
    assert [(line, entry.id, entry.created_at) for line, entry in by_name if isinstance(entry, Ticket)] == [
        (3, "1001", at("2024-03-31 01:30")),
        (6, "T3", at("2024-06-01 08:00")),
    ]
    assert only(Ticket, by_name)[0].subject == "true"
    assert refusals(by_name) == [(5, "'9.5' in column 'score' is no score from 1 to 5")]
    assert only(Unreadable, by_name)[0].raw == "T2,2024-06-01,9.5,1.25"
    with pytest.raises(BadMapping, match=r"has no sheet 'Orders' .* it has: 'Sheet', 'Tickets'"):
        told(path, mapping.replace("SHEET", '"Orders"'))
    with pytest.raises(BrokenFile, match="is empty"):
        told(path, mapping.replace("SHEET", "1"))


# the mapping


@pytest.mark.parametrize("name", shipped_mappings())
def test_every_shipped_mapping_has_a_file_of_its_shape(name: str) -> None:
    found = list(entries(SHIPPED[name], load_mapping(name)))
    assert only(Ticket, found)
    assert only(Unreadable, found) == [] or name == "twitter_support"
    assert f"`{name}`" in PAGE.read_text()


def test_columns_with_the_same_name_are_told_apart_by_number(tmp_path: Path) -> None:
    mapping = TICKETS + 'store = { column = "Shop", nth = 2 }\nintent = "Shop"\n'
    ticket = only(Ticket, of_rows(tmp_path, mapping, "id,at,shop ,Shop,Shop", "T1,2024-01-01T10:00Z,a,b,c"))[0]
    assert (ticket.intent, ticket.store) == ("b", "c")
    with pytest.raises(BadMapping, match="'Shop' 1 times; the mapping names number 2 for 'store'"):
        of_rows(tmp_path, mapping, "id,at,Shop", "T1,2024-01-01T10:00Z,a")


def test_values_prefix_and_separator_hold_for_each_tag(tmp_path: Path) -> None:
    mapping = TICKETS + (
        'tags = ["kind", { column = "tags", separator = "|", values = { L = "lamp", "-" = "" }, prefix = "about " }]\n'
        'priority = { column = "p", values = { "" = "normal", 3 = "high" }, whole_number = true }\n'
    )
    rows = ("T1,2024-01-01T10:00Z,A,L | chair|-|| l,3.0", "T2,2024-01-01T10:00Z,,,")
    first, second = only(Ticket, of_rows(tmp_path, mapping, "id,at,kind,tags,p", *rows))
    assert (first.tags, first.priority) == (["A", "about lamp", "about chair"], "high")
    assert (second.tags, second.priority) == ([], "normal")


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadMapping) as bad:
        of_rows(tmp_path, TICKETS, "id,att", "T1,2024-01-01T10:00Z")
    assert str(bad.value) == (
        "The file has no column 'at' that the mapping names for 'created_at'; it has: 'id', 'att'. Did you mean 'att'?"
    )
    with pytest.raises(BadMapping, match="It is a single column: set 'delimiter'"):
        of_rows(tmp_path, TICKETS, "id;at", "T1;2024-01-01T10:00Z")


def test_column_names_are_found_without_case_and_blanks(tmp_path: Path) -> None:
    assert only(Ticket, of_rows(tmp_path, TICKETS, "ID , At", "T1,2024-01-01T10:00Z"))


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ("layout = ", "is not written in TOML"),
        ("title = 'x'", "does not say its layout. Write layout = one of 'tickets', 'messages', 'events'"),
        ("layout = 'orders'", "There is no such layout"),
        ("layout = 'tickets'", "the mapping lacks 'ticket'"),
        (TICKETS + 'created = "x"\n', r"\[ticket\] has no key 'created'. Did you mean 'created_at'\?"),
        (TICKETS + '[custmer]\nid = "x"\n', r"the mapping has no key 'custmer'. Did you mean 'customer'\?"),
        (TICKETS + '[customer]\nmail = "x"\n', r"\[customer\] has no key 'mail'. Did you mean 'email'\?"),
        (TICKETS + 'store = { colum = "x" }\n', r"\[ticket.store\] has no key 'colum'. Did you mean 'column'\?"),
        (EVENTS + 'x = { stat = "open" }\n', r"has no key 'stat'. Did you mean 'status'\?"),
        (EVENTS + 'x = { status = "gone" }\n', r"\[activities.*'gone'"),
        (TICKETS.replace('created_at = "at"', ""), r"\[ticket\] lacks 'created_at'"),
        (TICKETS.replace('"at"', "7"), r"\[ticket.created_at\]: Expected"),
        (TICKETS + "store = {}\n", r"\[ticket\] store must have either 'column' or 'value'"),
        (TICKETS + "store = { column = 'a', value = 'b' }\n", r"store must have either 'column' or 'value'"),
        (TICKETS + "store = { column = 'a', separator = ',' }\n", "'separator' is for tags"),
        (TICKETS + "status = 's'\n", "name a column for 'closed_at' or 'status_at'"),
        (TICKETS + "first_reply_at = 'a'\nfirst_reply_seconds = 'b'\n", "both 'first_reply_at' and"),
        (TICKETS + "[customer]\nname = 'a'\n", r"\[customer\] must tell who it is"),
        (TICKETS + "[file]\nencoding = 'utf-9'\n", "no encoding 'utf-9'"),
        (TICKETS + "[file]\nencoding = 'hex'\n", "no encoding 'hex'"),
        (TICKETS + "[file]\ndelimiter = '::'\n", r"\[file.delimiter\]: Expected"),
        (TICKETS + "[time]\nzone = 'Europe/Roma'\n", "no time zone 'Europe/Roma'"),
        (TICKETS + "[time]\nformats = ['epoch second']\n", "Did you mean 'epoch seconds'"),
        (TICKETS + "[time]\nformats = ['%Y-%Q']\n", "'%Y-%Q' is no format"),
        (TICKETS + "[time]\nformats = ['%Y-%m-%d']\n", "tells no offset; name the zone"),
        (TICKETS + "[shop]\ntimezone = 'Mars'\ncurrency = 'EUR'\n", "no time zone 'Mars'"),
        (TICKETS + "[shop]\ntimezone = 'UTC'\ncurrency = 'euro'\n", r"\[shop.currency\]"),
        (MESSAGES + "answers = 'a'\n", "name one of two"),
        (MESSAGES.replace('id = "ticket"\n', ""), "name one of two"),
    ],
)
def test_a_bad_mapping_is_told_in_a_sentence(mapping: str, sentence: str) -> None:
    with pytest.raises(BadMapping, match=sentence) as bad:
        read_mapping(mapping, "mine.toml")
    assert str(bad.value).startswith("Mapping 'mine.toml'")


def keys_of(table: object) -> set[str]:
    """The keys of a table of the language, and those of the tables in it."""
    kinds = [table, *get_args(table)]
    fields = [
        field for kind in kinds if isinstance(kind, type) and issubclass(kind, Struct) for field in fields_of(kind)
    ]
    return {field.name for field in fields}.union(*(keys_of(field.type) for field in fields), *map(keys_of, kinds[1:]))


def test_the_page_names_every_key() -> None:
    page = PAGE.read_text()
    keys = keys_of(Mapping) - {"file", "time", "shop", "event", "activities", "ticket", "customer", "agent", "message"}
    missing = [key for key in sorted(keys) if not re.search(rf"[`{{,] ?{key}(`| = )", page)]
    assert not missing


def test_the_mapping_on_the_page_reads_the_file_on_the_page(tmp_path: Path) -> None:
    table, mapping = re.findall(r"```(?:toml)?\n(.+?)```", PAGE.read_text(), re.DOTALL)
    found = of_rows(tmp_path, mapping, *table.splitlines())
    assert [(ticket.id, ticket.status, ticket.customer) for ticket in only(Ticket, found)] == [
        ("1001", "open", "kim@example.com"),
        ("1002", "pending", "eve@example.com"),
    ]
    assert only(Status, found) == [Status(ticket="1001", at=at("2024-01-08 11:30"), to="closed")]


def test_what_goes_wrong_is_shown_without_a_traceback() -> None:
    for kind in (BadMapping, BrokenFile):
        assert issubclass(kind, Problem)
        assert issubclass(kind, ValueError)


def test_a_mapping_is_found_by_its_name_or_path(tmp_path: Path) -> None:
    assert load_mapping("italian_helpdesk").title == "Italian help desk: an event log"
    with pytest.raises(BadMapping, match=r"no mapping 'italian_helpdesc'. Did you mean 'italian_helpdesk'\?"):
        load_mapping("italian_helpdesc")
    with pytest.raises(BadMapping, match=r"mine.toml' cannot be read"):
        load_mapping(str(tmp_path / "mine.toml"))
