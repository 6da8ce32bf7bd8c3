"""Every command on a small shop: what it prints, in each format, and that it leaves the terminal's pipes in order."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
from cli.programs import Ended, Line, call, call_on, environment, installation, log, run
from django.db import connection

from counterbell.accounts.models import Shop
from counterbell.cli._demo_people import tell_who_signs_in
from counterbell.metrics import metrics
from counterbell.metrics.query import DIMENSIONS
from counterbell.record.models import TicketState
from counterbell.site.options import data_directory
from counterbell.sources import names
from counterbell.sources.csv_file import shipped_mappings

FILES = Path(__file__).parent.parent / "sources" / "files"
MARCH = ("--from", "2025-03-01", "--to", "2025-04-01")

LINES: list[Line] = [
    {"type": "shop", "timezone": "Europe/Paris", "currency": "EUR"},
    {"type": "customer", "id": "kim", "email": "kim@example.com", "name": "Kim", "country": "FR"},
    {"type": "ticket", "id": "t1", "channel": "email", "created_at": "2025-03-03T09:00:00Z", "customer": "kim"},
    {"type": "message", "id": "m1", "ticket": "t1", "at": "2025-03-03T09:00:00Z", "by": "customer", "text": "Where?"},
    {"type": "message", "id": "m2", "ticket": "t1", "at": "2025-03-03T09:20:00.1Z", "by": "agent", "agent": "ann"},
    {"type": "status", "ticket": "t1", "at": "2025-03-03T10:00:00Z", "to": "closed", "agent": "ann"},
    {"type": "survey", "id": "s1", "ticket": "t1", "at": "2025-03-03T11:00:00Z"},
    {"type": "rating", "survey": "s1", "at": "2025-03-03T12:00:00Z", "score": 4, "comment": "Kim says thanks"},
    {"type": "order", "id": "o1", "customer": "kim", "at": "2025-03-04T09:00:00Z", "currency": "EUR", "paid": 4990},
    {"type": "ticket", "id": "t2", "channel": "chat", "created_at": "2025-03-11T09:00:00Z", "tags": ["vip"]},
    {"type": "message", "id": "m3", "ticket": "t2", "at": "2025-03-11T09:00:00Z", "by": "customer"},
    {"type": "ticket", "id": "t3", "channel": "chat", "created_at": "2025-03-12T09:00:00Z"},
    {"type": "flag", "ticket": "t3", "at": "2025-03-12T09:01:00Z", "flag": "spam"},
]

TICKET_COLUMNS = {
    "ticket", "channel", "direction", "created_at", "first_response_at", "first_response_seconds",
    "first_response_business_seconds", "responses", "response_seconds_total", "first_closed_at",
    "first_resolution_seconds", "closed_at", "resolution_seconds", "resolution_business_seconds", "closer", "replies",
    "reopened", "touch", "automated", "score", "orders", "revenue",
}  # fmt: skip


@pytest.fixture
def slug(sqlite: Path, tmp_path: Path) -> str:
    """A shop of the test's own."""
    slug = f"ann-{uuid4().hex}"
    assert call("import", "log_file", log(tmp_path / "march.log", LINES), "--shop", slug).code == 0
    return slug


def told(*arguments: str | Path) -> Ended:
    """What a command says that ends well."""
    ended = call(*arguments)
    assert ended.code == 0, ended.errors
    return ended


# ---- report


