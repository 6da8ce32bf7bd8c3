"""What does not fit is refused with a sentence that says what, which one, and what to do; the rest goes in."""

import json
from typing import Any

import msgspec
import pytest
from record.cast import customer, flag, merge, message, order, rating, status, survey, ticket
from record.records import SHOP, Line, content, differences, put, shop_with, take_in

from counterbell.record.entries import Entry

THREE = [SHOP, ticket("t1", "03-03 09:00"), ticket("t2", "03-03 10:00"), ticket("t3", "03-03 11:00")]


def refusal_of(line: Line, *, after: list[Line] = THREE) -> tuple[str, str | None]:
    """Why a line is refused, and because of which field; nothing else may change by it."""
    shop = shop_with(after)
    before = content(shop)
    outcome = put(shop, [line, message("m9", "t1", "03-03 12:00")])
    assert outcome.summary.refused == {line["type"]: 1}
    assert outcome.summary.new == {"message": 1}
    assert content(shop) | {"Message": before["Message"]} == before
    (refusal,) = outcome.refused
    assert refusal.line == 1
    assert json.loads(refusal.raw)["type"] == line["type"]
    return refusal.reason, refusal.field


def test_a_ticket_cannot_be_merged_into_itself(installation: str) -> None:
    reason, field = refusal_of(merge("t1", "t1", "03-03 12:00"))
    assert reason == "Ticket 't1' cannot be merged into itself. Name another ticket."
    assert field == "into"


def test_tickets_cannot_be_merged_in_a_circle(installation: str) -> None:
    chain = [merge("t1", "t2", "03-03 12:00"), merge("t2", "t3", "03-03 13:00")]
    reason, field = refusal_of(merge("t3", "t1", "03-03 14:00"), after=[*THREE, *chain])
    assert reason == "Ticket 't3' cannot be merged into 't1', which is itself merged into it."
    assert field == "into"


def test_a_circle_within_one_import_is_refused_where_it_closes(sqlite: object) -> None:
    shop = shop_with(THREE)
    outcome = put(
        shop, [merge("t1", "t2", "03-03 12:00"), merge("t2", "t3", "03-03 13:00"), merge("t3", "t1", "03-03 14:00")]
    )
    assert [refusal.line for refusal in outcome.refused] == [3]
    assert len(content(shop)["Merge"]) == 2
    assert differences(shop) == []


def test_a_ticket_is_merged_once(sqlite: object) -> None:
    reason, field = refusal_of(merge("t1", "t3", "03-03 12:00"), after=[*THREE, merge("t1", "t2", "03-03 12:00")])
    assert "known with other content: into is 't2' in the record and 't3' here" in reason
    assert field == "into"


def test_a_merge_into_an_unknown_ticket_waits_for_it(sqlite: object) -> None:
    shop = shop_with(THREE)
    (refusal,) = put(shop, [merge("t1", "t9", "03-03 12:00")]).refusals
    assert refusal.aside
    assert "'t9'" in refusal.reason
    take_in(shop, [ticket("t9", "03-03 09:00")])
    assert [row[:2] for row in content(shop)["Merge"]] == [("t1", "t9")]


def test_a_status_before_the_creation_of_its_ticket_is_refused(installation: str) -> None:
    reason, field = refusal_of(status("t2", "03-03 09:59"))
    assert reason == (
        "The status of ticket 't2' cannot change at 2025-03-03T09:59:00+00:00, before the ticket was created "
        "(2025-03-03T10:00:00+00:00). Correct one of the two times."
    )
    assert field == "at"


def test_a_status_at_the_creation_and_a_message_before_it_go_in(sqlite: object) -> None:
    shop = shop_with(THREE)
    take_in(shop, [status("t2", "03-03 10:00"), message("m1", "t2", "03-03 09:00"), flag("t2", "03-03 09:00")])
    assert len(content(shop)["StatusChange"]) == 1


