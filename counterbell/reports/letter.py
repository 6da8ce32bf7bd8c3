"""A digest as a mail: HTML with its pictures, the same in plain text, and the figures of each day as CSV."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from counterbell.charts import render
from counterbell.charts._chart import Chart
from counterbell.csv_rows import csv_rows
from counterbell.mail.outbox import Attachment, Picture
from counterbell.metrics import metrics
from counterbell.metrics.query import Question
from counterbell.metrics.report import as_rows, report

from .digest import Asked, Digest, Section, Table, last_day

PICTURE_WIDTH = 552
"""In pixels; of 600 that a mail is wide."""


OF_AGENTS = ("tickets_closed.by_agent.", "tickets_closed.share.")
"""How the columns begin that tell what each agent has closed."""


@dataclass(frozen=True)
class Letter:
    """What goes out: the two ways to read it, and the pictures that the HTML shows."""

    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...]


def letter(found: Digest, *, end: str = "") -> Letter:
    """The digest as a mail; `end` is the address that ends the subscription."""
    pictures = tuple(_picture(number, chart) for number, chart in enumerate(found.charts, 1))
    addresses = [f"cid:{picture.content_id}" for picture in pictures]
    with translation.override(found.language):
        return Letter(found.subject, _html(found, addresses, end), "\n".join(_text(found, end)) + "\n", pictures)


def page(found: Digest, *, end: str = "") -> str:
    """The mail's HTML with its pictures in it, to be looked at in a browser."""
    encoded = (base64.b64encode(render_png(chart)).decode() for chart in found.charts)
    with translation.override(found.language):
        return _html(found, [f"data:image/png;base64,{each}" for each in encoded], end)


def figures_csv(asked: Asked) -> Attachment:
    """All metrics of each day of the period."""
    keys = tuple(metrics())
    rows = as_rows(report(asked.shop, Question(asked.period, keys, as_of=asked.at)))
    columns = [name for name in (rows[0] if rows else ()) if asked.sees_colleagues or not name.startswith(OF_AGENTS)]
    lines = csv_rows(columns, ([row[name] for name in columns] for row in rows))
    name = f"{asked.shop.slug}-{asked.period.start}-{last_day(asked.period)}.csv"
    return Attachment(name, "text/csv", "".join(lines).encode())


def render_png(chart: Chart) -> bytes:
    """The picture of a chart, on white, so that it can be read whatever a reader's mail looks like."""
    return render.png(chart, "light", width=PICTURE_WIDTH, titled=False)


def _picture(number: int, chart: Chart) -> Picture:
    return Picture(f"chart-{number}.png", "image/png", render_png(chart), f"chart-{number}@counterbell")


def _html(found: Digest, addresses: list[str], end: str) -> str:
    there = iter(addresses)
    sections = [(section, next(there) if section.chart else "") for section in found.sections]
    told = {"digest": found, "sections": sections, "end": end, "width": PICTURE_WIDTH}
    return render_to_string("reports/mail.html", told)


# ---- in plain text


def _text(found: Digest, end: str) -> Iterator[str]:
    yield from (found.shop, f"{found.title}, {found.days}")
    for section in found.sections:
        yield from ("", "", section.heading.upper(), "")
        yield from _section(section)
    yield from ("", "", _("All figures: %(address)s") % {"address": found.href})
    if end:
        yield _("No more of these reports: %(address)s") % {"address": end}


def _section(section: Section) -> Iterator[str]:
    yield from section.sentences
    if section.table:
        yield from _lines(section.table)
    for quote in section.quotes:
        yield from ("", quote.head, f"  {quote.text}")
    if section.href:
        yield f"{section.link}: {section.href}"


def _lines(table: Table) -> Iterator[str]:
    """The table in columns, the first to the left."""
    rows = [table.header, *(tuple(cell.text for cell in row) for row in table.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.header))]
    for row in rows:
        first, *others = (
            text.ljust(width) if place == 0 else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *others]).rstrip()
    yield ""
