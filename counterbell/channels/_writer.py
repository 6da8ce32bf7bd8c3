"""Who wrote a mail that came in, and as what the record takes it: a customer's message, a note, or nothing."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from counterbell.accounts.models import Membership, Shop
from counterbell.mail.automatic import Automatic, automatic, nobody
from counterbell.mail.headers import Address
from counterbell.mail.message import Mail

Role = Literal["customer", "note", "aside"]


@dataclass(frozen=True)
class Writer:
    """Who wrote, and as what it counts. `note`: into the ticket it belongs to, and nowhere if it belongs to none."""

    role: Role
    person: Address | None
    why: str = ""
    found: Automatic | None = None


def writer_of(shop: Shop, mail: Mail, own: Container[str], *, by_hand: bool = False) -> Writer:
    """Who wrote a mail; `by_hand`: a person has said that it is a customer's, whatever it looks like."""
    author, found = mail.author, automatic(mail, own=own)
    behind = next((one for one in mail.reply_to if one.email not in own and not nobody(one.email)), None)
    if by_hand:
        return Writer("customer", behind or author)
    if found and found.kind == "loop":
        return Writer("aside", author, found.reason, found)
    through_form = behind is not None and author is not None and (author.email in own or nobody(author.email))
    if found and not (found.kind == "automatic" and through_form):
        return Writer("note", author, found.reason, found)
    if through_form:
        return Writer("customer", behind)
    if author is None:
        return Writer("customer", behind)
    if author.email in own:
        return Writer("aside", author, _("It comes from the shop's own address."))
    if nobody(author.email):
        told = _("Nobody reads the address it comes from (%(address)s).") % {"address": author.email}
        return Writer("note", author, told)
    return Writer("customer", author)


def is_colleague(shop: Shop, person: Address | None) -> bool:
    """Whether somebody who works for the shop has this address; a From is easily forged, so it proves nothing."""
    return person is not None and Membership.objects.filter(shop=shop, user__email__iexact=person.email).exists()
