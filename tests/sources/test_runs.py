"""An import is broken off, by whatever, at the worst moment, and run again: nothing is doubled and nothing is lost."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import msgspec
import pytest
from cli.programs import (
    COMMAND,
    Ended,
    Line,
    begin,
    call_on,
    exported,
    finished,
    installation,
    log,
    patched,
    refused,
    run,
    run_program,
)
from django.conf import settings
from histories import histories, shuffled
from hypothesis import given
from hypothesis import strategies as st
from rounds import rounds
from servers import PostgreSQL
from sources.every_field import EVERY_FIELD

from counterbell.accounts.models import Shop
from counterbell.facts.current import bring_up_to_date
from counterbell.record.batch import Batch
from counterbell.record.entries import Entry
from counterbell.record.export import export
from counterbell.sources import _run, log_file, source
from counterbell.sources._run import run as take_in

SMALL_BATCHES = """
import counterbell.record.write, counterbell.sources._run
counterbell.record.write.BATCH = counterbell.sources._run.BATCH = {entries}
"""

PAUSE = """
import sys, time
from counterbell.record.batch import Batch
from counterbell.sources._run import _RefusedFile

def pausing(original, calls):
    made = 0
    def call(*arguments, **named):
        nonlocal made
        made += 1
        result = original(*arguments, **named)
        if made == calls:
            print("here", flush=True)
            time.sleep(60)
        return result
    return call

