"""Text as the search compares it: without case and accents, in words."""

import re
import unicodedata
from collections.abc import Iterable

_BY_THEMSELVES = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Scripts that put no spaces between words: each of their characters is a word here."""
_WORD = re.compile(rf"[{_BY_THEMSELVES}]|[^\W_{_BY_THEMSELVES}]+")
LONGEST_WORD = 60
MOST_WORDS = 20_000


def folded(text: str) -> str:
    """The text without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words_of(texts: Iterable[str | None]) -> list[str]:
    """The different words in these texts, in the order in which they first come."""
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(folded(text or ""))))
        if len(found) > MOST_WORDS:
            break
    return list(found)[:MOST_WORDS]
