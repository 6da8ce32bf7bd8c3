"""A run of a source: entries into the record, with a place to go on from, and what was refused kept in a file."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop as later

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.record import vendor_figures
from counterbell.record.models import Import, Waiting
from counterbell.record.outcome import Positioned, Refusal, Summary
from counterbell.record.said import Said, kept
from counterbell.record.write import BATCH, write_stream

from ._files import BrokenFile
from ._present_priority import in_time
from ._stream import Stream

EXAMPLES = 3
"""So many refusals are told to the person at once; all are in the file of refused lines."""


class AlreadyRunning(Problem):
    """Another process takes in the same thing."""


class ReadOtherwise(Problem):
    """The shop has read this source in a manner that does not go together with this one."""


@dataclass
class Outcome:
    """What came of a run: the counts of all its parts, what still waits, and what was refused."""

    summary: Summary
    resumed_after: int
    refused_file: Path | None
    waiting: int
    broken: BrokenFile | None = None
    examples: list[Refusal] = field(default_factory=list)
    """the first few refusals since the run was begun or taken up again"""
    oddities: Counter[tuple[str, str]] = field(default_factory=Counter)
    """how often the source met what its tables do not know: ("unknown channel", "tiktok-comment")"""
    late_figures: int = 0
    """figures of the vendor that were told after the last entry, or without any"""

    @property
    def anything_in(self) -> bool:
        """Whether the record has anything of it."""
        entries = self.summary.new.total() + self.summary.known.total() + self.summary.aside.total()
        return entries + self.late_figures > 0


def run(
    shop: Shop, name: str, stream: Stream, *, on_progress: Callable[[Summary, Stream], None] | None = None
) -> Outcome:
    """Write a stream into the record, going on where an earlier run of the same origin was broken off.

    Every batch, its position and its refused lines belong together: whenever this is interrupted, by whatever, running
    it again neither doubles nor loses anything. Raises AlreadyRunning when another process takes in the same thing.
    """
    _one_manner(shop, name, stream)
    progress = _begun(shop, name, stream)
    oddities_before = _oddities(progress)
    resumed_after, before = progress.position, Summary.from_dict(progress.counts.get("summary", {}))
    refused = _RefusedFile(progress)

    def keep_place(summary: Summary, position: int) -> None:
        together = Summary()
        together.add(before)
        together.add(summary)
        _claim(progress, position)
        refused.write()
        odd = [[*what, count] for what, count in (oddities_before + stream.beside.oddities).items()]
        progress.counts = {"summary": together.as_dict(), "refused_bytes": refused.size, "oddities": odd}
        vendor_figures.keep(shop, name, stream.beside.taken_figures(), timezone.now())
        stream.keep(position)
        progress.save(update_fields=["counts"])
        if on_progress:
            on_progress(together, stream)

    reading = _Reading(stream.entries(resumed_after))
    write_stream(
        shop,
        reading,
        settled=partial(in_time, shop) if stream.priority_now else list,
        on_batch=keep_place,
        on_refused=refused.add,
        size=stream.batch or BATCH,
    )
    late_figures = stream.beside.taken_figures()
    vendor_figures.keep(shop, name, late_figures, timezone.now())
    waiting = refused.write_waiting(shop)
    if reading.broken is None:
        progress.ended_at = timezone.now()
        progress.save(update_fields=["ended_at"])
    return Outcome(
        Summary.from_dict(progress.counts.get("summary", {})),
        resumed_after,
        refused.path if refused.path.exists() else None,
        waiting,
        reading.broken,
        refused.examples,
        _oddities(progress) or stream.beside.oddities,
        len(late_figures),
    )


class _Reading:
    """The entries of a source up to its end, or to where it is broken: what was read before that still goes in."""

    def __init__(self, entries: Iterator[Positioned]) -> None:
        self._entries = entries
        self.broken: BrokenFile | None = None

    def __iter__(self) -> Iterator[Positioned]:
        try:
            yield from self._entries
        except BrokenFile as problem:
            self.broken = problem


def _oddities(progress: Import) -> Counter[tuple[str, str]]:
    return Counter({(what, value): count for what, value, count in progress.counts.get("oddities", [])})


def _one_manner(shop: Shop, name: str, stream: Stream) -> None:
    """Refuse what would be counted twice: a source whose export and whose API tell the same in different words."""
    before = Import.objects.filter(shop=shop, source=name, position__gt=0)
    if stream.apart and (other := before.exclude(origin__startswith=f"{stream.apart} ").first()):
        raise ReadOtherwise(
            f"Shop {shop.slug!r} has read {name} otherwise before ({other.origin}); read in both manners, things would "
            "be counted twice. Go on in that manner, or read it into a shop of its own with --shop."
        )


def _begun(shop: Shop, name: str, stream: Stream) -> Import:
    """The state of the broken-off run of this origin, or a new one."""
    now: Any = timezone.now()
    origin = stream.origin or f"pipe {now.isoformat()}"
    progress, _ = Import.objects.get_or_create(shop=shop, source=name, origin=origin, defaults={"started_at": now})
    if progress.ended_at is not None:
        ended = Import.objects.filter(pk=progress.pk, ended_at=progress.ended_at)
        ended.update(position=0, counts={}, started_at=now, ended_at=None)
        progress.refresh_from_db()
    return progress


def _claim(progress: Import, position: int) -> None:
    """Move the place of the run on, unless another process has moved it meanwhile."""
    here = Import.objects.filter(pk=progress.pk, position=progress.position, started_at=progress.started_at)
    if not here.filter(ended_at=None).update(position=position):
        raise AlreadyRunning(
            "Another process is taking in the same file and goes on with it; this one has stopped and done no harm."
        )
    progress.position = position


def refused_directory() -> Path:
    """Where the files of refused lines lie."""
    return Path(settings.FACTS_DIRECTORY).parent / "refused"


STILL_WAITING = later("There is no %(needs)s %(name)r; kept aside, and taken in when it comes.")


class _RefusedFile:
    """The lines that did not go in, one JSON object each: line, field, reason, raw; and what its reason is said from.

    It is written only by whoever has claimed the batch, from the place that the last batch left it at: what was
    written after that, by a process that ended in the middle, comes again.
    """

    def __init__(self, progress: Import) -> None:
        refused_directory().mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = refused_directory() / f"{progress.shop.slug}-{progress.source}-{progress.pk}.ndjson"
        self.size = int(progress.counts.get("refused_bytes", 0))
        self.examples: list[Refusal] = []
        self._refused: list[Refusal] = []

    def add(self, refusals: list[Refusal]) -> None:
        """Take what a batch refused; what is kept aside may still go in and is written at the end."""
        self._refused = [refusal for refusal in refusals if not refusal.aside]
        self.examples += self._refused[: EXAMPLES - len(self.examples)]

    def write(self) -> None:
        """Write what the batch refused."""
        refused, self._refused = self._refused, []
        self.size = self._write(_line(refusal.line, refusal.field, refusal.reason, refusal.raw) for refusal in refused)

    def write_waiting(self, shop: Shop) -> int:
        """Write what the record keeps aside for the shop behind all that was refused; returns how many."""
        waiting = Waiting.objects.filter(shop=shop).order_by("pk")
        size = self._write(
            _line(one.line, one.needs, Said(STILL_WAITING, needs=one.needs, name=one.needed_id), one.entry)
            for one in waiting.iterator()
        )
        if size == 0:
            self.path.unlink(missing_ok=True)
        return waiting.count()

    def _write(self, refused: Iterable[dict[str, Any]]) -> int:
        """Write from the place where the file ends for us; returns where it ends now."""
        with self.path.open("r+b" if self.path.exists() else "w+b") as file:
            file.seek(min(self.size, self.path.stat().st_size))
            for one in refused:
                line = json.dumps(one, ensure_ascii=False) + "\n"
                file.write(line.encode("utf-8", "surrogateescape"))
            return file.truncate()


def _line(line: int, field: str | None, reason: str, raw: str) -> dict[str, Any]:
    said = kept(reason)
    return {"line": line, "field": field, "reason": reason, "raw": raw, **({"said": said} if said else {})}
