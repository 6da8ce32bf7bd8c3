"""The Dockerfile, the compose file and the unit are not run here; they must at least call what there is."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.testing
import yaml

from counterbell.cli import application
from counterbell.site.options import OPTIONS

ROOT = Path(__file__).parent.parent.parent
KNOWN = {option.name for option in OPTIONS}


class Loader(yaml.SafeLoader):
    """Compose's own tags stand for nothing here."""


Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.load((ROOT / "compose.yaml").read_text(), Loader)["services"]
    return services


def commands() -> list[list[str]]:
    docker = re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    unit = re.findall(r"^ExecStart=\S+/(counterbell .*)$", (ROOT / "docs" / "serving.md").read_text(), re.MULTILINE)
    composed = [service["command"] for service in compose().values() if "command" in service]
    return [*map(yaml.safe_load, docker), *map(shlex.split, unit), *composed]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_what_is_called_is_there(command: list[str]) -> None:
    assert command[0] == "counterbell"
    asked = typer.testing.CliRunner().invoke(application(), [*command[1:], "--help"])
    assert asked.exit_code == 0, asked.output
    for option in command[2:]:
        if option.startswith("--"):
            assert option in asked.output


def test_only_settings_that_exist_are_set() -> None:
    named = {name for service in compose().values() for name in service.get("environment", {})}
    written = "".join((ROOT / name).read_text() for name in ("Dockerfile", "docs/serving.md"))
    named |= set(re.findall(r"\b(COUNTERBELL_[A-Z_]+)=", written))
    assert {name for name in named if not name.startswith("POSTGRES_")} <= KNOWN


def test_the_image_holds_what_it_copies_and_runs_as_nobody_special() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = [name for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE) for name in line.split()]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    assert set(copied) == allowed
    assert all((ROOT / name).exists() for name in copied)
    assert text.index("USER counterbell") < text.index('CMD ["counterbell"')


def test_only_the_proxy_beside_it_reaches_the_port() -> None:
    assert all(port.startswith("127.0.0.1:") for port in compose()["web"]["ports"])
