"""The log format in and out: whole, in every wrapping, and with everything that can be wrong with a line."""

import gzip
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import msgspec
import pytest
import zstandard
from cli.programs import Line, call, environment, exported, installation, log
from histories import histories
from hypothesis import given
from hypothesis import strategies as st
from rounds import rounds
from sources.every_field import EVERY_FIELD

from counterbell.accounts.models import Shop
from counterbell.record.entries import Entry, Unreadable
from counterbell.record.erase import erase
from counterbell.record.export import export
from counterbell.record.models import Message, Rating, Ticket, Waiting
from counterbell.sources import log_file
from counterbell.sources._run import Outcome
from counterbell.sources._run import run as take_in

SHOP: Line = {"type": "shop", "timezone": "Europe/Paris", "currency": "EUR"}
TICKET: Line = {"type": "ticket", "id": "t1", "channel": "email", "created_at": "2025-03-03T09:00:00Z"}
AT = "2025-03-03T10:00:00Z"


def shop_from(path: Path) -> tuple[Shop, Outcome]:
    """A new shop with what could be read from that file."""
    shop = Shop.objects.create(slug=f"s{uuid4().hex}")
    outcome = take_in(shop, "log_file", log_file.stream(path))
    shop.refresh_from_db()
    return shop, outcome


def of_lines(tmp_path: Path, *lines: Line | str | bytes) -> tuple[Shop, Outcome]:
    """A new shop with what could be read from these lines."""
    path = tmp_path / f"{uuid4().hex}.log"
    path.write_bytes(b"".join(written(line) + b"\n" for line in lines))
    return shop_from(path)


def written(line: Line | str | bytes) -> bytes:
    match line:
        case bytes():
            return line
        case str():
            return line.encode()
    return json.dumps(line, ensure_ascii=False).encode()


def refused_by(outcome: Outcome) -> list[Line]:
    """What stands in the run's file of refused lines."""
    if outcome.refused_file is None:
        return []
    with outcome.refused_file.open(encoding="utf-8") as file:
        lines = list(map(json.loads, file))
    for line in lines:
        line.pop("said", None)  # what the reason is told from in other languages
    return lines


def record_of(shop: Shop, tmp_path: Path) -> list[bytes]:
    """The lines of the shop's record, sorted."""
    path = tmp_path / f"{uuid4().hex}.log"
    lines = export(shop, path)
    found = sorted(path.read_bytes().splitlines())
    assert len(found) == lines
    return found


def imported(lines: Iterable[bytes], tmp_path: Path) -> Shop:
    shop, outcome = of_lines(tmp_path, *lines)
    assert not [line for line in refused_by(outcome) if "kept aside" not in line["reason"]]
    return shop


def metrics_of(shop: Shop, first: str, last: str) -> Any:
    """All that the report says of the shop, but for its name."""
    asked = ("report", "--shop", shop.slug, "--from", first, "--to", last, "--as-of", "2030-01-01T00:00:00Z")
    ended = call(*asked, "--format", "json")
    assert ended.code == 0, ended.errors
    return {**ended.json, "shop": None}


def days_around(lines: Iterable[Line]) -> tuple[str, str]:
    """The first and the last year in which something happened."""
    years = {datetime.fromisoformat(at).year for line in lines if (at := line.get("created_at") or line.get("at"))}
    return f"{min(years) - 1}-01-01", f"{max(years) + 2}-01-01"


# ---- in and out


def test_the_log_below_has_every_field_of_every_type() -> None:
    for kind in get_args(Entry):
        tag = kind.__struct_config__.tag
        used = {field for line in EVERY_FIELD if line["type"] == tag for field in line} - {"type"}
        assert used == {field.encode_name for field in msgspec.structs.fields(kind)}


