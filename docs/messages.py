"""Bring the translations in step with the program: `make messages`.

Collects every text that is printed, from the code and from what metrics and settings say of themselves, into
the .po files; keeps what is translated; makes the .mo files that are installed. `--check` changes nothing and says what
is out of step.
"""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract, extract_from_dir

PACKAGE = Path(__file__).parent.parent / "counterbell"
LOCALE = PACKAGE / "locale"
KEYWORDS = {"_": None, "gettext": None, "later": None, "ngettext": (1, 2)}
PLURALS = {"fr": "nplurals=2; plural=(n > 1);", "id": "nplurals=1; plural=0;"}

Text = tuple[str, str | None]
"""A text and its plural, if it has one."""


def texts() -> dict[Text, list[str]]:
    """All texts that are printed, each with the files that print it."""
    found: dict[Text, set[str]] = {}
    for text, file in (*_of_code(), *_of_templates(), *_of_collections()):
        found.setdefault(text, set()).add(file)
    return {text: sorted(found[text]) for text in sorted(found, key=lambda text: (sorted(found[text]), text[0]))}


def _of_code() -> Iterator[tuple[Text, str]]:
    for file, _line, message, _comments, _context in extract_from_dir(
        PACKAGE, [("**.py", "python")], keywords=KEYWORDS
    ):
        text = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
        yield text, f"counterbell/{Path(file).as_posix()}"


def _of_templates() -> Iterator[tuple[Text, str]]:
    """What the pages say: Django turns a template into something that reads like code."""
    from django.utils.translation.template import templatize

    for path in sorted(PACKAGE.rglob("templates/**/*.*")):
        file = path.relative_to(PACKAGE.parent).as_posix()
        code = io.BytesIO(templatize(path.read_text(), origin=file).encode())
        for _line, message, _comments, _context in extract("python", code, keywords=KEYWORDS):
            yield (message[0], message[1]) if isinstance(message, tuple) else (message, None), file


def _of_collections() -> Iterator[tuple[Text, str]]:
    """What metrics and settings say of themselves, which the code prints without spelling it out."""
    from counterbell.metrics import metrics
    from counterbell.metrics.explain import rule
    from counterbell.site.options import OPTIONS

    for key, one in metrics().items():
        for text in (one.question, rule(key), one.excluded):
            yield (text, None), f"counterbell/metrics/{key}.py"
    for option in OPTIONS:
        yield (option.help, None), "counterbell/site/options.py"


def in_step(language: str) -> polib.POFile:
    """The translations of a language with exactly the texts that are printed now; new ones are empty."""
    path = po_path(language)
    known = {
        (entry.msgid, entry.msgid_plural or None): entry for entry in (polib.pofile(str(path)) if path.exists() else [])
    }
    catalog = polib.POFile(wrapwidth=120)
    catalog.metadata = {
        "Project-Id-Version": "Counterbell",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for (text, plural), files in texts().items():
        entry = known.get((text, plural)) or polib.POEntry(msgid=text, msgid_plural=plural or "")
        if plural and not entry.msgstr_plural:
            entry.msgstr_plural = dict.fromkeys(range(int(PLURALS[language][9])), "")
        entry.occurrences = [(file, "") for file in files]
        entry.flags = ["python-format"] if "%(" in text else []
        catalog.append(entry)
    return catalog


def po_path(language: str) -> Path:
    """Where the translations of a language are written by people."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def update() -> list[str]:
    """Write all .po and .mo files; returns what is left to translate."""
    missing = []
    for language in PLURALS:
        catalog = in_step(language)
        po_path(language).parent.mkdir(parents=True, exist_ok=True)
        catalog.save(str(po_path(language)))
        catalog.save_as_mofile(str(po_path(language).with_suffix(".mo")))
        missing += [f"{language}: {entry.msgid}" for entry in catalog.untranslated_entries() + catalog.fuzzy_entries()]
    return missing


def out_of_step() -> list[str]:
    """What `make messages` would change for a reader, or is left to translate."""
    found = []
    printed = set(texts())
    for language in PLURALS:
        catalog = polib.pofile(str(po_path(language)))
        there = {(entry.msgid, entry.msgid_plural or None) for entry in catalog}
        found += [f"{language}: {text[0]!r} is new: run `make messages`." for text in printed - there]
        found += [f"{language}: {text[0]!r} is no longer printed: run `make messages`." for text in there - printed]
        found += [f"{language}: {entry.msgid!r} is not translated." for entry in catalog.untranslated_entries()]
        found += [f"{language}: {entry.msgid!r} is marked as fuzzy." for entry in catalog.fuzzy_entries()]
        if po_path(language).with_suffix(".mo").read_bytes() != catalog.to_binary():
            found.append(f"{language}: the .mo file is older than the .po file: run `make messages`.")
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterbell.site.settings")
    import django

    django.setup()
    left = out_of_step() if "--check" in sys.argv else update()
    print("\n".join(left) or "All texts are translated.")
    sys.exit(bool(left))
