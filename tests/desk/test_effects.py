"""The effect of a macro: the tickets in which it was used, beside all others, by the definitions of the metrics."""

import pytest
from desk.desks import NINE, after, at_the_desk, desk_shop, number
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from record.cast import flag, merge, message, rating, status, survey, ticket
from record.records import put
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.desk import macros
from counterbell.desk.actions.noting import note
from counterbell.desk.effects import behind, effects, tickets_of
from counterbell.desk.models import Macro
from counterbell.metrics.rows import Page

AT = after(24 * 60 * 5)
"""Five days after Kim wrote."""


@pytest.fixture
def shop(sqlite: object) -> Shop:
    return desk_shop()


def used_in(shop: Shop, macro: Macro, *tickets: str) -> None:
    for name in tickets:
        note(at_the_desk(shop), number(shop, name), "x", at=after(1), used=[macro.pk])


def history(shop: Shop) -> tuple[Macro, Macro, Macro]:
    """t1 closed after an hour, t2 after two and reopened, t3 merged into t1, t4 closed after ten; t5 is spam."""
    put(
        shop,
        [
            *(ticket(name, "03-03 09:00") for name in ("t2", "t3", "t4", "t5")),
            *(message(f"m-{name}", name, "03-03 09:00") for name in ("t2", "t3", "t4", "t5")),
            merge("t3", "t1", "03-03 09:30"),
            status("t1", "03-03 10:00", "closed"),
            status("t2", "03-03 09:10", "closed"),
            status("t2", "03-03 09:20", "open"),
            status("t2", "03-03 11:00", "closed"),
            status("t4", "03-03 19:00", "closed"),
            status("t5", "03-03 19:00", "closed"),
            flag("t5", "03-03 19:01"),
            survey("s1", "t1", "03-03 12:00"),
            rating("s1", "03-03 13:00", 5),
            survey("s4", "t4", "03-03 20:00"),
            rating("s4", "03-03 21:00", 2),
        ],
    )
    found = [macros.keep(shop, name, {"en": name}, at=NINE) for name in ("Hello", "Late", "Never")]
    used_in(shop, found[0], "t1", "t2", "t3", "t5")
    used_in(shop, found[1], "t4")
    return found[0], found[1], found[2]


def test_each_macro_stands_beside_the_tickets_without_it(shop: Shop) -> None:
    hello, late, never = history(shop)
    assert tickets_of([hello])[hello.pk] == {"t1", "t2", "t5"}
    found = effects(shop, [hello, late, never], 28, at=AT)
    inside, outside = found[hello.pk].inside, found[hello.pk].outside
    hour = 3600
    assert (inside["resolution_time"]["mean"], inside["resolution_time"]["n"]) == (1.5 * hour, 2)
    assert (outside["resolution_time"]["mean"], outside["resolution_time"]["n"]) == (10 * hour, 1)
    assert (inside["reopen_rate"]["rate"], outside["reopen_rate"]["rate"]) == (0.5, 0)
    assert (inside["csat"]["mean"], outside["csat"]["mean"]) == (5, 2)
    assert inside["resolution_time"]["thin"]
    assert found[late.pk].outside["resolution_time"]["n"] == 2
    nothing = found[never.pk]
    assert (nothing.inside["resolution_time"]["mean"], nothing.inside["reopen_rate"]["rate"]) == (None, None)
    assert nothing.outside["resolution_time"]["n"] == 3


def test_every_figure_opens_to_its_rows(shop: Shop) -> None:
    hello, late, _never = history(shop)
    page = Page(limit=10, sort="closed_at")
    closed = behind(shop, hello, "reopen_rate", 28, page, at=AT)
    assert [(row["ticket"], row["reopened"]) for row in closed.rows] == [("t1", False), ("t2", True)]
    rated = behind(shop, late, "csat", 28, Page(limit=10), at=AT)
    assert ([(row["ticket"], row["score"]) for row in rated.rows], rated.total) == ([("t4", 2)], 1)


def test_the_page_shows_them_and_asks_no_more_for_more_macros(shop: Shop) -> None:
    hello, *_others = history(shop)
    ann: Client = signed_in(person(shop, Role.AGENT, name="ann", agent="ann"))
    place = f"/shops/{shop.slug}/inbox/macros/"
    text = ann.get(place).content.decode()
    assert ("(n 0)" in text, "without: –" in text, "thin sample" in text) == (True, True, False), "closed long ago"
    with CaptureQueriesContext(
        connection,
    ) as before:
        ann.get(place)
    for name in range(5):
        macros.keep(shop, f"More {name}", {"en": "x"}, at=NINE)
    with CaptureQueriesContext(connection) as now:
        ann.get(place)
    assert len(now) == len(before)
    for key in ("resolution_time", "reopen_rate", "csat"):
        assert ann.get(f"{place}{hello.pk}/{key}/?days=365").status_code == 200
    assert ann.get(f"{place}{hello.pk}/left_out/").status_code == 404
    dan = signed_in(person(desk_shop(), Role.OWNER, name="dan"))
    assert dan.get(f"{place}{hello.pk}/csat/").status_code == 404
