"""Taking in a file that a browser has sent: put in the queue, read by a loop, stopped when somebody wants it.

Of one shop, one file is read at a time. A process that is killed loses nothing: its lease runs out, and another goes on
where it stopped (`sources/_run.py`).
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.audit import trail
from counterbell.errors import Problem
from counterbell.record.models import Import
from counterbell.record.outcome import Summary
from counterbell.sources import csv_file, source
from counterbell.sources._run import refused_directory, run
from counterbell.sources._stream import Stream
from counterbell.sources.log_file import without_shop

from . import recognise
from .mapping import Choice, mapping_of
from .models import ENDED, State, Upload
from .receiving import Stored, directory

logger = logging.getLogger("counterbell.imports")

LEASE = timedelta(minutes=2)
"""So long a process may say nothing before another goes on with its file."""

A_BATCH = 5_000
"""Entries between two words on how far it is."""

FORGOTTEN = timedelta(days=7)
"""A file that nobody has started is deleted after this time."""


class Cancelled(Problem):
    """Somebody has stopped the import."""


def keep(shop: Shop, by: User, stored: Stored, *, at: datetime) -> Upload:
    """Recognise a file that has come, and keep it until somebody starts its import. Raises Problem; it is gone then."""
    path, name = stored.path, Path(stored.name or "").name[:200]
    try:
        if _is_packed_workbook(path):
            path = path.rename(path.with_suffix(".xlsx"))
        found = recognise.recognise(path, name)
    except Problem:
        path.unlink(missing_ok=True)
        raise
    return Upload.objects.create(
        shop=shop, by=by, name=name, stored=path.name, size=stored.written, source=found.source, why=found.why,
        sample=found.sample, put_at=at,
    )  # fmt: skip


def _is_packed_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def start(upload: Upload, by: User, choice: Choice | None, *, at: datetime) -> None:
    """Put the file in the queue, a table with its mapping. Raises Problem where that cannot be used."""
    if choice:
        mapping_of(choice, upload.sample)
    mapping = vars(choice) if choice else None
    chosen = "csv_file" if choice else upload.source
    with transaction.atomic():
        here = Upload.objects.filter(pk=upload.pk, state=State.HERE)
        if here.update(state=State.QUEUED, queued_at=at, mapping=mapping, source=chosen):
            trail.note(upload.shop, by, "import.started", at=at, file=upload.name)


def cancel(upload: Upload, by: User, *, at: datetime) -> bool:
    """Stop an import; what it has read until then stays. Returns whether there was anything to stop."""
    with transaction.atomic():
        waiting = Upload.objects.filter(pk=upload.pk, state__in=(State.HERE, State.QUEUED))
        stopped = waiting.update(state=State.CANCELLED, ended_at=at, sample={})
        stopped = stopped or Upload.objects.filter(pk=upload.pk, state=State.RUNNING, cancel=False).update(cancel=True)
        if stopped:
            trail.note(upload.shop, by, "import.cancelled", at=at, file=upload.name)
    upload.refresh_from_db()
    if upload.has_ended:
        _path(upload).unlink(missing_ok=True)
    return stopped > 0


def run_due(at: datetime) -> int:
    """Take in what waits, one file after the other; returns how many."""
    _sweep(at)
    count = 0
    while upload := _claimed(timezone.now()):
        _take_in(upload)
        count += 1
    return count


def _claimed(now: datetime) -> Upload | None:
    """The next file, claimed for this process: one that another has left, else the first in the queue."""
    left = Q(state=State.RUNNING, lease_until__lt=now)
    for upload in Upload.objects.filter(left | Q(state=State.QUEUED)).order_by("queued_at", "pk"):
        same = Upload.objects.filter(pk=upload.pk, state=upload.state, lease_holder=upload.lease_holder)
        holder, since = uuid4().hex, upload.started_at or now
        try:
            with transaction.atomic():
                claimed = same.update(
                    state=State.RUNNING, lease_holder=holder, lease_until=now + LEASE, started_at=since
                )
        except IntegrityError:  # another file of the shop is being read
            continue
        if claimed:
            upload.refresh_from_db()
            return upload
    return None


def _take_in(upload: Upload) -> None:
    origin = ""
    try:
        stream = _stream(upload)
        origin = stream.origin
        outcome = run(upload.shop, upload.source, stream, on_progress=lambda told, read: _say(upload, told, read))
    except Cancelled:
        _end(upload, State.CANCELLED, origin)
    except Problem as problem:
        _end(upload, State.FAILED, origin, error=str(problem))
    except Exception:
        logger.exception("import failed", extra={"upload": upload.pk})
        _end(upload, State.FAILED, origin, error=_("Something went wrong on our side. It has been noted."))
    else:
        state = State.FAILED if outcome.broken else State.DONE
        _end(upload, state, origin, error=str(outcome.broken or ""), counts=outcome.summary.as_dict())


def _stream(upload: Upload) -> Stream:
    path = _path(upload)
    if not path.exists():
        raise Problem(_("The file is no longer there. Drop it once more."))
    if upload.mapping is not None:
        choice = Choice(**upload.mapping)
        told = csv_file.reading(path, mapping_of(choice, upload.sample), upload.name)
    else:
        told = source(upload.source).stream(path=path)
    if not _is_an_owners(upload):
        why, read = _("Only an owner sets the shop: by the settings, or by a file of his or her own."), told.entries
        told = replace(told, entries=lambda after: without_shop(read(after), why))
    return replace(told, batch=A_BATCH)


def _is_an_owners(upload: Upload) -> bool:
    return Membership.objects.filter(shop=upload.shop, user=upload.by_id, role=Role.OWNER).exists()


def _say(upload: Upload, told: Summary, read: Stream) -> None:
    """Keep how far it is, in the transaction of the batch. Raises Cancelled when somebody has stopped it."""
    own = Upload.objects.filter(pk=upload.pk, lease_holder=upload.lease_holder)
    if own.filter(cancel=True).exists():
        raise Cancelled(_("The import was stopped."))
    own.update(
        counts=told.as_dict(), bytes_read=read.done(), bytes_in_all=read.size, lease_until=timezone.now() + LEASE
    )


def _end(upload: Upload, state: State, origin: str, *, error: str = "", counts: dict[str, Any] | None = None) -> None:
    """Keep what came of it, and delete the file; unless another process has gone on with it meanwhile."""
    upload.refresh_from_db(fields=["counts"])
    progress = Import.objects.filter(shop=upload.shop, source=upload.source, origin=origin).first()
    refused = f"{upload.shop.slug}-{upload.source}-{progress.pk}.ndjson" if progress else ""
    there = refused and (refused_directory() / refused).exists()
    own = Upload.objects.filter(pk=upload.pk, lease_holder=upload.lease_holder, state=State.RUNNING)
    ended = own.update(
        state=state, ended_at=timezone.now(), error=error, refused=refused if there else "", sample={},
        counts=upload.counts if counts is None else counts,
    )  # fmt: skip
    if ended:
        _path(upload).unlink(missing_ok=True)


def _path(upload: Upload) -> Path:
    return directory() / upload.stored


def _sweep(at: datetime) -> None:
    """Delete what nobody has started, and files that belong to nothing."""
    old = Upload.objects.filter(state=State.HERE, put_at__lt=at - FORGOTTEN)
    old.update(state=State.CANCELLED, ended_at=at, sample={})
    wanted = set(Upload.objects.exclude(state__in=ENDED).values_list("stored", flat=True))
    for path in directory().iterdir():
        if path.name not in wanted and path.stat().st_mtime < (at - timedelta(days=1)).timestamp():
            path.unlink(missing_ok=True)