def test_the_json_of_a_report_is_as_agreed(slug: str) -> None:
    report = told("report", "--shop", slug, *MARCH, "--grain", "week", "--format", "json").json
    assert {name: report[name] for name in ("shop", "timezone")} == {"shop": slug, "timezone": "Europe/Paris"}
    assert datetime.fromisoformat(report["as_of"]).utcoffset() == timedelta(0)
    bounds = [(bucket["start"], bucket["end"]) for bucket in report["buckets"]]
    assert bounds[0] == ("2025-03-01", "2025-03-03")
    assert bounds[1] == ("2025-03-03", "2025-03-10")
    assert bounds[-1] == ("2025-03-31", "2025-04-01")
    for bucket in report["buckets"]:
        assert bucket.keys() >= {"start", "end", "metrics"}
        assert bucket["metrics"].keys() >= metrics().keys()
    figures = report["buckets"][1]["metrics"]
    assert figures["first_response_time"]["mean"] == 1200.1
    assert figures["first_response_time_bh"] == {**figures["first_response_time_bh"], "n": 0, "mean": None}
    assert figures["converted_tickets"]["revenue"] == {"EUR": 4990}
    assert figures["csat"]["scores"] == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}


@pytest.mark.parametrize(
    ("day", "next_day", "count", "offsets"),
    [("2025-03-30", "2025-03-31", 23, {"+01:00", "+02:00"}), ("2025-10-26", "2025-10-27", 25, {"+01:00", "+02:00"})],
)
def test_hours_have_the_shops_offset(slug: str, day: str, next_day: str, count: int, offsets: set[str]) -> None:
    asked = ("--from", day, "--to", next_day, "--grain", "hour", "--format", "json", "--metric", "tickets_created")
    buckets = told("report", "--shop", slug, *asked).json["buckets"]
    assert len(buckets) == count
    assert {bucket["start"][-6:] for bucket in buckets} == offsets
    assert all(before["end"] == after["start"] for before, after in pairwise(buckets))


def test_a_report_has_only_the_metrics_asked_for(slug: str) -> None:
    asked = ("--metric", "csat", "--metric", "tickets_created", "--format", "json")
    (bucket,) = told("report", "--shop", slug, *MARCH, *asked).json["buckets"]
    assert bucket["metrics"].keys() == {"csat", "tickets_created"}


@pytest.mark.parametrize("by", DIMENSIONS)
def test_a_report_can_be_sliced_by_every_dimension(slug: str, by: str) -> None:
    ended = told("report", "--shop", slug, *MARCH, "--by", by, "--metric", "tickets_created", "--format", "json")
    (bucket,) = ended.json["buckets"]
    slices = {part[by]: part["metrics"]["tickets_created"] for part in bucket["by"]}
    assert sum(slices.values()) == bucket["metrics"]["tickets_created"] == 2
    if by == "channel":
        assert slices == {"email": 1, "chat": 1}


def test_a_report_of_the_past_knows_nothing_of_what_came_later(slug: str) -> None:
    asked = (*MARCH, "--as-of", "2025-03-03T09:10:00Z", "--format", "json")
    report = told("report", "--shop", slug, *asked).json
    assert report["as_of"] == "2025-03-03T09:10:00Z"
    figures = report["buckets"][0]["metrics"]
    assert (figures["tickets_created"], figures["unresolved_tickets"]) == (1, 1)
    assert figures["first_response_time"]["n"] == 0


def test_a_report_beside_the_period_before(slug: str) -> None:
    report = told("report", "--shop", slug, *MARCH, "--compare", "previous", "--format", "json").json
    (before,) = report["comparison"]["buckets"]
    assert (before["start"], before["end"]) == ("2025-02-01", "2025-03-01")
    assert before["metrics"]["tickets_created"] == 0


def flat(figures: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The figures of a JSON report by the names that the flat formats give them."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield from ((f"{prefix}{name}.low", value[0]), (f"{prefix}{name}.high", value[1]))
        else:
            yield f"{prefix}{name}", value


def csv_rows(ended: Ended) -> list[dict[str, str]]:
    assert ended.output.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(ended.text, newline="")))


