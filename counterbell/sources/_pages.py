"""Objects of an API: pages of them saved in a folder, and how any page becomes entries."""

import hashlib
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any, TypedDict

import msgspec
from msgspec import Raw

from counterbell.errors import Problem
from counterbell.record.entries import Agent, Customer, Entry, Unreadable
from counterbell.record.outcome import Positioned

from ._files import Opened, whole
from ._stream import Beside, EntriesOf, Kind, Mapping, Place, Stream, VendorObject
from ._values import NotReadable, earlier, instant

ENDINGS = tuple(f"{ending}{packed}" for ending in (".json", ".ndjson", ".jsonl") for packed in ("", ".gz", ".zst"))
SHOWN = 2_000
"""Of an object that cannot be read, so many characters are kept."""
REMEMBERED = 50_000
"""So many agents and customers at most, so that a long history costs no memory."""
PEOPLE = (Agent, Customer)
AT_ONCE = 500
"""A source with more objects on a page is read object by object, which takes the page twice but stays in the cache."""

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_PAGE: msgspec.json.Decoder[dict[str, Raw] | list[Raw]] = msgspec.json.Decoder(dict[str, Raw] | list[Raw])
_LIST: msgspec.json.Decoder[list[Raw]] = msgspec.json.Decoder(list[Raw])
_ENCODER = msgspec.json.Encoder(decimal_format="number")

Written = Callable[[], bytes]
"""How an object stands on its page, looked up only where it is to be shown."""


def decoded(body: bytes) -> Any:
    """What a JSON body says; numbers with decimals are Decimal."""
    return _DECODER.decode(body)


def exactly_one(since: str | None = None, **ways: object) -> str:
    """The name of the one way of reading that was given. Raises Problem for none, several, and a needless `since`."""
    given = [name for name, value in ways.items() if value is not None]
    if len(given) != 1:
        names = " or ".join(_written(name) for name in ways)
        raise Problem(f"Give {names}: {'one of them' if not given else 'only one of them'}.")
    if since is not None and given != ["domain"]:
        raise Problem("--since is for an account that is read live (--domain); files are read wholly.")
    return given[0]


def _written(name: str) -> str:
    return "a file" if name == "path" else f"--{name}"


def beginning(since: str | None) -> str | None:
    """A --since as an instant in UTC; a day means its first instant there. Raises Problem for what is no time."""
    if since is None:
        return None
    try:
        return earlier(f"{since}T00:00:00Z" if len(since) == len("2025-01-01") else since, 0)
    except NotReadable:
        raise Problem(f"--since {since!r} is no time. Write it like 2025-01-01 or 2025-01-01T00:00:00Z.") from None


class Bookmark:
    """Where to go on in objects that are listed by their time of change: at the latest change seen, less an overlap.

    As long as the changes rise from page to page, each page moves the place on; should an API list them otherwise, only
    the last page does, so that a run that was broken off misses nothing.
    """

    def __init__(self, place: Place, overlap_seconds: int) -> None:
        self._place, self._overlap = place, overlap_seconds
        self.latest: datetime | None = None
        self.rising = True

    def after(self, changes: Sequence[object], *, last: bool) -> Place:
        """The place after a page with objects that changed then (ISO 8601; without an offset in UTC)."""
        for change in changes:
            try:
                changed = instant(change, "time of change", utc=True)
            except NotReadable:
                continue
            self.rising &= self.latest is None or changed >= self.latest
            self.latest = changed if self.latest is None else max(self.latest, changed)
        if self.latest is not None and (self.rising or last):
            self._place = {"since": earlier(self.latest.isoformat(), self._overlap)}
        return self._place


class Told(dict[tuple[type, str], Agent | Customer]):
    """What was told last of each agent and customer, so that it is not said with each of their tickets and orders."""

    def news(self, entries: list[Entry]) -> list[Entry | Unreadable]:
        """The entries without agents and customers of whom the same was told before."""
        return [entry for entry in entries if not (type(entry) in PEOPLE and self._already(entry))]

    def _already(self, entry: Any) -> bool:
        name = type(entry), entry.id
        if self.get(name) == entry:
            return True
        if len(self) >= REMEMBERED:
            self.clear()
        self[name] = entry
        return False


