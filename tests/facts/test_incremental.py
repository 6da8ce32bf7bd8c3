"""Facts that were brought up to date again and again are those made at once of everything.

This is what shows that each write marks all the facts that it makes old, and that a part of a month made again fits the
rest of it.
"""

from datetime import date, datetime

import pytest
from facts.facts_of import TABLES, Line, Row, all_rows, rows_in, shop_with
from facts.rivals import rivals
from histories import DAYS, agent_lines, as_ofs, customer_lines, shops, shuffled
from hypothesis import given
from hypothesis import strategies as st
from record.records import differences, put
from record.together import shared_histories
from rounds import rounds

from counterbell.accounts.models import Shop
from counterbell.facts import catalog
from counterbell.record.entries import microseconds


@st.composite
def told_in_pieces(draw: st.DrawFn) -> tuple[list[Line], list[list[Line]]]:
    """A history, and the same in pieces, with what had been told of people and shop before."""
    lines = draw(shared_histories())
    pieces = draw(halves(lines) | with_a_few_late(lines))
    before = [former for line in pieces[-1] for former in draw(formers(line))]
    return lines, [[*before, *pieces[0]], *pieces[1:]]


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
@rounds(3)
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


@given(st.data())
@rounds(4)
@pytest.mark.usefixtures("sqlite")
def test_an_order_goes_over_to_the_ticket_that_gets_it(sqlite: object, data: st.DataObject) -> None:
    lines, pieces = data.draw(rivals())
    check(lines, pieces, data.draw(as_ofs(lines)))


def check(lines: list[Line], pieces: list[list[Line]], as_of: datetime | None = None) -> None:
    shop = shop_with([])
    for piece in pieces:
        put(shop, piece)
        kept = all_rows(shop)
    assert differences(shop) == []
    another = shop_with(lines)
    at_once = all_rows(another)
    assert only_in_one(kept, at_once) == {}
    if as_of:
        assert only_in_one(rows_as_of(shop, as_of), rows_as_of(another, as_of)) == {}


def rows_as_of(shop: Shop, as_of: datetime) -> dict[str, list[Row]]:
    months = catalog.months(shop, microseconds(as_of))
    return {table: rows_in([month.directory for month in months], table) for table in TABLES}


def only_in_one(kept: dict[str, list[Row]], made: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The rows that only one of the two has."""
    differing = {
        table: [row for row in kept[table] + made[table] if (row in kept[table]) != (row in made[table])]
        for table in TABLES
    }
    return {table: rows for table, rows in differing.items() if rows}