def as_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def test_json_csv_and_parquet_agree_to_the_digit(slug: str) -> None:
    asked = ("report", "--shop", slug, *MARCH, "--grain", "day", "--as-of", "2025-04-05T00:00:00Z", "--format")
    buckets = told(*asked, "json").json["buckets"]
    in_csv = csv_rows(told(*asked, "csv"))
    in_parquet = pq.read_table(io.BytesIO(told(*asked, "parquet").output)).to_pylist()
    assert len(buckets) == len(in_csv) == len(in_parquet) == 31
    for bucket, csv_row, parquet_row in zip(buckets, in_csv, in_parquet, strict=True):
        figures = {"start": bucket["start"], "end": bucket["end"], **dict(flat(bucket["metrics"]))}
        assert {name: as_cell(value) for name, value in figures.items()}.items() <= csv_row.items()
        assert figures.items() <= parquet_row.items()
        assert not any(csv_row[name] or parquet_row[name] for name in csv_row.keys() - figures.keys())


def test_slices_are_rows_of_their_own_in_the_flat_formats(slug: str) -> None:
    asked = ("report", "--shop", slug, *MARCH, "--by", "channel", "--metric", "tickets_created", "--format")
    rows = [(row["channel"], row["tickets_created"]) for row in csv_rows(told(*asked, "csv"))]
    assert rows == [("chat", "1"), ("email", "1")]
    table = pq.read_table(io.BytesIO(told(*asked, "parquet").output))
    assert table.to_pydict()["channel"] == ["chat", "email"]


def test_the_table_is_the_format_for_people(slug: str) -> None:
    text = told("report", "--shop", slug, *MARCH).text
    assert slug in text
    for title in ("Number of tickets", "Average first response time", "Customer satisfaction (CSAT)"):
        assert title in text


# ---- tickets


def test_the_tickets_of_a_period_have_the_columns_that_are_promised(slug: str) -> None:
    rows = told("tickets", "--shop", slug, *MARCH, "--format", "json").json
    assert [row["ticket"] for row in rows] == ["t1", "t2"]
    first, second = rows
    assert first.keys() == second.keys() >= TICKET_COLUMNS
    wanted = {
        "channel": "email", "direction": "inbound", "created_at": "2025-03-03T09:00:00Z",
        "first_response_at": "2025-03-03T09:20:00.100000Z", "first_response_seconds": 1200.1, "responses": 1,
        "first_response_business_seconds": None, "response_seconds_total": 1200.1, "resolution_seconds": 3600,
        "closed_at": "2025-03-03T10:00:00Z", "closer": "ann", "replies": 1, "reopened": False, "touch": "one",
        "automated": "human", "score": 4, "orders": 1, "revenue": {"EUR": 4990},
    }  # fmt: skip
    assert {name: first[name] for name in wanted} == wanted
    assert (second["closed_at"], second["closer"], second["score"]) == (None, None, None)


@pytest.mark.parametrize("key", [*metrics()])
def test_every_metric_lists_its_rows(slug: str, key: str) -> None:
    asked = ("tickets", "--shop", slug, *MARCH, "--metric", key, "--format")
    rows, in_csv = told(*asked, "json").json, csv_rows(told(*asked, "csv"))
    assert len(rows) == len(in_csv)
    assert len(rows) == 0 if key == "reopened" else len(rows) in (1, 2)


def test_without_rows_there_is_an_empty_list_and_a_header(slug: str) -> None:
    nothing = ("tickets", "--shop", slug, "--from", "2024-01-01", "--to", "2024-02-01", "--format")
    assert told(*nothing, "json").json == []
    (header,) = told(*nothing, "csv").text.splitlines()
    assert set(header.split(",")) >= TICKET_COLUMNS


FORMULAS = [
    '=HYPERLINK("http://x")',
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0-1",
    "\uff1d1",
]


