"""Reading an account of a vendor live: from where the last run stopped, by one process at a time, page by page."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from counterbell.accounts.models import Shop
from counterbell.errors import Problem
from counterbell.record.models import Connection
from counterbell.record.outcome import Positioned

from ._api import Api, ApiProblem
from ._pages import Told, entries_of_object, whole_first
from ._run import Outcome, run
from ._stream import Beside, Live, Page, Stream, in_order
from ._values import NotReadable, instant

LEASE = timedelta(minutes=15)
"""A run holds its account so long after its last sign of life; longer than a page may take with all its retries."""

BATCH = 2_000
"""Entries a transaction: what a kill can cost is some seconds of reading."""


class BeingRead(Problem):
    """Another process is reading the account now."""


@dataclass(frozen=True)
class Progress:
    """How far a run is: pages read, pages that follow of the kind being read (null: not told), what it waits for."""

    kind: str
    pages: int
    left: int | None
    waiting: str = ""


OnProgress = Callable[[Progress], None]


def connection_of(shop: Shop, name: str, live: Live, settings: dict[str, Any]) -> Connection:
    """The account as it is known, made when it is new; read again from an earlier time when one is given."""
    connection, _ = Connection.objects.get_or_create(
        shop=shop, source=name, account=live.account, defaults={"settings": settings}
    )
    before = connection.settings.get("since")
    if live.since and before and instant(live.since, "since") < instant(before, "since"):
        connection.settings, connection.places = settings, {}
        connection.save(update_fields=["settings", "places"])
    return connection


def read(connection: Connection, live: Live, secret: str, on_progress: OnProgress = lambda _progress: None) -> Outcome:
    """Read what is new in the account into the record.

    Where that breaks off, the outcome says why; what was read by then is in the record. Raises BeingRead while another
    process reads the account.
    """
    with _held(connection), live.api(secret) as api:
        reading = _Reading(connection, live, api, on_progress)
        outcome = run(connection.shop, connection.source, reading.stream())
        reading.end(outcome)
    return outcome


@contextmanager
def _held(connection: Connection) -> Iterator[None]:
    """Within this the account is ours."""
    holder, now = f"{socket.gethostname()}:{os.getpid()}", timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_holder=_dead(connection.pk))
    mine: dict[str, Any] = {"lease_holder": holder, "lease_until": now + LEASE, "began_at": now, "pages_read": 0}
    if not Connection.objects.filter(free, pk=connection.pk).update(**mine, pages_left=None, error=""):
        raise BeingRead(
            f"Another process is reading {connection.account} now, so this one has stopped. What it reads is the same; "
            "`counterbell sources` shows how far it is."
        )
    connection.refresh_from_db()
    try:
        yield
    except BaseException as problem:
        error = str(problem) if isinstance(problem, Problem) else f"stopped ({type(problem).__name__})"
        Connection.objects.filter(pk=connection.pk, lease_holder=holder).update(error=error)
        raise
    finally:
        Connection.objects.filter(pk=connection.pk, lease_holder=holder).update(lease_until=None, lease_holder="")


def _dead(pk: int) -> str:
    """The holder of the lease if it was a process of this machine that is no more; else a name that nobody has."""
    holder = Connection.objects.values_list("lease_holder", flat=True).get(pk=pk)
    host, _, process = holder.rpartition(":")
    if host != socket.gethostname() or not process.isdecimal():
        return "nobody"
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return holder
    except PermissionError:
        pass
    return "nobody"


def _as_documented(pages: Iterator[Page], kind: str) -> Iterator[Page]:
    """The pages; an answer of quite another shape than the API's documentation tells is a problem of the API."""
    while True:
        try:
            page = next(pages)
        except StopIteration:
            return
        except (KeyError, TypeError, ValueError, AttributeError, NotReadable) as problem:
            if isinstance(problem, Problem):
                raise
            raise ApiProblem(
                f"The API lists its {kind} in another way than documented ({type(problem).__name__}: {problem}). What "
                "was read is in the record; a newer Counterbell may know the new way."
            ) from problem
        yield page


class _Reading:
    def __init__(self, connection: Connection, live: Live, api: Api, on_progress: OnProgress) -> None:
        self._connection, self._live, self._api, self._on_progress = connection, live, api, on_progress
        self._beside = Beside()
        self._unkept: list[tuple[int, str, dict[str, Any]]] = []
        """(number of the page, kind, place after it) of the pages that are not in the record yet"""
        self._progress = Progress("", 0, None)
        api.on_wait = self._wait

    def stream(self) -> Stream:
        return Stream(
            origin=f"{self._live.apart} of {self._connection.account}",
            entries=self._entries,
            beside=self._beside,
            keep=self._keep,
            batch=BATCH,
            apart=self._live.apart,
            priority_now=self._live.priority_now,
        )

    def end(self, outcome: Outcome) -> None:
        """Keep the places of all pages read (those at the end may have had no entries), and how it ended."""
        if self._unkept:
            self._keep(self._unkept[-1][0])
        told: dict[str, Any] = {"error": str(outcome.broken)} if outcome.broken else {"ended_at": timezone.now()}
        Connection.objects.filter(pk=self._connection.pk).update(**told)

    def _entries(self, after: int) -> Iterator[Positioned]:
        entries_of = self._live.mapping(self._beside)
        number, told = after, Told()
        for kind in whole_first(self._live.kinds):
            place = {} if kind.whole else self._connection.places.get(kind.name) or self._beginning
            for page in _as_documented(kind.pages(self._api, dict(place)), kind.name):
                number += 1
                self._tell(Progress(kind.name, self._progress.pages + 1, page.pages_left))
                for one in in_order(page.objects, kind.ordered_by):
                    yield from ((number, entry) for entry in entries_of_object(entries_of, kind.name, one, told))
                self._unkept.append((number, kind.name, page.place))

    @property
    def _beginning(self) -> dict[str, Any]:
        return {"since": self._live.since} if self._live.since else {}

    def _keep(self, line: int) -> None:
        """Everything up to that page is in the record: the next run goes on after it."""
        for number, kind, place in self._unkept:
            if number <= line and not self._is_whole(kind):
                self._connection.places[kind] = place
        self._unkept = [page for page in self._unkept if page[0] > line]
        self._connection.save(update_fields=["places"])

    def _is_whole(self, name: str) -> bool:
        return any(kind.name == name and kind.whole for kind in self._live.kinds)

    def _tell(self, progress: Progress) -> None:
        """A sign of life: the lease is renewed, whoever watches is told."""
        self._progress = progress
        lives = Connection.objects.filter(pk=self._connection.pk, lease_holder=self._connection.lease_holder).update(
            lease_until=timezone.now() + LEASE, pages_read=progress.pages, pages_left=progress.left
        )
        if not lives:
            raise ApiProblem(f"Another process has taken over the reading of {self._connection.account}.")
        self._on_progress(progress)

    def _wait(self, seconds: float, why: str) -> None:
        told = self._progress
        self._tell(Progress(told.kind, told.pages, told.left, f"{why}; waiting {seconds:.0f} s" if seconds else why))
