"""Imports point one way: each part reads only what stands left of it (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "counterbell"
MAY_IMPORT = {
    "errors": set[str](),
    "formats": set[str](),
    "instants": set[str](),
    "kept_files": set[str](),
    "public_addresses": set[str](),
    "credentials": {"kept_files", "errors"},
    "csv_rows": {"instants"},
    "csv_answers": set[str](),
    "words": {"metrics", "formats", "errors"},
    "accounts": {"errors"},
    "record": {"accounts", "errors"},
    "parts": {"accounts"},
    "erasure": {"record", "accounts", "parts"},
    "locale": {"metrics", "site"},
    "sources": {"instants", "credentials", "mail", "record", "accounts", "errors", "formats", "site"},
    "demo": {"record", "accounts", "errors"},
    "surveys": {"audit", "mail", "record", "accounts", "errors", "formats", "csv_answers", "csv_rows", "parts"},
    "mail": {"public_addresses", "credentials", "record", "accounts", "errors", "parts"},
    "channels": {
        "kept_files",
        "surveys",
        "credentials",
        "mail",
        "audit",
        "formats",
        "record",
        "accounts",
        "errors",
        "parts",
    },
    "desk": {
        "audit",
        "metrics",
        "facts",
        "channels",
        "mail",
        "words",
        "formats",
        "record",
        "accounts",
        "errors",
        "parts",
    },
    "facts": {"record", "accounts", "errors", "parts"},
    "metrics": {"instants", "facts", "record", "accounts", "errors"},
    "charts": {"words", "metrics", "formats", "errors"},
    "insights": {"metrics", "record", "accounts", "errors"},
    "goals": {
        "audit",
        "instants",
        "public_addresses",
        "insights",
        "metrics",
        "facts",
        "record",
        "accounts",
        "errors",
        "formats",
        "words",
        "credentials",
        "parts",
        "mail",
    },
    "api": {
        "instants",
        "surveys",
        "goals",
        "words",
        "csv_answers",
        "csv_rows",
        "sources",
        "metrics",
        "facts",
        "record",
        "accounts",
        "errors",
        "formats",
        "parts",
    },
    "reports": {
        "audit",
        "goals",
        "mail",
        "words",
        "csv_rows",
        "charts",
        "metrics",
        "record",
        "accounts",
        "errors",
        "formats",
        "parts",
    },
    "dashboard": {
        "goals",
        "insights",
        "audit",
        "words",
        "csv_answers",
        "csv_rows",
        "charts",
        "metrics",
        "facts",
        "record",
        "accounts",
        "errors",
        "formats",
        "parts",
    },
    "site": {
        "desk",
        "kept_files",
        "surveys",
        "mail",
        "parts",
        "errors",
        "formats",
        "metrics",
        "facts",
        "record",
        "accounts",
        "sources",
    },
    "audit": {"words", "formats", "record", "accounts", "errors"},
    "office": {
        "erasure",
        "audit",
        "csv_answers",
        "csv_rows",
        "mail",
        "facts",
        "sources",
        "record",
        "accounts",
        "errors",
        "formats",
        "parts",
    },
    "cli": {
        "audit",
        "erasure",
        "desk",
        "surveys",
        "channels",
        "credentials",
        "words",
        "csv_rows",
        "mail",
        "parts",
        "site",
        "errors",
        "formats",
        "goals",
        "reports",
        "insights",
        "charts",
        "metrics",
        "facts",
        "record",
        "accounts",
        "sources",
        "demo",
    },
}


def imports_of(path: Path) -> Iterator[str]:
    """The parts of the package that a file imports."""
    here = ["counterbell", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("counterbell."))
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            full = [*base, *(node.module or "").split(".")] if node.module else base
            if full[:1] == ["counterbell"]:
                yield from [full[1]] if len(full) > 1 else [alias.name for alias in node.names]


def parts() -> list[str]:
    return sorted({path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if _is_part(path)})


def _is_part(path: Path) -> bool:
    return not path.name.startswith("_") and (path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py"))))


@pytest.mark.parametrize("part", parts())
def test_a_part_imports_only_what_stands_left_of_it(part: str) -> None:
    assert part in MAY_IMPORT, f"say in this test what {part} may import"
    place = PACKAGE / part
    files = place.rglob("*.py") if place.is_dir() else [PACKAGE / f"{part}.py"]
    for path in files:
        wrong = set(imports_of(path)) - MAY_IMPORT[part] - {part}
        assert not wrong, f"{path.relative_to(PACKAGE)} imports {', '.join(sorted(wrong))}"
