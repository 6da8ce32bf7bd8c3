"""Prepared answers: in the customer's language, filled from the ticket, found by their words."""

import pytest
from desk.desks import NINE, after, at_the_desk, desk_shop, number
from record.cast import customer, order, order_state, ticket
from record.records import put

from counterbell.accounts.models import Shop
from counterbell.desk import macros
from counterbell.desk.actions.noting import note
from counterbell.desk.variables import VARIABLES
from counterbell.errors import NotFound, Problem
from counterbell.record.models import Ticket

PARCEL = "https://parcels.example/999?of=kim"
HELLO = {"en": "Hello {{ customer.first_name }}", "fr": "Bonjour {{customer.first_name}}"}


@pytest.fixture
def shop(installation: str) -> Shop:
    return desk_shop()


def kims(shop: Shop, name: str = "t1") -> Ticket:
    return Ticket.objects.get(shop=shop, external_id=name)


def test_a_macro_speaks_the_customers_language(shop: Shop) -> None:
    macro = macros.keep(shop, "Hello", HELLO, at=NINE)
    put(shop, [ticket("t2", "03-03 09:00", language="en-GB"), customer("lee"), ticket("t3", "03-03 09:00", "lee")])
    told = [macros.text_for(macro, kims(shop, name), "ann") for name in ("t1", "t2", "t3")]
    assert told == ["Bonjour Kim", "Hello Kim", "Hello {{ customer.first_name }}"]


def test_every_variable_is_filled_from_the_ticket(shop: Shop) -> None:
    put(shop, [order("998", "03-01 09:00", paid=100), order("999", "03-02 09:00", paid=4990)])
    put(shop, [order_state("999", "03-02 18:00", tracking_url=PARCEL), order_state("998", "03-09 09:00", "cancelled")])
    macro = macros.keep(shop, "All", {"en": "|".join(f"{{{{ {name} }}}}" for name in VARIABLES)}, at=NINE)
    assert macros.text_for(macro, kims(shop), "ann") == (
        f"Kim Novak|Kim|kim@example.com|Ann|999|shipped|{PARCEL}|€49.90|t1|Where is my parcel?"
    )


def test_what_has_no_value_stays_and_is_named(shop: Shop) -> None:
    text = macros.text_for(macros.keep(shop, "Order", {"en": "Order {{ order.number }}"}, at=NINE), kims(shop), "ann")
    with pytest.raises(Problem, match=r"\{\{ order\.number \}\} has no value"):
        macros.nothing_left_open(text)


def test_how_far_an_order_is_is_said_in_the_language_of_the_reply(shop: Shop) -> None:
    put(
        shop,
        [order("999", "03-02 09:00"), order_state("999", "03-02 18:00"), ticket("t2", "03-03 09:00", language="id")],
    )
    told = dict.fromkeys(("en", "fr", "id"), "{{ order.state }} {{ order.tracking_link }}")
    macro = macros.keep(shop, "Where is my order", told, at=NINE)
    in_french, in_indonesian = (macros.text_for(macro, kims(shop, name), "ann") for name in ("t1", "t2"))
    assert in_french == "expédiée {{ order.tracking_link }}"
    assert in_indonesian == "sudah dikirim {{ order.tracking_link }}"
    with pytest.raises(Problem, match=r"\{\{ order\.tracking_link \}\} has no value"):
        macros.nothing_left_open(in_french)


@pytest.mark.parametrize(
    ("name", "texts"), [("", HELLO), ("Empty", {"en": " "}), ("Typo", {"en": "{{ custommer.name }}"}), ("Hello", HELLO)]
)
def test_a_macro_that_cannot_be_is_refused(shop: Shop, name: str, texts: dict[str, str]) -> None:
    macros.keep(shop, "Hello", HELLO, at=NINE)
    with pytest.raises(Problem):
        macros.keep(shop, name, texts, at=NINE)


def test_macros_are_found_by_their_words_the_most_used_first(shop: Shop) -> None:
    hello, late = (
        macros.keep(shop, "Hello", HELLO, at=NINE),
        macros.keep(shop, "Late", {"fr": "Désolée pour le retard"}, at=NINE),
    )
    note(at_the_desk(shop), number(shop), "x", at=after(1), used=[late.pk])
    assert macros.of_shop(shop) == [late, hello]
    assert macros.of_shop(shop, "desolee RETARD") == [late]
    assert macros.of_shop(shop, "retard bonjour") == []


def test_a_macro_belongs_to_its_shop(shop: Shop, dans_shop: Shop) -> None:
    macro = macros.keep(shop, "Hello", HELLO, at=NINE)
    assert macros.of_shop(dans_shop) == []
    with pytest.raises(NotFound):
        macros.one(dans_shop, macro.pk)
