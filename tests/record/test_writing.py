"""What goes into the record: once, in any order, and never otherwise than it was told."""

from datetime import UTC, datetime
from typing import Any

import pytest
from histories import shuffled
from hypothesis import given
from hypothesis import strategies as st
from record.cast import agent, assignment, customer, everything, message, order, rating, status, survey, ticket
from record.records import SHOP, Line, cleaned, content, differences, dirty_months, put, shop_with, take_in
from record.together import shared_histories
from rounds import rounds

from counterbell.accounts.models import Shop
from counterbell.record.entries import Message, Ticket
from counterbell.record.write import EntryRefused, write

TEN = datetime(2025, 3, 3, 10, tzinfo=UTC)


def test_a_second_import_changes_nothing(installation: str) -> None:
    shop = shop_with(everything())
    before = content(cleaned(shop))
    summary = take_in(shop, everything()).summary
    assert summary.known == summary.read
    assert summary.new.total() == summary.refused.total() == 0
    assert content(shop) == before
    assert dirty_months(shop) == []


def test_what_stands_twice_in_one_import_counts_once(installation: str) -> None:
    shop = shop_with([SHOP])
    summary = take_in(shop, [*everything(), *everything()]).summary
    assert summary.new["message"] == summary.known["message"] == 3
    assert content(shop) == content(shop_with(everything()))


def test_of_many_rows_those_that_are_known_or_stand_twice_count_once(installation: str) -> None:
    said = [message(f"said {number}", "t1", "03-05 09:00") for number in range(130)]
    shop = shop_with([*everything(), *said[:7]])
    summary = take_in(shop, [*said, *said[90:]]).summary
    assert (summary.new["message"], summary.known["message"]) == (123, 47)
    assert len(content(shop)["Message"]) == len(content(shop_with(everything()))["Message"]) + 130


@given(st.data())
@rounds(5)
@pytest.mark.usefixtures("sqlite")
def test_a_second_import_of_any_history_changes_nothing(sqlite: object, data: st.DataObject) -> None:
    lines = data.draw(shared_histories())
    shop = shop_with(lines)
    before = content(cleaned(shop))
    summary = take_in(shop, data.draw(shuffled(lines))).summary
    assert summary.known == summary.read
    assert content(shop) == before
    assert dirty_months(shop) == []


@given(st.data())
@rounds(5)
@pytest.mark.usefixtures("sqlite")
def test_shuffled_halves_give_the_same_record(sqlite: object, data: st.DataObject) -> None:
    lines = data.draw(shared_histories())
    mixed = data.draw(shuffled(lines))
    half = data.draw(st.integers(0, len(lines)))
    shop = shop_with(mixed[:half])
    put(shop, mixed[half:])
    assert content(shop) == content(shop_with(lines))
    assert differences(shop) == []


@given(shared_histories())
@rounds(1)
@pytest.mark.usefixtures("installation")
def test_both_databases_keep_a_history_alike(installation: str, lines: list[Line]) -> None:
    shop = shop_with(lines)
    assert differences(shop) == []
    put(shop, lines[::-1])
    assert [len(rows) for rows in content(shop).values()] == [len(rows) for rows in content(shop_with(lines)).values()]


OTHERWISE: list[tuple[Line, Line, str]] = [
    (ticket("t1", "03-03 09:00"), ticket("t1", "03-03 09:01"), "created_at"),
    (ticket("t1", "03-03 09:00"), ticket("t1", "03-03 09:00", "dan"), "customer"),
    (ticket("t1", "03-03 09:00"), ticket("t1", "03-03 09:00", direction="outbound"), "direction"),
    (ticket("t1", "03-03 09:00"), ticket("t1", "03-03 09:00", status="pending"), "status"),
    (message("m1", "t1", "03-03 09:00", text="Hello"), message("m1", "t1", "03-03 09:00", text="Hallo"), "text"),
    (message("m1", "t1", "03-03 09:00"), message("m1", "t2", "03-03 09:00"), "ticket"),
    (message("m1", "t1", "03-03 09:00"), message("m1", "t1", "03-03 09:00", "agent"), "by"),
    (status("t1", "03-03 10:00", agent="ann"), status("t1", "03-03 10:00", agent="ben"), "agent"),
    (assignment("t1", "03-03 10:00", "ann"), assignment("t1", "03-03 10:00", None), "agent"),
    (survey("s1", "t1", "03-03 10:00"), survey("s1", "t1", "03-03 11:00"), "at"),
    (rating("s0", "03-03 10:00", 4), rating("s0", "03-03 10:00", 5), "score"),
    (order("o1", "03-03 10:00"), order("o1", "03-03 10:00", paid=1), "paid"),
    (order("o1", "03-03 10:00"), order("o1", "03-03 10:00", "dan"), "customer"),
]


