"""A person who is erased is gone from the record, and stays gone; the numbers stay what they were."""

from datetime import date

import pytest
from metrics.reports import report
from record.cast import customer, everything, message, order, rating, survey, ticket
from record.records import SHOP, Line, cleaned, content, differences, dirty_months, put, shop_with, take_in

from counterbell.accounts.models import Shop
from counterbell.errors import NotFound
from counterbell.facts.build import refresh
from counterbell.record.entries import Customer as CustomerLine
from counterbell.record.erase import erase
from counterbell.record.models import Customer
from counterbell.record.write import write

KIMS = [
    *everything(),
    customer("kim-at-work", email="KIM@example.com", name="Kim"),
    ticket("t3", "03-06 09:00", "kim-at-work", subject="From work"),
    message("m4", "t3", "03-06 09:00", text="It is Kim again"),
    order("o2", "03-07 09:00", "kim-at-work"),
    customer("dan", email="dan@example.com", name="Dan"),
    ticket("t4", "03-06 09:00", "dan", subject="Dan's question"),
    message("m5", "t4", "03-06 09:00", text="Hello from Dan"),
    survey("s2", "t4", "03-06 10:00"),
    rating("s2", "03-06 11:00", 2, comment="Dan was not happy"),
]
WORDS_OF_KIM = (
    "Kim",
    "kim@example.com",
    "KIM@example.com",
    "+33 1",
    "parcel",
    "Me again",
    "Where is it?",
    "Do we know?",
    "parcels.example/of-kim",
)


@pytest.fixture
def kims_shop(installation: str) -> Shop:
    return shop_with(KIMS)


def told_of_kim(shop: Shop) -> list[str]:
    """What of Kim's words, names and addresses the record still holds; ids are no names."""
    everywhere = repr(content(shop))
    return [word for word in WORDS_OF_KIM if word in everywhere]


def test_names_addresses_and_texts_go(kims_shop: Shop) -> None:
    assert told_of_kim(kims_shop) == list(WORDS_OF_KIM)
    assert erase(kims_shop, "kim") == 9
    assert told_of_kim(kims_shop) == []
    assert "Hello from Dan" in repr(content(kims_shop))
    assert "Dan was not happy" in repr(content(kims_shop))


def test_all_customers_who_are_that_person_are_erased_and_stay_one_person(kims_shop: Shop) -> None:
    erase(kims_shop, "kim-at-work")
    kims = Customer.objects.filter(shop=kims_shop, external_id__startswith="kim")
    assert {(kim.email, kim.phone, kim.name) for kim in kims} == {(None, None, None)}
    assert len({kim.person_key for kim in kims}) == len({kim.person for kim in kims}) == 1
    assert Customer.objects.get(shop=kims_shop, external_id="dan").name == "Dan"


def test_everything_that_happened_is_still_there(kims_shop: Shop) -> None:
    before = {table: len(rows) for table, rows in content(kims_shop).items()}
    erase(kims_shop, "kim")
    assert {table: len(rows) for table, rows in content(kims_shop).items()} == before
    assert differences(kims_shop) == []


def test_the_metrics_stay_what_they_were(kims_shop: Shop) -> None:
    before = report(kims_shop, date(2025, 3, 1), date(2025, 4, 1))
    erase(kims_shop, "kim")
    with_other_facts = take_in(kims_shop, [message("m6", "t4", "03-08 09:00"), customer("dan", country="ID")])
    assert with_other_facts.summary.new.total() == 2
    after = report(kims_shop, date(2025, 3, 1), date(2025, 4, 1))
    assert after.buckets[0].metrics == before.buckets[0].metrics
    assert after.buckets[0].metrics["converted_tickets"]["orders"] == 2


def test_erasing_twice_does_no_harm(kims_shop: Shop) -> None:
    erase(kims_shop, "kim")
    before = content(kims_shop)
    assert erase(kims_shop, "kim") == 0
    assert erase(kims_shop, "kim-at-work") == 0
    assert content(kims_shop) == before


