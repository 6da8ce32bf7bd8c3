"""The demo shop's year is a valid, repeatable history in which one week goes badly."""

from collections import Counter
from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from string import Formatter
from typing import Any, TypeVar

import msgspec
import pytest

from counterbell.demo import entries
from counterbell.demo.enquiries import enquiry
from counterbell.demo.opening import Opening, public_holidays
from counterbell.demo.season import Season
from counterbell.demo.shop import DemoShop
from counterbell.demo.texts import phrases
from counterbell.demo.topics import TOPICS
from counterbell.record.entries import (
    Agent,
    Assignment,
    Customer,
    Entry,
    Flag,
    Intent,
    Merge,
    Message,
    Order,
    OrderState,
    Rating,
    Refund,
    Shop,
    Status,
    Survey,
    Tags,
    Ticket,
)

UNTIL = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
START = UNTIL - timedelta(days=365)

E = TypeVar("E")

KEYS: dict[type, Callable[[Any], Hashable]] = {
    Ticket: lambda line: line.id,
    Message: lambda line: line.id,
    Status: lambda line: (line.ticket, line.at, line.to),
    Assignment: lambda line: (line.ticket, line.at),
    Tags: lambda line: (line.ticket, line.at),
    Intent: lambda line: (line.ticket, line.at),
    Flag: lambda line: (line.ticket, line.at, line.flag),
    Merge: lambda line: line.ticket,
    Survey: lambda line: line.id,
    Rating: lambda line: (line.survey, line.at),
    Order: lambda line: line.id,
    Refund: lambda line: line.id,
    OrderState: lambda line: (line.order, line.at),
}


@pytest.fixture(scope="module")
def year() -> list[Entry]:
    return list(entries(until=UNTIL, tickets_per_day=6))


def lines_of(kind: type[E], year: list[Entry]) -> list[E]:
    return [line for line in year if isinstance(line, kind)]


def instant_of(line: Any) -> datetime:
    instant: datetime = line.created_at if isinstance(line, Ticket) else line.at
    return instant


def dated(year: list[Entry]) -> list[Entry]:
    return [line for line in year if not isinstance(line, Shop | Agent | Customer)]


def test_every_line_is_read_back_as_it_was_written(year: list[Entry]) -> None:
    encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder(Entry)
    assert [decoder.decode(encoder.encode(line)) for line in year] == year


def test_no_key_is_used_twice(year: list[Entry]) -> None:
    uses = Counter((type(line), KEYS[type(line)](line)) for line in dated(year))
    assert [key for key, times in uses.items() if times > 1] == []


def test_the_same_seed_gives_the_same_year() -> None:
    first, again, other = (list(entries(until=UNTIL, seed=seed, tickets_per_day=0.5)) for seed in (7, 7, 8))
    assert first == again != other


def test_all_lies_within_the_year_before_until(year: list[Entry]) -> None:
    instants = [instant_of(line) for line in dated(year)]
    assert START <= min(instants) <= START + timedelta(days=1)
    assert UNTIL - timedelta(days=1) <= max(instants) < UNTIL


def test_the_shop_comes_first_then_its_agents_then_time_goes_on(year: list[Entry]) -> None:
    assert isinstance(year[0], Shop)
    assert all(isinstance(line, Agent) for line in year[1:9])
    instants = [instant_of(line) for line in dated(year)]
    assert instants == sorted(instants)


def test_nothing_happens_to_a_ticket_before_it_is_created(year: list[Entry]) -> None:
    created = {ticket.id: ticket.created_at for ticket in lines_of(Ticket, year)}
    too_early = [
        line
        for line in year
        if isinstance(line, Message | Status | Assignment | Tags | Intent | Flag | Merge | Survey)
        and line.at < created[line.ticket]
    ]
    assert too_early == []


def test_every_id_that_is_named_was_introduced_before(year: list[Entry]) -> None:
    known: set[tuple[str, str | None]] = {("customer", None), ("agent", None)}
    for line in year:
        for field in ("ticket", "into", "customer", "agent", "survey", "order"):
            if hasattr(line, field):
                kind = "ticket" if field == "into" else field
                assert (kind, getattr(line, field)) in known, line
        if hasattr(line, "id"):
            known.add((type(line).__name__.lower(), line.id))


def test_a_merged_ticket_goes_into_one_that_stays(year: list[Entry]) -> None:
    merges = lines_of(Merge, year)
    assert merges
    assert not {merge.ticket for merge in merges} & {merge.into for merge in merges}


def test_no_refund_is_greater_than_its_order(year: list[Entry]) -> None:
    orders = {order.id: order for order in lines_of(Order, year)}
    refunds = lines_of(Refund, year)
    assert all(refund.amount <= orders[refund.order].paid for refund in refunds)
    assert all(refund.at > orders[refund.order].at for refund in refunds)
    assert {order.currency for order in orders.values()} == {"EUR", "USD", "IDR"}
    assert any(order.test for order in orders.values())


