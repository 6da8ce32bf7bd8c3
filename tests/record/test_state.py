"""The current state of tickets follows from their history, at every moment."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from plain_reading import Reading
from record.cast import assignment, flag, intent, merge, priority, status, tags, ticket
from record.records import SHOP, Line, content, differences, put, shop_with, take_in
from record.together import shared_histories
from rounds import rounds

from counterbell.accounts.models import Shop
from counterbell.record import state
from counterbell.record.models import TicketState

AFTER_ALL = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1_000_000)


def state_of(shop: Shop, ticket: str) -> TicketState:
    return TicketState.objects.select_related("assignee", "merged_into").get(
        ticket__shop=shop, ticket__external_id=ticket
    )


@given(st.data())
@rounds(5)
@pytest.mark.usefixtures("sqlite")
def test_the_state_is_what_the_history_says(sqlite: object, data: st.DataObject) -> None:
    lines = data.draw(shared_histories())
    cut = data.draw(st.integers(0, len(lines)))
    shop = shop_with(lines[:cut])
    assert differences(shop) == []
    put(shop, lines[cut:])
    assert differences(shop) == []
    check_against_the_reading(shop, lines)


def check_against_the_reading(shop: Shop, lines: list[Line]) -> None:
    """The state of each ticket, as somebody reads it off the log."""
    for history in Reading(lines)._histories.values():
        kept = state_of(shop, history.ticket["id"])
        assert kept.get_status_display() == history.status(AFTER_ALL)
        assert (kept.assignee and kept.assignee.external_id) == history.assignee(AFTER_ALL)
        assert kept.intent == history.intent(AFTER_ALL)
        assert kept.priority == history.priority(AFTER_ALL)
        assert (kept.merged_into is not None) == history.merged
        assert kept.spam == history._flagged("spam")
        assert kept.deleted == history._flagged("deleted")
    told = {row[0]: row[4] for row in content(shop)["TicketState"]}
    assert told == {name: history.tags(AFTER_ALL) for name, history in Reading(lines)._histories.items()}


@given(shared_histories())
@rounds(1)
@pytest.mark.usefixtures("installation")
def test_the_state_is_so_on_every_database(installation: str, lines: list[Line]) -> None:
    shop = shop_with(lines)
    assert differences(shop) == []
    check_against_the_reading(shop, lines)


HISTORY = [
    SHOP,
    ticket("t1", "03-03 09:00", tags=["late"], intent="order/status", priority="low"),
    ticket("t2", "03-03 09:00"),
    status("t1", "03-03 12:00", "closed"),
    status("t1", "03-03 11:00", "pending"),
    assignment("t1", "03-03 12:00", None),
    assignment("t1", "03-03 11:00", "ann", team="care"),
    tags("t1", "03-03 12:00", add=["vip"], remove=["late"]),
    tags("t1", "03-03 11:00", add=["late", "refund"]),
    intent("t1", "03-03 11:00", "return/request"),
    priority("t1", "03-03 12:00", None),
    priority("t1", "03-03 11:00", "high"),
    flag("t1", "03-03 12:00", value=False),
    flag("t1", "03-03 11:00"),
    merge("t2", "t1", "03-03 12:00"),
]


def test_what_is_told_late_but_happened_earlier_changes_nothing_now(installation: str) -> None:
    shop = shop_with(HISTORY)
    take_in(
        shop,
        [
            status("t1", "03-03 10:00", "snoozed"),
            assignment("t1", "03-03 10:00", "ben"),
            tags("t1", "03-03 10:00", add=["vip"]),
            priority("t1", "03-03 10:00", "urgent"),
        ],
    )
    kept = state_of(shop, "t1")
    assert (kept.get_status_display(), kept.assignee, kept.team, kept.priority, kept.intent) == (
        "closed",
        None,
        None,
        None,
        "return/request",
    )
    assert content(shop)["TicketState"][0][4] == ["refund", "vip"]
    assert not kept.spam
    assert differences(shop) == []


def test_at_one_instant_a_close_comes_last(sqlite: object) -> None:
    shop = shop_with([SHOP, ticket("t1", "03-03 09:00"), status("t1", "03-03 10:00", "closed")])
    take_in(shop, [status("t1", "03-03 10:00", "open")])
    assert state_of(shop, "t1").get_status_display() == "closed"


TAMPERED = [
    ("status", "4 - 3 * (status - 1) / 3"),
    ("assignee_id", "(select min(id) from record_agent)"),
    ("team", "'sales'"),
    ("tags", """'["forged"]'"""),
    ("intent", "'forged'"),
    ("priority", "'forged'"),
    ("spam", "not spam"),
    ("deleted", "not deleted"),
    ("merged_into_id", "ticket_id"),
]


@pytest.mark.parametrize(("column", "forged"), TAMPERED)
def test_a_tampered_state_is_found_and_mended(installation: str, column: str, forged: str) -> None:
    shop = shop_with(HISTORY)
    before = content(shop)
    with connection.cursor() as cursor:
        cursor.execute(
            f"update record_ticketstate set {column} = {forged} "
            "where ticket_id = (select id from record_ticket where shop_id = %s and external_id = 't1')",
            [shop.pk],
        )
        assert [(ticket, where) for ticket, where, _, _ in differences(shop)] == [("t1", column)]
        state.rebuild(cursor, shop.pk)
    assert differences(shop) == []
    assert content(shop) == before


def test_a_state_that_is_missing_is_found_and_made(installation: str) -> None:
    shop = shop_with(HISTORY)
    before = content(shop)
    TicketState.objects.filter(ticket__shop=shop).delete()
    assert {ticket for ticket, *_ in differences(shop)} == {"t1", "t2"}
    with connection.cursor() as cursor:
        state.rebuild(cursor, shop.pk)
    assert content(shop) == before


def test_the_state_of_another_shop_is_left_alone(anns_shop: Shop, dans_shop: Shop) -> None:
    take_in(anns_shop, HISTORY)
    take_in(dans_shop, HISTORY)
    TicketState.objects.filter(ticket__shop=dans_shop).update(spam=True)
    with connection.cursor() as cursor:
        state.rebuild(cursor, anns_shop.pk)
    assert differences(anns_shop) == []
    assert {where for _, where, _, _ in differences(dans_shop)} == {"spam"}
