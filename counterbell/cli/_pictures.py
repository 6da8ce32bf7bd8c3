"""Charts to files: the suffix says which kind of picture."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from counterbell.charts._chart import Chart
from counterbell.errors import Problem

SUFFIXES = (".svg", ".png", ".pdf")


def check_suffix(file: Path) -> None:
    """Raises Problem for a file that is no picture, before anything is counted."""
    if file.suffix.lower() not in SUFFIXES:
        raise Problem(_("'%(file)s' is no picture: name a file that ends in .svg, .png or .pdf.") % {"file": file.name})
    if not file.parent.is_dir():
        raise Problem(_("There is no directory '%(directory)s'. Make it first.") % {"directory": file.parent})


def chosen_comparison(compare: str | None) -> Any:
    """The comparison asked for. Raises Problem for another one."""
    if compare not in (None, "previous", "year"):
        raise Problem(_("--compare '%(compare)s' is neither previous nor year.") % {"compare": compare})
    return compare


def write_picture(chart: Chart, file: Path, theme: Any, width: int, scale: float) -> None:
    """Draw the chart into the file."""
    from counterbell.charts import render

    match file.suffix.lower():
        case ".svg":
            file.write_text(render.svg(chart, theme, width=width), encoding="utf-8")
        case ".pdf":
            file.write_bytes(render.pdf(chart, theme, width=width))
        case _suffix:
            file.write_bytes(render.png(chart, theme, scale, width=width))
    print(f"{file}: {chart.description}")
