"""How well mail is read, on a folder of raw mails: `python bench/mail_reading.py FOLDER`.

Every file is read: none may raise. Files below a folder called `bounces_and_autoreplies` are labelled by their names:
those that begin with `arf` are complaints, with `rfc3834` automatic replies, all others bounces or delays. A folder
with `emails` and `trimmed` in it holds replies and what should be left of each; blank lines at both ends do not count.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

WANTED = {"arf": ("report",), "rfc3834": ("auto_reply",)}
BOUNCE = ("bounce", "delay")


def main() -> None:
    """Read the folder that is named on the command line, and print the figures."""
    (folder,) = map(Path, sys.argv[1:])
    _django()
    from django.utils.translation import override

    with override("en"):
        for line in (*reading(folder), *recognising(folder), *trimming(folder)):
            print(line)


def _django() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterbell.site.settings")
    import django

    django.setup()


def files(folder: Path) -> list[Path]:
    """The raw mails of a folder: .eml files, and replies waiting to be trimmed."""
    return sorted([*folder.rglob("*.eml"), *(path for path in folder.rglob("emails/*") if path.is_file())])


def reading(folder: Path) -> Iterator[str]:
    """How many mails could be read without an error, of how many something could not be read, and how fast."""
    from counterbell.mail.automatic import automatic
    from counterbell.mail.cleaning import clean
    from counterbell.mail.message import read
    from counterbell.mail.quotes import split

    raised: list[str] = []
    told: Counter[str] = Counter()
    began = time.perf_counter()
    for path in files(folder):
        try:
            mail = read(path.read_bytes())
            automatic(mail), split(mail.text), clean(mail.html or "")
            told.update(mail.unread)
        except Exception as error:
            raised.append(f"  {path.name}: {error!r}")
    seconds = time.perf_counter() - began
    number = len(files(folder))
    yield f"{number} mails read in {seconds:.2f} s ({number / seconds:,.0f} a second); {len(raised)} raised"
    yield from raised
    yield from (f"  {count} x {words}" for words, count in told.most_common())


def recognising(folder: Path) -> Iterator[str]:
    """How many of the labelled bounces, complaints and automatic replies are recognised as what they are."""
    from counterbell.mail.automatic import automatic
    from counterbell.mail.message import read

    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    wrong: list[str] = []
    named: Counter[str] = Counter()
    for path in (path for path in files(folder) if "bounces_and_autoreplies" in path.parts):
        wanted = WANTED.get(path.name.partition("-")[0], BOUNCE)
        found = automatic(read(path.read_bytes()))
        of[wanted[0]] += 1
        right[wanted[0]] += found is not None and found.kind in wanted
        if found is None or found.kind not in wanted:
            wrong.append(f"  {path.name}: {found.kind if found else 'written by a person'}")
        if found and found.failure:
            named["recipient"] += bool(found.failure.recipients)
            named["original mail"] += bool(found.failure.original_id)
    yield from (f"{kind}: {right[kind]} of {count} recognised" for kind, count in of.items())
    yield from (f"  of the bounces, {count} tell the {what}" for what, count in named.items())
    yield from wrong


def trimming(folder: Path) -> Iterator[str]:
    """How many replies are trimmed to exactly what should be left."""
    from counterbell.mail.quotes import new_part

    exact: list[str] = []
    wrong: list[str] = []
    for path in folder.rglob("emails/*"):
        wanted = path.parent.parent / "trimmed" / path.name
        with suppress(OSError):
            left = wanted.read_text(encoding="utf-8")
            same = new_part(path.read_text(encoding="utf-8", errors="replace")).strip() == left.strip()
            (exact if same else wrong).append(f"  {path.name}")
    yield f"{len(exact)} of {len(exact) + len(wrong)} replies trimmed exactly"
    yield from sorted(wrong)


if __name__ == "__main__":
    main()
