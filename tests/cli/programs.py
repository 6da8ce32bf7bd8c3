"""The command line as people run it: in a process of its own, or (sooner) in this one."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from databases import SQLITE, put_new_sqlite, use
from django.db import connections
from django.test import override_settings

from counterbell.cli import main

Line = dict[str, Any]

COMMAND = (sys.executable, "-m", "counterbell")
PATIENCE_SECONDS = 60
NOTHING: Mapping[str, str] = {}

PATCHED = """
import os
import django
django.setup()
{patches}
from counterbell.cli import main
main()
"""
"""A program that is the command line, with something in it changed before it begins."""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    output: bytes
    errors: str

    @property
    def text(self) -> str:
        return self.output.decode("utf-8-sig")

    @property
    def json(self) -> Any:
        return json.loads(self.output)


def environment(data: Path, more: Mapping[str, str]) -> dict[str, str]:
    """What a process needs to know to work on the installation in that directory."""
    told = {"COUNTERBELL_DATA": str(data), "COUNTERBELL_LANGUAGE": "en", "COLUMNS": "200"}
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "COVERAGE_PROCESS_START")}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **told, **more}


def run(*arguments: str | Path, data: Path, stdin: bytes = b"", more: Mapping[str, str] = NOTHING) -> Ended:
    """Run a command in a process of its own; `more` are environment variables."""
    return run_program(COMMAND, arguments, data=data, stdin=stdin, more=more)


def run_program(
    program: Iterable[str],
    arguments: Iterable[str | Path],
    *,
    data: Path,
    stdin: bytes = b"",
    more: Mapping[str, str] = NOTHING,
) -> Ended:
    """Run the command line, or a program that stands for it."""
    ended = subprocess.run(
        [*program, *map(str, arguments)],
        input=stdin, capture_output=True, timeout=PATIENCE_SECONDS, env=environment(data, more), check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr.decode())


def begin(
    program: Iterable[str], *arguments: str | Path, data: Path, more: Mapping[str, str] = NOTHING
) -> "subprocess.Popen[bytes]":
    """Start the command line, or a program that stands for it, and do not wait for it."""
    return subprocess.Popen(
        [*program, *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(data, more),
    )  # fmt: skip


def finished(process: "subprocess.Popen[bytes]") -> Ended:
    """Wait for it."""
    with process:
        try:
            output, errors = process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Ended(process.returncode, output, errors.decode())


def patched(directory: Path, patches: str) -> tuple[str, ...]:
    """A program that is the command line with these statements run before it begins."""
    script = directory / "patched.py"
    script.write_text(PATCHED.format(patches=patches))
    return (sys.executable, str(script))


def call(*arguments: str | Path, stdin: bytes = b"") -> Ended:
    """Run a command in this process, on the installation that the test uses."""
    output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    told = ["counterbell", *map(str, arguments)]
    code: Any = 0
    with redirect_stdout(output), redirect_stderr(errors), mock.patch.object(sys, "argv", told), _reading(stdin):
        try:
            main()
        except SystemExit as end:
            code = end.code
        output.flush()
        errors.flush()
    return Ended(code or 0, output.buffer.getvalue(), errors.buffer.getvalue().decode())


def call_on(data: Path, *arguments: str | Path) -> Ended:
    """The same on the installation in that directory, which is on SQLite: sooner than by a process of its own."""
    use({**SQLITE, "NAME": data / "record.sqlite3"})
    try:
        with override_settings(FACTS_DIRECTORY=data / "facts"):
            return call(*arguments)
    finally:
        connections.close_all()


@contextmanager
def _reading(stdin: bytes) -> Iterator[None]:
    with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin)))):
        yield


def installation(directory: Path) -> Path:
    """A data directory of its own, with an empty record."""
    data = directory / "data"
    put_new_sqlite(data / "record.sqlite3")
    return data


def log(path: Path, lines: Iterable[Line]) -> Path:
    """Write a log file."""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def refused(data: Path) -> list[Line]:
    """All lines in the files of refused lines."""
    files = sorted((data / "refused").glob("*.ndjson"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").split("\n") if line]


def exported(data: Path) -> list[bytes]:
    """All lines of the record of an installation's only shop, sorted."""
    ended = call_on(data, "export")
    assert ended.code == 0, ended.errors
    return sorted(ended.output.splitlines())
