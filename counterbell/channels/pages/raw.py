"""The raw text of a mail, so that a page can show it and nothing in it acts."""

import unicodedata

MOST_BYTES = 100_000
"""Of a longer mail the page shows the beginning."""

_KEPT = "\n\t"


def readable(raw: bytes) -> tuple[str, int]:
    """The text as a template may escape it, with what steers terminals and turns the reading direction made visible;
    and how many bytes were left out."""
    text = raw[:MOST_BYTES].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(map(_visible, text)), max(0, len(raw) - MOST_BYTES)


def _visible(char: str) -> str:
    if char in _KEPT or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return char
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"
