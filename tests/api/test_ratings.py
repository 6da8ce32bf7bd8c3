"""Ratings by the API: read in pages, and recorded when they were given elsewhere."""

import json
from typing import Any

import pytest
from api.programs_that_ask import get, program
from django.test import Client

from counterbell.accounts.models import Shop
from counterbell.record.models import Rating

KIMS = {"ticket": "t1", "survey": "phone-1", "score": 2, "comment": "Slow", "at": "2025-03-04T09:00:00Z"}


def post(client: Client, **told: Any) -> Any:
    return client.post("/api/v1/ratings", json.dumps({**KIMS, **told}), "application/json")


def test_a_rating_given_elsewhere_is_recorded_once(told: Shop) -> None:
    writer = program(told, "read", "write")
    assert [post(writer).json() for _ in range(2)] == [{"new": True}, {"new": False}]
    (rating,) = get(writer, "ratings")["ratings"]
    assert rating | {"number": 0} == {
        "number": 0, "survey": "phone-1", "ticket": "t1", "sent_at": "2025-03-04T09:00:00Z",
        "at": "2025-03-04T09:00:00Z", "score": 2, "comment": "Slow", "suspected_robot": False, "counts": True,
    }  # fmt: skip


def test_ratings_come_in_pages_with_what_counts(told: Shop) -> None:
    writer = program(told, "read", "write")
    post(writer)
    post(writer, score=4, at="2025-03-04T10:00:00Z")
    post(writer, score=5, survey="phone-2", at="2025-03-06T10:00:00Z")
    first = get(writer, "ratings", limit=2)
    second = get(writer, "ratings", limit=2, after=first["next"])
    told_of = [(one["score"], one["counts"]) for one in first["ratings"] + second["ratings"]]
    assert (told_of, second["next"]) == ([(2, False), (4, True), (5, True)], None)
    assert get(writer, "ratings", after=second["ratings"][-1]["number"])["ratings"] == []
    assert get(writer, "ratings", ticket="c04")["ratings"] == []


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"ticket": "t99"}, 404, "There is no ticket 't99'"),
        ({"score": 6}, 422, "score"),
        ({"at": "2025-03-04T09:00:00"}, 422, "timezone"),
        ({"survey": "a\x00b"}, 422, "survey"),
        ({"score": 5}, 400, "phone-1"),
        ({"ticket": "c04"}, 400, "Survey phone-1 is about ticket t1"),
        ({"survey": "phone-3", "sent_at": "2025-03-05T09:00:00Z"}, 400, "before it was sent"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(told: Shop, wrong: dict[str, Any], status: int, words: str) -> None:
    writer = program(told, "write")
    post(writer)
    answer = post(writer, **wrong)
    assert (answer.status_code, words in answer.json()["error"]) == (status, True), answer.content
    assert Rating.objects.filter(survey__shop=told).count() == 1


def test_recording_needs_the_scope_write_and_dan_records_nothing_in_anns_shop(
    reader: Client, stranger: Client, told: Shop
) -> None:
    assert post(reader).status_code == 403
    assert post(stranger).status_code == 404
    assert get(stranger, "ratings")["ratings"] == []
    assert not Rating.objects.filter(survey__shop=told).exists()
