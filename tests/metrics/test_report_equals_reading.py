"""The report is that of a plain reading of the definitions: any history, period, grain, filter, slice and as-of."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from facts.facts_of import Line, shop_with
from histories import VALUES, as_ofs, periods, wheres
from hypothesis import given
from hypothesis import strategies as st
from metrics.reports import Figures, added_up, approximately, conditions, counts, period_of, report
from plain_reading import Reading
from record.together import shared_histories
from rounds import rounds

from counterbell.accounts.models import Shop
from counterbell.metrics import metric, metrics
from counterbell.metrics.query import Answer
from counterbell.metrics.rows import rows

QUESTIONS = 3
"""Of each history, since making its facts takes longer than asking."""

OUR_OWN = {"thin", "target", "within_target"}
"""What the plain reading does not tell."""

Where = Mapping[str, str | None]
Days = tuple[date, date]


class Asked:
    """A history in the record and read plainly, and questions put to both."""

    def __init__(self, lines: list[Line], as_of: datetime | None) -> None:
        self.lines, self.as_of = lines, as_of
        self.shop: Shop = shop_with(lines)
        self.reading = Reading(lines, as_of)

    def report(self, days: Days, grain: str = "year", **asked: Any) -> Answer:
        return report(self.shop, *days, grain, as_of=self.as_of, **asked)

    def read(self, days: Days, grain: str = "year", where: Where | None = None) -> list[Line]:
        return self.reading.report(*days, grain, where)


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    lines = draw(shared_histories())
    return Asked(lines, draw(as_ofs(lines)))


def differences(found: Figures, wanted: Figures) -> dict[str, Any]:
    """The metrics of which the report and the reading say different things."""
    assert found.keys() == wanted.keys()
    return {
        key: (found[key], wanted[key])
        for key in wanted
        if not (approximately(wanted[key], found[key]) and approximately(without_our_own(found[key]), wanted[key]))
    }


def without_our_own(shaped: Any) -> Any:
    if not isinstance(shaped, dict):
        return shaped
    return {name: value for name, value in shaped.items() if name not in OUR_OWN}


@given(st.data())
@rounds(4)
@pytest.mark.usefixtures("sqlite")
def test_the_report_is_that_of_the_plain_reading(sqlite: object, data: st.DataObject) -> None:
    history = data.draw(asked())
    for _ in range(QUESTIONS):
        start, end, grain = data.draw(periods(history.lines))
        where = data.draw(wheres())
        answer = history.report((start, end), grain, where=where)
        wanted = history.read((start, end), grain, where)
        assert [(b.bucket.start_us, b.bucket.end_us) for b in answer.buckets] == [
            (b["start"], b["end"]) for b in wanted
        ]
        for answered, read in zip(answer.buckets, wanted, strict=True):
            assert not differences(answered.metrics, read["metrics"])
        assert not differences(answer.total.metrics, history.read((start, end), "year", where)[0]["metrics"])


@given(st.data())
@rounds(1)
@pytest.mark.usefixtures("installation")
def test_it_is_so_on_every_database(installation: str, data: st.DataObject) -> None:
    history = data.draw(asked())
    start, end, grain = data.draw(periods(history.lines))
    for answered, read in zip(
        history.report((start, end), grain).buckets, history.read((start, end), grain), strict=True
    ):
        assert not differences(answered.metrics, read["metrics"])


@given(st.data())
@rounds(3)
@pytest.mark.usefixtures("sqlite")
def test_a_slice_is_the_report_with_that_filter(sqlite: object, data: st.DataObject) -> None:
    history = data.draw(asked())
    for _ in range(QUESTIONS):
        start, end, grain = data.draw(periods(history.lines))
        dimension = data.draw(st.sampled_from(list(VALUES)))
        where = {name: value for name, value in data.draw(wheres()).items() if name != dimension}
        answer = history.report((start, end), grain, by=dimension, where=where)
        for value in answer.total.by:
            if dimension == "tag" and value is None:
                continue  # the plain reading cannot be asked for tickets without tags
            wanted = history.read((start, end), grain, {**where, dimension: value})
            for answered, read in zip(answer.buckets, wanted, strict=True):
                assert not differences(answered.by[value], read["metrics"])


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_slices_and_days_add_up_to_the_whole(sqlite: object, data: st.DataObject) -> None:
    history = data.draw(asked())
    start, end, grain = data.draw(periods(history.lines))
    whole = counts(history.report((start, end)).total.metrics)
    for dimension in data.draw(st.lists(st.sampled_from(sorted(VALUES.keys() - {"tag"})), min_size=3, unique=True)):
        answer = history.report((start, end), grain, by=dimension)
        assert of_tickets(added_up([counts(figures) for figures in answer.total.by.values()])) == of_tickets(whole)
        for answered in answer.buckets:
            slices = added_up([counts(figures) for figures in answered.by.values()])
            assert of_tickets(slices) == of_tickets(counts(answered.metrics))
    buckets = [counts(answered.metrics) for answered in history.report((start, end), grain).buckets]
    assert flows(added_up(buckets)) == flows(whole)


def of_tickets(found: dict[str, int]) -> dict[str, int]:
    """Without what no dimension of tickets slices, and without what is 0."""
    return {path: number for path, number in found.items() if number and path != "contact_rate.whole"}


def flows(found: dict[str, int]) -> dict[str, int]:
    """Without levels, and without what is 0."""
    return {path: number for path, number in found.items() if number and not path.startswith("unresolved")}


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_a_period_compared_with_is_what_it_is_when_it_is_asked_for(sqlite: object, data: st.DataObject) -> None:
    history = data.draw(asked())
    start, end, grain = data.draw(periods(history.lines))
    where = data.draw(wheres())
    by = data.draw(st.none() | st.sampled_from(list(VALUES)))
    alone = history.report((start, end), grain, where=where, by=by)
    compared = history.report((start, end), grain, where=where, by=by, compare="previous")
    assert sliced_alike(compared, alone)
    assert compared.before is not None
    before = period_of(history.shop, start, end, grain).previous()
    then = history.report((before.start, before.end), grain, where=where, by=by)
    assert [answered.bucket for answered in compared.before.buckets] == [answered.bucket for answered in then.buckets]
    assert sliced_alike(compared.before, then)


def sliced_alike(one: Answer, other: Answer) -> bool:
    """Whether all figures are equal; a value of which there is nothing in one of two periods is no slice there."""
    for ours, theirs in zip([one.total, *one.buckets], [other.total, *other.buckets], strict=True):
        if ours.bucket != theirs.bucket or ours.metrics != theirs.metrics:
            return False
        if any(ours.by[value] != figures for value, figures in theirs.by.items()):
            return False
        if any(of_tickets(counts(ours.by[value])) for value in ours.by.keys() - theirs.by.keys()):
            return False
    return True


@given(st.data())
@rounds(2)
@pytest.mark.usefixtures("sqlite")
def test_counting_the_rows_behind_a_figure_gives_it(sqlite: object, data: st.DataObject) -> None:
    history = data.draw(asked())
    start, end, _ = data.draw(periods(history.lines))
    where = data.draw(wheres())
    total = history.report((start, end), where=where).total.metrics
    period = period_of(history.shop, start, end)
    for key in metrics():
        found = rows(history.shop, period, key, where=conditions(where), as_of=history.as_of).dicts()
        assert counted_again(key, found) == figure_of(key, total), key


def figure_of(key: str, total: Figures) -> Any:
    """The figure that the rows of a metric make up."""
    match metric(key).rows:
        case "open":
            return total["unresolved_tickets"] or 0
        case "flow":
            return total["net_flow"]
        case "left_out":
            return sum(total["left_out"].values())
        case "orders":
            return total["converted_tickets"]["orders"], total["converted_tickets"]["revenue"]
    shaped = total[key]
    if not isinstance(shaped, dict):
        return shaped
    if key == "contact_rate":
        return shaped["part"]
    return next(shaped[name] for name in ("n", "whole", "total") if name in shaped)


def counted_again(key: str, found: list[dict[str, Any]]) -> Any:
    """The same from the rows."""
    match metric(key).rows:
        case "flow":
            return sum(row["opened"] - row["closed"] for row in found)
        case "orders":
            revenue: dict[str, int] = {}
            for row in found:
                revenue[row["currency"]] = revenue.get(row["currency"], 0) + row["paid"] - row["refunded"]
            return len(found), revenue
    return len(found)
