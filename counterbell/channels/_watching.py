"""The watching of mailboxes: a thread for each, in one process of several, which is told of new mail by the server.

A server that tells nothing by itself (no IDLE) is asked every minute; so is one that does, as connections go silent.
"""

import logging
import os
import socket
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils.translation import gettext_noop as later

from counterbell.errors import Problem
from counterbell.record.said import Said, kept, said_of

from . import _imap, _intake
from .models import IMAP, Mailbox

EVERY = timedelta(minutes=1)
"""How long to wait for a server's word before asking, and between two questions to one that gives none."""

LEASE = timedelta(minutes=3)
"""A process that watches a mailbox says again and again that it lives; after so long without that another one does."""

BACKOFF = (timedelta(minutes=1), timedelta(minutes=10))
"""How long to wait after trouble: at first, and at most."""

STOPPED = later(
    "The program stopped while it was reading this mailbox. It tries again by itself; if it stays so, tell whoever "
    "runs this installation."
)

logger = logging.getLogger("counterbell.channels")

_threads: dict[int, threading.Thread] = {}


def watch(at: datetime) -> None:
    """See to it that every mailbox is watched, by this process or another one."""
    for pk in [pk for pk, thread in _threads.items() if not thread.is_alive()]:
        del _threads[pk]
    for mailbox in _unwatched(at):
        if mailbox.pk not in _threads:
            thread = threading.Thread(target=_watch, args=[mailbox.pk], name=f"mailbox-{mailbox.pk}", daemon=True)
            _threads[mailbox.pk] = thread
            thread.start()


def _unwatched(at: datetime) -> list[Mailbox]:
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    due = Q(due_at=None) | Q(due_at__lte=at)
    return list(Mailbox.objects.filter(free, due, way=IMAP, active=True))


def _watch(pk: int) -> None:
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex}"
    try:
        if _hold(pk, holder, _now(), claim=True):
            _keep_watching(pk, holder)
    except Exception:
        logger.exception("mailbox not watched", extra={"mailbox": pk})
        _release(pk, holder, Said(STOPPED), _now() + BACKOFF[0])
    finally:
        close_old_connections()
        connection.close()


def _keep_watching(pk: int, holder: str) -> None:
    mailbox = Mailbox.objects.select_related("shop").get(pk=pk)
    try:
        with _imap.opened(mailbox) as box:
            while _hold(pk, holder, _now()):
                if _imap.take_new(box, mailbox, _now()):
                    _intake.handle_due(_now(), shop=mailbox.shop)
                if not _imap.can_idle(box):
                    break
                connection.close()
                _imap.wait(box, EVERY.total_seconds())
        _release(pk, holder, "", _now() + EVERY)
    except Problem as trouble:
        _release(pk, holder, said_of(trouble), _now() + _pause(mailbox))


def _pause(mailbox: Mailbox) -> timedelta:
    """Twice as long as the last time since it went well, within bounds."""
    since = _now() - (mailbox.fetched_at or _now())
    return min(max(since, BACKOFF[0]), BACKOFF[1])


def _hold(pk: int, holder: str, now: datetime, *, claim: bool = False) -> bool:
    """Say that we watch it; returns whether we do, and it is still to be watched."""
    free = Q(lease_until=None) | Q(lease_until__lte=now) if claim else Q(lease_holder=holder)
    mine = Mailbox.objects.filter(free, pk=pk, active=True)
    return mine.update(lease_holder=holder, lease_until=now + LEASE) > 0


def _release(pk: int, holder: str, error: str, due_at: datetime) -> None:
    Mailbox.objects.filter(pk=pk, lease_holder=holder).update(
        lease_holder="", lease_until=None, error=error, said=kept(error), due_at=due_at
    )


def _now() -> datetime:
    return datetime.now(UTC)
