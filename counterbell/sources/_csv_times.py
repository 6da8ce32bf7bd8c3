"""Times as files write them, read as instants."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as later

from counterbell.record.said import Said

from ._csv_mapping import EPOCHS

Read = Callable[[str], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = {
    month: f"{number:02}"
    for number, month in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "m": r"(?P<m>\d\d)",
    "b": rf"(?P<b>{'|'.join(_MONTHS)})",
    "d": r"(?P<d>\d\d)",
    "H": r"(?P<H>\d\d)",
    "M": r"(?P<M>\d\d)",
    "S": r"(?P<S>\d\d)",
    "f": r"(?P<f>\d{1,6})",
    "z": r"(?P<z>[+-]\d\d:?\d\d)",
    "a": "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)",
    "%": "%",
}


class NoTime(ValueError):
    """A text that is no time of the formats; the sentence part says so without the text."""


def times(formats: tuple[str, ...], zone: str | None) -> Read:
    """What reads a text as an instant (aware, UTC) by the first format that fits; it raises NoTime.

    A time without an offset is one of `zone`: one that exists twice is the first, one that does not exist is
    read with the offset before the change.
    """
    readers = [_reader(form) for form in formats]
    local = ZoneInfo(zone) if zone else None

    def read(text: str) -> datetime:
        for reader in readers:
            try:
                time = reader(text)
                if time.tzinfo is None:
                    if local is None:
                        raise NoTime(Said(later("has no offset, and the mapping names no zone")))
                    time = time.replace(tzinfo=local)
                return time.astimezone(UTC)
            except NoTime:
                raise
            except (ValueError, OverflowError):
                continue
        raise NoTime(_not_of(formats))

    return read


def _not_of(formats: tuple[str, ...]) -> str:
    if formats == ("iso",):
        return Said(later("is no ISO 8601 time"))
    return Said(later("is no time of the format %(formats)s"), formats=" or ".join(map(repr, formats)))


def _reader(form: str) -> Read:
    """What reads a text by one format, naive where it tells no offset; it raises ValueError or OverflowError."""
    if form == "iso":
        return datetime.fromisoformat
    if form in EPOCHS:
        return _epoch(EPOCHS[form])
    return _quick(form) or _slow(form)


def _epoch(per_second: int) -> Read:
    per_unit = timedelta(seconds=1) / per_second
    return lambda text: _EPOCH + per_unit * float(text)


def _slow(form: str) -> Read:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007 (`times` adds the zone)


def _quick(form: str) -> Read | None:
    """Like strptime, four times as fast for the usual formats; None where the format has something unusual.

    strptime still has the last word on a text that does not look as expected (`3 oct`, one blank more).
    """
    pattern, slow = _pattern(form), _slow(form)
    if pattern is None:
        return None
    template, month = _iso_template(pattern.groupindex), pattern.groupindex.get("b")

    def read(text: str) -> datetime:
        match = pattern.fullmatch(text)
        if match is None:
            return slow(text)
        found = list(match.groups())
        if month:
            found[month - 1] = _MONTHS[found[month - 1]]
        return datetime.fromisoformat(template.format(*found))

    return read


def _pattern(form: str) -> re.Pattern[str] | None:
    """What finds the parts of a time by the letters of the format; None unless all are known and make up a time."""
    parts = re.split("%(.)", form)
    letters = parts[1::2]
    if not set(letters) <= _DIRECTIVES.keys() or len(set(letters)) < len(letters):
        return None
    told = {"m" if letter == "b" else letter for letter in letters if letter not in "a%z"}
    if told not in ({*"Ymd"}, {*"YmdHM"}, {*"YmdHMS"}, {*"YmdHMSf"}) or {"m", "b"} <= set(letters):
        return None
    return re.compile(
        "".join(_DIRECTIVES[part] if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.ASCII
    )


def _iso_template(groups: Mapping[str, int]) -> str:
    """Where the found parts stand in the ISO 8601 form of the same time."""
    month = "m" if "m" in groups else "b"
    order = [("", "Y"), ("-", month), ("-", "d"), ("T", "H"), (":", "M"), (":", "S"), (".", "f"), ("", "z")]
    slots = [f"{before}{{{groups[letter] - 1}}}" for before, letter in order if letter in groups]
    return "".join(slots if "H" in groups else [*slots[:3], "T00:00", *slots[3:]])