def test_no_cell_is_a_formula(sqlite: Path, tmp_path: Path) -> None:
    slug = f"dan-{uuid4().hex}"
    at = "2025-03-03T09:00:00Z"
    texts: list[Line] = []
    for number, formula in enumerate(FORMULAS):
        told_by = {"channel": formula, "store": formula, "priority": formula, "language": formula, "intent": formula}
        texts.append({"type": "ticket", "id": formula, "created_at": at, **told_by})
        texts.append({"type": "message", "id": f"m{number}", "ticket": formula, "at": at, "by": "customer"})
        texts.append(
            {"type": "message", "id": f"n{number}", "ticket": formula, "at": at, "by": "agent", "agent": formula}
        )
        texts.append({"type": "status", "ticket": formula, "at": at, "to": "closed", "agent": formula})
    told("import", "log_file", log(tmp_path / "formulas.log", texts), "--shop", slug)
    for asked in (["tickets"], ["tickets", "--metric", "response_time"], ["report", "--by", "agent"]):
        rows = csv_rows(told(*asked, "--shop", slug, *MARCH, "--format", "csv"))
        cells = [cell for row in rows for cell in row.values()]
        suspicious = [cell for cell in cells if re.match(r"\s*[=+\-@\uff1d]|[\t\r\n]", cell)]
        assert not [cell for cell in suspicious if not re.fullmatch(r"-?[0-9.e+-]+", cell)]
        assert {f"'{formula}" for formula in FORMULAS} <= set(cells)
    rows = told("tickets", "--shop", slug, *MARCH, "--format", "json").json
    assert {row["ticket"] for row in rows} == set(FORMULAS)


@pytest.mark.parametrize("name", ['{"a":1}', "{", "true", "null", "1e5", "t,1", 't"1', "t\n1", "🙂"])
def test_a_ticket_may_have_any_name(sqlite: Path, tmp_path: Path, name: str) -> None:
    slug = f"dan-{uuid4().hex}"
    ticket = {"type": "ticket", "id": name, "channel": "email", "created_at": "2025-03-03T09:00:00Z", "store": name}
    told("import", "log_file", log(tmp_path / "name.log", [ticket]), "--shop", slug)
    (row,) = told("tickets", "--shop", slug, *MARCH, "--format", "json").json
    assert row["ticket"] == row["store"] == name
    (csv_row,) = csv_rows(
        told("tickets", "--shop", slug, *MARCH, "--where", f"store={name}" if "," not in name else "agent=")
    )
    assert csv_row["ticket"] == csv_row["store"] == name


# ---- the others


def test_the_metrics_are_listed_and_explained(sqlite: Path) -> None:
    text = told("metrics").text
    assert all(key in text for key in metrics())
    explained = told("metrics", "first_response_time").text
    for part in ("How long does a customer wait for a first human answer?", "09:12 T1 agent", "select", "2160"):
        assert part in explained


def test_the_sources_are_listed_and_explained(sqlite: Path) -> None:
    listed = told("sources").text
    assert all(f"{name}: " in listed for name in names())
    explained = told("sources", "csv_file").text
    assert "counterbell import csv_file --help" in explained
    assert all(name in explained for name in shipped_mappings())
    assert "--mapping" in told("import", "csv_file", "--help").text


@pytest.mark.parametrize(
    ("mapping", "file", "counts"),
    [
        ("italian_helpdesk", "helpdesk_log.csv", {"ticket": 2, "status": 5}),
        ("twitter_support", "threads.csv", {"ticket": 4, "message": 7}),
    ],
)
def test_a_shipped_mapping_takes_its_file_in(sqlite: Path, mapping: str, file: str, counts: dict[str, int]) -> None:
    slug = f"ann-{uuid4().hex}"
    asked = ("import", "csv_file", FILES / file, "--mapping", mapping, "--shop", slug)
    first, second = told(*asked), told(*asked)
    for kind, count in counts.items():
        assert counted(first, kind)[:2] == [count, count]
        assert counted(second, kind)[:3] == [count, 0, count]
    period = ("--from", "2017-01-01", "--to", "2025-01-01", "--grain", "year", "--format", "json")
    buckets = told("report", "--shop", slug, *period).json["buckets"]
    assert sum(bucket["metrics"]["tickets_created"] for bucket in buckets) == counts["ticket"]


def counted(ended: Ended, kind: str) -> list[int]:
    """The counts of the summary of an import for one type: read, new, known, refused."""
    (row,) = [line.split() for line in ended.errors.splitlines() if line.startswith(f"{kind} ")]
    return [int(count.replace(",", "")) for count in row[1:]]


