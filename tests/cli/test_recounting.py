"""Whoever counts the rows that `counterbell tickets --metric KEY` lists gets the number that the report shows.

The counting here is done by hand, a function a metric, and knows nothing of how the report counts.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from cli.programs import call, log
from cli.random_shop import SHOP, history
from metrics.reports import approximately

from counterbell.metrics import metrics

Row = dict[str, Any]
Rows = list[Row]

FROM, TO = date(2025, 2, 3), date(2025, 3, 17)
PARIS = ZoneInfo(SHOP["timezone"])
LINES = history()

ASKED: dict[str, list[str]] = {
    "all": [],
    "some channels": ["--where", "channel=email,chat"],
    "one agent": ["--where", "agent=ann"],
    "not one tag": ["--where", "tag!=vip", "--where", "language=fr"],
    "in the past": ["--as-of", "2025-03-01T12:34:56.789Z"],
    "some channels in the past": ["--where", "channel!=whatsapp", "--as-of", "2025-02-20T23:00:00Z"],
}


@pytest.fixture(scope="module")
def slug(sqlite_installation: Path) -> str:
    return f"recounting-{uuid4().hex}"


@pytest.fixture(autouse=True)
def shop(sqlite: Path, slug: str, tmp_path: Path) -> None:
    """The shop, filled by whichever test comes first."""
    if call("facts", "--shop", slug).code:
        assert call("import", "log_file", log(tmp_path / "history.log", LINES), "--shop", slug).code == 0


@pytest.fixture(params=ASKED)
def asked(request: pytest.FixtureRequest) -> list[str]:
    return ASKED[request.param]


def report(slug: str, asked: list[str]) -> Row:
    """The figures of the whole period."""
    period = ("--from", str(FROM), "--to", str(TO), "--grain", "year")
    ended = call("report", "--shop", slug, "--format", "json", *period, *asked)
    assert ended.code == 0, ended.errors
    (bucket,) = ended.json["buckets"]
    figures: Row = bucket["metrics"]
    return figures


class Listed:
    """The rows that are listed for a metric under the same filters and as of the same time."""

    def __init__(self, slug: str, asked: list[str]) -> None:
        self.slug, self.asked = slug, asked

    def rows(self, key: str, start: date = FROM, end: date = TO) -> Rows:
        found: Rows = self._listed(key, start, end, "json").json
        return found

    def csv_rows(self, key: str) -> Rows:
        return list(csv.DictReader(io.StringIO(self._listed(key, FROM, TO, "csv").text)))

    def _listed(self, key: str, start: date, end: date, form: str) -> Any:
        period = ("--from", str(start), "--to", str(end))
        ended = call("tickets", "--metric", key, "--shop", self.slug, "--format", form, *period, *self.asked)
        assert ended.code == 0, ended.errors
        return ended

    @property
    def as_of(self) -> datetime | None:
        told = [value for name, value in zip(self.asked, self.asked[1:], strict=False) if name == "--as-of"]
        return datetime.fromisoformat(told[0]) if told else None

    @property
    def last(self) -> datetime:
        """The moment at which the level is seen: the end of the period, or as of when, if that is earlier."""
        end = datetime.combine(TO, datetime.min.time(), PARIS)
        return min(end, self.as_of) if self.as_of else end

    @property
    def by_agent(self) -> bool:
        return any(asked.startswith("agent") for asked in self.asked)


# ---- counting by hand


def column(rows: Rows, name: str) -> list[Any]:
    return [row[name] for row in rows if row[name] is not None]


def quantile(values: list[float], share: float) -> float | None:
    """Type 7: between the two values around (n - 1) x share, linearly."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def spread(values: list[float]) -> Row:
    mean = sum(values) / len(values) if values else None
    return {"n": len(values), "mean": mean, "median": quantile(values, 0.5), "p90": quantile(values, 0.9)}


def rate(part: int, whole: int) -> Row:
    return {"part": part, "whole": whole, "rate": part / whole if whole else None}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def duration(seconds: str, business_seconds: str) -> Callable[[str, Rows, Listed], Row]:
    def counted(key: str, rows: Rows, listed: Listed) -> Row:
        return {key: spread(column(rows, seconds)), f"{key}_bh": spread(column(rows, business_seconds))}

    return counted


