"""Header fields of a mail: words, addresses, ids and times, read from whatever stands there. Nothing here raises."""

import binascii
import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

LONGEST_VALUE = 20_000
"""Characters of a header field that are read; the rest is junk or an attack."""
MOST_FIELDS = 1_000
MOST_ADDRESSES = 200
MOST_IDS = 200
LONGEST_ID = 500

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD, BEHIND = timedelta(days=1), timedelta(days=10)
"""A Date that is further from the time of receipt comes from a clock that is wrong."""

ALIASES = {
    "ansi_x3.110-1983": "latin-1",
    "cp-850": "cp850",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "windows-874": "cp874",
    "x-gbk": "gbk",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
}
"""Names of charsets that Python does not know."""

WIDER = {"ascii": "utf-8", "iso8859-1": "cp1252", "gb2312": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
"""Charsets that mail programs name when they write one that holds more."""

UNFIT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
"""Codecs that no mail is written in, and that can be made to work forever."""

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_ID = re.compile(r"<([^<>\s]+)>")
_BARE_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_PIECE = re.compile(r'=\?[^?\s]+\?[bBqQ]\?[^?]*\?=|"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^<>]*>|[,;]|[^",;<(=]+|.')
"""What a list of addresses is made of: quoted names, comments, addresses in brackets, separators, other text."""
_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody's address: `email` in lower case, `name` as written, empty where there is none."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.email.rpartition("@")[2]


Fields = tuple[tuple[str, str], ...]
"""The header fields of a mail in their order: name in lower case, value in one line, not decoded."""


def fields(message: Message) -> Fields:
    """The fields of a message or part, at most MOST_FIELDS of them."""
    told = list(_raw(message))
    charset = next((CHARSET.search(value) for name, value in told if name.lower() == "content-type"), None)
    return tuple((name.lower(), _one_line(value, charset[1] if charset else "utf-8")) for name, value in told)


def _raw(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in list(message._headers)[:MOST_FIELDS]:  # type: ignore[attr-defined]
        yield str(name), str(value)[:LONGEST_VALUE]


def _one_line(value: str, charset: str) -> str:
    """A value without its line breaks; bytes beyond ASCII are read as UTF-8, else in the charset of the text."""
    if not value.isascii():
        content = value.encode("utf-8", "surrogateescape")
        text, as_told = decoded(content, "utf-8")
        value = text if as_told else decoded(content, charset)[0]
    return _BLANKS.sub(" ", value).strip()


def codec(charset: str) -> str | None:
    """The codec of a charset by its name in a mail; null if there is none that may be used."""
    name = charset.strip(" \"'").lower()
    try:
        known = codecs.lookup(ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    fit = known._is_text_encoding and known.name.replace("-", "_") not in UNFIT
    return WIDER.get(known.name, known.name) if fit else None


def decoded(content: bytes, charset: str | None) -> tuple[str, bool]:
    """A text, and whether it is written in what it says; if not, it is read as UTF-8 or as what fits best."""
    told = codec(charset) if charset else "utf-8"
    for name in filter(None, (told, "utf-8")):
        with suppress(ValueError):
            return clean_text(content.decode(name)), name == told
    text = content.decode(told or "utf-8", "replace")
    if told in (None, "utf-8") and text.count("\ufffd") * 3 > sum(byte > 127 for byte in content[: 1 << 20]):
        text = content.decode("cp1252", "replace")
    return clean_text(text), False


def clean_text(text: str) -> str:
    """Without what no database and no screen takes: control characters and halves of characters."""
    return _CONTROLS.sub("", text)


def words(value: str) -> str:
    """The text of a field with its encoded words (RFC 2047) decoded; what cannot be is left as it stands."""
    if "=?" not in value:
        return clean_text(value)
    # words split in the middle of a character belong together; other blanks between words do not count
    try:
        pieces = decode_header(value)
    except (HeaderParseError, binascii.Error, ValueError, IndexError):
        return clean_text(_WORD.sub(lambda word: _one_word(word[0]), value))
    joined: list[str] = []
    for piece, charset in pieces:
        joined.append(piece if isinstance(piece, str) else decoded(piece, charset or "utf-8")[0])
    return _BLANKS.sub(" ", clean_text("".join(joined))).strip()


def _one_word(word: str) -> str:
    try:
        return "".join(
            piece if isinstance(piece, str) else decoded(piece, charset)[0] for piece, charset in decode_header(word)
        )
    except (HeaderParseError, binascii.Error, ValueError, IndexError):
        return word


def addresses(values: list[str]) -> tuple[Address, ...]:
    """The addresses of fields such as To, each once; what has no @ is nobody's."""
    found: dict[str, Address] = {}
    for value in values:
        for name, address in _pairs(value):
            email = clean_text(address).strip(" .<>'\"").lower()
            if "@" in email and " " not in email and len(email) <= 320:
                found.setdefault(email, Address(email, _name(name, email)))
            if len(found) >= MOST_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


def _name(written: str, email: str) -> str:
    name = words(written).strip(" '\"<>")[:200]
    return "" if name.lower() == email else name


def _pairs(value: str) -> Iterator[tuple[str, str]]:
    """Names and addresses of a list, however badly it is written."""
    name, bracketed, comment = "", "", ""
    for piece in [*_PIECE.findall(value), ","]:
        if piece in (",", ";"):
            yield from _pair(name.strip(), bracketed, comment)
            name = bracketed = comment = ""
        elif piece.startswith("<") and "@" in piece:
            bracketed = bracketed or piece.strip("<> ").replace(" ", "")
        elif piece.startswith("(") and piece.endswith(")"):
            comment = comment or piece[1:-1]
        elif piece.startswith('"'):
            name += re.sub(r"\\(.)", r"\1", piece.strip('"'))
        else:
            name += piece


def _pair(name: str, bracketed: str, comment: str) -> Iterator[tuple[str, str]]:
    if bracketed:
        yield name.rpartition(":")[2].strip() if name.endswith(":") else name, bracketed.removeprefix("mailto:")
        return
    bare = _BARE_ADDRESS.findall(name)
    for address in bare:
        yield (comment if len(bare) == 1 else ""), address.removeprefix("mailto:")


def ids(values: list[str]) -> tuple[str, ...]:
    """The Message-IDs of fields such as References, without their brackets, each once, in their order."""
    found: dict[str, None] = {}
    for value in values:
        told = _ID.findall(value) or [one for one in value.split() if "@" in one]
        found |= dict.fromkeys(clean_text(one)[:LONGEST_ID] for one in told[:MOST_IDS])
    return tuple(one for one in found if one)


def instant(value: str) -> datetime | None:
    """The time that a Date field says, in UTC; null if it says none. Without a zone it is UTC."""
    try:
        told = parsedate_to_datetime(value[:200])
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except Exception:  # the reader of dates raises a variety of things
        return None


def received(values: list[str], latest: datetime | None = None) -> datetime | None:
    """When our side received the mail: the newest Received field (the first one) that tells a time."""
    for value in values[:20]:
        told = instant(value.rpartition(";")[2].strip())
        if told and told >= EARLIEST and (latest is None or told <= latest + AHEAD):
            return told
    return None


def likely(sent: datetime | None, received_at: datetime | None) -> datetime | None:
    """When the mail was written: its Date, unless that is absurd; then when it was received."""
    if sent is None or sent < EARLIEST:
        return received_at
    if received_at is not None and not received_at - BEHIND <= sent <= received_at + AHEAD:
        return received_at
    return sent
