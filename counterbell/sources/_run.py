"""A run of a source: entries into the record, with a place to go on from, and what was refused kept in a file."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from counterbell.accounts.models import Shop
from counterbell.record.models import Import, Waiting
from counterbell.record.outcome import Refusal, Summary
from counterbell.record.write import write_stream

from ._files import BrokenFile
from ._stream import Stream


@dataclass
class Outcome:
    """What came of a run: the counts of all its parts, what still waits, and where the refused lines are."""

    summary: Summary
    resumed_after: int
    refused_file: Path | None
    waiting: int
    broken: BrokenFile | None = None
    by_reason: dict[str, int] = field(default_factory=dict)

    @property
    def anything_in(self) -> bool:
        """Whether the record has anything of it."""
        return self.summary.new.total() + self.summary.known.total() + self.summary.aside.total() > 0


def run(
    shop: Shop, name: str, stream: Stream, *, on_progress: Callable[[Summary, Stream], None] = lambda summary, stream: None
) -> Outcome:
    """Write a stream into the record, going on where an earlier run of the same origin was broken off.

    Every batch, its position and its refused lines belong together: whenever this is interrupted, by whatever, running
    it again neither doubles nor loses anything.
    """
    progress = _progress(shop, name, stream)
    resumed_after, before = progress.position, Summary.from_dict(progress.counts.get("summary", {}))
    refused = _RefusedFile(progress)

    def keep_place(summary: Summary, position: int) -> None:
        together = Summary()
        together.add(before)
        together.add(summary)
        progress.position = position
        progress.counts = {"summary": together.as_dict(), "refused_bytes": refused.size}
        progress.save(update_fields=["position", "counts"])
        on_progress(together, stream)

    broken = None
    try:
        write_stream(shop, stream.entries(resumed_after), on_batch=keep_place, on_refused=refused.add)
    except BrokenFile as problem:
        broken = problem
    waiting = refused.add_waiting(shop)
    if broken is None:
        progress.ended_at = timezone.now()
        progress.save(update_fields=["ended_at"])
    total = Summary.from_dict(progress.counts.get("summary", {}))
    return Outcome(total, resumed_after, refused.path if refused.size else None, waiting, broken)


def _progress(shop: Shop, name: str, stream: Stream) -> Import:
    """The state of the broken-off run of this origin, or a new one."""
    if stream.origin:
        begun = Import.objects.filter(shop=shop, source=name, origin=stream.origin).first()
        if begun and begun.ended_at is None:
            return begun
        if begun:
            begun.position, begun.counts, begun.ended_at, begun.started_at = 0, {}, None, timezone.now()
            begun.save()
            return begun
    origin = stream.origin or f"pipe {timezone.now().isoformat()}"
    return Import.objects.create(shop=shop, source=name, origin=origin, started_at=timezone.now())


class _RefusedFile:
    """The lines that did not go in, one JSON object each: line, field, reason, raw."""

    def __init__(self, progress: Import) -> None:
        directory = Path(settings.FACTS_DIRECTORY).parent / "refused"
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = directory / f"{progress.shop.slug}-{progress.source}-{progress.pk}.ndjson"
        self.size = int(progress.counts.get("refused_bytes", 0))
        if self.path.exists():
            with self.path.open("r+b") as file:
                file.truncate(self.size)  # what was written after the last batch that holds comes again

    def add(self, refusals: Iterable[Refusal]) -> None:
        """Append what was refused; what is kept aside may still go in and is written at the end."""
        self._append(
            {"line": refusal.line, "field": refusal.field, "reason": refusal.reason, "raw": refusal.raw}
            for refusal in refusals
            if not refusal.aside
        )

    def add_waiting(self, shop: Shop) -> int:
        """Append what the record keeps aside for the shop; returns how many."""
        waiting = Waiting.objects.filter(shop=shop).order_by("pk")
        size = self.size
        self._append(
            {
                "line": one.line,
                "field": one.needs,
                "reason": f"There is no {one.needs} {one.needed_id!r}; kept aside, and taken in when it comes.",
                "raw": one.entry,
            }
            for one in waiting.iterator()
        )
        count = waiting.count()
        self.size = self.size if count else size
        return count

    def _append(self, refused: Iterable[dict[str, Any]]) -> None:
        lines = [json.dumps(one, ensure_ascii=False) for one in refused]
        if lines:
            with self.path.open("ab") as file:
                file.write(("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))
                self.size = file.tell()
