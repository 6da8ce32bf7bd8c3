"""From whom a shop's mails are."""

from dataclasses import dataclass
from email.utils import formataddr

from django.conf import settings

from counterbell.accounts.models import Shop

from . import addresses
from .models import Sender


@dataclass(frozen=True)
class From:
    """What stands behind From: and Reply-To:; empty where nobody has said it."""

    from_: str = ""
    reply_to: str = ""


def sender_of(shop: Shop | None) -> From:
    """The sender of a shop, or the installation's (COUNTERBELL_MAIL_FROM)."""
    own = Sender.objects.filter(shop=shop).first() if shop else None
    if own is None:
        return From(settings.MAIL_FROM)
    return From(formataddr((own.name, own.address)) if own.name else own.address, own.reply_to)


def set_sender(shop: Shop, address: str, *, name: str = "", reply_to: str = "") -> Sender:
    """Say from whom the shop's mails are. Raises BadMail for what is no address."""
    told = {
        "address": addresses.bare(addresses.address(address)),
        "name": addresses.one_line(name),
        "reply_to": reply_to and addresses.address(reply_to),
    }
    sender, _ = Sender.objects.update_or_create(shop=shop, defaults=told)
    return sender


def no_sender(shop: Shop) -> None:
    """Let the shop's mails be from the installation's sender again."""
    Sender.objects.filter(shop=shop).delete()
