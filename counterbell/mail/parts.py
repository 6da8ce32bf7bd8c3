"""The parts of a mail: what there is to read, and what is attached. Nothing here raises."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as field_of
from email import message_from_string, policy
from email.message import Message

from django.utils.translation import gettext as _

from .headers import CHARSET, clean_text, codec, decoded, fields, words
from .plain import plain_text

MOST_PARTS = 500
DEEPEST = 40
LONGEST_TEXT = 1 << 20
"""Characters of a mail that are there to read; what is longer is cut, and is said to be."""
LONGEST_HTML = 2 << 20
LONGEST_NAME = 150

_NO_TEXT = bytes(code for code in range(32) if code not in b"\t\n\r\f\v\x1b")
_TYPE = re.compile(r"\s*([\w.+-]{1,60}/[\w.+-]{1,100})")
_BOUNDARY = re.compile(r"^--(\S[^\n\r\"]{0,100}?)[ \t]*\r?\n(?=content-[a-z]+:)", re.IGNORECASE | re.MULTILINE)
_UNFIT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069\u200e\u200f]+')


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that hangs on a mail: `name` is fit for a file name, `type` what the sender says that it is.

    `cid` is the name by which the HTML shows it as a picture. `content` is empty where it could not be decoded.
    """

    name: str
    type: str
    content: bytes = field_of(repr=False)
    cid: str | None = None
    inline: bool = False

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass
class Contents:
    """What a message has in it; `unread` says what could not be read."""

    text: str = ""
    html: str | None = None
    attachments: list[Attachment] = field_of(default_factory=list)
    unread: list[str] = field_of(default_factory=list)


@dataclass(frozen=True)
class _Body:
    """A stretch to read, as text, as HTML, or both."""

    text: str | None = None
    html: str | None = None

    @property
    def readable(self) -> str:
        if self.text is not None and self.text.strip():
            return self.text
        return plain_text(self.html) if self.html else ""


def contents(message: Message) -> Contents:
    """Everything that is in a message."""
    return _Reader().read(message)


class _Reader:
    """One walk through the parts of a mail."""

    def __init__(self) -> None:
        self._found = Contents()
        self._parts = 0

    def read(self, message: Message) -> Contents:
        bodies = self._bodies(message, 0)
        found = self._found
        found.text = self._cut(
            "\n\n".join(filter(None, (body.readable.strip("\r\n") for body in bodies))), LONGEST_TEXT
        )
        if any(body.html for body in bodies):
            found.html = self._cut("\n".join(body.html or _as_html(body.text or "") for body in bodies), LONGEST_HTML)
        return found

    def _cut(self, text: str, longest: int) -> str:
        if len(text) > longest:
            self._found.unread.append(_("The text is very long; only its beginning is shown."))
        return text[:longest]

    def _bodies(self, part: Message, depth: int) -> list[_Body]:
        """What there is to read in a part; its attachments are put aside on the way."""
        self._parts += 1
        if self._parts > MOST_PARTS or depth > DEEPEST:
            self._found.unread.append(_("The mail has too many parts; the rest of them was not read."))
            return []
        kind = _type(part)
        if part.is_multipart() and kind.startswith("multipart/"):
            return self._several(part, kind, depth)
        if kind.startswith("multipart/"):
            return self._unparted(part, kind, depth)
        if kind in ("text/plain", "text/html") and not _is_file(part) and not _is_binary(part):
            return self._one(part, kind)
        self._attach(part, kind)
        return []

    def _several(self, part: Message, kind: str, depth: int) -> list[_Body]:
        told = [self._bodies(one, depth + 1) for one in _children(part)]
        if kind != "multipart/alternative":
            return [body for bodies in told for body in bodies]
        # the same thing said in several ways: the plainest to read, the richest to show
        all_of = [body for bodies in told for body in bodies]
        text = "\n\n".join(body.text for body in all_of if body.text)
        html = [body.html for body in all_of if body.html]
        return [_Body(text or None, "\n".join(html) or None)] if all_of else []

    def _unparted(self, part: Message, kind: str, depth: int) -> list[_Body]:
        """What says that it has parts but names another boundary than they have, or has none."""
        whole = _by_its_own_boundary(part, kind)
        if whole is not None:
            return self._several(whole, kind, depth)
        self._found.unread.append(_("A part of the mail says that it has parts, but has none."))
        return self._one(part, "text/plain")

    def _one(self, part: Message, kind: str) -> list[_Body]:
        content = self._content(part)
        text, as_told = decoded(content, _charset(part))
        if not as_told:
            told = _("The text is not written in the charset it names (%(charset)s); some characters may be wrong.")
            self._found.unread.append(told % {"charset": _charset(part) or "?"})
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return [_Body(html=text)] if kind == "text/html" else [_Body(text=text)]

    def _content(self, part: Message) -> bytes:
        """The bytes of a part, decoded."""
        try:
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else _as_bytes(part)
        except Exception:  # a transfer encoding that is not what it says
            self._found.unread.append(_("A part of the mail could not be decoded."))
            return _undecoded(part)

    def _attach(self, part: Message, kind: str) -> None:
        content = _inner(part) if part.is_multipart() else self._content(part)
        cid = clean_text(str(part.get("Content-ID") or "")).strip(" <>\t\r\n")[:200] or None
        number = len(self._found.attachments) + 1
        inline = _disposition(part) == "inline" or (cid is not None and _disposition(part) != "attachment")
        self._found.attachments.append(Attachment(_name(part, kind, number), kind, content, cid, inline))


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    return (one for one in payload if isinstance(one, Message)) if isinstance(payload, list) else iter(())


