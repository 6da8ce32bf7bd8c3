"""`counterbell chart`: the figures of a report as a picture in a file."""

import struct
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from cli.programs import call, log
from cli.test_commands import LINES, MARCH
from django.utils import translation


@pytest.fixture(autouse=True)
def language_afterwards() -> Iterator[None]:
    """A command speaks as it is told; what follows shall not."""
    with translation.override("en"):
        yield


@pytest.fixture
def slug(sqlite: Path, tmp_path: Path) -> str:
    """A shop of the test's own."""
    slug = f"ann-{uuid4().hex}"
    assert call("import", "log_file", log(tmp_path / "march.log", LINES), "--shop", slug).code == 0
    return slug


def drawn(slug: str, file: Path, metric: str, *more: str) -> bytes:
    ended = call("chart", metric, file, "--shop", slug, *MARCH, *more)
    assert ended.code == 0, ended.errors
    assert ended.text.startswith(f"{file}: ")
    return file.read_bytes()


def test_a_png_is_as_wide_as_it_is_told(slug: str, tmp_path: Path) -> None:
    png = drawn(slug, tmp_path / "a.png", "tickets_created", "--width", "400", "--scale", "3", "--theme", "dark")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert width == pytest.approx(1200, abs=3)
    assert height > 300


def test_a_pdf_is_one(slug: str, tmp_path: Path) -> None:
    assert drawn(slug, tmp_path / "a.pdf", "csat", "--compare", "previous").startswith(b"%PDF-")


def test_an_svg_says_the_figures_in_the_language_that_is_asked_for(slug: str, tmp_path: Path) -> None:
    told = ("--language", "fr", "--grain", "week")
    svg = drawn(slug, tmp_path / "a.svg", "first_response_time", *told).decode()
    assert "Temps moyen de première réponse" in svg
    assert ">20 min</text>" in svg


def test_slices_are_bars(slug: str, tmp_path: Path) -> None:
    svg = drawn(
        slug, tmp_path / "a.svg", "tickets_created", "--by", "channel", "--where", "channel=email,chat"
    ).decode()
    assert all(f">{text}</text>" in svg for text in ("email", "chat", "1"))
    assert "Number of tickets: " in svg


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("csat", "out.jpeg"), "'out.jpeg' is no picture: name a file that ends in .svg, .png or .pdf."),
        (("csat", "nowhere/out.png"), "There is no directory 'nowhere'. Make it first."),
        (("csatt", "out.png"), "There is no metric 'csatt'. Did you mean 'csat'?"),
        (("csat", "out.png", "--compare", "then"), "--compare 'then' is neither previous nor year."),
        (("csat", "out.png", "--by", "chanel"), "There is no dimension 'chanel'. Did you mean 'channel'?"),
    ],
)
def test_what_cannot_be_drawn_is_told(slug: str, arguments: tuple[str, ...], sentence: str) -> None:
    ended = call("chart", *arguments, "--shop", slug)
    assert ended.code == 1
    assert sentence in ended.errors
