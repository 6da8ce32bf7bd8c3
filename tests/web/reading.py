"""What stands on a page, as a person reads it."""

import csv
import html
import io
import re

from django.test import Client


def page(client: Client, address: str, status: int = 200) -> str:
    """The text of a page, with its marks."""
    answer = client.get(address)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def exported(client: Client, address: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    content = b"".join(client.get(address))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def count_of_rows(text: str) -> int:
    """How many rows a list says that it has."""
    (count,) = re.findall(r'<h2 id="rows-title">([\d,]+) ', text)
    return int(count.replace(",", ""))


def ranked(text: str) -> list[list[list[tuple[str, str]]]]:
    """The bodies of the ranked table, each a list of rows of cells: the text and where it leads."""
    (table,) = re.findall(r'<table class="ranked">(.*?)</table>', text, re.DOTALL)
    bodies = re.findall(r"<tbody>(.*?)</tbody>", table, re.DOTALL)
    return [[_cells(row) for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)] for body in bodies]


def foot(text: str) -> list[tuple[str, str]]:
    """The cells of its last row."""
    (row,) = re.findall(r"<tfoot><tr>(.*?)</tr></tfoot>", text, re.DOTALL)
    return _cells(row)


def _cells(row: str) -> list[tuple[str, str]]:
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
    links = [re.search(r'href="([^"]+)"', cell) for cell in cells]
    texts = (re.sub(r"<[^>]+>", "", cell).strip() for cell in cells)
    return [(text, link[1] if link else "") for text, link in zip(texts, links, strict=True)]


def charted(text: str, title: str) -> list[tuple[str, list[str]]]:
    """The rows of the table behind the chart of that title: where each leads, and its cells."""
    (table,) = re.findall(rf'<div role="region" tabindex="0" aria-label="{re.escape(title)}">(.*?)</table>', text, re.S)
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]:
        cells = _cells(row)
        found.append((cells[0][1], [cell for cell, _href in cells]))
    return found


def whole(text: str) -> int:
    """A number as it is written."""
    return int(text.replace(",", ""))
