"""Which column tells what: what a person chose, made into the mapping by which the table is read."""

import csv
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.record.entries import Unreadable
from counterbell.record.said import in_words
from counterbell.sources._csv_loading import complaints
from counterbell.sources._csv_mapping import FileForm, Mapping
from counterbell.sources._csv_times import NoTime, times
from counterbell.sources.csv_file import entries

from .columns import AUTHORS, CHANNELS, LAYOUTS, STATUSES, guess, guess_layout

TIME_FORMATS = (
    "iso", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "epoch seconds", "epoch milliseconds",
)  # fmt: skip
VALUES = {"ticket.status": STATUSES, "message.by": AUTHORS, "ticket.channel": CHANNELS}
IN_TIME = {"tickets": "ticket.created_at", "messages": "message.at"}
SHOWN_REFUSALS = 5


@dataclass
class Choice:
    """What a person has chosen: the layout, a column for each target, the channel of all, how times are written."""

    layout: str
    columns: dict[str, str]
    time: str = "iso"
    zone: str = "UTC"
    channel: str = "email"
    """where no column tells it"""


@dataclass
class Checked:
    """What came of the first rows: how many went in, and what was refused, with its row."""

    rows: int
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def good(self) -> int:
        return self.rows - len(self.refused)

    @property
    def first_refused(self) -> list[tuple[int, str]]:
        return self.refused[:SHOWN_REFUSALS]


def guessed(shop: Shop, sample: dict[str, Any], layout: str = "") -> Choice:
    """What the header and the first rows make likely."""
    layout = layout if layout in LAYOUTS else guess_layout(sample["header"])
    columns = guess(layout, sample["header"])
    choice = Choice(layout, columns, zone=shop.timezone)
    choice.time = guess_time(_column(sample, columns.get(IN_TIME[layout], "")), shop.timezone)
    return choice


def guess_time(cells: Iterable[str], zone: str) -> str:
    """The format that reads most of the cells; of several the day before the month, but in American zones."""
    told = [cell for cell in cells if cell][:50]
    seldom = "%d/" if zone.startswith("America/") else "%m/"
    forms = sorted(TIME_FORMATS, key=lambda form: form.startswith(seldom))
    return max(forms, key=lambda form: sum(_reads(form, cell) for cell in told))


def _reads(form: str, cell: str) -> bool:
    try:
        times((form,), "UTC")(cell).astimezone(UTC)
    except (NoTime, OverflowError):
        return False
    return form not in ("epoch seconds", "epoch milliseconds") or cell.isdigit()


def _column(sample: dict[str, Any], name: str) -> list[str]:
    if name not in sample["header"]:
        return []
    place = sample["header"].index(name)
    return [row[place] for row in sample["rows"] if place < len(row)]


def mapping_of(choice: Choice, sample: dict[str, Any]) -> Mapping:
    """The mapping of a choice. Raises Problem with what is missing."""
    targets = {target.key: target for target in LAYOUTS[choice.layout]}
    columns = {key: name for key, name in choice.columns.items() if key in targets and name in sample["header"]}
    for key, target in targets.items():
        if key not in columns and (target.needed or (key == "ticket.channel" and not choice.channel)):
            raise Problem(_("Say which column tells this: %(what)s.") % {"what": target.label})
    if "ticket.status" in columns and "ticket.closed_at" not in columns:
        raise Problem(_("A column tells the status; say which one tells when a ticket was closed, too."))
    told: dict[str, Any] = {"layout": choice.layout, "file": sample["form"]}
    told["time"] = {"formats": [choice.time], "zone": choice.zone}
    for key, name in columns.items():
        table, _dot, place = key.partition(".")
        where: Any = {"column": name, "values": VALUES.get(key, {})}
        told.setdefault(table, {})[place] = [where | {"separator": ","}] if key == "ticket.tags" else where
    if "ticket.channel" not in columns:
        told["ticket"]["channel"] = {"value": choice.channel}
    if not {"id", "email", "phone"} & told.get("customer", {}).keys():
        told.pop("customer", None)
    mapping: Mapping = msgspec.convert(told, Mapping)
    for complaint in complaints(mapping):
        raise Problem(complaint)
    return mapping


def check(choice: Choice, sample: dict[str, Any]) -> Checked:
    """Read the first rows by the choice. Raises Problem where it cannot be used at all."""
    mapping = mapping_of(choice, sample)
    mapping.file = FileForm()
    mapping.time = mapping.time.also_iso() if sample.get("is_sheet") else mapping.time
    refused: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "first-rows.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(
                [sample["header"], *([one.replace("\n", " ") for one in row] for row in sample["rows"])]
            )
        for line, entry in islice(entries(path, mapping), 20_000):
            if isinstance(entry, Unreadable):
                refused[line] = in_words(entry.reason)
    return Checked(len(sample["rows"]), sorted(refused.items()))
