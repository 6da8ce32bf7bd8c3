"""How questions are asked: names, filters, and files that go while they are being read."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from facts.facts_of import shop_with
from metrics.reports import report
from record.cast import agent, assignment, message, status, tags, ticket
from record.records import SHOP, take_in

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.facts import catalog
from counterbell.facts.build import refresh
from counterbell.metrics import TEN, UnknownMetric, metric, metrics
from counterbell.metrics.query import Answer, Condition, Question, UnknownDimension, ask, dimension

MARCH = date(2025, 3, 1), date(2025, 4, 1)


@pytest.fixture
def shop(sqlite: object) -> Shop:
    return shop_with(
        [
            SHOP,
            agent("ann", team="care"),
            ticket("t1", "03-03 09:00", tags=["vip", "late"], store="paris"),
            ticket("t2", "03-03 10:00", tags=["vip"], channel="chat"),
            ticket("t3", "03-03 11:00", channel="chat", store="lyon's"),
            ticket("t4", "03-04 09:00", channel="phone"),
            assignment("t1", "03-03 09:00", "ann"),
            assignment("t2", "03-03 10:00", "ben"),
            tags("t4", "03-05 09:00", add=["late"]),
        ]
    )


def created(shop: Shop, *filters: str) -> int:
    """How many tickets were created in March under these filters."""
    where = tuple(Condition.parse(text) for text in filters)
    period = report(shop, *MARCH, keys=("tickets_created",)).period
    answer = ask(shop, Question(period, ("tickets_created",), where=where))
    return int(answer.total.metrics["tickets_created"])


FILTERS = [
    ((), 4),
    (("channel=chat",), 2),
    (("channel=chat,phone",), 3),
    (("channel!=chat",), 2),
    (("channel!=chat,phone",), 1),
    (("store=",), 2),
    (("store=,paris",), 3),
    (("store!=",), 2),
    (("store!=paris",), 3),
    (("store=lyon's",), 1),
    (("agent=ann",), 1),
    (("agent=",), 2),
    (("agent!=ann",), 3),
    (("team=care",), 1),
    (("team!=care",), 3),
    (("tag=vip",), 2),
    (("tag=vip,late",), 2),
    (("tag=late",), 1),
    (("tag!=late",), 3),
    (("tag=vip", "tag=late"), 1),
    (("tag=vip", "tag!=late"), 1),
    (("tag&=vip,late",), 1),
    (("tag &= vip",), 2),
    (("tag=",), 2),
    (("tag!=",), 2),
    (("tag=,late",), 3),
    (("channel=chat", "store="), 1),
    (("channel = chat , phone",), 3),
    (("channel=nowhere",), 0),
]


def test_a_filter_leaves_what_it_says(shop: Shop) -> None:
    assert {filters: created(shop, *filters) for filters, _ in FILTERS} == dict(FILTERS)


def test_a_ticket_with_several_tags_stands_in_each_of_their_slices(shop: Shop) -> None:
    by = report(shop, *MARCH, by="tag", keys=("tickets_created",)).total.by
    assert {tag: figures["tickets_created"] for tag, figures in by.items()} == {"late": 1, "vip": 2, None: 2}


def test_slices_come_in_order_with_that_of_none_last(shop: Shop) -> None:
    by = report(shop, *MARCH, by="store").total.by
    assert list(by) == ["lyon's", "paris", None]


def test_orders_are_the_same_for_all_slices_of_the_contact_rate(shop: Shop) -> None:
    take_in(
        shop,
        [{"type": "order", "id": "o1", "customer": "kim", "at": "2025-03-09T00:00:00Z", "currency": "EUR", "paid": 1}],
    )
    by = report(shop, *MARCH, by="channel", keys=("contact_rate",)).total.by
    assert {channel: figures["contact_rate"]["rate"] for channel, figures in by.items()} == {
        "chat": 2,
        "email": 1,
        "phone": 1,
    }


def test_an_unknown_metric_is_answered_with_the_nearest(sqlite: object) -> None:
    with pytest.raises(UnknownMetric) as refused:
        metric("ticket_created")
    assert str(refused.value) == (
        "There is no metric 'ticket_created'. Did you mean 'tickets_created'? `counterbell metrics` lists them all."
    )
    with pytest.raises(UnknownMetric, match=r"There is no metric 'zzz'\. `counterbell metrics`"):
        metric("zzz")


def test_an_unknown_metric_is_refused_where_it_is_asked(shop: Shop) -> None:
    with pytest.raises(UnknownMetric):
        report(shop, *MARCH, keys=("csta",))


def test_an_unknown_dimension_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownDimension) as refused:
        dimension("chanel")
    assert str(refused.value) == (
        "There is no dimension 'chanel'. Did you mean 'channel'? "
        "There are: channel, store, agent, team, tag, intent, language, country, priority, direction."
    )


@pytest.mark.parametrize("text", ["tags=vip", "Channel=email"])
def test_a_filter_on_an_unknown_dimension_is_refused(text: str) -> None:
    with pytest.raises(UnknownDimension, match="Did you mean"):
        Condition.parse(text)


def test_a_filter_without_a_value_sign_is_refused() -> None:
    with pytest.raises(Problem, match=r"The filter 'channel' has no '='\. Write it like channel=email or tag!=vip\."):
        Condition.parse("channel")


@pytest.mark.parametrize("text", ["channel&=email,chat", "tag&=vip,"])
def test_only_tags_can_be_several_at_once(text: str) -> None:
    with pytest.raises(Problem, match="which only tags can be"):
        Condition.parse(text)


def test_the_ten_come_first_and_every_metric_is_complete() -> None:
    assert tuple(metrics())[:10] == TEN
    for one in metrics().values():
        assert one.title
        assert one.question.endswith("?")
        assert set(one.words) == {"fr", "id"}
        assert one.parts or one.level


def test_the_share_within_the_target_counts_what_is_at_or_under_it(shop: Shop) -> None:
    take_in(shop, [status("t1", "03-03 09:30"), status("t2", "03-03 11:00"), status("t3", "03-03 12:01")])
    figures = report(shop, *MARCH, keys=("resolution_time",)).total.metrics["resolution_time"]
    assert (figures["target"], figures["n"], figures["within_target"]) == (3600, 3, 2 / 3)


# ---- files that go


def answered(shop: Shop) -> Answer:
    return report(shop, *MARCH, quantiles=True)


def test_whoever_still_reads_the_old_version_can_finish(shop: Shop) -> None:
    refresh(shop)
    reading = catalog.months(shop, 2**60)
    take_in(shop, [message("m1", "t1", "03-03 12:00")])
    refresh(shop)
    assert [month.directory for month in catalog.months(shop, 2**60)] != [month.directory for month in reading]
    assert all((month.directory / "tickets.parquet").exists() for month in reading)


def test_files_that_go_between_the_catalog_and_the_query_are_asked_for_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = answered(shop).total
    take_in(shop, [message("m1", "t4", "03-20 12:00"), message("m2", "t4", "03-20 12:00", "automation")])
    listed: list[Path] = []
    months = catalog.months

    def swept_at_once(shop: Shop, as_of_us: int) -> list[catalog.Month]:
        found = months(shop, as_of_us)
        if not listed:
            for month in found:
                listed.append(month.directory)
                shutil.rmtree(month.directory)
        return found

    monkeypatch.setattr(catalog, "months", swept_at_once)
    found = answered(shop).total
    assert listed
    assert not any(directory.exists() for directory in listed)
    assert found.metrics["tickets_created"] == wanted.metrics["tickets_created"] == 4
    assert found.metrics["response_time_any"]["n"] == 1
