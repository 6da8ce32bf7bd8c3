"""The sending of what is due: each mail claimed by one process, handed over, and marked with what came of it.

Between the server's word that it has a mail and our mark that it is sent a process may die. The mail is then `sending`
until its lease ends, and afterwards `unsure`: it is not sent a second time by itself, unless its kind is one of those
for which twice is better than never (COUNTERBELL_MAIL_AGAIN). No transaction is open while a server is spoken to.
"""

import os
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from counterbell.record import pulse
from counterbell.record.said import said_of

from . import ids, own_servers, senders, ways
from .building import message_of
from .carriers import WORDS, NotCarried, NotKnown, NoWay, Refused
from .models import Outgoing, Part, State
from .ways_out import NO_WAY, WaysOut

LEASE = timedelta(minutes=20)
"""A process that has claimed a mail has so long to say what came of it; longer than any server may take."""

BACKOFF_MINUTES = (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60)
"""How long to wait after the first try, the second, ...; after one more a mail has failed."""

HELD = timedelta(minutes=5)
"""How long to wait when nothing can go out at all; such a try does not count."""

KEPT = timedelta(days=90)
"""So long an address and a subject stay after the mail was sent."""

MOST = 1_000
"""Mails of one run, so that whoever runs it comes to something else."""

UNSURE = "The sender ended before it was known whether the server took the mail."
NO_SENDER = "Nobody has said from which address mails are sent (COUNTERBELL_MAIL_FROM, or the shop's sender)."


@dataclass
class Outcome:
    """What came of a run: mails by what became of them, and why nothing could go out, if that was so."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unsure: int = 0
    trouble: str = ""


def send_due(at: datetime, *, most: int = MOST) -> Outcome:
    """Send what is due; several processes may do it at once. `at` is now; a run that takes long lets it pass."""
    assert not connection.in_atomic_block, "what a server was told cannot be rolled back"
    now = _clock(at)
    outcome = Outcome(unsure=_give_up_the_lapsed(at))
    _forget_the_old(at)
    own = own_servers.all_of_them()
    if settings.MAIL_WAY is None:
        outcome.trouble = NO_WAY
        if not own:
            return outcome
    with ExitStack() as until_the_end:
        ways_out = WaysOut(own, until_the_end)
        for _ in range(most):
            if (mail := _claim(now(), ways_out)) is None or _send(mail, ways_out, now, outcome):
                break
    return outcome


def _clock(at: datetime) -> Callable[[], datetime]:
    began = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - began)


def _claim(now: datetime, ways_out: WaysOut) -> Outgoing | None:
    """The next mail that is due, from now on ours alone."""
    due = Outgoing.objects.filter(ways_out.may_have_one(), state=State.WAITING, due_at__lte=now)
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex}"
    while keys := list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:10]):
        for pk in keys:
            ours = {"state": State.SENDING, "lease_holder": holder, "lease_until": now + LEASE}
            if due.filter(pk=pk).update(**ours, tries=F("tries") + 1):
                return Outgoing.objects.select_related("shop").get(pk=pk)
    return None


def _send(mail: Outgoing, ways_out: WaysOut, now: Callable[[], datetime], outcome: Outcome) -> bool:
    """Hand a mail over and mark what came of it; returns whether nothing more can go out now."""
    sender = senders.sender_of(mail.shop)
    if not (mail.from_address or sender.from_):
        outcome.waiting += 1
        _wait(mail, now() + HELD, NO_SENDER, tries=mail.tries - 1)
        return False
    try:
        carrying = ways_out.of(mail, mail.from_address or sender.from_)
        note = carrying.carry(message_of(mail, sender, now()))
    except NoWay as trouble:
        _wait(mail, now() + HELD, trouble, tries=mail.tries - 1)
        outcome.waiting += 1
        return _no_way(ways_out, trouble, outcome)
    except NotCarried as trouble:
        _not_carried(mail, trouble, now(), outcome)
    except Exception as error:  # a mail that cannot even be put together must not hold up the others
        _not_carried(mail, Refused(type(error).__name__), now(), outcome)
    else:
        outcome.sent += 1
        ways_out.worked()
        _sent(mail, note, now())
    return False


def _no_way(ways_out: WaysOut, trouble: NoWay, outcome: Outcome) -> bool:
    """Note that a way is closed for this run; returns whether no other one is left."""
    if ways_out.closed(said_of(trouble)):
        return False
    outcome.trouble = _shown(trouble)
    return not ways_out.own


def _not_carried(mail: Outgoing, trouble: NotCarried, now: datetime, outcome: Outcome) -> None:
    doubtful = isinstance(trouble, NotKnown) and mail.kind not in settings.MAIL_AGAIN
    if doubtful:
        outcome.unsure += 1
        _doubtful_or_failed(mail, State.UNSURE, _shown(trouble))
    elif isinstance(trouble, Refused) or mail.tries > len(BACKOFF_MINUTES):
        outcome.failed += 1
        _doubtful_or_failed(mail, State.FAILED, _shown(trouble))
    else:
        outcome.waiting += 1
        _wait(mail, now + timedelta(minutes=BACKOFF_MINUTES[mail.tries - 1]), trouble, tries=mail.tries)


@transaction.atomic
def _doubtful_or_failed(mail: Outgoing, state: State, error: str) -> None:
    _settle(mail, state=state, error=error)
    _tell(mail)


def _tell(mail: Outgoing) -> None:
    """Tell whoever has the ticket of this mail before the eyes."""
    if mail.shop and (known := ids.known(mail.shop, mail.message_id)):
        pulse.tell(mail.shop.pk, known.ticket_id)


def _wait(mail: Outgoing, due_at: datetime, trouble: object, *, tries: int) -> None:
    _settle(mail, state=State.WAITING, due_at=due_at, error=_shown(trouble), tries=tries)


@transaction.atomic
def _sent(mail: Outgoing, note: str, now: datetime) -> None:
    _settle(mail, state=State.SENT, sent_at=now, error=_shown(note), text="", html="", headers={})
    Part.objects.filter(mail=mail).delete()


def _settle(mail: Outgoing, **told: Any) -> None:
    """Mark what came of a mail that we hold, or that was taken from us as unsure meanwhile."""
    held = Outgoing.objects.filter(pk=mail.pk, lease_holder=mail.lease_holder)
    held.filter(state__in=(State.SENDING, State.UNSURE)).update(**told, lease_until=None)


@transaction.atomic
def _give_up_the_lapsed(at: datetime) -> int:
    """What became of mails whose process is gone nobody knows; returns how many now wait for a person."""
    lapsed = Outgoing.objects.filter(state=State.SENDING, lease_until__lte=at)
    lapsed.filter(kind__in=settings.MAIL_AGAIN).update(
        state=State.WAITING, due_at=at, error=UNSURE, lease_holder="", lease_until=None
    )
    doubtful = list(lapsed.select_related("shop"))
    count = lapsed.filter(pk__in=[mail.pk for mail in doubtful]).update(
        state=State.UNSURE, error=UNSURE, lease_until=None
    )
    for mail in doubtful:
        _tell(mail)
    return count


def _forget_the_old(at: datetime) -> None:
    old = Outgoing.objects.filter(state=State.SENT, sent_at__lt=at - KEPT).exclude(to="")
    old.update(to="", cc="", subject="", reply_to="")


def _shown(said: object) -> str:
    """A server's words, shortened, and without what lets us in."""
    words = str(said)
    for secret in settings.MAIL_WAY.secrets if isinstance(settings.MAIL_WAY, ways.Way) else ():
        words = words.replace(secret, "***")
    return words[:WORDS]
