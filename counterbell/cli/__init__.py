"""The command line: one file here a command, found by being there."""

import os
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from counterbell.errors import Problem

HELP = "Customer-service tracking for e-commerce brands: ten exact metrics from one record of every conversation."


def application() -> typer.Typer:
    """All commands: a module here gives a function `command`, or an `app` with commands of its own."""
    commands = typer.Typer(add_completion=False, help=HELP, pretty_exceptions_enable=False, no_args_is_help=True)
    commands.callback()(_common)
    for path in sorted(Path(__file__).parent.glob("[!_]*.py")):
        module = import_module(f"{__name__}.{path.stem}")
        name = path.stem.strip("_").replace("_", "-")
        if hasattr(module, "app"):
            commands.add_typer(module.app(), name=name)
        else:
            commands.command(name)(module.command)
    return commands


def _version(asked: bool) -> None:
    if asked:
        print(version("counterbell"))
        raise typer.Exit


Data = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="where everything lies; default: COUNTERBELL_DATA, else the platform's"),
]
Version = Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="the version")]


def _common(data: Data = None, version: Version = False) -> None:
    if data:
        os.environ["COUNTERBELL_DATA"] = data


def main() -> None:
    """Run a command; a problem that the person can mend is told in a sentence, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a terminal may not know every character
    try:
        application()()
    except Problem as problem:
        _complain(str(problem))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        from ._troubles import in_words

        if (sentence := in_words(error)) is None:
            raise
        _complain(sentence)


def _complain(sentence: str) -> None:
    print(f"counterbell: {sentence}", file=sys.stderr)
    sys.exit(1)
