"""Links of surveys, and how often visitors may come by them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from counterbell.surveys import tokens, visitors

NOON = datetime(2025, 3, 12, 11, tzinfo=UTC)


@pytest.mark.parametrize("junk", ["....", "\r\nX: y", "; x", "+", "é", "===="])
def test_a_link_holds_in_one_writing_only(installation: str, junk: str) -> None:
    token = tokens.link(17, NOON)
    assert tokens.read(tokens.LINK, token) == tokens.Told(17, NOON)
    for place in (0, 8, len(token)):
        assert tokens.read(tokens.LINK, token[:place] + junk + token[place:]) is None


def test_who_comes_too_often_may_come_again_in_another_hour(installation: str) -> None:
    cache.clear()
    came = [visitors.too_many("address", "192.0.2.7", 3, NOON) for _ in range(5)]
    assert came == [False, False, False, True, True]
    assert not visitors.too_many("address", "192.0.2.8", 3, NOON)
    assert not visitors.too_many("address", "192.0.2.7", 3, NOON + timedelta(hours=1))


def test_who_comes_now_and_then_all_day_never_comes_too_often(installation: str) -> None:
    cache.clear()
    day = (NOON + timedelta(minutes=4 * place) for place in range(60))
    assert {visitors.too_many("address", "192.0.2.7", 15, at) for at in day} == {False}


def test_all_addresses_of_an_ipv6_network_are_one_line() -> None:
    def line(address: str) -> str:
        return visitors.line(RequestFactory().get("/", REMOTE_ADDR=address))

    assert line("2001:db8:1:2::1") == line("2001:db8:1:2:ffff::9") != line("2001:db8:1:3::1")
    assert line("192.0.2.7") == "192.0.2.7"
    assert line("") == ""
