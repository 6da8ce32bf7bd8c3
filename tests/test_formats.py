"""Numbers as people write them in English, French and Indonesian."""

from datetime import date, datetime

import pytest
from django.utils import translation

from counterbell import formats


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["0 s", "45 s", "12 min", "1 h", "2 h 05", "1 d", "3 d 4 h"]),
        ("fr", ["0 s", "45 s", "12 min", "1 h", "2 h 05", "1 j", "3 j 4 h"]),
        ("id", ["0 dtk", "45 dtk", "12 mnt", "1 jam", "2 jam 5 mnt", "1 hari", "3 hari 4 jam"]),
    ],
)
def test_durations_are_in_their_two_largest_units(language: str, written: list[str]) -> None:
    with translation.override(language):
        seconds = [0, 45.4, 720, 3_599, 7_500, 86_399, 273_600]
        assert [formats.duration(one) for one in seconds] == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["1,234.5", "34.6%", "€49.90", "IDR 1,237,170", "¥1,250", "KWD 1.234"]),
        ("fr", ["1 234,5", "34,6 %", "49,90 €", "1 237 170 IDR", "1 250 JPY", "1,234 KWD"]),
        ("id", ["1.234,5", "34,6%", "€49,90", "Rp 1.237.170", "JP¥1.250", "KWD 1,234"]),
    ],
)
def test_numbers_and_money(language: str, written: list[str]) -> None:
    amounts = [(4_990, "EUR"), (123_717_000, "IDR"), (1_250, "JPY"), (1_234, "KWD")]
    with translation.override(language):
        found = [formats.number(1234.5, 1), formats.percent(0.3456), *(formats.money(*amount) for amount in amounts)]
        assert [plain(one) for one in found] == written


def test_minor_units_are_those_of_iso_4217() -> None:
    exponents = {"EUR": 2, "IDR": 2, "JPY": 0, "KWD": 3, "IQD": 3, "RSD": 2, "CLF": 4, "DEM": 2, "XAU": 0}
    assert {currency: formats.exponent(currency) for currency in exponents} == exponents


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["Aug 1 – 31, 2026", "Dec 1, 2025 – Jan 31, 2026", "Aug 1, 2026", "Aug 2026", "Q3 2026", "2:05 AM"]),
        ("fr", ["1–31 août 2026", "1 déc. 2025 – 31 janv. 2026", "1 août 2026", "août 2026", "T3 2026", "02:05"]),
        ("id", ["1–31 Agu 2026", "1 Des 2025 – 31 Jan 2026", "1 Agu 2026", "Agu 2026", "K3 2026", "02.05"]),
    ],
)
def test_dates(language: str, written: list[str]) -> None:
    first = date(2026, 8, 1)
    with translation.override(language):
        found = [
            formats.days(first, date(2026, 9, 1)),
            formats.days(date(2025, 12, 1), date(2026, 2, 1)),
            formats.days(first, date(2026, 8, 2)),
            formats.month(first),
            formats.quarter(date(2026, 7, 1)),
            formats.clock(datetime(2026, 8, 1, 2, 5)),
        ]
        assert [plain(one) for one in found] == written


def test_nothing_is_a_dash() -> None:
    assert [formats.number(None), formats.percent(None), formats.duration(None)] == [formats.NOTHING] * 3


def test_sizes() -> None:
    with translation.override("fr"):
        assert [plain(formats.size(count)) for count in (99, 12_345, 123_456, 7_600_000)] == [
            "99 o",
            "12,3 ko",
            "123 ko",
            "7,6 Mo",
        ]
