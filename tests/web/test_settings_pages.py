"""Olga looks after her shop: settings, opening hours, what is kept, and the log of who did what."""

import gzip
import json
import os
import re
from datetime import UTC, datetime

import pytest
from cli.programs import call
from django.db import DatabaseError, transaction
from django.test import Client
from facts.facts_of import rows, shop_with
from record.cast import customer, message, rating, status, survey, ticket
from web.people import person, signed_in

from counterbell.accounts import tokens
from counterbell.accounts.models import Role, Shop
from counterbell.audit.models import Note
from counterbell.record.models import Customer, DirtyMonth, Message

SHOP = {
    "name": "Ann's", "timezone": "Europe/Paris", "currency": "EUR", "week_starts": "sunday", "conversion_days": "7",
    "headline": "median",
}  # fmt: skip
OFFICE_HOURS = {"from-0": "", "until-0": "", **{f"{day}-0": "09:00-17:00" for day in ("mon", "tue", "wed")}}


def at(shop: Shop, place: str = "") -> str:
    return f"/shops/{shop.slug}/settings/{place}"


def notes(shop: Shop) -> list[str]:
    return list(Note.objects.filter(shop=shop).order_by("pk").values_list("what", flat=True))


def test_olga_sets_what_the_shop_is(olga: Client, anns_shop: Shop) -> None:
    assert olga.post(at(anns_shop), SHOP).status_code == 302
    anns_shop.refresh_from_db()
    assert (anns_shop.name, anns_shop.timezone, anns_shop.currency) == ("Ann's", "Europe/Paris", "EUR")
    assert (anns_shop.week_starts, anns_shop.conversion_days, anns_shop.headline_median) == ("sunday", 7, True)
    assert notes(anns_shop) == ["settings.changed"] * 6
    olga.post(at(anns_shop), SHOP)
    assert len(notes(anns_shop)) == 6


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("timezone", "Europe/Pari", "There is no time zone “Europe/Pari”"),
        ("currency", "EURO", "Select a valid choice"),
        ("conversion_days", "31", "less than or equal to 30"),
        ("week_starts", "friday", "Select a valid choice"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    olga: Client, anns_shop: Shop, field: str, value: str, complaint: str
) -> None:
    answer = olga.post(at(anns_shop), SHOP | {field: value})
    assert answer.status_code == 400
    assert complaint in answer.content.decode()
    anns_shop.refresh_from_db()
    assert anns_shop.currency == ""


@pytest.mark.parametrize("place", ["", "hours/", "people/", "tokens/", "data/", "audit/"])
def test_only_an_owner_opens_the_settings(
    olga: Client, cleo: Client, ann: Client, vic: Client, dan: Client, anns_shop: Shop, place: str
) -> None:
    answers = [client.get(at(anns_shop, place)).status_code for client in (olga, cleo, ann, vic, dan)]
    assert answers == [200, 403, 403, 403, 404]


@pytest.fixture
def waiting() -> Shop:
    """Kim wrote on Monday evening and got an answer on Tuesday morning."""
    return shop_with(
        [
            {"type": "shop", "timezone": "UTC", "currency": "EUR"},
            customer("kim", email="kim@example.com", name="Kim"),
            ticket("t1", "03-03 18:00", subject="Where is it", store="paris"),
            message("m1", "t1", "03-03 18:00", text="Where is my parcel?"),
            message("m2", "t1", "03-04 10:00", "agent", agent="ann", text="Here"),
            status("t1", "03-04 10:00"),
            survey("s1", "t1", "03-04 11:00"),
            rating("s1", "03-04 12:00", 5, comment="thanks"),
        ]
    )


def business_hours(shop: Shop) -> list[float]:
    return [row["first_response_business_us"] / 3_600_000_000 for row in rows(shop, "tickets")]


@pytest.mark.usefixtures("installation")
class TestOpeningHours:
    def test_the_figures_in_business_hours_follow(self, waiting: Shop) -> None:
        olga = signed_in(person(waiting, Role.OWNER))
        assert olga.post(at(waiting, "hours/"), OFFICE_HOURS).status_code == 302
        assert business_hours(waiting) == [1]
        assert not DirtyMonth.objects.filter(shop=waiting).exists()
        olga.post(at(waiting, "hours/"), OFFICE_HOURS | {"tue-0": "08:30-09, 9:30-17"})
        assert DirtyMonth.objects.filter(shop=waiting).exists()
        assert business_hours(waiting) == [1]
        olga.post(at(waiting, "hours/"), OFFICE_HOURS | {"tue-0": "7-17"})
        assert business_hours(waiting) == [3]
        olga.post(at(waiting, "hours/"), OFFICE_HOURS | {"day": "2025-03-04"})
        assert business_hours(waiting) == [0]

    def test_overlapping_and_inverted_ranges_are_refused_and_what_was_typed_stays(self, waiting: Shop) -> None:
        olga = signed_in(person(waiting, Role.OWNER))
        for typed, complaint in (("9-12, 11-15", "overlap"), ("18-9", "ends before it begins")):
            answer = olga.post(at(waiting, "hours/"), OFFICE_HOURS | {"tue-0": typed})
            assert answer.status_code == 400
            assert complaint in answer.content.decode()
            assert f'value="{typed}"' in answer.content.decode()
        waiting.refresh_from_db()
        assert waiting.hours is None

    def test_the_public_holidays_of_a_country_are_there_to_pick_from(self, waiting: Shop) -> None:
        olga = signed_in(person(waiting, Role.OWNER), **{"Accept-Language": "fr"})
        offer = OFFICE_HOURS | {"offer": "", "country": "FR", "year": "2025"}
        text = olga.post(at(waiting, "hours/"), offer).content.decode()
        assert "Fête nationale" in text
        assert 'value="2025-07-14"' in text
        olga.post(at(waiting, "hours/"), OFFICE_HOURS | {"holiday": ["2025-07-14", "2025-12-25"]})
        waiting.refresh_from_db()
        assert waiting.hours is not None
        assert waiting.hours[0]["holidays"] == ["2025-07-14", "2025-12-25"]