def test_every_field_goes_in_and_comes_out(installation: str, tmp_path: Path) -> None:
    record = record_of(imported(map(written, EVERY_FIELD), tmp_path), tmp_path)
    named = {"type": "agent", "id": "zoe"}
    assert record == sorted(msgspec.json.encode(msgspec.convert(line, Entry)) for line in [*EVERY_FIELD, named])
    assert record_of(imported(reversed(record), tmp_path), tmp_path) == record


@given(histories(), st.lists(st.text(min_size=1), min_size=1, max_size=5))
@rounds(4)
@pytest.mark.usefixtures("sqlite")
def test_export_import_export_gives_the_same_bytes_and_metrics(
    sqlite: Path, tmp_path_factory: pytest.TempPathFactory, lines: list[Line], texts: list[str]
) -> None:
    tmp_path = tmp_path_factory.mktemp("round")
    for place, line in enumerate(lines):
        if line["type"] in ("message", "ticket"):
            line["text" if line["type"] == "message" else "subject"] = texts[place % len(texts)]
    first = imported(map(written, lines), tmp_path)
    record = record_of(first, tmp_path)
    second = imported(random.Random(len(record)).sample(record, len(record)), tmp_path)
    assert record_of(second, tmp_path) == record
    around = days_around(lines)
    assert metrics_of(first, *around) == metrics_of(second, *around)


def test_an_erased_person_stays_erased_and_the_metrics_stay(sqlite: Path, tmp_path: Path) -> None:
    shop = imported(map(written, EVERY_FIELD), tmp_path)
    around = days_around(EVERY_FIELD)
    before = metrics_of(shop, *around)
    assert erase(shop, "kim") == 4
    assert metrics_of(shop, *around) == before
    record = record_of(shop, tmp_path)
    assert not any(text.encode() in line for line in record for text in ("Kim", "colis", "bof", "+33 1"))
    again = imported(record, tmp_path)
    assert record_of(again, tmp_path) == record
    assert metrics_of(again, *around) == before


def test_the_log_of_before_an_erasure_does_not_bring_the_person_back(sqlite: Path, tmp_path: Path) -> None:
    shop = imported(map(written, EVERY_FIELD), tmp_path)
    erase(shop, "kim")
    record = record_of(shop, tmp_path)
    outcome = take_in(shop, "log_file", log_file.stream(log(tmp_path / "before.log", EVERY_FIELD)))
    assert not outcome.summary.new.total()
    assert record_of(shop, tmp_path) == record


def test_a_shop_of_which_nothing_was_told_is_exported_without_a_shop_line(sqlite: Path, tmp_path: Path) -> None:
    record = record_of(imported([written(TICKET)], tmp_path), tmp_path)
    assert record == [msgspec.json.encode(msgspec.convert(TICKET, Entry))]


def test_what_waits_is_exported_and_goes_in_where_it_is_awaited(installation: str, tmp_path: Path) -> None:
    waiting = [line for line in EVERY_FIELD if line.get("ticket") == "t9" or line.get("survey") == "s9"]
    record = record_of(imported(map(written, waiting), tmp_path), tmp_path)
    shop = imported(record, tmp_path)
    awaited = [{**TICKET, "id": "t9"}, {"type": "survey", "id": "s9", "ticket": "t9", "at": AT}]
    take_in(shop, "log_file", log_file.stream(log(tmp_path / "awaited.log", awaited)))
    assert not Waiting.objects.filter(shop=shop).exists()
    assert Message.objects.get(shop=shop).ticket.external_id == "t9"
    assert Rating.objects.get(survey__shop=shop).score == 5


# ---- every wrapping


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda plain: plain,
    "gz": gzip.compress,
    "zst": zstandard.ZstdCompressor().compress,
    "two gz": lambda plain: b"".join(map(gzip.compress, plain.splitlines(keepends=True))),
    "two zst": lambda plain: b"".join(map(zstandard.ZstdCompressor().compress, plain.splitlines(keepends=True))),
    "padded gz": lambda plain: gzip.compress(plain) + bytes(1000),
}


