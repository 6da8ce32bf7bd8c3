"""To whom alerts are told: addresses for mail, and webhooks with the secret that signs what they get."""

import re
import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.credentials import decrypted, encrypted
from counterbell.errors import NotFound, Problem

from . import webhooks
from .models import Listener
from .targets import Person

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
LANGUAGES = ("en", "fr", "id")


def mail_to(shop: Shop, address: str, *, language: str = "en", by: Person = None, at: datetime) -> Listener:
    """Tell the shop's alerts to this address; saying it again changes the language only. Raises Problem."""
    address = address.strip()
    if not _ADDRESS.fullmatch(address):
        raise Problem(_("'%(address)s' is no mail address.") % {"address": address})
    if language not in LANGUAGES:
        raise Problem(_("Mails are written in en, fr or id; '%(language)s' is none of them.") % {"language": language})
    wanted = {"language": language, "on": True}
    listener, _new = Listener.objects.update_or_create(
        shop=shop,
        way=Listener.Way.MAIL,
        address=address,
        defaults=wanted,
        create_defaults={**wanted, "set_by": by, "set_at": at},
    )
    return listener


def webhook_to(shop: Shop, url: str, *, by: Person = None, at: datetime) -> tuple[Listener, str]:
    """Tell the shop's alerts to this URL; returns it with the secret that signs, which is shown this once.

    The same URL again gets a new secret. Raises Problem for a URL that is not https or leads to a private address.
    """
    webhooks.checked(url)
    secret = secrets.token_urlsafe(32)
    wanted = {"secret": encrypted(secret), "on": True}
    listener, _new = Listener.objects.update_or_create(
        shop=shop,
        way=Listener.Way.WEBHOOK,
        address=url,
        defaults=wanted,
        create_defaults={**wanted, "set_by": by, "set_at": at},
    )
    return listener, secret


def listeners(shop: Shop) -> list[Listener]:
    """All to whom alerts are told."""
    return list(Listener.objects.filter(shop=shop, on=True).order_by("way", "address"))


def no_longer(shop: Shop, listener_id: int) -> Listener:
    """Tell them nothing more. Raises NotFound."""
    listener = Listener.objects.filter(shop=shop, pk=listener_id).first()
    if listener is None:
        raise NotFound(_("There is no listener %(number)s in this shop.") % {"number": listener_id})
    Listener.objects.filter(pk=listener.pk).update(on=False)
    listener.refresh_from_db()
    return listener


def secret_of(listener: Listener) -> str:
    """The secret that signs what a webhook gets."""
    return decrypted(listener.secret)
