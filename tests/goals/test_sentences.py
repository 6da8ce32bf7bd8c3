"""Every alert, rule and goal can be said in every language."""

from typing import Any

import pytest
from django.utils import translation

from counterbell.goals.models import Alert, Rule
from counterbell.goals.rules import PROPOSED, Wish
from counterbell.goals.scopes import parse
from counterbell.goals.sentences import goal_in_words, rule_in_words, sentence, subject, wish_in_words
from counterbell.goals.targets import Goal

CARE = {"scope": "team", "scope_value": "care"}
SHOP = {"scope": "shop", "scope_value": ""}
MARCH = {"start": "2025-03-01", "end": "2025-04-01"}
VALUES: dict[str, dict[str, Any]] = {
    "threshold": {"metric": "csat", "value": 3.9, "limit": 4.2, "days": 7, "rows": 12, **CARE},
    "goal": {
        "metric": "one_reply_rate", "target": 0.61, "value": 0.5, "expected": 0.61, "missed": False, **MARCH, **SHOP
    },
    "jump": {"metric": "tickets_created", "began": "2025-03-10", "usual": 6.25, "level": 40.0, **SHOP},
    "waiting": {"ticket": "t1", "seconds": 90_000, "limit": 86_400, "tickets": 3, **CARE},
}  # fmt: skip

SAID = {
    (
        "threshold",
        "en",
    ): "Customer satisfaction (CSAT) (team care): 3.90 over the last 7 days, below the limit of 4.20.",
    ("threshold", "fr"): (
        "Satisfaction client (CSAT) (équipe care)\u00a0: 3,90 sur les 7 derniers jours, au-dessous du seuil de 4,20."
    ),
    ("threshold", "id"): "Kepuasan pelanggan (CSAT) (tim care): 3,90 selama 7 hari terakhir, di bawah batas 4,20.",
    ("jump", "en"): "Number of tickets: up since Mar 10, 2025, at 40 a day (usually 6.2 a day).",
    ("jump", "fr"): (
        "Nombre de tickets\u00a0: en hausse depuis le 10 mars 2025, à 40 par jour (d\u2019habitude 6,2 par jour)."
    ),
    ("waiting", "id"): "3 tiket menunggu balasan lebih dari 1 hari (tim care); yang terlama, t1, sudah 1 hari 1 jam.",
}


@pytest.mark.parametrize(("kind", "language"), SAID)
def test_an_alert_is_said_in_the_readers_language(kind: str, language: str) -> None:
    with translation.override(language):
        assert sentence(Alert(kind=kind, values=VALUES[kind])) == SAID[kind, language]


@pytest.mark.parametrize("language", ["en", "fr", "id"])
@pytest.mark.parametrize("kind", VALUES)
def test_every_alert_has_a_sentence_and_a_subject(kind: str, language: str) -> None:
    with translation.override(language):
        alert = Alert(kind=kind, values=VALUES[kind])
        assert "%(" not in sentence(alert) + subject(alert)


@pytest.mark.parametrize("language", ["en", "fr", "id"])
def test_every_rule_can_be_said(language: str) -> None:
    more = (Wish("goal", "csat"), Wish("goal", scope=parse("team=care")), Wish("threshold", "csat", limit=4.0, days=1))
    with translation.override(language):
        said = [wish_in_words(wish) for wish in (*PROPOSED, *more)]
    assert len(set(said)) == len(said)
    assert not any("%(" in each for each in said)
    assert rule_in_words(Rule(kind="goal", scope="shop")) == "A goal is behind"


@pytest.mark.parametrize("period", ["week", "month", "quarter"])
@pytest.mark.parametrize("key", ["csat", "resolution_time", "one_reply_rate", "unresolved_tickets"])
def test_every_goal_can_be_said(period: str, key: str) -> None:
    goal = Goal(key, period=period)
    assert period in goal_in_words(goal, 0.5, None)
    assert period in goal_in_words(goal, None, 0.01)
