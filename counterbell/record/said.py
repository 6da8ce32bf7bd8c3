"""Sentences that are made in English, and can be told in the language of whoever reads them later.

What is refused is written to a file long before a person reads of it, by a process that knows nobody's language.
"""

from typing import Any

from django.utils.translation import gettext as _


class Said(str):
    """The sentence in English; it also remembers its words (a text for translators) and what they tell."""

    words: str
    told: dict[str, Any]

    __slots__ = ("told", "words")

    def __new__(cls, words: str, /, **told: Any) -> "Said":
        self = super().__new__(cls, words % told)
        self.words, self.told = words, told
        return self


class SaidHere(Said):
    """The same, made in the language of whoever is there now: a reader at a page, English where nobody is."""

    __slots__ = ()

    def __new__(cls, words: str, /, **told: Any) -> "SaidHere":
        self = str.__new__(cls, _(words) % told)
        self.words, self.told = words, told
        return self


def said_of(trouble: BaseException) -> str:
    """What an error says, with the words that it remembers, if it does."""
    first = trouble.args[0] if trouble.args else None
    return first if isinstance(first, Said) else str(trouble)


def kept(sentence: str) -> list[Any] | None:
    """What has to be kept beside a sentence, as JSON, so that it can be told in other languages; often nothing."""
    if not isinstance(sentence, Said):
        return None
    return [sentence.words, {name: kept(told) or told for name, told in sentence.told.items()}]


def in_words(sentence: str, beside: list[Any] | None = None) -> str:
    """The sentence in the reader's language; as it is where nothing was kept beside it."""
    if (beside := beside or kept(sentence)) is None:
        return sentence
    try:
        return _told(beside)
    except (KeyError, TypeError, ValueError):  # written by another version
        return sentence


def _told(beside: list[Any]) -> str:
    words, told = beside
    return _(words) % {name: _told(one) if isinstance(one, list) else one for name, one in told.items()}
