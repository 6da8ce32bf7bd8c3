"""Make the pages of docs/ that say what the code says: `make docs`. `pages` gives them without writing."""

import inspect
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from textwrap import dedent
from typing import Any, get_args

HERE = Path(__file__).parent
MARK = "<!-- Made from the code by `make docs`: change the code, not this page. -->"
ROWS = {
    "tickets": "one row a ticket",
    "responses": "one row an answered wait",
    "ratings": "one row a rating",
    "orders": "one row an order",
    "open": "one row a ticket that is open at the end of the period",
    "flow": "one row a ticket that was opened or closed in the period, with how often",
    "left_out": "one row a ticket that is not counted",
}
UNITS = {
    "tickets": "tickets",
    "seconds": "seconds",
    "rating": "points from 1 to 5",
    "share": "a share from 0 to 1",
    "messages": "messages",
    "days": "days",
}


def pages() -> dict[Path, str]:
    """All made pages by their path in docs/."""
    made = dict([*_metrics(), *_commands(), *_sources(), _settings()])
    return {Path(path): f"{MARK}\n\n{text.strip()}\n" for path, text in made.items()}


def is_by_hand(path: str) -> bool:
    """Whether people write that page, so that it is not made."""
    file = HERE / path
    return file.exists() and not file.read_text().startswith(MARK)


def _metrics() -> Iterator[tuple[str, str]]:
    from counterbell.metrics import TEN, metrics

    listed = []
    for key, one in metrics().items():
        yield f"metrics/{key}.md", _metric(key, one)
        listed.append((f"[`{key}`]({key}.md)", one.title, one.question, one.better))
    ten = _table(("key", "name", "question", "better"), listed[: len(TEN)])
    others = _table(("key", "name", "question", "better"), sorted(listed[len(TEN) :]))
    yield (
        "metrics/README.md",
        f"# The metrics\n\nWhat holds for all of them stands in [the contract](../metrics.md).\n\n"
        f"## The ten\n\n{ten}\n\n## Beyond the ten\n\n{others}",
    )


def _metric(key: str, one: Any) -> str:
    from counterbell.metrics.explain import VERSION, rule

    parts = [
        f"# {one.title}",
        f"**{one.question}**",
        rule(key),
        _table(
            ("", ""),
            [
                ("key", f"`{key}`"),
                ("in French", one.words["fr"]),
                ("in Indonesian", one.words["id"]),
                ("unit", UNITS[one.unit]),
                ("better", one.better),
                *_anchor(one),
                *_target(one),
                ("left out", one.excluded),
                ("rows behind it", f"`counterbell tickets --metric {key}`: {ROWS[one.rows]}"),
                ("definition", f"version {VERSION}"),
            ],
        ),
        f"## Example\n\n```\n{dedent(one.example.log).strip()}\n```\n\ngives\n\n"
        f"```json\n{json.dumps(one.example.value)}\n```\n\n"
        "[How to read it](../examples.md). The code of this metric: "
        f"[`counterbell/metrics/{key}.py`](../../counterbell/metrics/{key}.py); "
        f"`counterbell metrics {key}` also prints the SQL that counts it.",
    ]
    return "\n\n".join(parts)


def _anchor(one: Any) -> Iterator[tuple[str, str]]:
    anchors = {
        "created": "the ticket's creation",
        "closed": "its final close",
        "first_response": "the first reply",
        "first_response_any": "the first reply, automated or not",
        "replied": "the reply",
        "rated": "the first answer to the survey",
    }
    if one.level:
        yield "counts at", "the end of the period, or as of the report"
    elif (first := next(iter(one.parts.values()), None)) and first.anchor in anchors:
        yield "counts at", anchors[first.anchor]


def _target(one: Any) -> Iterator[tuple[str, str]]:
    if seconds := getattr(one, "target_seconds", None):
        yield "target", f"{seconds // 60} minutes"


# ---- commands


def _commands() -> Iterator[tuple[str, str]]:
    import typer.main

    sys.argv = ["counterbell", "import"]  # the sources are commands of `import` only when it is asked for
    from counterbell.cli import application

    program: Any = typer.main.get_command(application())
    listed = []
    for name, command in program.commands.items():
        yield f"commands/{name}.md", "\n\n".join(_command(f"counterbell {name}", command, level=1))
        listed.append((f"[`counterbell {name}`]({name}.md)", _summary(command)))
    options = _options(program)
    yield (
        "commands/README.md",
        "# The commands\n\nEvery command says what it takes with `--help`. Before the command's name you can say "
        f"`--data DIR`.\n\n{_table(('command', 'what it does'), listed)}\n\n## Options of all\n\n{options}",
    )


