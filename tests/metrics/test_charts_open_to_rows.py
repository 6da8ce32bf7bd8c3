"""Whatever a chart shows of a figure (a bar, a bin, a cell, a class) opens to rows of that number, on any history."""

from datetime import date, datetime
from typing import Any

import pytest
from facts.facts_of import Line, shop_with
from histories import VALUES, as_ofs, periods, wheres
from hypothesis import given
from hypothesis import strategies as st
from metrics.reports import conditions, period_of
from record.together import shared_histories
from rounds import rounds

from counterbell.accounts.models import Shop
from counterbell.metrics import metric, metrics
from counterbell.metrics.agents import agents
from counterbell.metrics.backlog import backlog
from counterbell.metrics.flow import flow
from counterbell.metrics.heatmap import heatmap
from counterbell.metrics.narrowing import Narrowed
from counterbell.metrics.periods import Period
from counterbell.metrics.query import Condition, Question, ask
from counterbell.metrics.rows import Page, columns, rows
from counterbell.metrics.spread import spread

DURATIONS = [key for key, one in metrics().items() if one.unit == "seconds" and one.behind]
ANCHORED = [key for key, one in metrics().items() if one.behind]
EDGES = (60, 3600, 90 * 60, 86_400)


class Asked:
    """A history in the record, and what is asked of it."""

    def __init__(self, data: st.DataObject) -> None:
        lines: list[Line] = data.draw(shared_histories())
        start, end, grain = data.draw(periods(lines))
        self.shop: Shop = shop_with(lines)
        self.period: Period = period_of(self.shop, start, end, grain)
        self.where: tuple[Condition, ...] = conditions(data.draw(wheres()))
        self.as_of: datetime | None = data.draw(as_ofs(lines))
        self.told: dict[str, Any] = {"where": self.where, "as_of": self.as_of}

    def opened(self, key: str, **narrowed: Any) -> int:
        """How many rows there are behind a part of a figure, without fetching them."""
        page = Page(limit=1)
        return rows(self.shop, self.period, key, narrowed=Narrowed(**narrowed), page=page, **self.told).total

    def figures(self, key: str) -> Any:
        question = Question(self.period, (key,), **self.told)
        return ask(self.shop, question).total.metrics[key]


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_every_bin_of_a_spread_opens_to_its_rows(sqlite: object, data: st.DataObject) -> None:
    asked = Asked(data)
    for key in DURATIONS:
        for business in (False, True):
            found = spread(asked.shop, asked.period, key, business=business, edges_seconds=EDGES, **asked.told)
            question = Question(asked.period, (key,), **asked.told)
            assert found.figures == ask(asked.shop, question).total.metrics[f"{key}{'_bh' * business}"]
            assert sum(each.n for each in found.bins) == found.figures["n"]
            for each in found.bins:
                limits = {"over_seconds": each.over_seconds, "upto_seconds": each.upto_seconds}
                assert asked.opened(key, business=business, **limits) == each.n


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_every_cell_of_a_heatmap_opens_to_its_rows(sqlite: object, data: st.DataObject) -> None:
    asked = Asked(data)
    for key in ANCHORED:
        cells = [cell for row in heatmap(asked.shop, asked.period, key, **asked.told).rows for cell in row]
        assert len(cells) == 7 * 24
        assert sum(cell.n for cell in cells) == asked.opened(key)
        for cell in cells:
            if cell.n:
                assert asked.opened(key, weekday=cell.weekday, hour=cell.hour) == cell.n
        if metric(key).averaged() and metric(key).unit != "share":
            averages = [cell.n * cell.average for cell in cells if cell.average is not None]
            shaped = asked.figures(key)
            assert sum(averages) == pytest.approx((shaped["mean"] or 0) * shaped["n"])


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_the_flow_explains_the_level_and_opens_to_its_rows(sqlite: object, data: st.DataObject) -> None:
    asked = Asked(data)
    lasting = [each for each in asked.where if each.dimension not in ("agent", "team", "tag", "intent", "priority")]
    asked.where = asked.told["where"] = tuple(lasting)  # what changes in mid-life makes tickets come and go unseen
    found = flow(asked.shop, asked.period, **asked.told)
    for before, now in zip(found.buckets, found.buckets[1:], strict=False):
        if now.unresolved is not None and before.unresolved is not None:
            assert now.unresolved == before.unresolved + now.created + now.reopened - now.closed
    for each in found.buckets:
        assert asked.opened("tickets_created", bucket=each.bucket) == each.created
        opened = rows(asked.shop, asked.period, "net_flow", narrowed=Narrowed(bucket=each.bucket), **asked.told).dicts()
        assert sum(row["opened"] for row in opened) == each.created + each.reopened
        assert sum(row["closed"] for row in opened) == each.closed
    assert found.total.closed == sum(each.closed for each in found.buckets)


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_every_class_of_the_backlog_opens_to_its_tickets(sqlite: object, data: st.DataObject) -> None:
    asked = Asked(data)
    found = backlog(asked.shop, asked.period, edges_seconds=EDGES, **asked.told)
    for level in found.buckets[-12:]:
        assert asked.opened("unresolved_tickets", bucket=level.bucket) == (level.unresolved or 0)
        if level.by_age is None or level.by_status is None:
            assert level.unresolved is None
            continue
        assert sum(each.n for each in level.by_age) == level.unresolved
        for status, n in level.by_status.items():
            assert asked.opened("unresolved_tickets", bucket=level.bucket, status=status) == n
        for each in level.by_age:
            limits = {"over_seconds": each.over_seconds, "upto_seconds": each.upto_seconds}
            assert asked.opened("unresolved_tickets", bucket=level.bucket, **limits) == each.n
    if found.buckets[-1].unresolved is not None:
        assert found.last.by_age == found.buckets[-1].by_age


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_every_bar_slice_and_share_opens_to_its_rows(sqlite: object, data: st.DataObject) -> None:
    asked = Asked(data)
    dimension = data.draw(st.sampled_from(list(VALUES)))
    keys = ("tickets_created", "response_time", "csat", "one_reply_rate", "tickets_closed", "left_out")
    found = ask(asked.shop, Question(asked.period, keys, **asked.told))
    for bar in found.buckets[-12:]:
        figures = bar.metrics
        counts = {
            "tickets_created": figures["tickets_created"],
            "response_time": figures["response_time"]["n"],
            "csat": figures["csat"]["n"],
            "one_reply_rate": figures["one_reply_rate"]["whole"],
            "tickets_closed": figures["tickets_closed"]["total"],
        }
        assert {key: asked.opened(key, bucket=bar.bucket) for key in counts} == counts
    total = found.total.metrics
    for share in ("part", "zero", "several"):
        assert asked.opened("one_reply_rate", share=share) == total["one_reply_rate"][share]
    for reason, n in total["left_out"].items():
        assert asked.opened("left_out", share=reason) == n
    for score, n in total["csat"]["scores"].items():
        assert asked.opened("csat", scores=(int(score),)) == n
    sliced = ask(asked.shop, Question(asked.period, ("tickets_created",), by=dimension, **asked.told)).total.by
    for value, figures in sliced.items():
        asked.told["where"] = (*asked.where, Condition(dimension, (value,)))
        assert asked.opened("tickets_created") == figures["tickets_created"]


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_the_agents_are_the_report_by_agent(sqlite: object, data: st.DataObject) -> None:
    asked = Asked(data)
    found = agents(asked.shop, asked.period, **asked.told)
    assert found.total.closed == sum(row.closed for row in found.rows) == asked.opened("tickets_closed")
    for row in found.rows:
        asked.told["where"] = (*asked.where, Condition("agent", (row.agent,)))
        assert row.closed == asked.opened("tickets_closed")
        assert row.answers == asked.opened("response_time")
        assert (row.open_now or 0) == asked.opened("unresolved_tickets")
        assert row.revenue == asked.figures("converted_tickets")["revenue"]


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_pages_in_any_order_are_all_the_rows(sqlite: object, data: st.DataObject) -> None:
    asked = Asked(data)
    for key in ("tickets_created", "response_time", "csat", "converted_tickets", "unresolved_tickets", "net_flow"):
        every = rows(asked.shop, asked.period, key, **asked.told)
        assert every.total == len(every.rows)
        sort = data.draw(st.none() | st.sampled_from(columns(metric(key))))
        descending = data.draw(st.booleans())
        paged: list[Any] = []
        for offset in range(0, every.total + 2, 2):
            page = Page(2, offset, sort, descending)
            found = rows(asked.shop, asked.period, key, page=page, **asked.told)
            assert found.total == every.total
            paged += found.rows
        assert sorted(map(repr, paged)) == sorted(map(repr, every.rows))
        if sort is not None:
            values = [row[every.columns.index(sort)] for row in paged]
            there = [value for value in values if value is not None]
            assert values[: len(there)] == sorted(there, reverse=descending)
        elif not descending:
            assert paged == every.rows


def test_a_day_of_25_hours_counts_its_double_hour_once(sqlite: object) -> None:
    lines: list[Line] = [
        {"type": "shop", "timezone": "Europe/Paris", "currency": "EUR", "week_starts": "sunday"},
        *(
            {"type": "ticket", "id": f"t{place}", "channel": "email", "created_at": at}
            for place, at in enumerate(
                ["2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z", "2025-10-26T02:30:00Z", "2025-10-25T22:30:00Z"]
            )
        ),
    ]
    shop = shop_with(lines)
    period = period_of(shop, date(2025, 10, 20), date(2025, 11, 3))
    found = heatmap(shop, period, "tickets_created")
    assert found.weekdays == (6, 0, 1, 2, 3, 4, 5)
    sunday = found.rows[0]
    assert {cell.hour: cell.n for cell in sunday if cell.n} == {0: 1, 2: 2, 3: 1}
    assert {cell.weekday for cell in sunday} == {6}
    assert all(cell.average is None for cell in sunday)
