"""Making the facts of the months that the record has made old, and putting them in the place of the old ones."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from counterbell.accounts.models import Shop
from counterbell.record.dirty import DAY_US, month_start_us
from counterbell.record.entries import microseconds
from counterbell.record.models import Ticket

from .catalog import STILL_OPEN
from .current import Old, definition, old_months, shop_directory
from .engines.duckdb import make_facts
from .extents import Extent, extents
from .finish import Clock, finish
from .models import FactsMonth, Retired
from .reader import Reader, reader
from .reading import Some, Span, cut, read

TABLES = ("tickets", "responses", "spells", "ratings", "conversions")
ORDER = {
    "tickets": "created_at",
    "responses": "replied_at",
    "spells": "since",
    "ratings": "sent_at",
    "conversions": "placed_at",
}
"""Rows lie in the order of time, so that a question about a short time reads little."""

SPAN_TICKETS = 60_000
"""Months are computed together up to about so many tickets: fewer steps for small shops, bounded memory for large."""

GRACE = timedelta(hours=1)
"""How long a version that was replaced stays for those who are still reading it."""


LEFT_OVER = timedelta(days=1)
"""What no current version names is removed after so long: facts as of past instants, and what a crash has left."""


@dataclass
class Made:
    """The facts of one month, ready to be written."""

    month: int
    tables: dict[str, pa.Table]
    extent: Extent


def refresh(shop: Shop, *, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Bring the facts up to date; returns how many months were touched.

    Where only some tickets of a month have changed, only theirs are computed. Months that are done stay done when this
    is interrupted; the others stay marked. Two refreshing at once do no harm. `on_progress(months done, months in all)`
    is called after each step.
    """
    wanted, now = old_months(shop), microseconds(timezone.now())
    shop.refresh_from_db()  # the settings at the marks, whenever the shop was loaded
    before = {month.month: month for month in shop.facts_months.all()}
    done = 0
    for span, tables in _read_ahead(_spans(shop, wanted, before)):
        made = list(_make(shop, span, tables, now))
        if span.some is not None:
            made = [_merged(shop, before[span.first], made[0], tables)]
        _swap(shop, made, wanted, before)
        done += span.last - span.first + 1
        if on_progress:
            on_progress(done, len(wanted))
    sweep()
    return done


def database() -> str:
    """The record's database as the reader wants it named."""
    if connection.vendor == "sqlite":
        return str(connection.settings_dict["NAME"])
    told = connection.settings_dict
    user, password, host, name = (quote(str(told[part]), safe="") for part in ("USER", "PASSWORD", "HOST", "NAME"))
    address = f"{user}:{password}@{host}" if user else host
    options = urlencode(told["OPTIONS"], quote_via=quote)  # libpq takes a plus for a plus
    return f"postgresql://{address}:{told['PORT'] or 5432}/{name}?{options}"


def _spans(shop: Shop, wanted: dict[int, Old], before: dict[int, FactsMonth]) -> list[Span]:
    """What is old as spans: neighbouring months up to about SPAN_TICKETS tickets together, some tickets alone."""
    spans: list[Span] = []
    tickets = 0
    window_us = shop.conversion_days * DAY_US
    for month, old in sorted(wanted.items()):
        if old.tickets is not None and old.orders is not None and month in before:
            spans.append(Span(shop.pk, month, month, window_us, Some(old.tickets, old.orders)))
            continue
        count = Ticket.objects.filter(
            shop=shop, created_at__gte=month_start_us(month), created_at__lt=month_start_us(month + 1)
        ).count()
        last = spans[-1] if spans else None
        if last and last.some is None and last.last == month - 1 and tickets + count <= SPAN_TICKETS:
            spans[-1] = replace(last, last=month)
            tickets += count
        else:
            spans.append(Span(shop.pk, month, month, window_us))
            tickets = count
    return spans


def _read_ahead(spans: list[Span]) -> Iterator[tuple[Span, dict[str, pa.Table]]]:
    """Each span with what was read for it; the next one is read while this one is computed."""
    source: Reader = reader(database())
    with ThreadPoolExecutor(1) as ahead:
        coming = [ahead.submit(read, source, span) for span in spans[:1]]
        for place, span in enumerate(spans):
            tables = coming.pop().result()
            coming += [ahead.submit(read, source, following) for following in spans[place + 1 : place + 2]]
            yield span, tables


def _make(shop: Shop, span: Span, tables: dict[str, pa.Table], as_of: int) -> Iterator[Made]:
    clock, extent_of = Clock.of(shop), extents(tables, span, as_of)
    made = make_facts(cut(tables, as_of), span.window_us)
    facts = {name: finish(name, table, clock) for name, table in made.items()}
    for month in range(span.first, span.last + 1):
        of_month = {
            name: table.filter(pc.equal(table["month"], month)).drop_columns("month").sort_by(ORDER[name])
            for name, table in facts.items()
        }
        yield Made(month, of_month, extent_of[month])


