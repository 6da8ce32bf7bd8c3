"""HTML turned into text for reading: paragraphs and lists as lines, quotes behind `>`, links with where they lead."""

import re
from html.parser import HTMLParser
from typing import Final

import nh3

LONGEST = 2 << 20
DEEPEST = 2_000
"""Elements within each other; what is nested deeper is no writing, and would keep the reader busy for minutes."""

# fmt: off
BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
    "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
})
SPACED: Final = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "dl"})
VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})
KEPT: Final = BLOCKS | {
    "a", "b", "br", "code", "del", "em", "i", "img", "ins", "s", "span", "strong", "sub", "sup", "td", "th", "u",
}
# fmt: on
UNSEEN: Final = {"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe"}

_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LEAVES = VOID | {"p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody", "thead"}
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_WELL_FORMED = nh3.Cleaner(
    tags=set(KEPT),
    clean_content_tags=UNSEEN,
    attributes={"*": {"style", "hidden", "class", "id", "type"}, "a": {"href"}, "img": {"alt"}},
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
)


def too_deep(html: str) -> bool:
    """Whether more elements are open within each other than any writing needs."""
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() in _LEAVES:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        if depth > DEEPEST:
            return True
    return False


def without_tags(html: str) -> str:
    """The bare text of HTML that is too odd to be read as such."""
    from html import unescape

    return unescape(re.sub(r"<[^<>]{0,2000}>", " ", html))


def plain_text(html: str) -> str:
    """The text of a piece of HTML, without what its sender has hidden."""
    html = html[:LONGEST]
    if too_deep(html):
        return without_tags(html).strip()
    writer = _Writer()
    writer.feed(_WELL_FORMED.clean(html))
    writer.close()
    return writer.text()


class _Writer(HTMLParser):
    """Writes down what well-formed HTML says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = self._quotes_above = self._pre = 0
        self._hidden: list[str] = []
        self._gap = False
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if self._hidden or _HIDDEN.search(told.get("style") or "") or "hidden" in told:
            self._hidden += [tag] if tag not in VOID else []
            return
        if tag == "br":
            self._end_line(always=True)
        elif tag in BLOCKS:
            self._end_line(gap=tag in SPACED)
        self._quotes += tag == "blockquote"
        self._pre += tag == "pre"
        if tag == "hr":
            self._line.append("-" * 20)
            self._end_line()
        elif tag == "li":
            self._line.append("- ")
        elif tag in ("td", "th") and "".join(self._line).strip(" -"):
            self._line.append(" ")
        elif tag == "a":
            self._links.append((told.get("href") or "", len(self._line)))
        elif tag == "img" and (told.get("alt") or "").strip():
            self._line.append(f"[{(told['alt'] or '').strip()[:200]}]")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if self._hidden[-1] == tag:
                self._hidden.pop()
            return
        if tag == "a" and self._links:
            self._end_link(*self._links.pop())
        if tag in BLOCKS:
            self._end_line(gap=tag in SPACED)
        self._quotes = max(self._quotes - (tag == "blockquote"), 0)
        self._pre = max(self._pre - (tag == "pre"), 0)

    def _end_link(self, href: str, start: int) -> None:
        """Where the link leads, unless its text says so."""
        shown = "".join(self._line[start:]).strip()
        bare = href.removeprefix("mailto:").removeprefix("tel:").rstrip("/")
        if shown and bare and bare not in shown and shown.lower() not in bare.lower() and len(href) <= 300:
            self._line.append(f" <{href}>")

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if not self._pre:
            self._line.append(_BLANKS.sub(" ", data))
            return
        first, *more = data.split("\n")
        self._line.append(first)
        for line in more:
            self._end_line(always=True)
            self._line.append(line)

    def _end_line(self, *, always: bool = False, gap: bool = False) -> None:
        """Finish the line; `always`: also an empty one; `gap`: a blank line belongs between this and the next."""
        text = "".join(self._line)
        text = text.rstrip() if self._pre else re.sub(r" {2,}", " ", text).strip()
        self._line.clear()
        self._links = [(href, 0) for href, _start in self._links]
        if text or always:
            if self._gap and self._lines:
                self._lines.append(">" * min(self._quotes, self._quotes_above))
            self._gap, self._quotes_above = False, self._quotes
            self._lines.append(self._quoted(text))
        self._gap = self._gap or gap

    def _quoted(self, text: str) -> str:
        return ">" * self._quotes + (" " if self._quotes and text else "") + text

    def text(self) -> str:
        """All of it, with at most one blank line in a row."""
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines).replace("\xa0", " ")).strip("\n")
