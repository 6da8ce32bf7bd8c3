"""The server as people run it: a process of its own, asked over HTTP, stopped, and killed in between."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cli.programs import COMMAND, environment, installation, run

PATIENCE_SECONDS = 30


@contextmanager
def serving(
    data: Path, *arguments: str, program: tuple[str, ...] = COMMAND
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The server on an installation in that directory, and the address that it prints."""
    command = [*program, "serve", *arguments]
    with (
        (data.parent / "log").open("a") as log,
        subprocess.Popen(command, env=environment(data, {}), stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout
            said = process.stdout.readline()
            address = re.search(r"http://\S+", said)
            assert address, f"{said}\n{(data.parent / 'log').read_text()}"
            answers(address[0])
            yield address[0], process
        finally:
            process.kill()


def answers(address: str) -> None:
    """Wait until it does."""
    last = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            httpx.get(f"{address}/healthz").raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > last:
                raise
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of the test's own."""
    return installation(tmp_path_factory.mktemp("serving"))


def test_the_server_answers_logs_without_addresses_and_ends_when_told(data: Path) -> None:
    with serving(data) as (address, process):
        assert httpx.get(f"{address}/readyz").json() == {"database": True, "loops": True}
        page = httpx.get(f"{address}/account/login/?next=/secret-of-kim")
        style = re.search(r'href="(/static/site/counterbell\.[0-9a-f]+\.css)"', page.text)
        assert style, "static files are named by their content"
        assert "immutable" in httpx.get(f"{address}{style[1]}").headers["Cache-Control"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    log = (data.parent / "log").read_text()
    assert '"page": "account_login"' in log
    assert "secret-of-kim" not in log


def test_thirty_readers_at_once_are_all_answered_and_a_killed_web_process_comes_back(data: Path) -> None:
    with serving(data) as (address, process):
        with ThreadPoolExecutor(30) as readers:
            read = [readers.submit(httpx.get, f"{address}/account/login/", timeout=60) for _ in range(120)]
            codes = [reading.result().status_code for reading in read]
        assert set(codes) == {200}
        os.kill(web_process(process), signal.SIGKILL)
        time.sleep(0.5)
        answers(address)


def test_no_web_process_is_left_behind_when_the_server_is_killed(data: Path) -> None:
    with serving(data) as (_address, process):
        left = web_process(process)
        process.kill()
        last = time.monotonic() + PATIENCE_SECONDS
        while Path(f"/proc/{left}").exists() and time.monotonic() < last:
            time.sleep(0.1)
        assert not Path(f"/proc/{left}").exists()


def web_process(server: subprocess.Popen[str]) -> int:
    """The process that answers for a server."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return int(children[-1])


def test_a_taken_port_and_too_many_processes_are_refused_with_a_sentence(data: Path) -> None:
    with serving(data, "--port", "18754"):
        taken = run("serve", "--port", "18754", data=data)
        assert taken.code == 1
        assert "Choose another --port" in taken.errors
    several = run("serve", "--workers", "2", data=data)
    assert several.code == 1
    assert "need PostgreSQL" in several.errors