def _merged(shop: Shop, current: FactsMonth, made: Made, read_tables: dict[str, pa.Table]) -> Made:
    """The current facts of a month with those of some tickets and orders put in the place of theirs."""
    directory = shop_directory(shop) / current.version
    tickets, orders = (
        read_tables[name].filter(read_tables[name]["in_months"])[column].combine_chunks()
        for name, column in (("ticket", "ticket"), ("purchase", "order_name"))
    )
    tables = {}
    for name, table in made.tables.items():
        kept = pq.read_table(directory / f"{name}.parquet", memory_map=True)
        old = pc.is_in(kept["ticket"], tickets)
        if name == "conversions":
            placed = pc.and_(pc.is_null(kept["ticket"]), pc.is_in(kept["order"], orders))
            old = pc.or_(old, placed)
        tables[name] = pa.concat_tables([kept.filter(pc.invert(old)), table.cast(kept.schema)])
    first = min((us for us in (microseconds(current.first_event_at), made.extent.first) if us), default=0)
    last = max(microseconds(current.last_event_at), made.extent.last)
    following = [made.extent.following, None if current.stale_at is None else microseconds(current.stale_at)]
    stale_at = min((us for us in following if us is not None), default=None)
    return Made(made.month, tables, Extent(first, last, stale_at))


def _swap(shop: Shop, made: list[Made], wanted: dict[int, Old], before: dict[int, FactsMonth]) -> None:
    """Write the months as new versions and make them current, unless somebody else has done so meanwhile."""
    written = [(month, _write(shop, month)) for month in made]
    with transaction.atomic():
        Shop.objects.select_for_update().get(pk=shop.pk)
        now = dict(shop.facts_months.filter(month__in=[m.month for m in made]).values_list("month", "version"))
        for month, directory in written:
            if now.get(month.month) != (before[month.month].version if month.month in before else None):
                Retired.objects.create(directory=str(directory), retired_at=timezone.now())
                continue
            _make_current(shop, month, directory)
            if month.month in now:
                old = shop_directory(shop) / now[month.month]
                Retired.objects.create(directory=str(old), retired_at=timezone.now())
            shop.dirty_months.filter(month=month.month, version=wanted[month.month].version).delete()


def _make_current(shop: Shop, made: Made, directory: Path) -> None:
    FactsMonth.objects.update_or_create(
        shop=shop,
        month=made.month,
        defaults={
            "version": directory.name,
            "definition": definition(),
            "built_at": timezone.now(),
            "first_event_at": made.extent.first,
            "last_event_at": made.extent.last,
            "stale_at": made.extent.following,
            "open_spells": made.tables["spells"]["until"].null_count,
            "rows": {name: table.num_rows for name, table in made.tables.items()},
            "bytes": sum(file.stat().st_size for file in directory.iterdir()),
        },
    )


def as_they_stood(shop: Shop, month: int, as_of: int) -> Path:
    """The directory with the facts of a month as they stood at a past instant; computed once and kept beside it."""
    current = shop.facts_months.get(month=month)
    directory = shop_directory(shop) / f"{current.version}-as-of-{as_of}"
    if not directory.exists():
        span = Span(shop.pk, month, month, shop.conversion_days * DAY_US)
        (made,) = _make(shop, span, read(reader(database()), span), as_of)
        _write_into(made, directory)
    return directory


def _write(shop: Shop, made: Made) -> Path:
    directory = shop_directory(shop) / f"{made.month // 12}-{made.month % 12 + 1:02}-{uuid.uuid4().hex[:12]}"
    _write_into(made, directory)
    return directory


def _write_into(made: Made, directory: Path) -> None:
    """Write the month beside its place and move it there when it is whole."""
    unfinished = directory.with_name(f"{directory.name}.{uuid.uuid4().hex[:8]}")
    unfinished.mkdir(parents=True, mode=0o700)
    spells = made.tables["spells"]
    tables = {**made.tables, STILL_OPEN: spells.filter(pc.is_null(spells["until"]))}
    with ThreadPoolExecutor(2) as writing:
        list(writing.map(lambda named: write_parquet(named[1], unfinished / f"{named[0]}.parquet"), tables.items()))
    try:
        unfinished.rename(directory)
    except OSError:
        if not directory.exists():
            raise
        shutil.rmtree(unfinished)  # somebody else has made the same


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table to the disk, wholly, before this returns."""
    with path.open("wb") as file:
        pq.write_table(table, file, compression="snappy", row_group_size=122_880)
        file.flush()
        os.fsync(file.fileno())


def sweep() -> None:
    """Remove the versions that were replaced long enough ago, and what past instants and broken-off runs have left."""
    now = timezone.now()
    for retired in Retired.objects.filter(retired_at__lt=now - GRACE):
        shutil.rmtree(retired.directory, ignore_errors=True)
        retired.delete()
    known = set(FactsMonth.objects.values_list("version", flat=True))
    known |= {Path(directory).name for directory in Retired.objects.values_list("directory", flat=True)}
    for directory in Path(settings.FACTS_DIRECTORY).glob("*/*-*"):
        if directory.name not in known and directory.stat().st_mtime < (now - LEFT_OVER).timestamp():
            shutil.rmtree(directory, ignore_errors=True)
