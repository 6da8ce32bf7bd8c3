"""How a change is told: by what was, by points, or by the difference, and never by a percentage that misleads."""

import pytest

from counterbell import words
from counterbell.metrics import metric

BETTER, WORSE, NEITHER = True, False, None


@pytest.mark.parametrize(
    ("key", "then", "now", "told", "better"),
    [
        ("unresolved_tickets", 75, 79, "▲ 5.3%", WORSE),
        ("tickets_created", 100, 90, "▼ 10%", NEITHER),
        ("csat", 4.18, 4.35, "▲ 0.17", BETTER),
        ("one_reply_rate", 0.0, 0.05, "▲ 5.0 pts", BETTER),
        ("net_flow", -188, 4, "▲ 192", WORSE),
        ("net_flow", 0, -3, "▼ 3", BETTER),
        ("contact_rate", 0.1431, 0.1429, "=", NEITHER),
        ("csat", 4.182, 4.179, "=", NEITHER),
        ("tickets_created", 0, 5, "–", NEITHER),
    ],
)
def test_a_change_is_told_so_that_it_does_not_mislead(
    key: str, then: float, now: float, told: str, better: bool | None
) -> None:
    found = words.change(metric(key), now, then)
    assert (found.text, found.better) == (told, better)


@pytest.mark.parametrize(("then", "now", "better"), [(100, 80, NEITHER), (100, 120, BETTER)])
def test_what_may_still_rise_is_not_worse_for_being_lower_so_far(then: float, now: float, better: bool | None) -> None:
    converted = metric("converted_tickets")
    shaped = {"part": now, "whole": 500, "rate": now / 500, "orders": now, "revenue": {}, "maturing": 40}
    found = words.change(converted, converted.headline(shaped), then, may_rise=converted.may_rise(shaped))
    assert found.better is better
    assert not converted.may_rise(shaped | {"maturing": 0})
