"""Several processes look at the same shop at once: one alert, told once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from goals.cast import annas_shop, at, more, open_ticket

from counterbell.accounts.models import Shop
from counterbell.goals import loop
from counterbell.goals.alerts import evaluate
from counterbell.goals.deliveries import Letter, deliver
from counterbell.goals.listeners import mail_to
from counterbell.goals.models import Alert, Delivery, Rule, RuleKind, Watch
from counterbell.goals.rules import Wish, set_rule

NOW = at("03-05 12:00")
PROCESSES = 4


def all_at_once(does: Callable[[], Any]) -> list[Any]:
    """What comes of it in each of several threads, each with a connection of its own."""
    ready = Barrier(PROCESSES)

    def one(_number: int) -> Any:
        try:
            ready.wait(10)
            return does()
        finally:
            connection.close()

    with ThreadPoolExecutor(PROCESSES) as people:
        return list(people.map(one, range(PROCESSES)))


def waiting_shop() -> Shop:
    shop = annas_shop(open_ticket("t1", "03-03 09:00"))
    set_rule(shop, Wish(RuleKind.WAITING, limit=86_400), at=at("03-01"))
    mail_to(shop, "cleo@example.com", at=NOW)
    return shop


def test_of_several_who_evaluate_at_once_one_raises_the_alert(installation: str) -> None:
    shop = waiting_shop()
    evaluate(annas_shop(), at=NOW)
    raised = all_at_once(lambda: len(evaluate(shop, at=NOW)))
    assert sum(raised) == 1
    assert Alert.objects.filter(shop=shop).count() == 1
    assert Delivery.objects.filter(alert__shop=shop).count() == 1


def test_of_several_who_deliver_at_once_one_tells_it(installation: str) -> None:
    shop = waiting_shop()
    evaluate(shop, at=NOW)
    sent: list[Letter] = []
    told = all_at_once(lambda: deliver(at=NOW, send=sent.append, shop=shop))
    assert (sum(told), len(sent)) == (1, 1)


def test_a_shop_is_looked_at_by_one_of_several(installation: str) -> None:
    shop = waiting_shop()
    Watch.objects.create(shop=shop)
    assert sum(all_at_once(lambda: loop._claimed(shop, NOW))) == 1


@pytest.fixture
def alone(sqlite: object) -> None:
    """No other test's shop is to be looked at or told of anything."""
    Rule.objects.all().update(on=False)
    Delivery.objects.all().delete()


def test_a_tick_looks_at_a_shop_after_an_hour_or_when_something_happened(alone: None) -> None:
    shop = waiting_shop()
    sent: list[Letter] = []

    def ticked(when: Any) -> tuple[int, int, int]:
        done = loop.tick(when, send=sent.append)
        return done.shops, done.raised, done.told

    far = at("03-05 12:00").replace(year=2100)
    assert ticked(far) == (1, 1, 1)
    assert ticked(far + timedelta(minutes=5)) == (0, 0, 0)
    more(shop, open_ticket("t2", "03-05 13:00"))
    assert ticked(far + timedelta(seconds=30)) == (0, 0, 0)
    assert ticked(far + timedelta(minutes=10)) == (1, 0, 0)
    assert ticked(far + timedelta(minutes=20)) == (0, 0, 0)
    assert ticked(far + timedelta(minutes=71)) == (1, 0, 0)
    assert len(sent) == 1


def test_a_new_rule_is_looked_at_by_the_next_tick_also_where_nothing_happens(alone: None) -> None:
    shop = waiting_shop()
    far = NOW.replace(year=2102)
    loop.tick(far, send=lambda letter: None)
    set_rule(shop, Wish(RuleKind.WAITING, limit=7200), at=far)
    assert loop.tick(far + timedelta(minutes=1), send=lambda letter: None).raised == 1


def test_the_trouble_of_one_shop_is_not_that_of_the_others(alone: None) -> None:
    broken, shop = waiting_shop(), waiting_shop()
    Rule.objects.filter(shop=broken).update(kind="threshold", metric="gone")
    far = NOW.replace(year=2101)
    assert loop.tick(far, send=lambda letter: None).raised == 1
    assert Alert.objects.filter(shop=shop).count() == 1
