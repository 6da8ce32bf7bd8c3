"""HTML from outside made safe to show: an allow-list of elements and attributes (nh3), nothing fetched until asked.

What is left cannot act, cannot reach out of its place and cannot look like a part of our own page: no scripts, styles,
forms, frames or classes; links open elsewhere and tell nobody where they come from; pictures of other servers are left
out until somebody asks for them, as fetching one tells the sender that the mail was read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

import nh3

from .plain import LONGEST, too_deep, without_tags
from .remote import REMOTE, picture_address

LINKS: Final = ("http://", "https://", "mailto:", "tel:")
LONGEST_DATA_PICTURE = 500_000

_DATA_PICTURE = re.compile(r"data:image/(png|jpe?g|gif|webp|bmp);base64,[a-z0-9+/=\s]*\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,4}%?\Z")

# fmt: off
TAGS: Final = {
    "a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr",
    "tt", "u", "ul", "var", "wbr",
}
ATTRIBUTES: Final = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "p": {"align"},
    "div": {"align"},
    "table": {"align"},
}
UNSEEN: Final = {
    "script", "style", "head", "title", "template", "noscript", "noembed", "noframes", "svg", "math", "object",
    "iframe", "applet", "audio", "video", "canvas", "textarea", "select", "button", "xmp", "plaintext", "listing",
}
# fmt: on
NUMBERS: Final = frozenset({"width", "height", "colspan", "rowspan", "start"})


@dataclass(frozen=True)
class Cleaned:
    """HTML that is safe to show, and how many pictures of other servers were left out of it."""

    html: str
    blocked_pictures: int = 0


def no_picture(_cid: str) -> str | None:
    """Shows none of the pictures that came with a mail."""
    return None


def clean(
    html: str,
    *,
    picture: Callable[[str], str | None] = no_picture,
    remote_pictures: bool = False,
    own_host: str = "",
) -> Cleaned:
    """The HTML of a mail, safe to show within a page.

    `picture(cid)` gives our own address of a picture that came with the mail, or null; `remote_pictures` says that
    somebody asked for those of other servers, of which `own_host` is none. What is no HTML that anybody would write is
    shown as text.
    """
    html = html[:LONGEST]
    if too_deep(html):
        return Cleaned(f"<pre>{escape(without_tags(html))}</pre>")
    rules = _Rules(picture, remote_pictures, own_host)
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=UNSEEN,
        attributes=ATTRIBUTES,
        attribute_filter=rules.value,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="pass_through",  # of our own pictures; those of the mail are refused by the rules
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Cleaned(cleaned, rules.blocked)


class _Rules:
    """What each attribute may say; of one piece of HTML."""

    def __init__(self, picture: Callable[[str], str | None], remote_pictures: bool, own_host: str) -> None:
        self._picture, self._remote, self._own_host = picture, remote_pictures, own_host
        self.blocked = 0

    def value(self, tag: str, attribute: str, value: str) -> str | None:
        """What an attribute is to say; null if it goes. Asked by nh3 for all that the allow-list has let through."""
        if attribute == "src":
            return self._source(value.strip())
        if attribute == "href":
            return value.strip() if value.strip().lower().startswith(LINKS) else None
        if attribute in NUMBERS:
            return value if _NUMBER.match(value) else None
        return value if len(value) <= 1_000 else value[:1_000]

    def _source(self, source: str) -> str | None:
        told = source.lower()
        if told.startswith("cid:"):
            return self._picture(source[4:].strip("<> "))
        if told.startswith("data:"):
            return source if len(source) <= LONGEST_DATA_PICTURE and _DATA_PICTURE.match(source) else None
        if not told.startswith(REMOTE):
            return None
        address = picture_address(source, self._own_host) if self._remote else None
        self.blocked += address is None
        return address
