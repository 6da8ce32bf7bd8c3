"""The new part of an HTML reply: the HTML without what mail programs mark as quoted mail or signature.

The marks are those of Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Proton, Zoho and others. What has no mark is
left, as the text of a reply (`quotes`) is what is read; this only folds away what would be shown twice.
"""

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

import nh3

from .plain import LONGEST, VOID, too_deep

QUOTE_CLASSES: Final = re.compile(
    r"^(gmail_quote(_container)?|gmail_extra|gmail_attr|yahoo_quoted|yahoo_quoted_begin|moz-cite-prefix|"
    r"protonmail_quote|tutanota_quote|zmail_extra|zmail_extra_hr|moz-forward-container|outlookmessageheader|"
    r"quotedtext|front-blockquote|freebirdquote|ydp\w*yahoo_quoted|x_gmail_quote|mail_quote|iphone_quote)$",
    re.IGNORECASE,
)
SIGNATURE_CLASSES: Final = re.compile(
    r"^(gmail_signature(_prefix)?|moz-signature|protonmail_signature_block|x_gmail_signature)$", re.IGNORECASE
)
REST_IDS: Final = re.compile(
    r"^(x_)*(divrplyfwdmsg|appendonsend|replysplit|mail-editor-reference-message-container|ms-outlook-mobile-reference|"
    r"stopspelling|outlookmessageheader|originalmessage|yahoo_quoted_\d+|reply-intro)$",
    re.IGNORECASE,
)
"""Outlook's marks: everything from here on is quoted."""
SIGNATURE_IDS: Final = re.compile(r"^(x_)*(ms-outlook-mobile-signature|applemailsignature|signature)$", re.IGNORECASE)
OUTLOOK_HEAD: Final = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#(e1e1e1|b5c4df)", re.IGNORECASE)
"""The line above From, Sent, To, Subject in what Outlook on a desktop writes."""


def without_quotes(html: str) -> str:
    """The HTML of a reply without its marked quotes and signature; all of it where nothing else would be left.

    The result is as untrusted as what was given: `cleaning.clean` it.
    """
    if len(html) > LONGEST or too_deep(html):
        return html
    writer = _Writer()
    writer.feed(_as_tree(html))
    writer.close()
    kept = "".join(writer.written)
    return kept if writer.wrote_something else html


def _as_tree(html: str) -> str:
    """The same HTML with all its elements closed, and less what acts."""
    return nh3.clean(
        html,
        tags=set(nh3.ALLOWED_TAGS) | {"font"},
        attributes={
            "*": {"class", "id", "type", "style", "dir", "lang", "align", "valign", "width", "height"},
            "a": {"href"},
            "img": {"src", "alt"},
            "td": {"colspan", "rowspan"},
            "th": {"colspan", "rowspan"},
        },
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel=None,
    )


class _Writer(HTMLParser):
    """Writes what it reads, but for the quotes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.wrote_something = False
        self._left_out = 0
        """how many elements are open, beginning with the one that is left out"""
        self._ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self._ended = self._ended or begins_the_rest(told)
        if self._left_out or is_quote(tag, told):
            self._left_out += tag not in VOID
        elif not self._ended:
            self.written.append(_tag(tag, told))
            self.wrote_something = self.wrote_something or tag == "img"

    def handle_endtag(self, tag: str) -> None:
        if self._left_out:
            self._left_out -= 1
        else:
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._left_out and not self._ended:
            self.written.append(escape(data, quote=False))
            self.wrote_something = self.wrote_something or bool(data.strip())


def is_quote(tag: str, attributes: dict[str, str]) -> bool:
    """Whether an element is marked as quoted mail or a signature."""
    if tag == "blockquote" and (attributes.get("type", "").lower() == "cite" or attributes.get("class") == "quote"):
        return True
    classes = attributes.get("class", "").split()
    marked = any(QUOTE_CLASSES.match(name) or SIGNATURE_CLASSES.match(name) for name in classes)
    return marked or bool(SIGNATURE_IDS.match(attributes.get("id", "")))


def begins_the_rest(attributes: dict[str, str]) -> bool:
    """Whether everything from this element on is quoted."""
    return bool(REST_IDS.match(attributes.get("id", "")) or OUTLOOK_HEAD.search(attributes.get("style", "")))


def _tag(tag: str, attributes: dict[str, str]) -> str:
    told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{told}>"
