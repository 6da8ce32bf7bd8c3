"""Groups of tickets beside all others: the same figures as the query gives under a filter that says the same."""

from datetime import date
from typing import Any

import pytest
from facts.facts_of import shop_with
from histories import as_ofs, periods
from hypothesis import given
from hypothesis import strategies as st
from metrics.reports import approximately, period_of
from record.together import shared_histories
from rounds import rounds

from counterbell.metrics.beside import beside
from counterbell.metrics.narrowing import Narrowed
from counterbell.metrics.query import Condition, Question, ask
from counterbell.metrics.rows import Page, rows
from counterbell.record.models import Ticket

KEYS = ("resolution_time", "response_time", "reopen_rate", "csat")


@given(st.data())
@rounds(1)
@pytest.mark.usefixtures("sqlite")
def test_a_group_is_counted_as_a_filter_counts_it(sqlite: object, data: st.DataObject) -> None:
    lines: Any = data.draw(shared_histories())
    shop = shop_with(lines)
    period, as_of = period_of(shop, *data.draw(periods(lines))), data.draw(as_ofs(lines))
    known = Ticket.objects.filter(shop=shop)
    groups = {
        number: list(known.filter(channel=channel).values_list("external_id", flat=True))
        for number, channel in enumerate(("email", "chat", "carrier pigeon"))
    }
    found = beside(shop, period, KEYS, groups, as_of=as_of)
    for number, channel in enumerate(("email", "chat", "carrier pigeon")):
        for told, negated in ((found[number].inside, False), (found[number].outside, True)):
            where = (Condition("channel", (channel,), negated=negated),)
            question = Question(period, KEYS, where=where, as_of=as_of, quantiles=False)
            assert approximately(dict(told), ask(shop, question).total.metrics)
        narrowed = Narrowed(tickets=tuple(groups[number]))
        opened = rows(shop, period, "resolution_time", narrowed=narrowed, page=Page(limit=1), as_of=as_of)
        assert opened.total == found[number].inside["resolution_time"]["n"]


@pytest.mark.usefixtures("sqlite")
def test_a_record_without_anything_has_nothing_beside_nothing(sqlite: object) -> None:
    shop = shop_with([])
    found = beside(shop, period_of(shop, date(2025, 3, 1), date(2025, 4, 1)), ["resolution_time", "csat"], {7: ["t'1"]})
    assert found[7].inside["resolution_time"] == found[7].outside["resolution_time"]
    assert (found[7].inside["resolution_time"]["mean"], found[7].inside["csat"]["mean"]) == (None, None)