def entries_of_object(
    entries_of: EntriesOf, kind: str, one: VendorObject, told: Told, written: "Written | None" = None
) -> list[Entry | Unreadable]:
    """All entries of an object that are news, or one Unreadable that says why there are none.

    `written` tells how the object stands on its page, where not all of it was decoded.
    """
    try:
        return told.news(list(entries_of(kind, one)))
    except NotReadable as problem:
        reason, field = str(problem), problem.field
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as problem:
        reason, field = f"The object has not the documented shape ({type(problem).__name__}: {problem}).", None
    shown = _ENCODER.encode(one) if written is None else written()
    return [Unreadable(f"{kind}: {reason}", shown[:SHOWN].decode("utf-8", "replace"), field)]


def whole_first(kinds: Sequence[Kind]) -> list[Kind]:
    """The kinds in the order in which they are read."""
    return sorted(kinds, key=lambda kind: not kind.whole)


# ---- pages saved in a folder


def saved(folder: Path, kinds: Sequence[Kind], mapping: Mapping, apart: str = "pages") -> Stream:
    """The objects in a folder of pages as the API returned them.

    A file belongs to the kind that its name, or that of its folder, begins with, or that is a key of what it says
    ({"orders": [...]}); a file may hold several kinds. The position is the number of the file.
    """
    names = [kind.name for kind in whole_first(kinds)]
    files = _files(folder, names)
    if not files:
        raise Problem(f"There is no JSON file in {str(folder)!r}. Give the folder with the saved pages of the API.")
    beside = Beside()
    reading = _Folder(files, whole_first(kinds))
    sizes = sum(file.path.stat().st_size for file in files)
    return Stream(
        origin=f"{apart} {folder.name} ({len(files)} files, {_digest(folder, files)})",
        entries=lambda after: reading.entries(mapping(beside), beside, after),
        size=sizes,
        done=lambda: reading.bytes_read,
        beside=beside,
        apart=apart,
    )


@dataclass(frozen=True)
class _File:
    path: Path
    kind: str | None


class _Folder:
    """The objects of the files one after another: no more than a page is in memory, and of that only what is needed."""

    def __init__(self, files: list[_File], kinds: list[Kind]) -> None:
        self._files, self._kinds = files, {kind.name: kind for kind in kinds}
        self._whole = {kind.name for kind in kinds if kind.whole}
        self._needs = {kind.name: _decoder(kind.needs) for kind in kinds if kind.needs}
        self._pages = {kind.name: _page_decoder(kind, self._kinds) for kind in kinds if kind.needs}
        self._told = Told()
        self.bytes_read = 0

    def entries(self, entries_of: EntriesOf, beside: Beside, after: int) -> Iterator[Positioned]:
        for number, file in enumerate(self._files, 1):
            if number > after:
                for entries in self._of_file(file, entries_of, beside):
                    for entry in entries:
                        yield number, entry
            elif file.kind is None or file.kind in self._whole:
                with beside.unheard():
                    for _ in self._of_file(file, entries_of, beside, only=self._whole):
                        pass
            self.bytes_read += file.path.stat().st_size

    def _of_file(
        self, file: _File, entries_of: EntriesOf, beside: Beside, only: set[str] | None = None
    ) -> Iterator[list[Entry | Unreadable]]:
        """The entries of a file, object by object."""
        try:
            for kind, one, written in self._objects(file, beside):
                if only is None or kind in only:
                    yield entries_of_object(entries_of, kind, one, self._told, written)
        except (msgspec.MsgspecError, UnicodeDecodeError, OSError, EOFError, zlib.error) as problem:
            yield [Unreadable(f"The page is cut off or damaged ({problem}). Save it again.", file.path.name)]

    def _objects(self, file: _File, beside: Beside) -> Iterator[tuple[str, VendorObject, Written]]:
        for body in _bodies(file.path):
            found = self._at_once(body, file.kind) or self._one_by_one(body, file.kind)
            if not found and body.strip(b" []{}\r\n"):
                beside.odd("page without objects of a known kind", file.path.name)
            for kind, objects in found:
                if field := self._kinds[kind].ordered_by:
                    objects = sorted(objects, key=lambda pair: str(pair[0].get(field) or ""))
                for one, written in objects:
                    yield kind, one, written

    def _at_once(self, body: bytes, kind: str | None) -> list[tuple[str, Iterable[tuple[VendorObject, Written]]]]:
        """The objects of a page that lists one kind as documented, read in one go; nothing of any other page."""
        if kind not in self._pages:
            return []
        try:
            told = self._pages[kind].decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return []
        listed = told if isinstance(told, list) else _alone(told, (kind, "data", "payload"))
        if len(listed) > AT_ONCE:
            del self._pages[kind]
        raw = cache(lambda: objects_in(body, kind, self._kinds)[0][1])
        return [(kind, ((one, partial(_nth, raw, place)) for place, one in enumerate(listed)))] if listed else []

    def _one_by_one(self, body: bytes, kind: str | None) -> list[tuple[str, Iterable[tuple[VendorObject, Written]]]]:
        return [
            (name, ((self._decoded(name, written), partial(bytes, written)) for written in listed))
            for name, listed in objects_in(body, kind, self._kinds)
        ]

    def _decoded(self, kind: str, written: Raw) -> VendorObject:
        """What the mapping needs of an object; all of it where it has another shape than documented."""
        if decoder := self._needs.get(kind):
            try:
                needed: VendorObject = decoder.decode(written)
                return needed
            except msgspec.ValidationError:
                pass
        told: VendorObject = _DECODER.decode(written)
        return told


