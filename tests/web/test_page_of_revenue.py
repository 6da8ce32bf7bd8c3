"""What conversations sell: by currency, never summed over them, and every figure opens to its orders."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from facts.facts_of import shop_with
from record.records import SHOP, Line
from web.busy import at
from web.people import person, signed_in
from web.reading import charted, count_of_rows, page, ranked, whole

from counterbell import formats
from counterbell.accounts.models import Role, Shop
from counterbell.accounts.opening_hours import zone
from counterbell.metrics.periods import Grain, Period, parse_day
from counterbell.metrics.query import Answered, Question, ask


@pytest.fixture
def reader(busy_here: Shop) -> Client:
    return signed_in(person(busy_here, Role.VIEWER))


def asked(shop: Shop, by: str | None = None) -> Answered:
    march = Period.of(parse_day("2025-03-01"), parse_day("2025-04-01"), zone(shop.timezone), Grain.DAY)
    return ask(shop, Question(march.as_one(), ("converted_tickets",), by)).total


def test_the_figures_are_the_querys_each_currency_for_itself(reader: Client, busy_here: Shop) -> None:
    found, text = asked(busy_here).metrics["converted_tickets"], page(reader, at(busy_here, "revenue/"))
    assert len(found["revenue"]) == 3
    figures = re.findall(r'<span class="figure"><a href="[^"]+">([^<]+)</a>', text)
    told = [formats.number(found["part"]), formats.percent(found["rate"]), formats.number(found["orders"])]
    assert figures == [*told, *(formats.money(minor, currency) for currency, minor in found["revenue"].items())]


def test_the_list_has_each_order_with_its_ticket_and_how_long_after_it(reader: Client, busy_here: Shop) -> None:
    found, text = asked(busy_here).metrics["converted_tickets"], page(reader, at(busy_here, "revenue/"))
    assert count_of_rows(text) == found["orders"]
    assert f"of {found['part']} converted tickets" in text
    assert "After the ticket" in text


@pytest.mark.parametrize("by", ["agent", "intent", "channel"])
def test_slices_are_the_querys_and_open_to_their_orders(reader: Client, busy_here: Shop, by: str) -> None:
    found = asked(busy_here, by).by
    (body,) = ranked(page(reader, at(busy_here, "revenue/", by=by)))
    assert len(body) == len([1 for each in found.values() if each["converted_tickets"]["whole"]])
    assert sum(whole(row[3][0]) for row in body) == asked(busy_here).metrics["converted_tickets"]["orders"]
    for row in body:
        orders, href = row[3]
        assert whole(orders) == 0 or count_of_rows(page(reader, href)) == whole(orders)


def test_currencies_are_columns(reader: Client, busy_here: Shop) -> None:
    found = asked(busy_here, "channel").by["email"]["converted_tickets"]["revenue"]
    (body,) = ranked(page(reader, at(busy_here, "revenue/", by="channel", rank="name")))
    (email,) = [row for row in body if row[0][0] == "E-mail"]
    told = [formats.money(found[each], each) if each in found else "–" for each in ("EUR", "JPY", "USD")]
    assert [text for text, _href in email[4:]] == told


def test_every_cohort_opens_to_its_orders(reader: Client, busy_here: Shop) -> None:
    cohorts = charted(page(reader, at(busy_here, "revenue/", grain="week")), "Converted tickets")
    assert len(cohorts) == 6
    for href, cells in cohorts:
        text = page(reader, href)
        assert f"of {cells[2]} converted ticket" in text
    assert sum(count_of_rows(page(reader, href)) for href, _cells in cohorts) == count_of_rows(
        page(reader, at(busy_here, "revenue/"))
    )


def test_a_cohort_that_can_still_grow_is_said_to(sqlite: object) -> None:
    now = datetime.now(UTC)
    kim: list[Line] = [
        {"type": "customer", "id": "kim"},
        *(
            {"type": "ticket", "id": f"t{days}", "customer": "kim", "channel": "chat",
             "created_at": (now - timedelta(days=days)).isoformat()}
            for days in (1, 20)
        ),
    ]  # fmt: skip
    shop = shop_with([SHOP, *kim])
    text = page(signed_in(person(shop, Role.VIEWER)), f"/shops/{shop.slug}/revenue/")
    assert "1 ticket still maturing" in text
    assert sum(whole(cells[4]) for _href, cells in charted(text, "Converted tickets")) == 1


def test_a_period_without_a_purchase_says_where_orders_come_from(reader: Client, busy_here: Shop) -> None:
    assert "Shopify" in page(reader, at(busy_here, "revenue/", "first=2019-01-01&last=2019-01-31"))


def test_ann_sees_the_shops_revenue_and_of_the_agents_only_her_own(busy_here: Shop) -> None:
    ann = signed_in(person(busy_here, Role.AGENT, agent="ann"))
    text = page(ann, at(busy_here, "revenue/", by="agent"))
    ((row,),) = ranked(text)
    assert row[0][0] == "ann"
    assert count_of_rows(text) == asked(busy_here).metrics["converted_tickets"]["orders"]


@pytest.mark.parametrize("name", ["cohorts", "EUR", "JPY"])
def test_charts_are_answers_of_their_own(reader: Client, busy_here: Shop, name: str) -> None:
    assert b'"marks"' in reader.get(at(busy_here, f"revenue/{name}.json")).content