"""
MOMENTS = {
    "in the first batch": "Batch.write = pausing(Batch.write, 1)",
    "in a later batch": "Batch.write = pausing(Batch.write, 4)",
    "when its refused lines are written and the batch is not": "_RefusedFile.write = pausing(_RefusedFile.write, 4)",
    "when all batches are in": "_RefusedFile.write_waiting = pausing(_RefusedFile.write_waiting, 1)",
}

TICKETS = 150


def history(tickets: int, first: int = 0) -> Iterator[Line]:
    """Some entries a ticket, here and there one that is refused or waits."""
    for number in range(first, first + tickets):
        at = f"2025-{number % 12 + 1:02}-03T{number % 24:02}:00:0"
        ticket = f"t{number}"
        yield {
            "type": "ticket",
            "id": ticket,
            "channel": "email",
            "created_at": f"{at}0Z",
            "customer": f"c{number % 70}",
        }
        yield {
            "type": "message",
            "id": f"m{number}",
            "ticket": ticket,
            "at": f"{at}1Z",
            "by": "customer",
            "text": "?" * 90,
        }
        yield {"type": "message", "id": f"n{number}", "ticket": ticket, "at": f"{at}2Z", "by": "agent", "agent": "ann"}
        yield {"type": "status", "ticket": ticket, "at": f"{at}3Z", "to": "closed", "by": "agent", "agent": "ann"}
        yield {"type": "assignment", "ticket": ticket, "at": f"{at}1Z", "agent": "ann"}
        if number % 10 == 0:
            yield {"type": "rating", "survey": f"s{number}", "at": f"{at}4Z", "score": 6}
        if number % 50 == 0:
            yield {"type": "rating", "survey": f"s{number}", "at": f"{at}4Z", "score": 5}


SHOP: Line = {"type": "shop", "timezone": "Europe/Paris", "currency": "EUR"}
LINES = [SHOP, *history(TICKETS)]
REFUSED = [place for place, line in enumerate(LINES, 1) if line.get("score") == 6]
WAITING = [place for place, line in enumerate(LINES, 1) if line.get("score") == 5]


def record_of(lines: list[Line]) -> list[bytes]:
    """What an export gives when all that fits has gone in, and gone in once."""
    named = [{"type": "agent", "id": "ann"}] + [
        {"type": "customer", "id": name} for name in {line["customer"] for line in lines if line["type"] == "ticket"}
    ]
    fitting = [line for line in lines if line.get("score") != 6]
    return sorted({msgspec.json.encode(msgspec.convert(line, Entry)) for line in [*fitting, *named]})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return installation(tmp_path)


@pytest.fixture
def history_log(tmp_path: Path) -> Path:
    return log(tmp_path / "history.log", LINES)


def small_batches(directory: Path, patches: str = "", entries: int = 100) -> tuple[str, ...]:
    """The command line with small batches."""
    return patched(directory, SMALL_BATCHES.format(entries=entries) + patches)


def assert_whole(data: Path) -> None:
    """Nothing is doubled and nothing is lost, of what is in and of what is refused."""
    assert exported(data) == record_of(LINES)
    assert Counter(line["line"] for line in refused(data)) == Counter(REFUSED + WAITING)


def begun_until_here(program: tuple[str, ...], *arguments: str | Path, data: Path) -> "subprocess.Popen[bytes]":
    """Start it and wait until it says that it pauses."""
    process = begin(program, *arguments, data=data)
    assert process.stdout
    if process.stdout.readline() != b"here\n":
        pytest.fail(f"It ended before it paused: {finished(process)}")
    return process


@pytest.mark.one_variant
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_run_again(tmp_path: Path, data: Path, history_log: Path, moment: str) -> None:
    program = small_batches(tmp_path, PAUSE + MOMENTS[moment])
    process = begun_until_here(program, "import", "log_file", history_log, data=data)
    process.kill()
    assert finished(process).code == -signal.SIGKILL
    ended = run_program(small_batches(tmp_path), ["import", "log_file", history_log], data=data)
    assert ended.code == 0, ended.errors
    assert ("Went on after line" in ended.errors) == (moment != "in the first batch")
    assert f"{len(LINES):,}" in ended.errors
    assert_whole(data)


def test_stopped_and_run_again(tmp_path: Path, data: Path, history_log: Path) -> None:
    program = small_batches(tmp_path, PAUSE + MOMENTS["in a later batch"])
    process = begun_until_here(program, "import", "log_file", history_log, data=data)
    process.send_signal(signal.SIGINT)
    ended = finished(process)
    assert ended.code == 130
    assert ended.errors.strip() == "counterbell: Stopped. What was read is kept; the same command goes on from there."
    assert call_on(data, "import", "log_file", history_log).code == 0
    assert_whole(data)


def test_killed_many_times(tmp_path: Path, data: Path, history_log: Path) -> None:
    for _ in range(3):
        program = small_batches(tmp_path, PAUSE + "Batch.write = pausing(Batch.write, 3)")
        process = begun_until_here(program, "import", "log_file", history_log, data=data)
        process.kill()
        finished(process)
    assert run_program(small_batches(tmp_path), ["import", "log_file", history_log], data=data).code == 0
    assert_whole(data)
    assert call_on(data, "check").code == 0


FILES = Path(__file__).parent / "files"
FACTS = Path(settings.FACTS_DIRECTORY)


@contextmanager
def stopping(entries: int, after: int) -> Iterator[None]:
    """Batches of so many entries; the one after so many is stopped when all but its end is done."""
    made = count(1)
    write = Batch.write

    def stopped(batch: Batch) -> None:
        write(batch)
        if next(made) > after:
            raise KeyboardInterrupt

    with mock.patch.object(_run, "BATCH", entries), mock.patch.object(Batch, "write", stopped):
        yield


def taken_in(slug: str, name: str, *configuration: Any) -> None:
    shop = Shop.objects.get_or_create(slug=slug)[0]
    take_in(shop, name, source(name).stream(*configuration))


def record_and_refusals(slug: str, path: Path) -> tuple[list[bytes], list[str]]:
    shop = Shop.objects.get(slug=slug)
    export(shop, path)
    files = sorted((FACTS.parent / "refused").glob(f"{slug}-*.ndjson"))
    return sorted(path.read_bytes().splitlines()), [file.read_text("utf-8") for file in files]


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize("stops", [1, 2, 3])
@pytest.mark.parametrize(
    ("file", "mapping"),
    [
        ("helpdesk_log.csv", "italian_helpdesk"),
        ("threads.csv", "twitter_support"),
        ("tickets.csv", str(FILES / "tickets.toml")),
    ],
)
def test_a_csv_is_gone_on_with(tmp_path: Path, file: str, mapping: str, stops: int) -> None:
    whole, stopped = f"whole-{uuid4().hex}", f"stopped-{uuid4().hex}"
    taken_in(whole, "csv_file", FILES / file, mapping)
    for _ in range(stops):
        with suppress(KeyboardInterrupt), stopping(entries=2, after=1):
            taken_in(stopped, "csv_file", FILES / file, mapping)
    taken_in(stopped, "csv_file", FILES / file, mapping)
    assert record_and_refusals(stopped, tmp_path / "a") == record_and_refusals(whole, tmp_path / "b")


@given(histories(), st.data())
@rounds(8)
def test_a_history_is_gone_on_with_wherever_it_stopped(
    sqlite: Path, tmp_path_factory: pytest.TempPathFactory, lines: list[Line], data: st.DataObject
) -> None:
    directory = tmp_path_factory.mktemp("stopped")
    path = log(directory / "history.log", data.draw(shuffled(lines)))
    whole, stopped = f"whole-{uuid4().hex}", f"stopped-{uuid4().hex}"
    taken_in(whole, "log_file", path)
    entries = data.draw(st.integers(1, max(1, len(lines) // 2)))
    with suppress(KeyboardInterrupt), stopping(entries, after=data.draw(st.integers(0, 4))):
        taken_in(stopped, "log_file", path)
    taken_in(stopped, "log_file", path)
    assert record_and_refusals(stopped, directory / "a") == record_and_refusals(whole, directory / "b")


def test_a_second_import_changes_nothing_and_makes_no_facts_old(sqlite: Path, tmp_path: Path) -> None:
    shop = Shop.objects.create(slug=f"s{uuid4().hex}")
    path = log(tmp_path / "every_field.log", EVERY_FIELD)
    take_in(shop, "log_file", log_file.stream(path))
    bring_up_to_date(shop)
    assert not shop.dirty_months.exists()
    export(shop, tmp_path / "before.log")
    outcome = take_in(Shop.objects.get(pk=shop.pk), "log_file", log_file.stream(path))
    export(shop, tmp_path / "after.log")
    assert outcome.resumed_after == 0
    assert not outcome.summary.new.total()
    assert outcome.summary.known.total() + outcome.summary.aside.total() == len(EVERY_FIELD)
    assert (tmp_path / "after.log").read_bytes() == (tmp_path / "before.log").read_bytes()
    assert not shop.dirty_months.exists()


@pytest.mark.usefixtures("sqlite")
def test_a_file_that_has_grown_is_read_again(history_log: Path, tmp_path: Path) -> None:
    shop = Shop.objects.create(slug=f"s{uuid4().hex}")
    take_in(shop, "log_file", log_file.stream(history_log))
    more = list(history(7, first=TICKETS + 1))
    log(history_log, [*LINES, *more])
    outcome = take_in(shop, "log_file", log_file.stream(history_log))
    assert outcome.resumed_after == 0
    assert outcome.summary.new.total() == len(more)
    assert outcome.summary.known["ticket"] == TICKETS
    apart = Shop.objects.create(slug=f"s{uuid4().hex}")
    take_in(apart, "log_file", log_file.stream(history_log))
    for one in (shop, apart):
        export(one, tmp_path / str(one.pk))
    first, second = (sorted((tmp_path / str(one.pk)).read_bytes().splitlines()) for one in (shop, apart))
    assert first == second


# ---- several at once


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> dict[str, str]:
    """What to tell a process so that it works on a database in which there is nothing yet, not even tables."""
    if request.param == "sqlite":
        return {}
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    name = f"runs_{uuid4().hex}"
    server.database(name, like="template0")
    return {"DATABASE_URL": server.url(name)}


@pytest.mark.one_variant
def test_two_imports_of_one_file_at_once(tmp_path: Path, history_log: Path, new_database: dict[str, str]) -> None:
    data = tmp_path / "new"
    program = small_batches(tmp_path)
    both = [begin(program, "import", "log_file", history_log, data=data, more=new_database) for _ in range(2)]
    ended = [finished(process) for process in both]
    assert sorted(one.code for one in ended) in ([0, 0], [0, 1]), ended
    for one in ended:
        assert "Traceback" not in one.errors
        if one.code:
            assert "Another process is taking in the same file and goes on with it" in one.errors
    assert run("export", data=data, more=new_database).output.count(b"\n") == len(record_of(LINES))
    assert Counter(line["line"] for line in refused(data)) == Counter(REFUSED + WAITING)


@pytest.mark.one_variant
def test_two_files_at_once_into_one_shop(tmp_path: Path, apart: dict[str, str]) -> None:
    data = tmp_path
    assert run("import", "log_file", "-", data=data, stdin=json.dumps(SHOP).encode(), more=apart).code == 0
    halves = [log(tmp_path / f"{part}.log", LINES[part::2]) for part in range(2)]
    program = small_batches(tmp_path)
    both = [begin(program, "import", "log_file", half, data=data, more=apart) for half in halves]
    ended = [finished(process) for process in both]
    assert [one.code for one in ended] == [0, 0], ended
    ended_export = run("export", data=data, more=apart)
    assert sorted(ended_export.output.splitlines()) == record_of(LINES)


# ---- what a machine can do to an import


IMPATIENT = """
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"]["timeout"] = 0.3
"""


def assert_sentence(ended: Ended, said: str, code: int = 1) -> None:
    """It ended with one sentence for the person, and no traceback."""
    assert ended.code == code, ended
    assert "Traceback" not in ended.errors
    sentence = ended.errors.strip().splitlines()[-1]
    assert said in sentence
    assert sentence.startswith("counterbell: ")
    assert sentence.endswith(".")


def test_a_database_in_which_somebody_else_writes_for_too_long(tmp_path: Path, data: Path, history_log: Path) -> None:
    with sqlite3.connect(data / "record.sqlite3", isolation_level=None) as other:
        other.execute("begin immediate")
        ended = run_program(patched(tmp_path, IMPATIENT), ["import", "log_file", history_log], data=data)
        assert_sentence(ended, "Another program has been writing to the database for more than")
        other.execute("rollback")
    other.close()
    assert call_on(data, "import", "log_file", history_log).code == 0


def test_a_database_of_a_newer_version(data: Path, history_log: Path) -> None:
    with sqlite3.connect(data / "record.sqlite3") as database:
        database.execute(
            "insert into django_migrations (app, name, applied) values ('record', '0999_later', '2030-01-01')"
        )
    database.close()
    for arguments in (("import", "log_file", history_log), ("report",)):
        ended = run(*arguments, data=data)
        assert_sentence(ended, "The database was made by a newer Counterbell (it has '0999_later').")


def test_a_file_that_is_no_database(data: Path, history_log: Path) -> None:
    (data / "record.sqlite3").write_bytes(b"This is no database. " * 1000)
    assert_sentence(call_on(data, "import", "log_file", history_log), "The database file is damaged or is no database")


def test_a_database_of_which_the_end_is_missing(data: Path, history_log: Path) -> None:
    os.truncate(data / "record.sqlite3", 40_000)
    assert_sentence(call_on(data, "import", "log_file", history_log), "The database file is damaged or is no database")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 5 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by root only")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


MANY = [SHOP, *history(3000)]


def test_a_full_disk(tmp_path: Path, small_disk: Path) -> None:
    data = installation(small_disk)
    path = log(tmp_path / "many.log", MANY)
    program = small_batches(tmp_path)
    ended = run_program(program, ["import", "log_file", path], data=data)
    assert_sentence(ended, "The disk is full. Make room, then run the same command again: it goes on where it stopped.")
    subprocess.run(["mount", "-o", "remount,size=100m", small_disk], check=True)
    ended = run_program(program, ["import", "log_file", path], data=data)
    assert ended.code == 0, ended.errors
    assert "Went on after line" in ended.errors
    assert exported(data) == record_of(MANY)
    places = [place for place, line in enumerate(MANY, 1) if line.get("score") == 6]
    assert [line["line"] for line in refused(data) if "kept aside" not in line["reason"]] == places


SMALL_FILES = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
"""


