"""How far an order is: told line by line, the latest holds, and no figure depends on it."""

import msgspec
import pytest
from record.cast import customer, order, order_state, refund, ticket
from record.records import SHOP, cleaned, content, dirty_months, put, shop_with, take_in

from counterbell.accounts.models import Shop
from counterbell.record.entries import OrderState as OrderStateLine
from counterbell.record.erase import erase
from counterbell.record.models import Order, Waiting
from counterbell.record.order_states import Standing, standings

LINK = "https://parcels.example/1"
KIMS = [SHOP, customer("kim", email="kim@example.com"), ticket("t1", "03-03 09:00"), order("o1", "03-04 09:00")]


@pytest.fixture
def shop(installation: str) -> Shop:
    return shop_with(KIMS)


def standing(shop: Shop, name: str = "o1") -> Standing:
    placed = Order.objects.get(shop=shop, external_id=name)
    return standings([placed.pk]).get(placed.pk, Standing())


def test_the_latest_state_and_link_hold_in_whatever_order_they_come(shop: Shop) -> None:
    assert standing(shop) == Standing()
    take_in(shop, [order_state("o1", "03-06 09:00", "delivered"), order_state("o1", "03-05 09:00", tracking_url=LINK)])
    take_in(shop, [order_state("o1", "03-04 09:00", "paid"), order_state("o1", "03-05 12:00", None)])
    assert standing(shop) == Standing("delivered", LINK)


@pytest.mark.parametrize(("state", "link"), [("cancelled", None), ("paid", None), ("refunded", LINK), (None, LINK)])
def test_an_order_of_which_nothing_is_on_its_way_has_no_link(sqlite: object, state: str | None, link: str) -> None:
    shop = shop_with([*KIMS, order_state("o1", "03-05 09:00", tracking_url=LINK)])
    take_in(shop, [order_state("o1", "03-06 09:00", state)])
    assert standing(shop) == Standing(state or "shipped", link)


def test_a_state_waits_for_its_order_and_goes_in_once(shop: Shop) -> None:
    lines = [order_state("o2", "03-05 09:00", tracking_url=LINK), refund("r2", "o2", "03-06 09:00")]
    assert take_in(shop, lines * 2).summary.aside == {"order_state": 2, "refund": 2}
    assert take_in(shop, [order("o2", "03-05 08:00")]).summary.new == {"order": 1, "refund": 1, "order_state": 1}
    assert take_in(shop, lines).summary.known == {"order_state": 1, "refund": 1}
    assert standing(shop, "o2") == Standing("shipped", LINK)
    assert not Waiting.objects.filter(shop=shop).exists()


def test_a_known_time_with_another_state_is_refused_in_words(shop: Shop) -> None:
    take_in(shop, [order_state("o1", "03-05 09:00")])
    (refusal,) = put(shop, [order_state("o1", "03-05 09:00", "delivered")]).refused
    assert refusal.reason.startswith("This order_state ('o1') is known with other content: state is 'shipped'")
    assert standing(shop) == Standing("shipped")


def test_no_month_gets_dirty_by_it(sqlite: object) -> None:
    shop = cleaned(shop_with(KIMS))
    take_in(shop, [order_state("o1", "03-05 09:00", tracking_url=LINK)])
    assert dirty_months(shop) == []


def test_an_erased_persons_link_goes_and_no_later_one_comes(shop: Shop) -> None:
    lines = [order_state("o1", "03-05 09:00", tracking_url=LINK)]
    take_in(shop, lines)
    erase(shop, "kim")
    assert standing(shop) == Standing("shipped")
    assert take_in(shop, lines).summary.known == {"order_state": 1}
    take_in(shop, [order_state("o1", "03-06 09:00", "delivered", tracking_url=f"{LINK}-again")])
    assert standing(shop) == Standing("delivered")
    assert "parcels.example" not in repr(content(shop))


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "ftp://x.example/", "https://x.example/ 1", "https://x.example/\n", "//x", "https://"],
)
def test_only_a_link_to_a_page_is_taken(link: str) -> None:
    line = order_state("o1", "03-05 09:00", tracking_url=link)
    with pytest.raises(msgspec.ValidationError, match="tracking_url"):
        msgspec.convert(line, OrderStateLine)