def test_the_old_log_brings_nothing_back_and_nothing_of_it_is_refused(kims_shop: Shop) -> None:
    erase(kims_shop, "kim")
    before = content(cleaned(kims_shop))
    summary = take_in(kims_shop, KIMS).summary
    assert summary.known == summary.read
    assert content(kims_shop) == before
    assert dirty_months(kims_shop) == []


@pytest.mark.parametrize("known", [{"person": "p1"}, {"person": "p1", "language": "fr"}])
def test_the_old_log_brings_nothing_back_of_whom_it_knew_by_person(sqlite: object, known: Line) -> None:
    lines = [SHOP, customer("kim", email="kim@example.com", name="Kim", **known), customer("k", phone="+33 1", **known)]
    shop = shop_with(lines)
    erase(shop, "kim")
    before = content(shop)
    take_in(shop, lines)
    assert content(shop) == before


def test_whoever_is_known_by_person_and_was_not_erased_can_change(sqlite: object) -> None:
    shop = shop_with([SHOP, customer("kim", person="p1", email="kim@example.com")])
    take_in(shop, [customer("kim", email="kim@work.example")])
    assert content(shop)["Customer"] == [
        ("kim", "kim@work.example", None, None, None, None, None, "email:kim@work.example")
    ]


def test_a_text_of_whoever_was_not_erased_is_not_taken_for_a_blanked_one(sqlite: object) -> None:
    shop = shop_with(
        [
            SHOP,
            customer("kim", person="p1", name="Kim"),
            ticket("t1", "03-03 09:00"),
            message("m1", "t1", "03-03 09:00"),
        ]
    )
    (refusal,) = put(shop, [message("m1", "t1", "03-03 09:00", text="Hello")]).refused
    assert refusal.field == "text"


def test_other_content_of_an_erased_person_is_still_refused(kims_shop: Shop) -> None:
    erase(kims_shop, "kim")
    outcome = put(
        kims_shop, [message("m1", "t1", "03-03 08:00", text="Where is it?"), ticket("t1", "03-03 09:00", subject="x")]
    )
    assert [refusal.field for refusal in outcome.refused] == ["store", "at"]


def test_what_an_erased_person_says_later_is_kept(kims_shop: Shop) -> None:
    erase(kims_shop, "kim")
    take_in(kims_shop, [message("m7", "t1", "05-05 09:00", text="It is me")])
    assert "It is me" in repr(content(kims_shop))


def test_whoever_is_not_there_cannot_be_erased(kims_shop: Shop) -> None:
    with pytest.raises(NotFound, match=r"There is no customer 'cleo' in shop .*\. Look the id up in the export\."):
        erase(kims_shop, "cleo")


def test_dan_cannot_erase_a_person_of_anns_shop(anns_shop: Shop, dans_shop: Shop) -> None:
    take_in(anns_shop, KIMS)
    take_in(dans_shop, KIMS)
    erase(dans_shop, "kim")
    assert told_of_kim(anns_shop) == list(WORDS_OF_KIM)


def test_the_log_of_an_erased_shop_gives_the_same_persons_in_an_empty_one(kims_shop: Shop) -> None:
    erase(kims_shop, "kim")
    there = Customer.objects.filter(shop=kims_shop).values_list("external_id", "person", "language", "country")
    copy = shop_with([SHOP])
    for name, person, language, country in there:
        write(copy, CustomerLine(id=name, person=person, language=language, country=country))
    keys = dict(Customer.objects.filter(shop=kims_shop).values_list("external_id", "person_key"))
    copied = dict(Customer.objects.filter(shop=copy).values_list("external_id", "person_key"))
    assert {name: copied[name] for name in ("kim", "kim-at-work")} == {
        name: keys[name] for name in ("kim", "kim-at-work")
    }


def test_an_erasure_needs_no_new_facts(kims_shop: Shop) -> None:
    refresh(kims_shop)
    erase(kims_shop, "kim")
    assert refresh(kims_shop) == 0