def resolution_time(key: str, rows: Rows, listed: Listed) -> Row:
    seconds = column(rows, "resolution_seconds")
    within = sum(value <= 3600 for value in seconds) / len(seconds) if seconds else None
    counted = duration("resolution_seconds", "resolution_business_seconds")(key, rows, listed)
    return {**counted, key: {**counted[key], "within_target": within}}


def csat(key: str, rows: Rows, listed: Listed) -> Row:
    scores = column(rows, "score")
    n = len(scores)
    assert n == len(rows)
    return {
        key: {
            "n": n,
            "mean": sum(scores) / n if n else None,
            "share_4_5": sum(score >= 4 for score in scores) / n if n else None,
            "scores": {str(score): scores.count(score) for score in range(1, 6)},
        }
    }


def one_reply_rate(key: str, rows: Rows, listed: Listed) -> Row:
    touch = Counter(column(rows, "touch"))
    assert touch.total() == len(rows)
    return {key: {**rate(touch["one"], len(rows)), "zero": touch["zero"], "several": touch["several"]}}


def automated_resolution_rate(key: str, rows: Rows, listed: Listed) -> Row:
    how = Counter(column(rows, "automated"))
    assert how.keys() <= {"automated", "silent", "human"}
    return {key: {**rate(how["automated"], len(rows)), "silent": how["silent"]}}


def zero_touch_rate(key: str, rows: Rows, listed: Listed) -> Row:
    return {key: rate(sum(row["automated"] in ("automated", "silent") for row in rows), len(rows))}


def converted_tickets(key: str, rows: Rows, listed: Listed) -> Row:
    revenue: Counter[str] = Counter()
    for row in rows:
        assert row["revenue"] == row["paid"] - row["refunded"]
        revenue[row["currency"]] += row["revenue"]
    counted = {"orders": len(rows), "revenue": dict(revenue)}
    if listed.by_agent:  # whose orders they are, and whose tickets, is not the same question
        return {key: counted}
    whole = listed.rows("tickets_created")
    converted = {row["ticket"] for row in rows}
    assert converted == {row["ticket"] for row in whole if row["converted"]}
    assert len(rows) == sum(row["orders"] for row in whole)
    return {key: {**rate(len(converted), len(whole)), **counted}}


def tickets_closed(key: str, rows: Rows, listed: Listed) -> Row:
    closers = Counter(column(rows, "closer"))
    shares = {closer: n / len(rows) for closer, n in closers.items()}
    return {key: {"total": len(rows), "by_agent": dict(closers), "share": shares}}


def reopened(key: str, rows: Rows, listed: Listed) -> Row:
    assert all(row["reopened"] is True for row in rows)
    unknown = [row for row in listed.rows("tickets_closed") if row["reopened"] is None]
    assert all(row["history"] in ("partial", "summary") for row in unknown)
    return {key: len(rows), f"{key}_partly_known": len(unknown)}


def reopen_rate(key: str, rows: Rows, listed: Listed) -> Row:
    unknown = sum(row["reopened"] is None for row in listed.rows("tickets_closed"))
    return {key: {**rate(sum(row["reopened"] for row in rows), len(rows)), "partly_known": unknown}}


def messages_per_ticket(key: str, rows: Rows, listed: Listed) -> Row:
    messages = sum(column(rows, "public_messages"))
    unknown = sum(row["public_messages"] is None for row in listed.rows("tickets_closed"))
    mean = messages / len(rows) if rows else None
    return {key: {"n": len(rows), "messages": messages, "mean": mean, "partly_known": unknown}}


def net_flow(key: str, rows: Rows, listed: Listed) -> Row:
    return {key: sum(column(rows, "opened")) - sum(column(rows, "closed"))}


def unresolved_tickets(key: str, rows: Rows, listed: Listed) -> Row:
    statuses = Counter(column(rows, "status"))
    return {key: len(rows), "unresolved_by_status": {name: statuses[name] for name in ("open", "pending", "snoozed")}}


def backlog_age(key: str, rows: Rows, listed: Listed) -> Row:
    ages = [(listed.last - moment(row["created_at"])).total_seconds() for row in rows]
    return {key: {"oldest": max(ages, default=None), "median": quantile(ages, 0.5)}}


