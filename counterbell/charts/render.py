"""A chart as Vega's specification for the page, or as an SVG, PNG or PDF.

Altair and vl-convert are imported where they are used: together they take most of a second, which a page must not wait
for. A server can call `warm_up` in the background when it starts.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

from django.utils import translation

from ._chart import Chart
from .palette import Palette, Theme, look

VEGA_LITE = "6.4"
WIDE, NARROW = 720, 340
"""The widths, in pixels, of a picture and of one for a phone."""

_converting = Lock()


def spec(chart: Chart, theme: Theme = "page") -> dict[str, Any]:
    """Vega's specification, as wide as the place it is put into; its title stands on the page."""
    sized = {
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "params": [{"name": "room", "expr": "containerSize()[0]"}],
    }
    return _compiled(chart, theme, sized)


def spec_json(chart: Chart, theme: Theme = "page") -> str:
    """The same as compact JSON."""
    return json.dumps(spec(chart, theme), ensure_ascii=False, separators=(",", ":"))


def svg(chart: Chart, theme: Theme = "light", *, width: int = WIDE, titled: bool = True) -> str:
    """The chart as an SVG, which says by itself what it shows."""
    specification = picture(chart, theme, width=width, titled=titled)
    with _converter() as convert:
        drawn: str = convert.vega_to_svg(specification)
    told = f'role="img" lang="{chart.language}" aria-label="{_attribute(chart.description)}"'
    return drawn.replace("<svg ", f"<svg {told} ", 1)


def png(chart: Chart, theme: Theme = "light", scale: float = 2, *, width: int = WIDE, titled: bool = True) -> bytes:
    """The chart as a PNG, so many pixels to each of `width`."""
    specification = picture(chart, theme, width=width, titled=titled)
    with _converter() as convert:
        return bytes(convert.vega_to_png(specification, scale=scale))


def pdf(chart: Chart, theme: Theme = "light", *, width: int = WIDE, titled: bool = True) -> bytes:
    """The chart as a PDF of one page."""
    specification = picture(chart, theme, width=width, titled=titled)
    with _converter() as convert:
        return bytes(convert.vega_to_pdf(specification))


def picture(chart: Chart, theme: Theme, *, width: int, titled: bool) -> dict[str, Any]:
    """Vega's specification of a picture: of a fixed width, with its title."""
    sized: dict[str, Any] = {
        "width": width,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "params": [{"name": "room", "value": width}],
    }
    if titled:
        sized["title"] = {"text": chart.title} | ({"subtitle": chart.subtitle} if chart.subtitle else {})
    return _compiled(chart, theme, sized)


def _compiled(chart: Chart, theme: Theme, sized: dict[str, Any]) -> dict[str, Any]:
    from altair.utils import schemapi

    from ._marks import with_rows

    schemapi.disable_debug_mode()  # the tests check definitions; a page need not
    palette = Palette(theme)
    with translation.override(chart.language):
        definition = with_rows(chart.draw(palette).to_dict(validate=False))
    told = {"config": look(palette), "height": chart.height, "description": chart.description}
    with _converter() as convert:
        return dict(convert.vegalite_to_vega({**definition, **told, **sized}, vl_version=VEGA_LITE))


@contextmanager
def _converter() -> Iterator[Any]:
    """vl-convert, for one thread at a time.

    It waits for a lock of its own while it holds the interpreter's, and gives the interpreter's up while it holds its
    own (where memory is tidied up by Python code): two threads that ask at once can stop the whole process for good.
    """
    import vl_convert

    with _converting:
        yield vl_convert


@cache
def warm_up() -> None:
    """Import what draws and draw once, so that the first reader does not wait for it."""
    from . import trend

    svg(trend.chart("", "tickets", [trend.Point("", 0), trend.Point("", 1)]))


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