def _command(name: str, command: Any, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{name}`"
    yield (command.help or "").strip()
    members = getattr(command, "commands", {})
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    words = [
        name,
        *(["[OPTIONS]"] if len(command.params) > len(arguments) else []),
        *(_placeholder(argument) for argument in arguments),
    ]
    if not members or command.invoke_without_command:
        yield f"```\n{' '.join(words)}\n```"
    if arguments:
        yield _table(("argument", "meaning"), [(f"`{_placeholder(one)}`", one.help or "") for one in arguments])
    if options := _options(command):
        yield options
    for member, of_group in members.items():
        yield from _command(f"{name} {member}", of_group, level=level + 1)


def _options(command: Any) -> str:
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    rows = []
    for option in options:
        takes = "" if option.is_flag else f" {_placeholder(option)}"
        shown = option.default if isinstance(option.default, int | float | str) and not option.is_flag else ""
        default = f"`{getattr(shown, 'value', shown)}`" if shown != "" else "needed" if option.required else ""
        rows.append((f"`{', '.join(option.opts)}{takes}`", option.help or "", default))
    return _table(("option", "meaning", "default"), rows) if rows else ""


def _placeholder(parameter: Any) -> str:
    """What stands for a parameter's value: its choices, or a word."""
    kind = parameter.type_descriptor.annotation
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return "|".join(choice.value for choice in kind)
    word = parameter.metavar or parameter.name.upper()
    return word if parameter.required or parameter.param_type_name == "option" else f"[{word}]"


def _summary(command: Any) -> str:
    return (command.help or "").strip().split("\n\n")[0].replace("\n", " ")


# ---- sources and settings


def _sources() -> Iterator[tuple[str, str]]:
    from counterbell.sources import names, source

    listed = []
    for name in names():
        module = source(name)
        doc = inspect.getdoc(module) or ""
        listed.append((f"[`{name}`]({name}.md)", _within_docs(doc.splitlines()[0])))
        if not is_by_hand(f"sources/{name}.md"):
            yield f"sources/{name}.md", "\n\n".join(_source(name, module))
    yield "sources/README.md", f"# The sources\n\n{_table(('source', 'what it reads'), listed)}\n\n{IMPORTING}"


def _source(name: str, module: Any) -> Iterator[str]:
    yield f"# The source `{name}`"
    yield _within_docs(inspect.getdoc(module) or "")
    yield inspect.getdoc(module.stream) or ""
    parameters = list(inspect.signature(module.stream).parameters.values())
    yield f"```\ncounterbell import {name}{' PATH' if parameters[0].name == 'path' else ''}\n```"
    takes = [
        ("`PATH`" if one.name == "path" else f"`--{one.name.replace('_', '-')}`", get_args(one.annotation)[1])
        for one in parameters
    ]
    yield _table(("takes", "meaning"), takes)
    yield IMPORTING
    if decisions := getattr(module, "DECISIONS", ()):
        yield "## What it decides"
        yield _table(("about", "the source says", "Counterbell takes it as"), map(_decision, decisions))


def _decision(told: Any) -> tuple[str, str, str]:
    return told.about, told.vendor, told.ours


IMPORTING = """\
Importing the same thing twice changes nothing. An import that was broken off, by Ctrl-C, a crash or a power cut, goes
on where it stopped when the same command is given again. Lines that do not fit are refused with their number, the field
and the reason, and kept in a file that the summary names; everything else goes in. The exit code is 0 if something went
in, 1 if nothing could."""


def _within_docs(text: str) -> str:
    """Names of pages as links from a folder of docs/."""
    import re

    return re.sub(r"docs/((?:\w+/)?\w+\.md)", lambda page: f"[{page[1]}](../{page[1]})", text)


def _settings() -> tuple[str, str]:
    from counterbell.site.options import OPTIONS

    rows = []
    for option in OPTIONS:
        default = "the platform's directory for data" if option.name == "COUNTERBELL_DATA" else f"`{option.default}`"
        rows.append((f"`{option.name}`", option.help, default if option.default else "(empty)"))
    text = (
        "# The settings\n\nAll settings are environment variables. `counterbell settings` prints what holds; a wrong "
        "value stops the program with a hint.\n\n" + _table(("name", "meaning", "default"), rows) + "\n\n"
        "`--data DIR`, given before the name of a command, stands for `COUNTERBELL_DATA`."
    )
    return "settings.md", text


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(heading), *(tuple(row) for row in rows)]
    written = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    return "\n".join([written[0], "| " + " | ".join("---" for _cell in lines[0]) + " |", *written[1:]])


def main() -> None:
    """Write the pages that differ and take away those that are no longer made."""
    made = pages()
    for path, text in made.items():
        file = HERE / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            print(f"docs/{path}")
    for file in HERE.rglob("*.md"):
        if file.read_text().startswith(MARK) and file.relative_to(HERE) not in made:
            file.unlink()
            print(f"docs/{file.relative_to(HERE)} is gone")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterbell.site.settings")
    os.environ.setdefault("COUNTERBELL_DATA", tempfile.mkdtemp())
    import django

    django.setup()
    main()