def _by_its_own_boundary(part: Message, kind: str) -> Message | None:
    """The same part, taken apart at the lines that are its boundary by the look of them."""
    payload = part.get_payload()
    found = _BOUNDARY.search(payload) if isinstance(payload, str) else None
    if not isinstance(payload, str) or found is None:
        return None
    head = f'Content-Type: {kind}; boundary="{found[1]}"\n\n'
    try:
        whole = message_from_string(head + payload, policy=policy.compat32)
    except Exception:
        return None
    return whole if whole.is_multipart() else None


def _type(part: Message) -> str:
    """The type that a part names, in lower case; what is none is plain text, as the standard has it."""
    found = _TYPE.match(str(part.get("Content-Type") or ""))
    return found[1].lower() if found else part.get_default_type()


def _charset(part: Message) -> str | None:
    found = CHARSET.search(str(part.get("Content-Type") or ""))
    return found[1] if found else None


def _is_binary(part: Message) -> bool:
    """Whether what says that it is text is none."""
    try:
        content = part.get_payload(decode=True)
    except Exception:
        return False
    if not isinstance(content, bytes) or (codec(_charset(part) or "") or "").startswith(("utf-16", "utf-32")):
        return False
    start = content[:4096]
    return len(start.translate(None, _NO_TEXT)) < 0.9 * len(start)


def _disposition(part: Message) -> str:
    try:
        return part.get_content_disposition() or ""
    except Exception:
        return ""


def _filename(part: Message) -> str:
    even = Message()  # with bytes beyond ASCII decoded, which the part itself would not tell
    for name, value in fields(part):
        if name in ("content-disposition", "content-type") and name not in even:
            even[name] = value
    try:
        return words(even.get_filename() or "")
    except Exception:
        return ""


def _is_file(part: Message) -> bool:
    """Whether a text is meant as a file and not to be read on the spot."""
    disposition = _disposition(part)
    return disposition == "attachment" or (disposition != "inline" and bool(_filename(part)))


def _name(part: Message, kind: str, number: int) -> str:
    """A name fit for a file, with an ending by the type where there is none."""
    told = _filename(part) or words(str(part.get("Content-Location") or "").rpartition("/")[2])
    if not told and kind == "message/rfc822":
        told = words(next((str(one.get("Subject") or "") for one in _children(part)), ""))
        told = f"{told[: LONGEST_NAME - 4]}.eml" if told else ""
    name = _UNFIT_IN_NAMES.sub("_", told).strip(" ._")
    if not name:
        return f"{number}{mimetypes.guess_extension(kind) or ''}"
    stem, dot, ending = name.rpartition(".")
    return name[:LONGEST_NAME] if len(ending) > 10 else f"{stem[: LONGEST_NAME - 11]}{dot}{ending}"


def _inner(part: Message) -> bytes:
    """The bytes of what a part wraps: a mail, or the blocks of a delivery report."""
    return b"\n".join(_as_bytes(one) for one in _children(part))


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except Exception:  # a message that was read need not be one that can be written
        return _undecoded(message)


def _undecoded(part: Message) -> bytes:
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _as_html(text: str) -> str:
    from html import escape

    return f"<pre>{escape(text)}</pre>"
