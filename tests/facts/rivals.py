"""Tickets that vie for the same orders, for hypothesis."""

from facts.facts_of import Line
from hypothesis import strategies as st
from record.cast import customer, flag, merge, order, refund, ticket
from record.records import SHOP

OPENED = ["03-31 12:00", "03-31 23:59", "04-01 00:00", "04-01 11:59"]
PLACED = ["03-31 23:59", "04-01 00:00", "04-01 12:00", "04-01 23:59", "04-02 00:00"]
"""Around the end of March; some of the orders are just a day later than a ticket, which is the window here."""


@st.composite
def rivals(draw: st.DrawFn) -> tuple[list[Line], list[list[Line]]]:
    """Tickets of Kim, and the orders for which they vie, around the turn of a month; then one or two lines late."""
    opened = st.sampled_from(draw(st.lists(st.sampled_from(OPENED), min_size=1, max_size=2, unique=True)))
    placed, who = st.sampled_from(PLACED), st.sampled_from(["kim", "kim", "k"])
    tickets = [ticket(f"t{place}", draw(opened), draw(who)) for place in range(draw(st.integers(2, 4)))]
    orders = [order(f"o{place}", draw(placed), draw(who)) for place in range(draw(st.integers(1, 3)))]
    movers = [
        *tickets,
        *orders,
        customer("kim", email="kim@example.com"),
        customer("k", email=draw(st.sampled_from(["kim@example.com", "k@example.com"]))),
        flag(tickets[-1]["id"], draw(placed), value=draw(st.booleans())),
        *([merge(tickets[0]["id"], tickets[1]["id"], draw(placed))] if draw(st.booleans()) else []),
        refund("r1", orders[0]["id"], draw(placed)),
    ]
    late = draw(st.lists(st.sampled_from(movers), min_size=1, max_size=2, unique_by=repr))
    pieces = [
        [{**SHOP, "conversion_days": 1}, *(line for line in movers if line not in late)],
        *([line] for line in late),
    ]
    return [line for piece in pieces for line in piece], pieces
