"""The intake: every mail is kept raw before anybody looks into it, and stays there whatever becomes of it.

Taking a mail in is at least once: the place in a mailbox moves in the transaction that keeps the mail, and a provider
is told that we have it only then; what comes again is known by its digest. Handling is exactly once: all that a mail
becomes is one transaction, which also marks it as done. A process that dies leaves the mail waiting, due again in a
minute; one on which several die, or which fails several times, waits for a person.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.errors import NotFound
from counterbell.mail.message import read_header

from . import _files
from .models import Became, Incoming, Mailbox, State

AGAIN_MINUTES = (1, 5, 30)
"""How long to wait after the first try that failed, the second, ...; after one more the mail waits for a person."""

MOST = 500
"""Mails of one round."""

WORDS = 500
LONGEST_SUBJECT = 500

logger = logging.getLogger("counterbell.channels")


def keep(
    shop: Shop, raw: bytes, *, mailbox: Mailbox | None, received_at: datetime, at: datetime, size: int | None = None
) -> tuple[Incoming, bool]:
    """Keep a mail as it came; returns it and whether it is new. `size` is the mail's own where `raw` is cut.

    The bytes are on the disk before the row is there, so a row that is there needs no second look at them.
    """
    digest = _files.digest_of(raw)
    if known := Incoming.objects.filter(shop=shop, digest=digest).first():
        return known, False
    _files.keep(shop, raw)
    told = {
        "mailbox": mailbox,
        "size": len(raw) if size is None else size,
        "received_at": min(received_at, at),
        "kept_at": at,
        "due_at": at,
    }
    return Incoming.objects.get_or_create(shop=shop, digest=digest, defaults=told)


@dataclass
class Outcome:
    """What came of a round: mails by what became of them."""

    done: int = 0
    waiting: int = 0
    failed: int = 0


def handle_due(at: datetime, *, shop: Shop | None = None, most: int = MOST) -> Outcome:
    """Bring what waits into the record; several processes may do it at once."""
    began, outcome = monotonic(), Outcome()
    waiting = Incoming.objects.filter(state=State.WAITING, due_at__lte=at)
    waiting = waiting.filter(shop=shop) if shop else waiting
    for pk, due_at in list(waiting.order_by("due_at", "pk").values_list("pk", "due_at")[:most]):
        _claim_and_try(pk, due_at, at + timedelta(seconds=monotonic() - began), outcome)
    return outcome


def handle_one(incoming: Incoming, at: datetime) -> None:
    """Bring this one into the record, if it waits and nobody else does it."""
    _claim_and_try(incoming.pk, incoming.due_at, at, Outcome())


def _claim_and_try(pk: int, due_at: datetime, now: datetime, outcome: Outcome) -> None:
    again_at = now + timedelta(minutes=AGAIN_MINUTES[0])
    mine = Incoming.objects.filter(pk=pk, state=State.WAITING, due_at=due_at)
    if mine.update(tries=F("tries") + 1, due_at=again_at):
        _try(Incoming.objects.select_related("shop", "mailbox").get(pk=pk), now, outcome)


def _try(incoming: Incoming, now: datetime, outcome: Outcome) -> None:
    assert not connection.in_atomic_block, "what is tried must be seen by others"
    if incoming.tries > len(AGAIN_MINUTES) + 1:
        _failed(incoming, incoming.error or _("The program ended while it was reading this mail, several times."))
        outcome.failed += 1
        return
    from ._handling import handle

    try:
        handle(incoming, now)
    except Exception as error:  # whatever a mail does to us must not stop those after it
        logger.warning("mail not handled", extra={"incoming": incoming.pk, "error": type(error).__name__})
        told = f"{type(error).__name__}: {error}"[:WORDS]
        if incoming.tries > len(AGAIN_MINUTES):
            _failed(incoming, told)
            outcome.failed += 1
        else:
            due_at = now + timedelta(minutes=AGAIN_MINUTES[incoming.tries - 1])
            Incoming.objects.filter(pk=incoming.pk, state=State.WAITING).update(error=told, due_at=due_at)
            outcome.waiting += 1
    else:
        outcome.done += 1


def _failed(incoming: Incoming, error: str) -> None:
    told = {"state": State.FAILED, "error": error, **_by_whom(incoming)}
    Incoming.objects.filter(pk=incoming.pk, state=State.WAITING).update(**told)


def _by_whom(incoming: Incoming) -> dict[str, str]:
    """Sender and subject, as far as they can be told, for whoever looks into it."""
    try:
        mail = read_header(_files.read(incoming.shop, incoming.digest))
    except Exception:  # what made it fail may do so again
        return {}
    return {"sender": mail.author.email if mail.author else "", "subject": mail.subject[:LONGEST_SUBJECT]}


def retry(shop: Shop, number: int, at: datetime) -> Incoming:
    """Try a mail again that failed or was set aside by a person, once, or read one that was put aside as a customer's.

    Raises NotFound for any other.
    """
    found = Incoming.objects.filter(shop=shop, pk=number).first()
    again = {"state": State.WAITING, "due_at": at, "tries": len(AGAIN_MINUTES), "error": ""}
    with transaction.atomic():
        aside = Incoming.objects.filter(shop=shop, pk=number, state=State.DONE, became=Became.ASIDE)
        taken = aside.update(**again, became=Became.MESSAGE, identity="")
        others = Incoming.objects.filter(shop=shop, pk=number, state__in=(State.FAILED, State.WAITING, State.SHELVED))
        failed = others.update(**again)
    if found is None or not taken + failed:
        raise NotFound(
            _("There is no mail %(number)s that failed or was put aside. `counterbell mailboxes` lists them.")
            % {"number": number}
        )
    found.refresh_from_db()
    return found