@pytest.fixture
def every_field(tmp_path: Path) -> bytes:
    return log(tmp_path / "every_field.log", EVERY_FIELD).read_bytes()


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.usefixtures("sqlite")
def test_a_file_is_read_whatever_it_is_packed_in_and_called(tmp_path: Path, every_field: bytes, packed: str) -> None:
    (tmp_path / "any.name").write_bytes(PACKED[packed](every_field))
    shop, outcome = shop_from(tmp_path / "any.name")
    assert outcome.summary.read.total() == len(EVERY_FIELD)
    assert outcome.broken is None
    assert len(record_of(shop, tmp_path)) == len(EVERY_FIELD) + 1


@pytest.mark.parametrize("ending", ["log", "log.gz", "log.zst"])
@pytest.mark.usefixtures("sqlite")
def test_an_export_is_packed_as_its_name_says(tmp_path: Path, every_field: bytes, ending: str) -> None:
    shop = imported(every_field.splitlines(), tmp_path)
    path = tmp_path / f"export.{ending}"
    export(shop, path)
    beginning = {"log": b"{", "log.gz": b"\x1f\x8b", "log.zst": b"\x28\xb5\x2f\xfd"}[ending]
    assert path.read_bytes().startswith(beginning)
    again, _ = shop_from(path)
    assert record_of(again, tmp_path) == record_of(shop, tmp_path)


