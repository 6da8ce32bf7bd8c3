"""Nothing ships undocumented, and what the docs say is what the code does."""

import re
import sys
from pathlib import Path

import generate
import msgspec
import pytest

from counterbell.metrics import metrics
from counterbell.record.entries import Entry
from counterbell.site.options import OPTIONS
from counterbell.sources import names

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
WRITTEN = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[Path, str]:
    """The pages that the code makes now; the command line looks at the arguments when it is put together."""
    monkeypatch.setattr(sys, "argv", ["counterbell"])
    return {DOCS / path: text for path, text in generate.pages().items()}


def test_the_made_pages_are_those_that_the_code_makes_now(made: dict[Path, str]) -> None:
    stale = [page.name for page, text in made.items() if not page.exists() or page.read_text() != text]
    assert not stale, f"`make docs` brings these up to date: {stale}"


def test_there_is_no_made_page_of_something_that_is_gone(made: dict[Path, str]) -> None:
    left = [page.name for page in DOCS.rglob("*.md") if page.read_text().startswith(generate.MARK) and page not in made]
    assert not left


def test_every_metric_source_and_command_has_a_page() -> None:
    commands = [path.stem.strip("_").replace("_", "-") for path in (ROOT / "counterbell" / "cli").glob("[!_]*.py")]
    wanted = [f"metrics/{key}.md" for key in metrics()]
    wanted += [f"sources/{name}.md" for name in names()]
    wanted += [f"commands/{name}.md" for name in commands]
    assert [page for page in wanted if not (DOCS / page).exists()] == []


def test_every_setting_is_in_the_docs() -> None:
    text = (DOCS / "settings.md").read_text()
    assert [option.name for option in OPTIONS if f"`{option.name}`" not in text] == []


def test_every_field_of_the_log_format_is_in_its_page() -> None:
    text = (DOCS / "log_format.md").read_text()
    missing = []
    for line in Entry.__args__:
        (row,) = re.findall(rf"^\| `{line.__struct_config__.tag}` \|(.*)\|$", text, re.MULTILINE)
        missing += [(row, name) for name in fields(line) if not re.search(rf"\b{name}\b", row)]
    assert not missing


def fields(line: type) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(line)]


def test_the_readme_shows_a_metric_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text()
    shown = re.findall(r"<!-- (\S+\.py) -->\n```python\n(.*?)```", readme, re.DOTALL)
    assert shown
    for path, code in shown:
        assert code == (ROOT / path).read_text()


def test_the_readme_knows_the_folders_of_the_code() -> None:
    readme = (ROOT / "README.md").read_text()
    folders = {path.parent.name for path in (ROOT / "counterbell").glob("*/*.py")}
    assert {name for name in folders if f"\n  {name}/ " not in readme} == set()


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]*)(#[^)\s]*)?\)", page.read_text()):
        path, anchor = target
        if "://" in path:
            continue
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name} links to {path}"
        if anchor and there.suffix == ".md":
            assert anchor[1:] in anchors(there), f"{page.name} links to {path}{anchor}"


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub names them in links."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for page in WRITTEN for name in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(), re.MULTILINE)}
    assert named <= targets


def test_every_page_of_the_menu_has_a_heading_among_the_screens() -> None:
    from counterbell.parts import links

    headings = re.findall(r"^## (.*)$", (DOCS / "screens.md").read_text(), re.MULTILINE)
    assert [str(link.text) for link in links() if str(link.text) not in headings] == []


def test_every_word_of_an_address_is_in_the_docs() -> None:
    from counterbell.dashboard.view import ADDRESSED

    text = (DOCS / "screens.md").read_text()
    assert [word for word in ADDRESSED if f"`{word}`" not in text] == []