def test_the_facts_are_shown_and_made_again(slug: str) -> None:
    assert "older than the record" in told("facts", "--shop", slug).text
    before = told("tickets", "--shop", slug, *MARCH, "--format", "json").json
    shown = told("facts", "--shop", slug).text
    assert "2025-03" in shown
    assert "older than the record" not in shown
    assert told("facts", "rebuild", "--shop", slug).text == "1 month rebuilt.\n"
    assert told("tickets", "--shop", slug, *MARCH, "--format", "json").json == before


def test_an_empty_shop_has_no_facts(sqlite: Path) -> None:
    shop = Shop.objects.create(slug=f"empty-{uuid4().hex}")
    assert "There are no facts yet" in told("facts", "--shop", shop.slug).text
    assert told("tickets", "--shop", shop.slug, "--format", "json").json == []
    (bucket,) = told("report", "--shop", shop.slug, *MARCH, "--format", "json").json["buckets"]
    assert bucket["metrics"]["tickets_created"] == 0
    assert bucket["metrics"]["resolution_time"]["mean"] is None
    assert told("export", "--shop", shop.slug).output == b""


def test_the_state_is_checked_and_mended(slug: str) -> None:
    fine = "The state of all tickets is what their history says.\n"
    assert told("check", "--shop", slug).text == fine
    TicketState.objects.filter(ticket__shop__slug=slug, ticket__external_id="t1").update(status=2)
    ended = call("check", "--shop", slug)
    assert ended.code == 1
    assert "ticket t1: status is kept as" in ended.text
    assert told("check", "--shop", slug, "--repair").text.endswith("1 difference mended.\n")
    assert told("check", "--shop", slug).text == fine


def test_a_person_is_erased_and_the_figures_stay(slug: str) -> None:
    asked = ("report", "--shop", slug, *MARCH, "--as-of", "2025-05-01T00:00:00Z", "--format", "json")
    before = told(*asked).json
    assert "Kim" in told("export", "--shop", slug).text
    told("erase", "kim", "--yes", "--shop", slug)
    assert "Kim" not in told("export", "--shop", slug).text
    assert told(*asked).json == before


def test_nobody_is_erased_without_being_asked_for(slug: str) -> None:
    ended = call("erase", "kim", "--shop", slug, stdin=b"n\n")
    assert ended.code == 1
    assert "Kim" in told("export", "--shop", slug).text


def test_the_shops_are_listed(slug: str) -> None:
    text = told("shops", "list").text
    assert slug in text
    assert "Europe/Paris" in text


def test_a_shop_begins_without_a_history(sqlite: Path) -> None:
    slug = f"ann-{uuid4().hex[:8]}"
    made = told("shops", "add", slug, "--timezone", "Europe/Paris", "--currency", "eur", "--name", "Chez Ann")
    assert "counterbell people add" in made.text
    shop = Shop.objects.get(slug=slug)
    assert (shop.timezone, shop.currency, shop.name, shop.told) == ("Europe/Paris", "EUR", "Chez Ann", True)
    assert call("people", "add", f"olga@{slug}.example", "--role", "owner", "--shop", slug, stdin=b"\n").code == 0
    again = call("shops", "add", slug, "--timezone", "UTC", "--currency", "EUR")
    assert again.code == 1
    assert f"There is a shop '{slug}' already." in again.errors


@pytest.mark.parametrize(
    ("name", "zone", "currency", "said"),
    [
        ("a shop", "UTC", "EUR", "cannot name a shop"),
        ("unsettled", "Europe/Pariss", "EUR", "Europe/Pariss"),
        ("unsettled", "UTC", "EURO", "There is no currency 'EURO'"),
    ],
)
def test_a_shop_that_cannot_be_is_not_made(sqlite: Path, name: str, zone: str, currency: str, said: str) -> None:
    ended = call("shops", "add", name, "--timezone", zone, "--currency", currency)
    assert ended.code == 1
    assert said in ended.errors
    assert not Shop.objects.filter(slug=name).exists()


