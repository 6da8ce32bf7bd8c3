"""Addresses that say which ticket a mail belongs to: support+<token>@shop.example.

The token is the ticket's number and a signature by the installation's key, so that nobody can write into a ticket by
guessing. It is written in letters and digits without case, as mail programs change that, and short, as what stands
before the @ may have 64 characters.
"""

import re
from base64 import b32encode
from collections.abc import Iterable
from email.utils import formataddr, parseaddr

from django.utils.crypto import constant_time_compare, salted_hmac

from counterbell.accounts.models import Shop
from counterbell.record.models import Ticket

SIGNED = 16
"""Characters of the signature: 80 bits."""
LONGEST_LOCAL_PART = 64

_TOKEN = re.compile(r"\+t(?P<number>[0-9]{1,18})-(?P<signature>[a-z2-7]{16})@", re.IGNORECASE)


def with_token(address: str, ticket: Ticket) -> str:
    """The address, with the ticket's token in it; as it is where there is no room for one."""
    name, bare = parseaddr(address)
    local, _at, domain = bare.rpartition("@")
    signed = f"{local}+t{ticket.pk}-{_signature(ticket.shop_id, ticket.pk)}"
    if not local or len(signed) > LONGEST_LOCAL_PART:
        return address
    return formataddr((name, f"{signed}@{domain}")) if name else f"{signed}@{domain}"


def ticket_of(shop: Shop, addresses: Iterable[str]) -> Ticket | None:
    """The ticket of the shop that one of these addresses names, and whose signature is ours."""
    for address in addresses:
        found = _TOKEN.search(address)
        if found and constant_time_compare(found["signature"].lower(), _signature(shop.pk, int(found["number"]))):
            return Ticket.objects.filter(shop=shop, pk=int(found["number"])).first()
    return None


def _signature(shop_id: int, number: int) -> str:
    digest = salted_hmac("counterbell.mail.reply_address", f"{shop_id}:{number}", algorithm="sha256").digest()
    return b32encode(digest).decode().lower()[:SIGNED]
