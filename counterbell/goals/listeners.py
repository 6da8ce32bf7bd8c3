"""To whom alerts are told: addresses for mail, and webhooks with the secret that signs what they get."""

import re
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop, User
from counterbell.audit import trail
from counterbell.credentials import decrypted, encrypted
from counterbell.errors import NotFound, Problem

from . import webhooks
from .models import Listener
from .targets import Person

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
LANGUAGES = ("en", "fr", "id")


@transaction.atomic
def mail_to(shop: Shop, address: str, *, language: str = "en", by: Person = None, at: datetime) -> Listener:
    """Tell the shop's alerts to this address; saying it again changes the language only. Raises Problem."""
    address = address.strip()
    if not _ADDRESS.fullmatch(address):
        raise Problem(_("'%(address)s' is no mail address.") % {"address": address})
    if language not in LANGUAGES:
        raise Problem(_("Mails are written in en, fr or id; '%(language)s' is none of them.") % {"language": language})
    wanted = {"language": language, "on": True}
    if not Listener.objects.filter(shop=shop, way=Listener.Way.MAIL, address=address, **wanted).exists():
        trail.note(shop, by, "alerts.mail", at=at, address=address, language=language)
    return _kept(shop, Listener.Way.MAIL, address, wanted, by=by, at=at)


@transaction.atomic
def webhook_to(shop: Shop, url: str, *, by: Person = None, at: datetime) -> tuple[Listener, str]:
    """Tell the shop's alerts to this URL; returns it with the secret that signs, which is shown this once.

    The same URL again gets a new secret. Raises Problem for a URL that is not https or leads to a private address.
    """
    webhooks.checked(url)
    secret = secrets.token_urlsafe(32)
    listener = _kept(shop, Listener.Way.WEBHOOK, url, {"secret": encrypted(secret), "on": True}, by=by, at=at)
    trail.note(shop, by, "alerts.webhook", at=at, host=_told_as(listener))
    return listener, secret


def _kept(shop: Shop, way: Listener.Way, address: str, wanted: dict[str, Any], *, by: Person, at: datetime) -> Listener:
    told = {"set_by": by if isinstance(by, User) else None, "set_at": at}
    listener, _new = Listener.objects.update_or_create(
        shop=shop, way=way, address=address, defaults=wanted, create_defaults={**wanted, **told}
    )
    return listener


def _told_as(listener: Listener) -> str:
    """How the audit log names it: of a webhook only the host, as the rest of such a URL is often a secret."""
    return listener.address if listener.way == Listener.Way.MAIL else urlsplit(listener.address).hostname or ""


def listeners(shop: Shop) -> list[Listener]:
    """All to whom alerts are told."""
    return list(Listener.objects.filter(shop=shop, on=True).order_by("way", "address"))


@transaction.atomic
def no_longer(shop: Shop, listener_id: int, *, by: Person = None, at: datetime) -> Listener:
    """Tell them nothing more. Raises NotFound."""
    listener = Listener.objects.filter(shop=shop, pk=listener_id).first()
    if listener is None:
        raise NotFound(_("There is no listener %(number)s in this shop.") % {"number": listener_id})
    if Listener.objects.filter(pk=listener.pk, on=True).update(on=False):
        trail.note(shop, by, "alerts.silenced", at=at, address=_told_as(listener))
    listener.refresh_from_db()
    return listener


def secret_of(listener: Listener) -> str:
    """The secret that signs what a webhook gets."""
    return decrypted(listener.secret)