def test_the_demo_is_made_once(sqlite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = told("demo", "--tickets-per-day", "0.5")
    tell_who_signs_in()  # as `serve --demo` does
    assert capsys.readouterr().out in made.text
    assert "olga@maison-lilas.example (owner)" in made.text
    assert "maison-lilas" in made.text + made.errors
    again = told("demo", "--tickets-per-day", "0.5")
    assert "is there already" in again.text + again.errors
    assert told("report", "--shop", "maison-lilas").output


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann:secret@127.0.0.1:5432/shop", "postgresql://***@127.0.0.1:5432/shop"),
        ("postgresql://ann:se@cret@db.example/shop", "postgresql://***@db.example/shop"),
        ("postgresql://db.example/shop?user=ann&password=secret", "postgresql://db.example/shop"),
        ("postgresql://db.example/shop", "postgresql://db.example/shop"),
    ],
)
def test_the_settings_show_no_password(sqlite: Path, monkeypatch: pytest.MonkeyPatch, url: str, shown: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    text = told("settings").text
    assert "secret" not in text
    assert "se@cret" not in text
    assert f"DATABASE_URL  {shown}\n" in text


def test_the_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", told("--version").text)


def test_the_data_directory_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERBELL_DATA", str(tmp_path / "deep" / "data"))
    assert data_directory().stat().st_mode & 0o777 == 0o700


# ---- in processes of their own


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An installation in a directory with a name that is not easy to write in an address."""
    directory = tmp_path / "ann's 100% #1 été?"
    directory.mkdir()
    return installation(directory)


def test_a_shop_from_its_log_to_its_report(tmp_path: Path, data: Path) -> None:
    imported = run("import", "log_file", log(tmp_path / "march.log", LINES), data=data)
    assert imported.code == 0, imported.errors
    assert imported.output == b""
    elsewhere = tmp_path / "elsewhere"
    reported = run("--data", data, "report", *MARCH, "--format", "json", data=elsewhere)
    assert reported.code == 0, reported.errors
    assert reported.json["buckets"][0]["metrics"]["tickets_created"] == 2
    assert not elsewhere.exists()
    parquet = run("report", *MARCH, "--format", "parquet", data=data)
    assert pq.read_table(io.BytesIO(parquet.output)).num_rows == 1


def test_a_terminal_of_another_encoding_breaks_nothing(tmp_path: Path, data: Path) -> None:
    ticket = {"type": "ticket", "id": "été 🙂", "channel": "email", "created_at": "2025-03-03T09:00:00Z"}
    latin = {"PYTHONIOENCODING": "latin-1"}
    assert run("import", "log_file", log(tmp_path / "a.log", [ticket]), data=data, more=latin).code == 0
    ended = run("metrics", data=data, more=latin)
    assert ended.code == 0, ended.errors
    rows = json.loads(run("tickets", *MARCH, "--format", "json", data=data, more=latin).output.decode("utf-8"))
    assert rows[0]["ticket"] == "été 🙂"


def test_a_reader_that_has_seen_enough_is_no_trouble(tmp_path: Path, data: Path) -> None:
    many = [{**LINES[2], "id": f"t{number}"} for number in range(3000)]
    assert call_on(data, "import", "log_file", log(tmp_path / "many.log", many)).code == 0
    for asked in (f"tickets {' '.join(MARCH)}", "export"):
        ended = subprocess.run(
            f"{sys.executable} -m counterbell {asked} | head -n 1",
            shell=True, env=environment(data, {}), capture_output=True, check=False,
        )  # fmt: skip
        assert ended.stdout.count(b"\n") == 1
        assert b"Traceback" not in ended.stderr
        assert b"Exception" not in ended.stderr


def test_the_connection_is_closed_when_a_command_ends(slug: str) -> None:
    told("shops", "list")
    assert not connection.in_atomic_block
