"""A chart on a page: what the template `charts/_figure.html` shows."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from ._chart import Chart
from .render import spec_json, svg


@dataclass(frozen=True)
class Figure:
    """A chart, where its specification is found, and what stands in for it where no script runs.

    `source` is what `data-chart` says: the address of the specification, or # and the `identifier` of the template
    that holds it. The stand-in is a picture within the page (`svg`) or at an address (`svg_url`), or the table alone.
    """

    chart: Chart
    source: str
    identifier: str = ""
    spec: str = ""
    svg: SafeString | str = ""
    svg_url: str = ""
    caption: bool = True


def by_address(chart: Chart, spec_url: str, svg_url: str = "", *, caption: bool = True) -> Figure:
    """A figure that asks for its specification when the page is there: the page itself costs no drawing."""
    return Figure(chart, spec_url, svg_url=svg_url, caption=caption)


def within(chart: Chart, identifier: str, svg_url: str = "", *, drawn: bool = False, caption: bool = True) -> Figure:
    """A figure with its specification within the page, and its picture too if it is to be `drawn`.

    `identifier` is unique in the page.
    """
    picture = mark_safe(svg(chart, "page", titled=False)) if drawn else ""  # noqa: S308 (made by Vega, texts escaped)
    return Figure(chart, f"#{identifier}", identifier, spec_json(chart), picture, svg_url, caption)