@pytest.mark.one_variant
@pytest.mark.parametrize("packed", ["plain", "gz", "zst"])
def test_a_pipe_can_be_packed_too(tmp_path: Path, every_field: bytes, packed: str) -> None:
    data = installation_of(tmp_path)
    (tmp_path / "piped").write_bytes(PACKED[packed](every_field))
    command = f"cat {tmp_path}/piped | {sys.executable} -m counterbell import log_file -"
    ended = subprocess.run(command, shell=True, env=environment(data, {}), capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert len(exported(data)) == len(EVERY_FIELD) + 1


def test_a_named_pipe_is_read_once_and_whole(tmp_path: Path, every_field: bytes) -> None:
    data = installation_of(tmp_path)
    (tmp_path / "log").write_bytes(every_field * 2000)
    command = f"exec {sys.executable} -m counterbell import log_file <(cat {tmp_path}/log)"
    ended = subprocess.run(["bash", "-c", command], env=environment(data, {}), capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert len(exported(data)) == len(EVERY_FIELD) + 1
    lines = b"%d" % (len(EVERY_FIELD) * 2000)
    assert lines in ended.stderr.replace(b",", b"")


@pytest.mark.usefixtures("sqlite")
def test_an_export_can_go_into_an_import(every_field: bytes, tmp_path: Path) -> None:
    here, there = f"s{uuid4().hex}", f"s{uuid4().hex}"
    assert call("import", "log_file", "-", "--shop", here, stdin=every_field).code == 0
    written_out = call("export", "--shop", here).output
    assert call("import", "log_file", "-", "--shop", there, stdin=written_out).code == 0
    assert sorted(call("export", "--shop", there).output.splitlines()) == sorted(written_out.splitlines())


def installation_of(directory: Path) -> Path:
    directory.mkdir(exist_ok=True)
    return installation(directory)


# ---- files that break off


NOISE = [
    {"type": "agent", "id": f"a{number}", "name": "".join(random.Random(number).choices("abcdefghijklmnop", k=80))}
    for number in range(20_000)
]


def damaged(packed: bytes) -> bytes:
    middle = len(packed) // 2
    return packed[:middle] + bytes(64) + packed[middle + 64 :]


def cut_off(packed: bytes) -> bytes:
    return packed[: len(packed) // 2]


@pytest.mark.parametrize("packed", ["gz", "zst"])
@pytest.mark.parametrize("harm", [damaged, cut_off])
@pytest.mark.usefixtures("sqlite")
def test_what_can_be_read_of_a_broken_file_goes_in(tmp_path: Path, packed: str, harm: Callable[[bytes], bytes]) -> None:
    whole = PACKED[packed](b"".join(written(line) + b"\n" for line in NOISE))
    path = tmp_path / f"broken.log.{packed}"
    path.write_bytes(harm(whole))
    shop = Shop.objects.create(slug=f"s{uuid4().hex}")
    ended = call("import", "log_file", path, "--shop", shop.slug)
    assert ended.code == 1
    known = len(record_of(shop, tmp_path))
    assert 8_000 < known < 11_000
    assert f"{str(path)!r} is cut off or damaged" in ended.errors
    told = re.search(r"it could be read up to line (\d+), and what could is in the record. Get the file", ended.errors)
    assert told
    assert known == int(told[1]) or (packed, harm) == ("gz", damaged)  # where garbage follows before it is noticed


@pytest.mark.usefixtures("sqlite")
def test_the_whole_file_goes_in_after_the_broken_one(tmp_path: Path) -> None:
    lines = b"".join(written(line) + b"\n" for line in NOISE[:3000])
    path = tmp_path / "agents.log.gz"
    path.write_bytes(cut_off(gzip.compress(lines)))
    shop, outcome = shop_from(path)
    assert outcome.broken
    path.write_bytes(gzip.compress(lines))
    outcome = take_in(shop, "log_file", log_file.stream(path))
    assert not outcome.broken
    assert outcome.resumed_after == 0
    assert outcome.summary.read["agent"] == 3000
    assert len(record_of(shop, tmp_path)) == 3000


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize("start", [b"\x1f\x8b", b"\x28\xb5\x2f\xfd"])
def test_a_file_that_is_broken_from_its_start(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "broken.log"
    path.write_bytes(start + b"and then nothing that one could unpack")
    _, outcome = shop_from(path)
    assert "it could be read up to line 0" in str(outcome.broken)
    assert not outcome.anything_in


# ---- lines that do not fit


def test_refused_lines_are_kept_with_line_field_reason_and_text(sqlite: Path, tmp_path: Path) -> None:
    bad = ['{"type":"agent"}', "no json", '{"type":"rating","survey":"s","at":"2025-03-03T09:00:00Z","score":6}']
    shop, outcome = of_lines(tmp_path, SHOP, bad[0], TICKET, bad[1], "", bad[2])
    assert refused_by(outcome) == [
        {"line": 2, "field": "id", "reason": "The field 'id' is missing. Add it.", "raw": bad[0]},
        {
            "line": 4, "field": None, "raw": bad[1],
            "reason": "The line is no JSON object: JSON is malformed: invalid character (byte 4). "
            "Write one object a line.",
        },
        {"line": 6, "field": "score", "reason": "The score must be a whole number from 1 to 5.", "raw": bad[2]},
    ]  # fmt: skip
    assert outcome.summary.refused == {"unreadable": 3}
    assert len(record_of(shop, tmp_path)) == 2


def changed(line: Line, **fields: Any) -> Line:
    return {**line, **fields}


MESSAGE: Line = {"type": "message", "id": "m1", "ticket": "t1", "at": AT, "by": "customer"}
STATUS: Line = {"type": "status", "ticket": "t1", "at": AT, "to": "closed"}
SURVEY: Line = {"type": "survey", "id": "s1", "ticket": "t1", "at": AT}
RATING: Line = {"type": "rating", "survey": "s1", "at": AT, "score": 5}
ORDER: Line = {"type": "order", "id": "o1", "customer": "kim", "at": AT, "currency": "EUR", "paid": 100}

MISFITS: list[tuple[Line | str | bytes, str | None, str]] = [
    (changed(TICKET, colour="red"), "colour", "There is no field 'colour' here. docs/log_format.md lists the fields"),
    ({"type": "tickets", "id": "x"}, "type", "There is no type 'tickets'. Did you mean 'ticket'?"),
    ({"id": "x"}, "type", "The field 'type' is missing."),
    ({"type": 5}, "type", "'type' must be a text."),
    (changed(TICKET, id=""), "id", "'id' must be a text of at least 1 characters."),
    (changed(TICKET, id="x" * 201), "id", "'id' must be a text of at most 200 characters."),
    (changed(TICKET, id=7), "id", "'id' must be a text, not a whole number."),
    (changed(TICKET, subject=7), "subject", "'subject' must be a text or null, not a whole number."),
    (changed(TICKET, tags=["a", 1]), "tags", r"'tags\[1\]' must be a text, not a whole number."),
    (changed(TICKET, status="done"), "status", "'status' cannot be 'done'."),
    (changed(TICKET, created_at="2025-02-30T09:00:00Z"), "created_at", "'created_at' is no time that exists."),
    (changed(TICKET, created_at="2025-02-03 09:00"), "created_at", "'created_at' is "),
    (changed(TICKET, created_at="2025-02-03T09:00:00"), "created_at", "is a time without its offset from UTC."),
    (changed(MESSAGE, at=1735689600), "at", "'at' is no time that exists."),
    (changed(MESSAGE, by="boss"), "by", "'by' cannot be 'boss'."),
    (changed(MESSAGE, public="yes"), "public", "'public' must be true or false, not a text."),
    (changed(STATUS, at="2025-03-03T08:59:59.999999Z"), "at", "cannot change at .*, before the ticket was created"),
    (changed(RATING, score=6), "score", "The score must be a whole number from 1 to 5."),
    (changed(RATING, score=4.5), "score", "The score must be a whole number from 1 to 5."),
    (changed(ORDER, currency="XYZ"), "currency", "unknown currency 'XYZ'. Give its ISO 4217 code"),
    (changed(ORDER, paid=-1), "paid", "'paid' must be a whole number of at least 0."),
    (changed(ORDER, paid=12.5), "paid", "'paid' must be a whole number, not one with decimals."),
    (changed(ORDER, paid=2**53 + 1), "paid", "'paid' must be a whole number of at most 9007199254740992."),
    ({"type": "merge", "ticket": "t1", "into": "t1", "at": AT}, "into", "cannot be merged into itself"),
    ("[1]", None, "The line must be an object, not a list."),
    ("{'type': 'agent'}", None, "The line is no JSON object: .* Write one object a line."),
    ('{"type":"agent","id":"a"', None, "The line is no JSON object: .* Write one object a line."),
    ('{"x":' + "[" * 50_000, None, "too many brackets within brackets"),
    (b'{"type":"agent","id":"caf\xe9"}', None, "The line is not written in UTF-8."),
    (r'{"type":"agent","id":"half \ud83d"}', None, r"The line holds half of a character \(\\ud83d\)."),
]


@pytest.mark.parametrize(("line", "field", "reason"), MISFITS, ids=lambda value: str(value)[:40])
@pytest.mark.usefixtures("sqlite")
def test_a_line_that_does_not_fit_is_refused_with_a_sentence(
    tmp_path: Path, line: Line | str | bytes, field: str | None, reason: str
) -> None:
    _, outcome = of_lines(tmp_path, TICKET, line, SURVEY)
    (refused,) = refused_by(outcome)
    assert refused["line"] == 2
    assert refused["field"] == field
    assert refused["raw"]
    assert_sentence(refused["reason"], reason)
    assert outcome.summary.new == {"ticket": 1, "survey": 1}


def assert_sentence(said: str, pattern: str) -> None:
    """It says that, as a sentence that a person can read."""
    assert re.search(pattern, said), said
    assert said[0].isupper() or said[0] in "'\"", said
    assert said.endswith("."), said
    assert "`" not in said.replace("`counterbell", ""), said


def test_an_unknown_time_zone_leaves_the_shop_as_it_was(sqlite: Path, tmp_path: Path) -> None:
    shop, outcome = of_lines(tmp_path, changed(SHOP, timezone="Europe/Pariss"), TICKET)
    (refused,) = refused_by(outcome)
    assert_sentence(refused["reason"], "Europe/Pariss.*Did you mean Europe/Paris")
    assert shop.timezone == "UTC"


def test_a_shop_in_an_unknown_currency_is_refused(installation: str, tmp_path: Path) -> None:
    shop, outcome = of_lines(tmp_path, changed(SHOP, currency="EURO"), TICKET)
    (refused,) = refused_by(outcome)
    assert_sentence(refused["reason"], "no currency 'EURO'")
    assert shop.currency == ""


def test_the_second_shop_line_is_refused(sqlite: Path, tmp_path: Path) -> None:
    shop, outcome = of_lines(tmp_path, TICKET, SHOP, changed(SHOP, timezone="UTC"), SHOP)
    assert [line["line"] for line in refused_by(outcome)] == [3, 4]
    assert_sentence(refused_by(outcome)[0]["reason"], "A log has one shop line; this one has its in line 2.")
    assert shop.timezone == "Europe/Paris"


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize("more", [{}, {"a_field_of_tomorrow": 1}])
def test_a_log_of_another_version_is_not_read(tmp_path: Path, more: Line) -> None:
    path = log(tmp_path / "tomorrow.log", [{**SHOP, **more, "version": 2}, TICKET])
    shop, outcome = shop_from(path)
    assert_sentence(str(outcome.broken), "is a log of version 2, as its line 1 says; this Counterbell reads version 1.")
    assert not outcome.anything_in
    assert not record_of(shop, tmp_path)


# ---- what may be in a file all the same


@pytest.mark.usefixtures("sqlite")
def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.log").write_bytes(b"")
    shop, outcome = shop_from(tmp_path / "empty.log")
    assert not outcome.summary.read
    assert not outcome.anything_in
    ended = call("import", "log_file", tmp_path / "empty.log", "--shop", shop.slug)
    assert ended.code == 1
    assert "There was nothing in it." in ended.errors


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    "file",
    [
        b"\n\n%s\n  \n\t\n%s\n\n",
        b"%s\r\n%s\r\n",
        b"%s\n%s",
        b"\xef\xbb\xbf%s\n%s\n",
        b"\xef\xbb\xbf\n%s\n\xef\xbb\xbf%s\n",
        b"  %s  \n\t%s\n",
    ],
    ids=["blank lines", "CRLF", "no last line end", "BOM", "BOMs", "blanks around"],
)
def test_lines_may_end_and_begin_in_several_ways(tmp_path: Path, file: bytes) -> None:
    path = tmp_path / "some.log"
    path.write_bytes(file % (written(SHOP), written(TICKET)))
    shop, outcome = shop_from(path)
    assert outcome.summary.new == {"shop": 1, "ticket": 1}
    assert outcome.refused_file is None
    assert shop.timezone == "Europe/Paris"


def test_a_line_of_ten_megabytes(installation: str, tmp_path: Path) -> None:
    long = "é" * 5_000_000
    shop, outcome = of_lines(tmp_path, TICKET, {**MESSAGE, "text": long}, {**MESSAGE, "id": "m2", "by": long})
    assert Message.objects.get(shop=shop).text == long
    (refused,) = refused_by(outcome)
    assert len(refused["raw"]) <= 2000


@pytest.mark.usefixtures("sqlite")
def test_a_line_without_an_end_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LONGEST_LINE", 1000)
    fits = {**MESSAGE, "text": "x" * (999 - len(written({**MESSAGE, "text": ""})) - 1)}
    long = {**MESSAGE, "id": "m2", "text": "x" * 5000}
    _, outcome = of_lines(tmp_path, TICKET, fits, long, SURVEY)
    assert outcome.summary.new == {"ticket": 1, "message": 1, "survey": 1}
    assert [(line["line"], line["reason"]) for line in refused_by(outcome)] == [
        (3, "The line is longer than 0 MB. Write one object a line.")
    ]


def test_a_character_that_no_database_keeps_is_left_out(installation: str, tmp_path: Path) -> None:
    line = json.dumps({**MESSAGE, "id": "m\0", "text": "a\0\0b\\u0000"})
    shop, outcome = of_lines(tmp_path, TICKET, line)
    message = Message.objects.get(shop=shop)
    assert (message.external_id, message.text) == ("m", "ab\\u0000")
    assert not refused_by(outcome)


# ---- times


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1969-12-31T23:00:00-01:00", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2199-12-31T23:59:59.999999Z", datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2025-03-03T09:00:00.1234564Z", datetime(2025, 3, 3, 9, 0, 0, 123_456, tzinfo=UTC)),
        ("2025-03-03T09:00:00.9999999Z", datetime(2025, 3, 3, 9, 0, 1, tzinfo=UTC)),
        ("2025-03-03T09:00:00+05:30", datetime(2025, 3, 3, 3, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_kept_to_the_microsecond(installation: str, tmp_path: Path, told: str, kept: datetime) -> None:
    shop, _ = of_lines(tmp_path, {**TICKET, "created_at": told})
    assert Ticket.objects.get(shop=shop).created_at == kept
    assert record_of(imported(record_of(shop, tmp_path), tmp_path), tmp_path) == record_of(shop, tmp_path)


@pytest.mark.parametrize(
    "told",
    [
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:59:59+01:00",
        "0001-01-01T00:00:00+14:00",
        "2200-01-01T00:00:00Z",
        "2199-12-31T23:59:59-01:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
@pytest.mark.usefixtures("sqlite")
def test_a_time_that_no_shop_has_seen_is_refused(tmp_path: Path, told: str) -> None:
    lines = [{**line, **dict.fromkeys({"at", "created_at"} & line.keys(), told)} for line in EVERY_FIELD]
    timed = [line for line in lines if "at" in line or "created_at" in line]
    shop, outcome = of_lines(tmp_path, *lines)
    assert outcome.summary.refused.total() == len(timed)
    for refused in refused_by(outcome):
        assert refused["field"] in ("at", "created_at")
        assert_sentence(refused["reason"], "The time .* cannot be: a record tells of 1970 to 2199.")
    assert not Ticket.objects.filter(shop=shop).exists()
    assert not Waiting.objects.filter(shop=shop).exists()


def test_a_year_that_has_five_digits_is_no_time(sqlite: Path, tmp_path: Path) -> None:
    _, outcome = of_lines(tmp_path, {**TICKET, "created_at": "10000-01-01T00:00:00Z"})
    assert_sentence(refused_by(outcome)[0]["reason"], "'created_at' is no time that exists.")


# ---- what a source gives


def test_the_shop_line_is_known_when_a_run_goes_on_behind_it(tmp_path: Path) -> None:
    path = log(tmp_path / "two_shops.log", [SHOP, TICKET, SHOP])
    with path.open("rb") as file:
        ((line, entry),) = log_file.entries(file, "two_shops.log", after=2)
    assert line == 3
    assert isinstance(entry, Unreadable)
    assert "this one has its in line 1" in entry.reason


def test_how_far_a_file_is_read_is_known(tmp_path: Path) -> None:
    path = log(tmp_path / "some.log", NOISE[:5000])
    stream = log_file.stream(path)
    assert stream.size == path.stat().st_size
    reading = stream.entries(0)
    next(iter(reading))
    assert 0 < stream.done() <= stream.size
    assert len(list(reading)) == 4999
    assert stream.done() == stream.size


def test_a_line_without_an_end_is_one_line_when_a_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LONGEST_LINE", 1000)
    path = log(tmp_path / "long.log", [{**MESSAGE, "text": "x" * 5000}, TICKET, SURVEY])
    with path.open("rb") as file:
        assert [line for line, _ in log_file.entries(file, "long.log", after=1)] == [2, 3]
