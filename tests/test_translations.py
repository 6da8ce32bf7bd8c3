"""What the command line prints is there in French and Indonesian."""

import re

import messages
import polib
import pytest

from counterbell.metrics import metrics

LANGUAGES = tuple(messages.PLURALS)


def test_the_translations_are_in_step_with_the_program_and_none_is_missing() -> None:
    assert messages.out_of_step() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_places_that_are_filled_in(language: str) -> None:
    for entry in polib.pofile(str(messages.po_path(language))):
        for translated in entry.msgstr_plural.values() or [entry.msgstr]:
            assert places(translated) == places(entry.msgid_plural or entry.msgid), entry.msgid


def places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_has_a_name(language: str) -> None:
    assert [key for key, one in metrics().items() if not one.words.get(language)] == []