def test_every_paid_order_tells_how_far_it_is_and_the_last_ones_are_on_their_way(year: list[Entry]) -> None:
    orders = {order.id: order for order in lines_of(Order, year) if order.paid and not order.test}
    states = {told.order: told for told in lines_of(OrderState, year)}
    assert states.keys() == orders.keys()
    assert all(told.at >= orders[told.order].at for told in states.values())
    assert all((told.tracking_url is None) == (told.state == "paid") for told in states.values())
    counted = Counter(told.state for told in states.values())
    assert counted["delivered"] > 20 * counted["shipped"] > 20 < 20 * counted["paid"]


def test_six_channels_three_languages_two_stores_and_both_directions_occur(year: list[Entry]) -> None:
    tickets = lines_of(Ticket, year)
    assert {ticket.channel for ticket in tickets} == {"email", "chat", "contact_form", "whatsapp", "instagram", "phone"}
    assert {ticket.language for ticket in tickets} == {"fr", "en", "id"}
    assert {ticket.store for ticket in tickets} == {"fr", "intl", None}
    assert {ticket.direction for ticket in tickets} == {"inbound", "outbound"}


def test_customers_are_less_content_in_the_week_of_the_strike(year: list[Entry]) -> None:
    first, last = Season(START, UNTIL, tickets_per_day=6, orders_per_ticket=7).strike
    created = {ticket.id: ticket.created_at.date() for ticket in lines_of(Ticket, year)}
    surveyed = {survey.id: survey.ticket for survey in lines_of(Survey, year)}
    bad: list[int] = []
    usual: list[int] = []
    for rating in lines_of(Rating, year):
        day = created[surveyed[rating.survey]]
        (bad if first <= day <= last else usual).append(rating.score)
    assert 50 <= (UNTIL.date() - first).days <= 70
    assert len(bad) > 10
    assert fmean(bad) < fmean(usual) - 0.5


def test_more_is_written_in_the_week_of_the_strike_than_in_the_week_before(year: list[Entry]) -> None:
    first, _ = Season(START, UNTIL, tickets_per_day=6, orders_per_ticket=7).strike
    days = Counter(ticket.created_at.date() for ticket in lines_of(Ticket, year))
    week, week_before = (
        sum(days[start + timedelta(days=number)] for number in range(7)) for start in (first, first - timedelta(days=7))
    )
    assert week > 1.5 * week_before


def test_a_backlog_is_left_at_the_end_and_most_of_it_is_young(year: list[Entry]) -> None:
    status = {ticket.id: "open" for ticket in lines_of(Ticket, year)}
    for change in lines_of(Status, year):
        status[change.ticket] = change.to
    ages = [UNTIL - ticket.created_at for ticket in lines_of(Ticket, year) if status[ticket.id] != "closed"]
    young = [age for age in ages if age < timedelta(days=7)]
    assert young


def test_the_holidays_of_2026_are_known() -> None:
    days = public_holidays(2026)
    assert len(days) == 11
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} <= set(days)


def test_work_goes_on_after_lunch_the_night_and_the_holidays() -> None:
    opening = Opening(date(2025, 12, 20), date(2026, 1, 10))
    before_lunch = datetime(2025, 12, 22, 11, 20, tzinfo=UTC)
    assert opening.after(before_lunch, timedelta(minutes=20)) == datetime(2025, 12, 22, 12, 40, tzinfo=UTC)
    christmas_eve = datetime(2025, 12, 24, 16, 50, tzinfo=UTC)
    assert opening.after(christmas_eve, timedelta(minutes=20)) == datetime(2025, 12, 26, 8, 10, tzinfo=UTC)
    assert not opening.is_open(datetime(2025, 12, 25, 10, tzinfo=UTC))


@pytest.mark.parametrize("language", ["fr", "en", "id"])
def test_every_topic_can_be_asked_in_eight_ways(language: str) -> None:
    texts = phrases(language)
    assert set(texts.intents) == {topic.intent for topic in TOPICS}
    for cases in texts.intents.values():
        assert sum(len(case.mail) + len(case.chat) for case in cases) >= 8


@pytest.mark.parametrize("language", ["fr", "en", "id"])
def test_every_placeholder_of_the_texts_can_be_filled(language: str) -> None:
    shop = DemoShop(until=UNTIL, seed=1, tickets_per_day=1)
    asked = enquiry(shop, UNTIL, "email", TOPICS[0])
    known = asked.words_in(language)
    for text in sentences(msgspec.to_builtins(phrases(language))):
        assert {name for _, name, _, _ in Formatter().parse(text) if name} <= set(known), text


def sentences(texts: Any) -> list[str]:
    if isinstance(texts, str):
        return [texts]
    parts = texts.values() if isinstance(texts, dict) else texts
    return [sentence for part in parts for sentence in sentences(part)]
