"""The small histories with their right answers, through the record, the facts and the query."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from facts.facts_of import shop_with
from metrics.reports import approximately, report

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.json"))


ON_EVERY_DATABASE = ("anchors_differ", "as_of", "converted_same_person", "csat_change_of_mind", "merged_and_spam")
"""Cases with something of every table; the others have nothing in them that a database could see otherwise."""


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(sqlite: object, path: Path) -> None:
    check(path)


@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
@pytest.mark.parametrize("name", ON_EVERY_DATABASE)
def test_case_on_postgresql(installation: str, name: str) -> None:
    check(CASES[0].with_name(f"{name}.json"))


def check(path: Path) -> None:
    case = json.loads(path.read_text())
    shop = shop_with(case["log"])
    start, end = map(date.fromisoformat, case["period"])
    answer = report(shop, start, end, as_of=datetime.fromisoformat(case["as_of"]))
    (bucket,) = answer.buckets
    for key, wanted in case["expect"].items():
        assert approximately(wanted, bucket.metrics[key]), (key, bucket.metrics[key], wanted)
        if key == "tickets_closed":
            assert bucket.metrics[key]["by_agent"] == wanted["by_agent"]


def test_there_are_cases() -> None:
    assert len(CASES) >= 28
