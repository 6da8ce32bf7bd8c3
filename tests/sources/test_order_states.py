"""How far an order is, as Shopify and WooCommerce tell it: once a change, and where its parcel can be followed."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from sources.shops import states, support_team, take

from counterbell.record.entries import OrderState
from counterbell.sources import shopify, woocommerce
from counterbell.sources._stream import Beside, Stream

PAYLOADS = Path(__file__).parent / "payloads"
LA_POSTE = "https://www.laposte.fr/outils/suivre-vos-envois?code=6A12345678901"
UPS = "https://www.ups.com/WebTracking?loc=en_US&requester=ST&trackNums=1Z2345"
COLIS = "https://colis-du-val.example/suivi?numero=CV%20727"
USPS = "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400111899560000000000"

Told = tuple[str, str | None, str | None]


def saved(name: str) -> list[dict[str, Any]]:
    """The orders of the first saved page of a source."""
    told = json.loads((PAYLOADS / name / "orders-1.json").read_text())
    return list(told["orders"] if isinstance(told, dict) else told)


def told_of(name: str, order: dict[str, Any]) -> Told | None:
    """What a source makes of an order's state: when, which, by which link."""
    if name == "shopify":
        entries = list(shopify.of_order(order, Beside()))
    else:
        entries = list(woocommerce.of_order(order, Beside(), dated_refunds=True))
    found = [
        (f"{one.at:%m-%d %H:%M:%S}", one.state, one.tracking_url) for one in entries if isinstance(one, OrderState)
    ]
    assert len(found) <= 1
    return found[0] if found else None


def test_shopifys_orders_tell_how_far_they_are(sqlite: Path) -> None:
    shop = support_team()
    take(shop, "shopify", shopify.stream(folder=PAYLOADS / "shopify"))
    assert states(shop) == {
        "450790001": [("03-04 09:19:30", "shipped", LA_POSTE)],
        "450790002": [("03-08 15:20:00", "partly_shipped", UPS)],
        "450790004": [("03-05 18:00:00", "paid", None)],
        "450790005": [("03-07 14:30:00", "paid", None)],
        "450790006": [("03-09 07:00:00", "refunded", None)],
        "450790008": [("03-09 10:00:00", "paid", None)],
        "450790009": [("03-09 14:00:00", "paid", None)],
        "450790011": [("03-05 19:00:00", "paid", None)],
    }


def test_shopifys_csv_export_tells_states_that_have_a_time(sqlite: Path) -> None:
    shop = support_team()
    take(shop, "shopify", shopify.stream(path=PAYLOADS / "shopify" / "orders_export.csv"))
    told = states(shop)
    assert told["450790001"] == [("03-04 09:18:00", "shipped", None)]
    assert told["450790008"] == [("03-09 10:00:00", "paid", None)]
    assert "450790002" not in told  # partly sent, nobody knows when
    assert "450790006" not in told  # given back, nobody knows when


CHANGED = "2025-03-09T12:00:00+01:00"
PARCEL = {"status": "success", "updated_at": CHANGED, "tracking_url": None, "tracking_urls": [f"{UPS}9"]}


@pytest.mark.parametrize(
    ("changes", "parcel", "told"),
    [
        ({}, {"shipment_status": "delivered", "updated_at": CHANGED}, ("03-09 11:00:00", "delivered", LA_POSTE)),
        ({}, {"status": "cancelled", "updated_at": CHANGED}, ("03-09 11:00:00", "shipped", None)),
        (
            {"fulfillment_status": None},
            {"status": "cancelled", "updated_at": CHANGED},
            ("03-09 11:00:00", "paid", None),
        ),
        ({}, {"tracking_url": "javascript:alert(1)", "tracking_urls": ["x"]}, ("03-04 09:19:30", "shipped", None)),
        ({"cancelled_at": CHANGED, "fulfillment_status": None}, {}, ("03-09 11:00:00", "cancelled", None)),
        ({"fulfillment_status": "restocked", "fulfillments": []}, {}, ("03-04 09:20:00", "cancelled", None)),
        ({"fulfillment_status": "on_the_moon"}, {}, ("03-04 09:19:30", None, LA_POSTE)),
        ({"fulfillment_status": "on_the_moon", "fulfillments": []}, {}, None),
    ],
)
def test_what_shopify_says_becomes_one_of_seven_words(
    changes: dict[str, Any], parcel: dict[str, Any], told: Told | None
) -> None:
    order = copy.deepcopy(saved("shopify")[0])
    order["fulfillments"][0].update(parcel)
    assert told_of("shopify", order | changes) == told