def test_an_unknown_currency_is_refused(sqlite: object) -> None:
    reason, field = refusal_of(order("o1", "03-03 12:00", currency="EURO"), after=[*THREE, customer("kim")])
    assert reason == "Order 'o1' is in the unknown currency 'EURO'. Give its ISO 4217 code, such as EUR."
    assert field == "currency"


SHOPS = [
    ({"timezone": "Europe/Pari"}, "There is no time zone 'Europe/Pari'. Did you mean Europe/Paris?"),
    ({"currency": "EURO"}, "'EURO'"),
    ({"version": 2}, "This log is of version 2; this Counterbell reads version 1."),
    ({"hours": [{"week": {"mon": [["17:00", "09:00"]]}}]}, "the range 17:00-09:00 does not end after it begins"),
    ({"hours": [{"week": {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]}}]}, "09:00-12:00 and 11:00-17:00 overlap"),
    ({"hours": [{"week": {}}, {"week": {}}]}, "schedule 1 (always) and schedule 2 (always) overlap"),
]


@pytest.mark.parametrize(
    ("setting", "sentence"), SHOPS, ids=lambda told: next(iter(told)) if isinstance(told, dict) else ""
)
def test_a_shop_line_with_a_setting_that_cannot_be_sets_nothing(
    installation: str, setting: Line, sentence: str
) -> None:
    shop = shop_with(THREE)
    reason, _ = refusal_of({**SHOP, "timezone": "Europe/Paris", "conversion_days": 9, **setting})
    (refusal,) = put(shop, [{**SHOP, "timezone": "Europe/Paris", "conversion_days": 9, **setting}]).refused
    assert refusal.reason == reason
    assert sentence in reason
    shop.refresh_from_db()
    assert (shop.timezone, shop.conversion_days, shop.hours) == ("UTC", 5, None)


UNREADABLE: list[tuple[dict[str, Any], str]] = [
    (rating("s1", "03-03 12:00", 6), r"`int` <= 5 - at `\$\.score`"),
    (rating("s1", "03-03 12:00", 0), r"`int` >= 1 - at `\$\.score`"),
    ({**message("m1", "t1", "03-03 09:00"), "at": "2025-03-03T09:00:00"}, "timezone"),
    (message("m1", "t1", "03-03 09:00", "robot"), "robot"),
    (status("t1", "03-03 09:00", "done"), "done"),
    (order("o1", "03-03 09:00", paid=-1), ">= 0"),
    (survey("", "t1", "03-03 09:00"), r"length >= 1 - at `\$\.id`"),
    ({**ticket("t1", "03-03 09:00"), "colour": "red"}, "unknown field `colour`"),
    ({**SHOP, "conversion_days": 31}, "<= 30"),
    ({"type": "tickets"}, "tickets"),
]


@pytest.mark.parametrize(
    ("line", "sentence"), UNREADABLE, ids=lambda told: told["type"] if isinstance(told, dict) else ""
)
def test_what_is_no_entry_cannot_be_said_to_the_record(line: Line, sentence: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=sentence):
        msgspec.json.decode(json.dumps(line), type=Entry)


def test_a_time_that_no_source_can_mean_is_refused(sqlite: object) -> None:
    reason, field = refusal_of({**message("m1", "t1", "03-03 09:00"), "at": "0001-01-01T00:00:00+01:00"})
    assert "cannot be: a record tells of 1970 to 2199. Correct it." in reason
    assert field == "at"


@pytest.mark.parametrize("text", ["a\x00b", "\x00"])
def test_a_text_that_a_database_cannot_keep_is_refused_on_all(installation: str, text: str) -> None:
    reason, _ = refusal_of(message("m1", "t1", "03-03 09:00", text=text))
    assert "NUL" in reason


def test_a_text_about_such_texts_goes_in(installation: str) -> None:
    shop = shop_with(THREE)
    take_in(shop, [message("m1", "t1", "03-03 09:00", text="it is written \\u0000 in JSON 🙂")])
    assert content(shop)["Message"][0][-1] == "it is written \\u0000 in JSON 🙂"
