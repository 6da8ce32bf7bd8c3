"""Who is one person: by `person`, by e-mail address, by phone number, and rightly so whenever customers change."""

from collections import defaultdict

import pytest
from histories import CUSTOMERS, EMAILS, PHONES
from hypothesis import given
from hypothesis import strategies as st
from plain_reading import persons
from record.cast import customer, order, ticket
from record.records import SHOP, Line, cleaned, dirty_months, shop_with, take_in
from rounds import rounds

from counterbell.accounts.models import Shop
from counterbell.record.models import Customer


def together(shop: Shop) -> set[frozenset[str]]:
    """The customers of a shop, those who are one person together."""
    groups: dict[str, set[str]] = defaultdict(set)
    for name, key in Customer.objects.filter(shop=shop).values_list("external_id", "person_key"):
        groups[key].add(name)
    return {frozenset(group) for group in groups.values()}


def read_plainly(customers: list[Line]) -> set[frozenset[str]]:
    """The same, by the plain reading."""
    groups: dict[str, set[str]] = defaultdict(set)
    for name, person in persons(customers).items():
        groups[person].add(name)
    return {frozenset(group) for group in groups.values()}


ONE_PERSON: list[list[Line]] = [
    [customer("kim", email="kim@example.com"), customer("k", email=" KIM@Example.com ")],
    [customer("kim", email="weiß@example.com"), customer("k", email="WEISS@example.com")],
    [customer("kim", phone="+33 1"), customer("k", phone=" +33 1")],
    [customer("kim", phone="+33 1", email="kim@example.com"), customer("k", phone="+33 1")],
    [customer("kim", person="p"), customer("k", person="p", email="other@example.com")],
]
TWO_PERSONS: list[list[Line]] = [
    [customer("kim", email="kim@example.com"), customer("dan", email="dan@example.com")],
    [customer("kim", phone="+33 1", email="kim@example.com"), customer("dan", phone="+33 1", email="dan@example.com")],
    [customer("kim", phone="+33 1"), customer("dan", phone="+331")],
    [customer("kim", phone=" "), customer("dan", phone=" ", email=" ")],
    [customer("kim"), customer("dan")],
]


@pytest.mark.parametrize("customers", ONE_PERSON)
def test_these_two_are_one_person(sqlite: object, customers: list[Line]) -> None:
    assert together(shop_with([SHOP, *customers])) == {frozenset({"kim", "k"})}
    assert together(shop_with([SHOP, *customers[::-1]])) == {frozenset({"kim", "k"})}


@pytest.mark.parametrize("customers", TWO_PERSONS)
def test_these_two_are_two_persons(sqlite: object, customers: list[Line]) -> None:
    assert together(shop_with([SHOP, *customers])) == {frozenset({"kim"}), frozenset({"dan"})}


def test_a_phone_number_without_an_address_goes_to_the_lowest_id_that_has_one(sqlite: object) -> None:
    shop = shop_with([
        SHOP,
        customer("a", phone="+33 1"),
        customer("c", phone="+33 1", email="c@example.com"),
        customer("b", phone="+33 1", email="b@example.com"),
    ])  # fmt: skip
    assert together(shop) == {frozenset({"a", "b"}), frozenset({"c"})}


def test_a_late_address_parts_who_was_one_and_joins_who_was_two(installation: str) -> None:
    shop = shop_with(
        [SHOP, customer("kim", phone="+33 1"), customer("k", phone="+33 1"), customer("dan", email="dan@example.com")]
    )
    assert together(shop) == {frozenset({"kim", "k"}), frozenset({"dan"})}
    take_in(shop, [customer("k", phone="+33 2", email="dan@example.com")])
    assert together(shop) == {frozenset({"kim"}), frozenset({"k", "dan"})}


def test_who_joined_two_others_parts_them_again_by_leaving(installation: str) -> None:
    between = customer("b", person="p", email="kim@example.com")
    shop = shop_with(
        [SHOP, customer("a", person="p", email="a@example.com"), customer("c", email="kim@example.com"), between]
    )
    assert together(shop) == {frozenset({"a", "b", "c"})}
    take_in(shop, [customer("b", person="q", email="b@example.com")])
    assert together(shop) == {frozenset({"a"}), frozenset({"b"}), frozenset({"c"})}


def test_a_customer_named_first_and_told_of_later_becomes_who_they_are(installation: str) -> None:
    shop = shop_with([SHOP, ticket("t1", "03-03 09:00", "k"), order("o1", "03-04 09:00", "kim")])
    assert together(shop) == {frozenset({"k"}), frozenset({"kim"})}
    take_in(cleaned(shop), [customer("k", email="kim@example.com"), customer("kim", email="kim@example.com")])
    assert together(shop) == {frozenset({"k", "kim"})}
    assert dirty_months(shop) == ["2025-03"]


def test_customers_of_two_shops_are_never_one_person(anns_shop: Shop, dans_shop: Shop) -> None:
    for shop in (anns_shop, dans_shop):
        take_in(shop, [SHOP, customer("kim", email="kim@example.com")])
    take_in(dans_shop, [customer("kim", email="dan@example.com")])
    assert Customer.objects.get(shop=anns_shop).person_key == "email:kim@example.com"


def identities() -> st.SearchStrategy[Line]:
    """A customer with an address, so that no later line takes the customer for one who was erased."""
    told = {"email": st.sampled_from(EMAILS), "phone": st.sampled_from(PHONES), "person": st.sampled_from(["p1", "p2"])}
    named = {"type": st.just("customer"), "id": st.sampled_from([*CUSTOMERS, "c4", "c5"]), "name": st.just("Kim")}
    return st.fixed_dictionaries(named, optional=told)


@given(st.lists(st.lists(identities(), max_size=4), min_size=1, max_size=5))
@rounds(20)
@pytest.mark.usefixtures("sqlite")
def test_whoever_comes_or_changes_the_persons_are_those_of_the_plain_reading(
    sqlite: object, runs: list[list[Line]]
) -> None:
    shop = shop_with([SHOP])
    told: dict[str, Line] = {}
    for run in runs:
        take_in(shop, run)
        told |= {line["id"]: line for line in run}
        assert together(shop) == read_plainly(list(told.values()))


def test_two_people_who_share_nothing_but_a_chain_of_others_are_one(sqlite: object) -> None:
    chain = [customer(f"c{n}", person=f"p{n // 2}", email=f"e{(n + 1) // 2}@example.com") for n in range(40)]
    assert together(shop_with([SHOP, *chain])) == {frozenset(line["id"] for line in chain)}