def test_of_several_parcels_the_last_one_under_way_is_followed() -> None:
    order = copy.deepcopy(saved("shopify")[0])
    order["fulfillments"].append({**PARCEL, "shipment_status": "delivered"})
    assert told_of("shopify", order) == ("03-09 11:00:00", "shipped", LA_POSTE)
    order["fulfillments"][0]["shipment_status"] = "delivered"
    assert told_of("shopify", order) == ("03-09 11:00:00", "delivered", f"{UPS}9")


def test_read_again_a_newer_state_is_added_and_the_same_is_known(sqlite: Path, tmp_path: Path) -> None:
    shop, orders = support_team(), saved("shopify")
    unsent = {**orders[0], "fulfillment_status": None, "fulfillments": []}
    for number, order in enumerate((unsent, orders[0], orders[0])):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "orders.json").write_text(json.dumps({"orders": [order]}))
        told = shopify.stream(folder=folder)
        assert isinstance(told, Stream)
        outcome = take(shop, "shopify", told)
        assert (outcome.summary.new["order_state"], outcome.summary.refused.total()) == (int(number < 2), 0)
    assert states(shop) == {"450790001": [("03-04 09:15:00", "paid", None), ("03-04 09:19:30", "shipped", LA_POSTE)]}


def test_woocommerces_orders_tell_how_far_they_are(sqlite: Path) -> None:
    shop = support_team()
    take(shop, "woocommerce", woocommerce.stream(folder=PAYLOADS / "woocommerce"))
    assert states(shop) == {
        "727": [("03-05 09:00:00", "shipped", COLIS)],
        "728": [("03-06 11:00:10", "paid", None)],
        "730": [("03-09 07:00:01", "refunded", None)],
        "731": [("03-07 15:00:00", "shipped", USPS)],
        "733": [("03-09 10:00:05", "paid", None)],
        "734": [("03-09 14:00:01", "shipped", None)],
    }


@pytest.mark.parametrize(
    ("changes", "parcels", "told"),
    [
        ({"status": "delivered"}, [], ("03-05 09:00:00", "delivered", None)),
        ({"status": "on-hold"}, [], ("03-05 09:00:00", "on_hold", None)),
        ({"status": "processing", "date_paid_gmt": None}, [], ("03-04 09:15:00", "paid", None)),
        ({"status": "wc-awaiting-stars"}, [], None),
        ({"status": "wc-awaiting-stars"}, ["https://a.example/1"], ("03-05 09:00:00", None, "https://a.example/1")),
        ({}, ["https://a.example/1", "ftp://b.example/2"], ("03-05 09:00:00", "shipped", "https://a.example/1")),
        (
            {},
            {"2": "https://a.example/1", "3": "https://b.example"},
            ("03-05 09:00:00", "shipped", "https://b.example"),
        ),
        ({}, ["https://a.example/%1$s/%2$s"], ("03-05 08:59:58", "shipped", None)),
        ({}, [""], ("03-05 08:59:58", "shipped", None)),  # of a carrier whose address is not told
        ({"meta_data": None}, [], ("03-05 08:59:58", "shipped", None)),
    ],
)
def test_what_woocommerce_says_becomes_one_of_seven_words(
    changes: dict[str, Any], parcels: Any, told: Told | None
) -> None:
    order = saved("woocommerce")[0]
    (kept,) = (extra for extra in order["meta_data"] if extra["key"] == "_wc_shipment_tracking_items")
    each = parcels if isinstance(parcels, dict) else dict(enumerate(parcels))
    carrier = {"tracking_number": "1", "tracking_provider": "post-of-the-moon"}
    entered = {number: {**carrier, "custom_tracking_link": link} for number, link in each.items()}
    kept["value"] = entered if isinstance(parcels, dict) else list(entered.values())
    assert told_of("woocommerce", order | changes) == told
