"""What was said is found again, the same on both databases, by nobody else, and not after an erasure."""

import pytest
from desk.desks import NINE, desk_shop, number
from django.db import connection
from record.cast import customer, message, order, ticket
from record.records import put

from counterbell.accounts.models import Shop
from counterbell.desk import search, search_index
from counterbell.desk.words import words_of
from counterbell.record.erase import erase
from counterbell.record.models import Ticket


@pytest.fixture
def shop(installation: str) -> Shop:
    shop = desk_shop()
    put(
        shop,
        [
            customer("lea", name="Léa Müller", email="lea@example.com"),
            ticket("t2", "03-03 10:00", "lea", subject="Remboursement"),
            message("m2", "t2", "03-03 10:00", text="Ma commande n'est pas arrivée (colis GX-4711)."),
            message("m3", "t2", "03-03 10:05", "agent", public=False, text="Le transporteur l'a perdu"),
            ticket("t3", "03-03 11:00", subject="注文について"),
            message("m4", "t3", "03-03 11:00", text="色を変更できますか"),
            order("1001", "03-02 09:00", "lea"),
        ],
    )
    search_index.take_up(shop)
    return shop


FOUND = {
    "parcel": {"t1"},
    "PARCEL please": {"t1"},
    "parc": {"t1"},
    "arrivee": {"t2"},
    "ARRIVÉE colis": {"t2"},
    "gx 4711": {"t2"},
    "GX-4711": {"t2"},
    "transporteur perdu": {"t2"},
    "remboursement colis": {"t2"},
    "muller": {"t2"},
    "müller remb": {"t2"},
    "lea@example.com": {"t2"},
    "1001": {"t2"},
    "#1001": {"t2"},
    "t1": {"t1"},
    "変更": {"t3"},
    "kim": {"t1", "t3"},
    "parcel colis": set(),
    "parcel or colis": set(),
    'parcel" OR "colis': set(),
    "parcel'": {"t1"},
    "% _ * : & | ! ( )": set(),
    "": set(),
}


def found(shop: Shop, asked: str) -> set[str]:
    return {Ticket.objects.get(pk=pk).external_id for pk in search.tickets(shop, asked)}


@pytest.mark.parametrize("asked", FOUND)
def test_tickets_are_found_by_all_their_words(shop: Shop, asked: str) -> None:
    assert found(shop, asked) == FOUND[asked]


def test_what_comes_later_is_found_too_and_nothing_is_read_twice(shop: Shop) -> None:
    put(shop, [message("m9", "t1", "03-03 12:00", text="Merci beaucoup")])
    assert search_index.take_up(shop) == 1
    assert search_index.take_up(shop) == 0
    assert found(shop, "parcel merci") == {"t1"}


def test_a_long_history_is_taken_up_in_pieces(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "AT_A_TIME", 3)
    put(shop, [message(f"x{place}", "t1", "03-03 12:00", text=f"piece{place}") for place in range(10)])
    search_index.take_up(shop)
    assert all(found(shop, f"piece{place}") == {"t1"} for place in range(10))


def test_dan_finds_nothing_of_anns(shop: Shop, dans_shop: Shop) -> None:
    put(dans_shop, [ticket("t1", "03-03 09:00", None), message("m1", "t1", "03-03 09:00", text="parcel")])
    search_index.take_up(dans_shop)
    mine = number(dans_shop)
    for asked in ("parcel", f"0shop{shop.pk}", "lea@example.com", "1001", "parcel please"):
        assert set(search.tickets(dans_shop, asked)) <= {mine}


def test_an_erased_person_is_found_no_more(shop: Shop) -> None:
    erase(shop, "lea")
    search_index.take_up(shop)
    assert [found(shop, asked) for asked in ("colis", "muller", "remboursement", "transporteur")] == [set()] * 4
    assert found(shop, "parcel") == {"t1"}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from desk_search_data where instr(block, cast('transporteur' as blob))")
            assert cursor.fetchone() == (0,)


def test_who_is_called_otherwise_is_found_by_the_new_name(shop: Shop) -> None:
    put(shop, [customer("lea", name="Léa Dupont", email="lea@example.com")])
    search_index.take_up(shop)
    assert [found(shop, "dupont"), found(shop, "muller")] == [{"t2"}, set()]


def test_words_are_without_case_accents_and_signs() -> None:
    assert words_of(["Déjà-vu, straße_7!", None, "déjà 注文"]) == ["deja", "vu", "strasse", "7", "注", "文"]


def test_the_search_of_all_shops_is_one_round(own_sqlite: object) -> None:
    shop = desk_shop()
    put(shop, [message("m9", "t1", "03-03 12:00", text="Merci")])
    assert search_index.take_up_all(NINE) >= 1