def test_a_limit_on_the_size_of_files(tmp_path: Path, data: Path, history_log: Path) -> None:
    ended = run_program(small_batches(tmp_path, SMALL_FILES), ["import", "log_file", history_log], data=data)
    assert ended.code == 1
    assert "Traceback" not in ended.errors
    assert "disk" in ended.errors
    assert call_on(data, "import", "log_file", history_log).code == 0
    assert_whole(data)


PEAK = """
import atexit, re, sys
from pathlib import Path

def peak():
    status = Path("/proc/self/status").read_text()
    print("peak", re.search("VmHWM:\\\\s+(\\\\d+) kB", status)[1], file=sys.stderr)

atexit.register(peak)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc to ask for the memory used")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for tickets in (400, 20_000):
        directory = tmp_path / str(tickets)
        directory.mkdir()
        path = log(directory / "large.log", history(tickets))
        ended = run_program(patched(directory, PEAK), ["import", "log_file", path], data=installation(directory))
        assert ended.code == 0, ended.errors
        peaks.append(int(ended.errors.split("peak ")[1]) / 1000)
    small, large = peaks
    assert large - small < 250, peaks


def test_a_pipe_that_was_stopped_begins_anew(tmp_path: Path, data: Path, history_log: Path) -> None:
    half = b"".join(history_log.read_bytes().splitlines(keepends=True)[: len(LINES) // 2])
    assert run("import", "log_file", "-", data=data, stdin=half).code == 0
    ended = run("import", "log_file", "-", data=data, stdin=history_log.read_bytes())
    assert ended.code == 0
    assert "Went on" not in ended.errors
    assert exported(data) == record_of(LINES)


def test_the_command_line_is_the_same_program(data: Path) -> None:
    assert run_program(COMMAND, ["--version"], data=data).output == run("--version", data=data).output
    assert sys.executable == COMMAND[0]
