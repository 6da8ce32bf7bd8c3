"""The colours of the charts by what they stand for, light and dark, and the look that Vega gives to all charts.

The hues are those of Okabe and Ito, which people with any common colour blindness can tell apart; each is shifted until
it stands out from its background by 3:1 at least (text by 4.5:1). On the page a colour is a CSS variable of the same
name (`--chart-main`), so that a chart follows the page's theme without being drawn again.
"""

from dataclasses import dataclass
from typing import Any, Literal

Theme = Literal["light", "dark", "page"]
"""`light` and `dark` have colours of their own, for pictures; `page` takes them from the page's style sheet."""

COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#1d1f1b"),
    "ink": ("#1c1d1a", "#ecece6"),
    "quiet": ("#5d5f58", "#a9aba1"),
    "line": ("#e6e6e0", "#35372f"),
    "main": ("#0072b2", "#56b4e9"),
    "second": ("#b86200", "#e69f00"),
    "third": ("#a8518a", "#e08fbf"),
    "fourth": ("#00805d", "#2bc79a"),
    "before": ("#84857d", "#84877b"),
    "goal": ("#00805d", "#2bc79a"),
    "alarm": ("#c24a00", "#ff8a4c"),
    "heat-0": ("#f2f2ee", "#282a25"),
    "heat-1": ("#d7e7f2", "#263c4b"),
    "heat-2": ("#aed0e6", "#244f6d"),
    "heat-3": ("#7eb5d8", "#2c6a93"),
    "heat-4": ("#4695c6", "#3a8abb"),
    "heat-5": ("#0072b2", "#5fb4e6"),
    "heat-6": ("#004f7c", "#a9dbf8"),
}
"""Name: on light, on dark."""

SERIES = ("main", "second", "third", "fourth")
"""The colours of things that stand beside each other, in the order in which they are taken."""

HEAT = tuple(f"heat-{step}" for step in range(7))
"""From little to much."""

BACKGROUNDS = ("paper", "line", *HEAT)
"""Colours that stand behind others and need not stand out themselves."""

PAGE_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif'
PICTURE_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""vl-convert brings Liberation Sans along; whoever looks at an SVG has one of the others, of the same widths."""


@dataclass(frozen=True)
class Palette:
    """The colours of a theme by name."""

    theme: Theme

    def __getitem__(self, name: str) -> str:
        light, dark = COLOURS[name]
        if self.theme == "page":
            return f"var(--chart-{name})"
        return light if self.theme == "light" else dark

    def all(self, names: tuple[str, ...]) -> list[str]:
        """The colours of several names."""
        return [self[name] for name in names]


def look(palette: Palette) -> dict[str, Any]:
    """Vega's configuration: a calm sheet with few lines, and texts of one size."""
    font = PAGE_FONT if palette.theme == "page" else PICTURE_FONT
    quiet, ink, line = palette["quiet"], palette["ink"], palette["line"]
    return {
        "background": "transparent" if palette.theme == "page" else palette["paper"],
        "font": font,
        "padding": {"left": 4, "right": 10, "top": 6, "bottom": 4} if palette.theme == "page" else 16,
        "view": {"stroke": None},
        "axis": {
            "domain": False, "ticks": False, "grid": False, "title": None, "labelColor": quiet, "labelFontSize": 12,
            "labelPadding": 6, "gridColor": line,
        },
        "axisY": {"grid": True, "gridWidth": 1, "labelPadding": 8},
        "axisX": {"labelPadding": 8},
        "legend": {
            "titleColor": ink, "titleFontWeight": "normal", "titleFontSize": 12,
            "orient": "top", "direction": "horizontal", "title": None, "labelColor": ink, "labelFontSize": 12,
            "symbolStrokeWidth": 2.5, "columnPadding": 18, "offset": 8, "labelLimit": 240, "padding": 0,
        },
        "title": {
            "color": ink, "subtitleColor": quiet, "fontSize": 16, "fontWeight": 600, "subtitleFontSize": 12,
            "anchor": "start", "frame": "bounds", "offset": 14, "subtitlePadding": 5,
        },
        "text": {"color": ink, "fontSize": 12},
        "bar": {"cornerRadiusEnd": 2},
        "line": {"strokeWidth": 2.25, "strokeJoin": "round", "strokeCap": "round"},
        "aria": True,
    }  # fmt: skip


def style_sheet() -> str:
    """The colours as CSS variables: light, dark where the person's system is dark, or as `data-theme` says."""
    light = _variables(0, "  ")
    dark = _variables(1, "  ")
    nested = _variables(1, "    ")
    return (
        "/* Made from counterbell/charts/palette.py by `make bundle`: change that. */\n"
        f":root {{\n{light}}}\n\n"
        f'@media (prefers-color-scheme: dark) {{\n  :root:not([data-theme="light"]) {{\n{nested}  }}\n}}\n\n'
        f':root[data-theme="dark"] {{\n{dark}}}\n\n'
        f"@media print {{\n  :root,\n  :root[data-theme] {{\n{_variables(0, '    ')}  }}\n}}\n"
    )


def _variables(place: int, indent: str) -> str:
    return "".join(f"{indent}--chart-{name}: {colours[place]};\n" for name, colours in COLOURS.items())


def contrast(one: str, other: str) -> float:
    """How much two colours stand out from each other, by WCAG 2: 1 (not at all) to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