@pytest.mark.parametrize(("told", "otherwise", "field"), OTHERWISE, ids=lambda line: getattr(line, "get", str)("type"))
def test_a_known_key_with_other_content_is_refused(sqlite: object, told: Line, otherwise: Line, field: str) -> None:
    there = [SHOP, ticket("t1", "03-03 09:00"), ticket("t2", "03-03 09:00"), survey("s0", "t1", "03-03 09:00")]
    shop = shop_with([*there, told])
    before = content(shop)
    outcome = put(shop, [otherwise])
    assert outcome.summary.refused.total() == 1
    (refusal,) = outcome.refused
    assert refusal.field == field
    assert f"with other content: {field} is" in refusal.reason
    without_the_stranger = [row for row in content(shop)["Customer"] if row[0] != "dan"]
    assert content(shop) | {"Customer": without_the_stranger, "Agent": before["Agent"]} == before


def test_a_refusal_tells_both_contents_in_the_words_of_the_log(sqlite: object) -> None:
    shop = shop_with([SHOP, ticket("t1", "03-03 09:00"), message("m1", "t1", "03-03 09:00")])
    (refusal,) = put(shop, [message("m1", "t1", "03-03 09:30", "agent", agent="ann")]).refused
    assert refusal.reason == (
        "This message ('m1') is known with other content: at is 2025-03-03T09:00:00+00:00 in the record and "
        "2025-03-03T09:30:00+00:00 here. History is not rewritten; give it an id of its own if it is another one."
    )


def test_of_what_contradicts_itself_in_one_import_the_first_holds(sqlite: object) -> None:
    shop = shop_with([SHOP, ticket("t1", "03-03 09:00")])
    outcome = put(
        shop, [message("m1", "t1", "03-03 09:00", text="one"), message("m1", "t1", "03-03 09:00", text="two")]
    )
    assert outcome.summary.new["message"] == outcome.summary.refused["message"] == 1
    assert [row[-1] for row in content(shop)["Message"]] == ["one"]


def test_agents_and_customers_are_what_was_told_last(installation: str) -> None:
    shop = shop_with(
        [SHOP, agent("ann", name="Ann", team="care"), customer("kim", email="kim@example.com", country="FR")]
    )
    summary = take_in(shop, [agent("ann", team="sales"), customer("kim", phone="+33 1")]).summary
    assert summary.new.total() == 2
    assert content(shop)["Agent"] == [("ann", None, None, "sales")]
    assert content(shop)["Customer"] == [("kim", None, "+33 1", None, None, None, None, "phone:+33 1")]


def test_agents_and_customers_need_not_be_declared(installation: str) -> None:
    shop = shop_with(
        [SHOP, ticket("t1", "03-03 09:00", "kim"), message("m1", "t1", "03-03 09:30", "agent", agent="ann")]
    )
    assert [row[0] for row in content(shop)["Agent"]] == ["ann"]
    assert [row[0] for row in content(shop)["Customer"]] == ["kim"]


def test_one_thing_is_written_once(installation: str) -> None:
    shop = shop_with([SHOP, ticket("t1", "03-03 09:00")])
    said: Any = {"id": "m1", "ticket": "t1", "at": TEN, "by": "customer"}
    assert write(shop, Message(**said))
    assert not write(shop, Message(**said))
    with pytest.raises(EntryRefused, match="known with other content: text is"):
        write(shop, Message(**said, text="otherwise"))
    assert dirty_months(shop) == ["2025-03"]


def test_what_cannot_be_written_now_is_refused_and_not_kept_aside(installation: str) -> None:
    shop = shop_with([SHOP])
    with pytest.raises(EntryRefused, match=r"^There is no ticket 't1'\.$"):
        write(shop, Message(id="m1", ticket="t1", at=TEN, by="customer"))
    write(shop, Ticket(id="t1", channel="email", created_at=TEN))
    assert content(shop)["Message"] == []


def test_another_shop_may_use_the_same_ids(anns_shop: Shop, dans_shop: Shop) -> None:
    take_in(anns_shop, everything())
    before = content(anns_shop)
    take_in(dans_shop, [SHOP, ticket("t1", "05-03 09:00", "kim"), message("m1", "t1", "05-03 09:00", text="Dan here")])
    assert content(anns_shop) == before
    assert content(dans_shop)["Message"][0][-1] == "Dan here"
    assert dirty_months(dans_shop) == ["2025-05"]