def _decoder(needs: Any) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(needs, float_hook=Decimal)


def _page_decoder(kind: Kind, kinds: Collection[str]) -> "msgspec.json.Decoder[Any]":
    """What reads the objects of a page of that kind, and of what else may stand on a page whether it is there."""
    fields: dict[str, Any] = dict.fromkeys([*kinds, "id"], Raw)
    fields |= dict.fromkeys([kind.name, "data", "payload"], list[kind.needs])  # type: ignore[name-defined]
    page = TypedDict("page", fields, total=False)  # type: ignore[misc]
    return _decoder(page | list[kind.needs])  # type: ignore[name-defined]


def _alone(told: dict[str, Any], names: Iterable[str]) -> list[VendorObject]:
    """The list under one of these names where nothing else is told; else none."""
    return next((told[name] for name in names if told.keys() == {name}), [])


def _nth(listed: Callable[[], list[Raw]], place: int) -> bytes:
    return bytes(listed()[place])


def objects_in(body: bytes | Raw, kind: str | None, kinds: Collection[str]) -> list[tuple[str, list[Raw]]]:
    """The objects of a page by their kinds, as they are written on it.

    A page is {"orders": [..], "users": [..]}, {"data": [..]}, {"payload": [..]}, either of these in {"data": ..}, [..],
    or one object.
    """
    told = _PAGE.decode(body)
    if isinstance(told, list):
        return _of_kind(kind, told)
    if "id" not in told and _begins(told.get("data"), "{"):
        return objects_in(told["data"], kind, kinds)
    lists = [name for name in kinds if _begins(told.get(name), "[")]
    if lists and not (kind and "id" in told):  # an object with an id is itself one, whatever it carries
        return [found for name in lists for found in _of_kind(name, _LIST.decode(told[name]))]
    for name in ("data", "payload"):
        if "id" not in told and _begins(told.get(name), "["):
            return _of_kind(kind, _LIST.decode(told[name]))
    return _of_kind(kind, [Raw(body)] if "id" in told else [])


def _of_kind(kind: str | None, listed: list[Raw]) -> list[tuple[str, list[Raw]]]:
    objects = [one for one in listed if _begins(one, "{")]
    return [(kind, objects)] if kind and objects else []


def _begins(written: Raw | None, with_: str) -> bool:
    return written is not None and memoryview(written)[:1] == with_.encode()


def _bodies(path: Path) -> Iterator[bytes]:
    if ".json" in path.suffixes:
        yield whole(path)
        return
    with Opened(path) as file:
        yield from (line for line in file.bytes if line.strip())


def _files(folder: Path, kinds: list[str]) -> list[_File]:
    """The files in the order of kinds (first those that only their content tells), then of the numbers in names."""
    if not folder.is_dir():
        raise Problem(f"{str(folder)!r} is no folder. Give the folder with the saved pages of the API.")
    paths = [path for path in folder.rglob("*") if path.name.lower().endswith(ENDINGS) and path.is_file()]
    files = [_File(path, _kind_of(path.relative_to(folder), kinds)) for path in paths]
    return sorted(files, key=lambda file: (kinds.index(file.kind) if file.kind else -1, _natural(file.path)))


def _kind_of(path: Path, kinds: list[str]) -> str | None:
    for part in (path.name, *(parent.name for parent in path.parents)):
        plain = part.lower().replace("_", "-")
        fitting = [kind for kind in kinds if plain.startswith(kind.lower().replace("_", "-"))]
        if fitting:
            return max(fitting, key=len)
    return None


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """A key by which page-10 comes after page-9."""
    parts = re.split(r"(\d+)", str(path))
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]


def _digest(folder: Path, files: list[_File]) -> str:
    told = "\n".join(f"{file.path.relative_to(folder)} {file.path.stat().st_size}" for file in files)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
