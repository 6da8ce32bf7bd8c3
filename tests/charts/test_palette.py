"""Colours that everybody can tell apart, the same in Python and in the style sheet."""

from itertools import combinations

import pytest
from charts.browser import CHARTS

from counterbell.charts.palette import BACKGROUNDS, COLOURS, SERIES, contrast, style_sheet

LIGHT, DARK = 0, 1
PAGES = ("#fbfbf9", "#151613")
"""What lies beneath the cards on which charts stand."""

DICHROMACIES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""What becomes of linear red, green and blue, after Machado, Oliveira and Fernandes (2009)."""


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("name", [name for name in COLOURS if name not in BACKGROUNDS])
def test_a_colour_stands_out_from_its_background(name: str, theme: int) -> None:
    least = 4.5 if name in ("ink", "quiet") else 3
    assert contrast(COLOURS[name][theme], COLOURS["paper"][theme]) >= least
    assert contrast(COLOURS[name][theme], PAGES[theme]) >= least


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("sight", DICHROMACIES)
def test_series_differ_for_colour_blind_readers(sight: str, theme: int) -> None:
    for one, other in combinations(SERIES, 2):
        seen = [_lab(COLOURS[name][theme], DICHROMACIES[sight]) for name in (one, other)]
        assert sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5 >= 10, f"{one} and {other}"


def test_the_style_sheet_has_the_colours_of_the_palette() -> None:
    assert (CHARTS / "static" / "charts" / "colours.css").read_text() == style_sheet(), "`make bundle` writes it"


def test_vega_is_of_the_version_that_draws_the_pictures() -> None:
    import vl_convert

    told = (CHARTS / "static" / "charts" / "vega.js").read_text()[:100]
    assert f"vega {vl_convert.get_vega_version()} " in told, "take the same Vega in docs/bundle.py, then `make bundle`"


def _lab(colour: str, sight: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """A colour as such eyes see it, in CIELAB."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    r, g, b = (min(max(sum(a * c for a, c in zip(row, linear, strict=True)), 0), 1) for row in sight)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
