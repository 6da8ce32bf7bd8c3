"""Tickets whose source does not tell all of them: left out of what needs more, and counted as left out."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from metrics.examples import at, log_of
from metrics.reports import report
from record.cast import merge
from record.records import SHOP, Line, shop_with, take_in

from counterbell.accounts.models import Shop

LOG = """
    09:00 T1 customer
    09:10 T1 agent ann
    09:30 T1 closed by ann
    09:40 T1 open
    10:00 T1 closed by ann
"""
"""A ticket that came back once: 60 minutes, the first 30 of them until the first close; one reply in two messages."""


def told(*histories: str | None) -> list[Line]:
    """That ticket as often, each an hour later, and each known as its source tells it."""
    lines: list[Line] = [SHOP]
    for number, history in enumerate(histories, 1):
        log = LOG.replace("T1", f"T{number}").replace("10:", f"{9 + number:02}:").replace("09:", f"{8 + number:02}:")
        for line in log_of(log)[1:]:
            if line["type"] == "ticket" and history:
                line |= {"history": history}
            if line["type"] == "message":
                line |= {"id": f"{line['id']} of T{number}"}
            lines.append(line)
    return lines


def figures(shop: Shop, **where: str) -> dict[str, Any]:
    return dict(report(shop, date(2025, 3, 3), date(2025, 3, 4), where=where).total.metrics)


STATUSES_NEEDED = ("first_resolution_time", "first_resolution_time_bh", "reopen_rate")
REPLIES_NEEDED = ("one_reply_rate", "automated_resolution_rate", "zero_touch_rate", "messages_per_ticket")
WAITS_NEEDED = ("response_time", "response_time_any")
FIRST = ("first_response_time", "first_response_time_any")


def size(figure: dict[str, Any]) -> int:
    """Over how many tickets (or replies) a figure was taken."""
    return int(figure["n"] if "n" in figure else figure["whole"])


@pytest.fixture
def three(sqlite: Path) -> dict[str, Any]:
    """The figures of three tickets: one known in full, one in part, one by a summary that tells its first response."""
    return figures(shop_with(told(None, "partial", "summary")))


def test_reopenings_are_counted_of_tickets_that_are_known_in_full(three: dict[str, Any]) -> None:
    assert three["reopened"] == 1
    assert three["reopened_partly_known"] == 2
    for key in STATUSES_NEEDED:
        assert three[key]["partly_known"] == 2, key
    assert (three["reopen_rate"]["part"], three["reopen_rate"]["whole"]) == (1, 1)
    assert (three["first_resolution_time"]["n"], three["first_resolution_time"]["mean"]) == (1, 30 * 60)


def test_replies_are_counted_of_tickets_whose_messages_are_known(three: dict[str, Any]) -> None:
    for key in (*REPLIES_NEEDED, *WAITS_NEEDED):
        assert (size(three[key]), three[key]["partly_known"]) == (2, 1), key
    assert (three["one_reply_rate"]["part"], three["messages_per_ticket"]["messages"]) == (2, 4)


def test_the_first_response_of_a_summary_counts_where_it_is_told(three: dict[str, Any]) -> None:
    for key in FIRST:
        assert (three[key]["n"], three[key]["mean"], three[key]["partly_known"]) == (3, 600, 0), key


def test_everything_else_counts_all_of_them(three: dict[str, Any]) -> None:
    assert three["tickets_created"] == three["tickets_closed"]["total"] == 3
    assert (three["resolution_time"]["n"], three["resolution_time"]["mean"]) == (3, 3600)
    assert "partly_known" not in three["resolution_time"]


def test_a_summary_without_any_time_of_a_message_has_no_first_response(sqlite: Path) -> None:
    lines = [line for line in told("summary") if line["type"] != "message"]
    found = figures(shop_with(lines))
    for key in FIRST:
        assert (found[key]["n"], found[key]["mean"], found[key]["partly_known"]) == (0, None, 1), key
    assert found["messages_per_ticket"] == {"n": 0, "messages": 0, "mean": None, "thin": True, "partly_known": 1}


def test_an_open_ticket_is_no_resolved_one_that_is_left_out(sqlite: Path) -> None:
    found = figures(shop_with([line for line in told("summary") if line["type"] != "status"]))
    assert (found["reopened_partly_known"], found["one_reply_rate"]["partly_known"]) == (0, 0)
    assert (found["unresolved_tickets"], found["response_time"]["partly_known"]) == (1, 1)


def test_spam_is_left_out_for_being_spam_alone(sqlite: Path) -> None:
    spam = {"type": "flag", "ticket": "T1", "at": at("12:00"), "flag": "spam"}
    found = figures(shop_with([*told("summary"), spam]))
    assert found["left_out"]["spam"] == 1
    assert not any(value.get("partly_known") for value in found.values() if isinstance(value, dict))


def test_a_ticket_into_which_a_summary_was_merged_is_one_as_to_its_messages(sqlite: Path) -> None:
    shop = shop_with(told(None, "summary"))
    take_in(shop, [merge("T2", "T1", "03-03 20:00")])
    found = figures(shop)
    assert (found["reopened"], found["reopened_partly_known"]) == (1, 0)
    assert found["one_reply_rate"] == {
        "part": 0, "whole": 0, "rate": None, "zero": 0, "several": 0, "thin": True, "partly_known": 1
    }  # fmt: skip
    assert (found["response_time"]["n"], found["response_time"]["partly_known"]) == (0, 1)


def test_a_filter_narrows_what_was_left_out_too(sqlite: Path) -> None:
    shop = shop_with(told(None, "partial"))
    assert figures(shop, channel="email")["reopened_partly_known"] == 1
    assert figures(shop, channel="chat")["reopened_partly_known"] == 0
