"""The only door into the record: `write` for one thing that happens, `write_stream` for a stream of many.

Both put the entries, the state of their tickets and the marks on the months whose facts they make old into one
transaction. Writing the same thing twice changes nothing.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.db import connection, transaction

from counterbell.accounts.models import Shop
from counterbell.errors import Problem

from .batch import Batch
from .entries import Entry
from .outcome import Positioned, Refusal, Summary

BATCH = 40_000
"""Entries a transaction: large enough to be fast, small enough for constant memory (some 60 MB)."""


THIS = -1
"""The place of a single entry; what has waited for it and comes with it stands elsewhere."""


class EntryRefused(Problem):
    """An entry that does not fit the record; the sentence says why."""


def write(shop: Shop, entry: Entry) -> bool:
    """Put one entry into the record; returns whether it was new.

    Raises EntryRefused when it does not fit: other content under a known key, a ticket that is not there, and so on.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        batch = Batch(shop, cursor, [(THIS, entry)])
        batch.write()
        for refusal in batch.refusals:
            if refusal.line == THIS:
                raise EntryRefused(f"{refusal.reason.partition(' yet;')[0]}." if refusal.aside else refusal.reason)
    return batch.summary.new.total() > 0


def write_stream(
    shop: Shop,
    entries: Iterable[Positioned],
    *,
    settled: Callable[[list[Positioned]], list[Positioned]] = list,
    on_batch: Callable[[Summary, int], None] | None = None,
    on_refused: Callable[[list[Refusal]], None] | None = None,
    size: int = BATCH,
) -> Summary:
    """Put a stream of entries into the record, a transaction for each batch of about `size`, in constant memory.

    `settled` is given each batch, inside the transaction, and says what of it goes in. `on_refused` is called with what
    did not go in; then `on_batch(summary so far, line of the last entry)`, inside the transaction too, so that what it
    writes to the database holds exactly if the batch does.
    """
    total = Summary()
    with _hurrying():
        for positioned in _batches(entries, size):
            with transaction.atomic(), connection.cursor() as cursor:
                batch = Batch(shop, cursor, settled(positioned))
                batch.write()
                total.add(batch.summary)
                if on_refused and batch.refusals:
                    on_refused(batch.refusals)
                if on_batch:
                    on_batch(total, positioned[-1][0])
    return total


@contextmanager
def _hurrying() -> Iterator[None]:
    """Let go of what a stream need not wait for.

    SQLite does not wait for the disk at each commit (whoever reads the stream again after a power cut goes on from the
    last one that holds), moves pages from the log to the file less often, and does not look every ticket up a second
    time (a batch names only rows that it has just looked up itself). Python's search for circles of garbage would
    look at each row again and again.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            _pragmas("synchronous = normal", "wal_autocheckpoint = 16000", "foreign_keys = off", "cache_size = -256000")
        yield
    finally:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            _pragmas("synchronous = full", "wal_autocheckpoint = 1000", "foreign_keys = on", "cache_size = -64000")
        if collecting:
            gc.enable()


def _pragmas(*settings: str) -> None:
    with connection.cursor() as cursor:
        for setting in settings:
            cursor.execute(f"pragma {setting}")


def _batches(entries: Iterable[Positioned], size: int) -> Iterator[list[Positioned]]:
    """Pieces of about `size` entries; those of one line stay together, so that a stream can go on after a line."""
    remaining = iter(entries)
    batch = list(islice(remaining, size))
    while batch:
        last, following = batch[-1][0], []
        for positioned in remaining:
            if positioned[0] != last:
                following = [positioned]
                break
            batch.append(positioned)
        yield batch
        batch = following + list(islice(remaining, size))
