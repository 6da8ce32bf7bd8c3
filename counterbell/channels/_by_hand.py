"""What waits in the intake for a person, and what a person does about it."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Shop

from . import _intake
from .models import Became, Incoming, State

PILES: dict[str, tuple[Promise, dict[str, str]]] = {
    "failed": (later("Failed"), {"state": State.FAILED}),
    "waiting": (later("Tried again by itself"), {"state": State.WAITING}),
    "aside": (later("Written by machines"), {"state": State.DONE, "became": Became.ASIDE}),
    "shelved": (later("Not wanted"), {"state": State.SHELVED}),
}
"""The mails that are no message of a ticket, by what is known of them."""

MOST_AT_ONCE = 1_000
"""Mails that are tried again in one go."""


def failed(shop: Shop) -> int:
    """How many mails wait for a person."""
    return Incoming.objects.filter(shop=shop, state=State.FAILED).count()


def try_again(shop: Shop, number: int, at: datetime) -> Incoming:
    """Try a mail again, now; returns it with what came of it. Raises NotFound."""
    mail = _intake.retry(shop, number, at)
    _intake.handle_one(mail, at)
    mail.refresh_from_db()
    return mail


def try_all_again(shop: Shop, at: datetime) -> int:
    """Let all that failed be tried again, in the next rounds; returns how many."""
    numbers = Incoming.objects.filter(shop=shop, state=State.FAILED).order_by("pk").values_list("pk", flat=True)
    for number in (told := list(numbers[:MOST_AT_ONCE])):
        _intake.retry(shop, number, at)
    return len(told)


def shelve(shop: Shop, number: int) -> bool:
    """Set a mail aside as not wanted: it stays, and is tried no more; returns whether it was waiting or failed."""
    there = Incoming.objects.filter(shop=shop, pk=number, state__in=(State.FAILED, State.WAITING))
    return there.update(state=State.SHELVED) > 0


def words_of(error: str) -> str:
    """Why a mail was not handled, in words."""
    kind = error.partition(":")[0]
    if not error:
        return ""
    if kind == "FileNotFoundError":
        return _("The mail's bytes are not on the disk any more.")
    if kind in ("OperationalError", "InterfaceError"):
        return _("The database could not be written at that time. Try it again.")
    if kind in ("OSError", "PermissionError"):
        return _("The disk could not be written or read: %(error)s") % {"error": error}
    if kind.isidentifier():
        return _("The program could not cope with this mail (%(error)s). Try it again after an update.") % {
            "error": error
        }
    return error