def days_to_clear(key: str, rows: Rows, listed: Listed) -> Row:
    last = listed.last.astimezone(PARIS)
    if last.time() != datetime.min.time():
        return {}  # rows can be asked for by whole days only
    closes = sum(column(listed.rows("net_flow", last.date() - timedelta(days=28), last.date()), "closed"))
    return {key: len(rows) * 28 / closes if closes else None}


def contact_rate(key: str, rows: Rows, listed: Listed) -> Row:
    orders = [line for line in LINES if line["type"] == "order" and line["paid"] and not line["test"]]
    placed = [moment(line["at"]) for line in orders]
    whole = sum(FROM <= at.astimezone(PARIS).date() < TO and at <= (listed.as_of or at) for at in placed)
    return {key: rate(len(rows), whole)}


def left_out(key: str, rows: Rows, listed: Listed) -> Row:
    reasons = Counter(column(rows, "left_out"))
    assert reasons.total() == len(rows)
    return {key: {reason: reasons[reason] for reason in ("merged", "spam", "deleted")}}


def tickets_created(key: str, rows: Rows, listed: Listed) -> Row:
    assert len({row["ticket"] for row in rows}) == len(rows)
    return {key: len(rows)}


RECOUNTED: dict[str, Callable[[str, Rows, Listed], Row]] = {
    "automated_resolution_rate": automated_resolution_rate,
    "backlog_age": backlog_age,
    "contact_rate": contact_rate,
    "converted_tickets": converted_tickets,
    "csat": csat,
    "days_to_clear": days_to_clear,
    "first_resolution_time": duration("first_resolution_seconds", "first_resolution_business_seconds"),
    "first_response_time": duration("first_response_seconds", "first_response_business_seconds"),
    "first_response_time_any": duration("first_response_any_seconds", "first_response_any_business_seconds"),
    "left_out": left_out,
    "messages_per_ticket": messages_per_ticket,
    "net_flow": net_flow,
    "one_reply_rate": one_reply_rate,
    "reopen_rate": reopen_rate,
    "reopened": reopened,
    "resolution_time": resolution_time,
    "response_time": duration("response_seconds", "response_business_seconds"),
    "response_time_any": duration("response_seconds", "response_business_seconds"),
    "tickets_closed": tickets_closed,
    "tickets_created": tickets_created,
    "unresolved_tickets": unresolved_tickets,
    "zero_touch_rate": zero_touch_rate,
}


def test_every_metric_is_recounted() -> None:
    assert RECOUNTED.keys() == metrics().keys()


def test_counting_the_rows_gives_the_number(slug: str, asked: list[str]) -> None:
    figures, listed = report(slug, asked), Listed(slug, asked)
    for key, recount in RECOUNTED.items():
        counted = recount(key, listed.rows(key), listed)
        for name, wanted in counted.items():
            assert approximately(wanted, figures[name]), (name, wanted, figures[name])


def test_the_history_has_something_of_everything(slug: str) -> None:
    figures = report(slug, [])
    counts = [figures[key] for key in ("tickets_created", "reopened", "unresolved_tickets")]
    counts += [figures[key]["n"] for key in figures if isinstance(figures[key], dict) and "n" in figures[key]]
    counts += [value for key in ("left_out", "unresolved_by_status") for value in figures[key].values()]
    counts += [figures["one_reply_rate"][name] for name in ("zero", "part", "several")]
    counts += [figures["automated_resolution_rate"][name] for name in ("part", "silent")]
    counts += [
        figures["csat"]["robots"],
        figures["converted_tickets"]["part"],
        len(figures["tickets_closed"]["by_agent"]),
        figures["reopened_partly_known"],
        figures["messages_per_ticket"]["partly_known"],
        figures["response_time"]["partly_known"],
    ]
    assert min(counts) > 1, figures
    assert len(figures["converted_tickets"]["revenue"]) == 3


def test_csv_and_json_list_the_same(slug: str) -> None:
    listed = Listed(slug, ASKED["not one tag"])
    for key in metrics():
        rows, csv_rows = listed.rows(key), listed.csv_rows(key)
        assert len(rows) == len(csv_rows)
        for row, csv_row in zip(rows, csv_rows, strict=True):
            assert list(row) == list(csv_row)
            assert {name: as_cell(value) for name, value in row.items()} == csv_row


def as_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case dict():
            return json.dumps(value)
        case bool():
            return str(value).lower()
    return str(value)
