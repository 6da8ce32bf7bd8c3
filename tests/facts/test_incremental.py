"""Facts that were brought up to date again and again are those made at once of everything.

This is what shows that each write marks all the facts that it makes old, and that a part of a month made again fits the
rest of it.
"""

from datetime import date

import pytest
from facts.facts_of import Line, all_rows, shop_with
from histories import DAYS, agent_lines, customer_lines, shops, shuffled
from hypothesis import given
from hypothesis import strategies as st
from record.cast import customer, flag, merge, message, order, refund, ticket
from record.records import SHOP, differences, put
from record.together import shared_histories
from rounds import rounds


@st.composite
def told_in_pieces(draw: st.DrawFn) -> tuple[list[Line], list[list[Line]]]:
    """A history, and the same in pieces, with what had been told of people and shop before."""
    lines = draw(shared_histories())
    pieces = draw(halves(lines) | with_a_few_late(lines))
    before = [former for line in pieces[-1] for former in draw(formers(line))]
    return lines, [[*before, *pieces[0]], *pieces[1:]]


@st.composite
def rivals(draw: st.DrawFn) -> tuple[list[Line], list[list[Line]]]:
    """Tickets and orders of two customers, perhaps one person, around the turn of a month, and a few lines late."""
    at = st.sampled_from(draw(st.lists(st.sampled_from(AROUND), min_size=2, max_size=3, unique=True)))
    who = st.sampled_from(["kim", "kim", "k"])
    tickets = [ticket(f"t{place}", draw(at), draw(who)) for place in range(draw(st.integers(3, 5)))]
    ids = [line["id"] for line in tickets]
    orders = [order(f"o{place}", draw(at), draw(who)) for place in range(draw(st.integers(1, 4)))]
    refunds = [
        refund(f"r{place}", draw(st.sampled_from(orders))["id"], draw(at)) for place in range(draw(st.integers(0, 1)))
    ]
    flags = [flag(name, draw(at)) for name in ids if draw(st.integers(0, 4)) == 0]
    merges = [merge(ids[-1], ids[0], draw(at))] if draw(st.booleans()) else []
    replies = [message(f"m{name}", name, draw(at), "agent", agent="ann") for name in ids if draw(st.booleans())]
    people = [customer("kim", email="kim@example.com"), customer("k", email=draw(st.sampled_from(KIM)))]
    movers = [*tickets, *orders, *flags, *merges, *people, *refunds]
    late = draw(st.lists(st.sampled_from(movers), min_size=1, max_size=2, unique_by=repr))
    others = [line for line in [*movers, *replies] if line not in late]
    pieces = [[{**SHOP, "conversion_days": 1}, *others], *([line] for line in late)]
    return [line for piece in pieces for line in piece], pieces


AROUND = ["03-31 12:00", "03-31 12:01", "03-31 23:59", "04-01 00:00", "04-01 11:59", "04-01 12:00", "04-01 12:01"]
"""Times of which some lie a day apart, on both sides of a month's end."""

KIM = ["kim@example.com", "k@example.com"]


@st.composite
def halves(draw: st.DrawFn, lines: list[Line]) -> list[list[Line]]:
    """Two pieces in any order."""
    mixed = draw(shuffled(lines))
    cut = draw(st.integers(0, len(lines)))
    return [mixed[:cut], mixed[cut:]]


@st.composite
def with_a_few_late(draw: st.DrawFn, lines: list[Line]) -> list[list[Line]]:
    """All but a few lines, and these one by one: of each type as often as of any other."""
    late: list[Line] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(sorted({line["type"] for line in lines})))
        line = draw(st.sampled_from([line for line in lines if line["type"] == kind]))
        if line not in late:
            late.append(line)
    return [[line for line in lines if line not in late], *([line] for line in late)]


def formers(line: Line) -> st.SearchStrategy[list[Line]]:
    """What may have been told earlier of what the line replaces; nothing of a history, which is told once."""
    match line["type"]:
        case "shop":
            zones = st.sampled_from(list(DAYS))
            return st.lists(zones.flatmap(lambda zone: shops(zone, date(2025, 3, 3))), max_size=1)
        case "agent":
            return st.lists(agent_lines().map(lambda former: {**former, "id": line["id"]}), max_size=1)
        case "customer":
            return st.lists(
                customer_lines().map(lambda former: {**former, "id": line["id"], "name": "Kim"}), max_size=1
            )
        case _:
            return st.just([])


@given(told_in_pieces())
@rounds(4)
@pytest.mark.usefixtures("sqlite")
def test_facts_kept_up_to_date_equal_facts_made_at_once(
    sqlite: object, told: tuple[list[Line], list[list[Line]]]
) -> None:
    check(*told)


@given(told_in_pieces())
@rounds(1)
@pytest.mark.usefixtures("installation")
def test_they_do_so_on_every_database(installation: str, told: tuple[list[Line], list[list[Line]]]) -> None:
    check(*told)


@given(rivals())
@rounds(8)
@pytest.mark.usefixtures("sqlite")
def test_an_order_goes_over_to_the_ticket_that_gets_it(
    sqlite: object, told: tuple[list[Line], list[list[Line]]]
) -> None:
    check(*told)


def check(lines: list[Line], pieces: list[list[Line]]) -> None:
    shop = shop_with([])
    for piece in pieces:
        put(shop, piece)
        kept = all_rows(shop)
    assert differences(shop) == []
    at_once = all_rows(shop_with(lines))
    assert {table: missing(kept[table], rows) for table, rows in at_once.items()} == dict.fromkeys(at_once, ([], []))


def missing(kept: list[Line], made: list[Line]) -> tuple[list[Line], list[Line]]:
    """The rows that only one of the two has."""
    return [row for row in kept if row not in made], [row for row in made if row not in kept]