@pytest.mark.usefixtures("installation")
class TestWhatIsKept:
    def test_the_export_is_the_record_and_is_noted(self, waiting: Shop) -> None:
        olga = signed_in(person(waiting, Role.OWNER))
        answer = olga.post(at(waiting, "data/export/"))
        packed = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        lines = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
        assert [line["type"] for line in lines][:2] == ["shop", "agent"]
        assert notes(waiting) == ["record.exported"]

    def test_a_person_is_erased_only_when_the_address_is_typed_again(self, waiting: Shop) -> None:
        olga = signed_in(person(waiting, Role.OWNER))
        assert "tickets 1" in olga.post(at(waiting, "data/"), {"who": "KIM@example.com"}).content.decode()
        wrong = olga.post(at(waiting, "data/erase/"), {"who": "kim@example.com", "again": "ken@example.com"})
        assert wrong.status_code == 400
        assert Customer.objects.get(shop=waiting).name == "Kim"
        olga.post(at(waiting, "data/erase/"), {"who": "kim@example.com", "again": "kim@example.com"})
        assert Customer.objects.get(shop=waiting).name is None
        assert set(Message.objects.filter(shop=waiting).values_list("text", flat=True)) == {None}
        (note,) = Note.objects.filter(shop=waiting)
        assert note.told == {"texts": 4}

    def test_whom_nobody_knows_nobody_erases(self, waiting: Shop) -> None:
        olga = signed_in(person(waiting, Role.OWNER))
        answer = olga.post(at(waiting, "data/"), {"who": "ken@example.com"})
        assert answer.status_code == 400
        assert "No customer has the address or id “ken@example.com”" in answer.content.decode()

    def test_sizes_and_stores_are_shown(self, waiting: Shop) -> None:
        text = signed_in(person(waiting, Role.OWNER)).get(at(waiting, "data/")).content.decode()
        assert "paris" in text


class TestTheAuditLog:
    def test_it_says_who_changed_what_in_the_readers_language(self, olga: Client, anns_shop: Shop) -> None:
        olga.post(at(anns_shop), SHOP)
        text = olga.get(at(anns_shop, "audit/")).content.decode()
        assert "Time zone changed from UTC to Europe/Paris" in text
        assert "olga-" in text
        french = olga.get(at(anns_shop, "audit/"), headers={"Accept-Language": "fr"}).content.decode()
        assert "Fuseau horaire" in french

    def test_not_even_the_database_changes_it(self, olga: Client, anns_shop: Shop) -> None:
        olga.post(at(anns_shop), SHOP)
        kept = Note.objects.filter(shop=anns_shop)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            kept.update(by="dan@example.com")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            kept.delete()

    def test_what_the_command_line_does_is_noted_too(self, anns_shop: Shop) -> None:
        person(anns_shop, Role.OWNER)
        shop = ("--shop", anns_shop.slug)
        call("people", "add", "kim@example.com", "--role", "lead", *shop)
        call("people", "remove", "kim@example.com", *shop)
        call("tokens", "make", "Warehouse", *shop)
        call("tokens", "revoke", str(anns_shop.api_tokens.get().pk), *shop)
        call("export", os.devnull, *shop)
        done = ["person.added", "person.removed", "token.made", "token.revoked", "record.exported"]
        assert notes(anns_shop) == done

    def test_an_export_of_figures_is_noted(self, olga: Client, anns_shop: Shop) -> None:
        olga.get(f"/shops/{anns_shop.slug}/report.csv")
        assert notes(anns_shop) == ["figures.exported"]


class TestTokens:
    def test_a_secret_is_shown_once_and_opens_until_the_token_is_revoked(self, olga: Client, anns_shop: Shop) -> None:
        answer = olga.post(at(anns_shop, "tokens/"), {"name": "Warehouse", "scope": ["read", "write"]})
        found = re.search(r"cb_[\w-]{40,}", answer.content.decode())
        assert found
        assert "no-store" in answer["Cache-Control"]
        assert found[0] not in olga.get(at(anns_shop, "tokens/")).content.decode()
        token = tokens.found(found[0], datetime.now(UTC))
        assert token is not None
        assert token.shop == anns_shop
        olga.post(at(anns_shop, f"tokens/{token.pk}/revoke/"))
        assert tokens.found(found[0], datetime.now(UTC)) is None
        assert notes(anns_shop) == ["token.made", "token.revoked"]
        assert found[0] not in olga.get(at(anns_shop, "audit/")).content.decode()

    @pytest.mark.parametrize("told", [{"name": " ", "scope": ["read"]}, {"name": "a"}, {"name": "a", "scope": ["all"]}])
    def test_one_without_a_name_or_with_a_scope_that_is_none_is_refused(
        self, olga: Client, anns_shop: Shop, told: dict[str, list[str]]
    ) -> None:
        assert olga.post(at(anns_shop, "tokens/"), told).status_code == 400
        assert not anns_shop.api_tokens.exists()

    def test_a_token_of_another_shop_is_out_of_reach(self, dan: Client, dans_shop: Shop, anns_shop: Shop) -> None:
        token, secret = tokens.make(anns_shop, "Warehouse", ["read"], by=None, at=datetime.now(UTC))
        dan.post(at(dans_shop, f"tokens/{token.pk}/revoke/"))
        assert tokens.found(secret, datetime.now(UTC)) == token
