"""A chart as an answer of its own: what draws it on the page, or the picture of it."""

from django.http import HttpResponse

from counterbell.charts import render
from counterbell.charts._chart import Chart


def drawn(chart: Chart, format: str) -> HttpResponse:
    """The chart as Vega's specification (`json`) or as a picture (`svg`)."""
    if format == "svg":
        return HttpResponse(render.svg(chart), content_type="image/svg+xml")
    return HttpResponse(render.spec_json(chart), content_type="application/json")
