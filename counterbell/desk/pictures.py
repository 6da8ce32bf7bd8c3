"""Pictures of other servers in mails: left out, until somebody asks for those of one mail or of one sender.

They are fetched by the browser, never by us, so that no mail can make the program ask an address. What was asked for
holds for the person who asked: it is that person's address on the net that the picture's server learns.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.core import signing

from counterbell.accounts.models import Shop, User

from .models import PicturesOf

ONCE = timedelta(minutes=2)
"""So long after the question a page may show them without another one."""


def ticket_for_one_view(user: User, message: int) -> str:
    """What the page that shows the pictures of a message once is asked with; of no use to anybody else, or later."""
    return signing.dumps([user.pk, message], salt=__name__)


def may_be_shown_once(user: User, message: int, told: str) -> bool:
    """Whether the person has just asked for the pictures of that message."""
    try:
        return bool(signing.loads(told, salt=__name__, max_age=ONCE) == [user.pk, message])
    except signing.BadSignature:
        return False


def always(shop: Shop, user: User, sender: str, wanted: bool) -> None:
    """From now on show the pictures of that sender to the person, or no longer do."""
    if wanted and sender:
        PicturesOf.objects.get_or_create(shop=shop, user=user, sender=sender.lower())
    elif sender:
        PicturesOf.objects.filter(shop=shop, user=user, sender=sender.lower()).delete()


def always_of(shop: Shop, user: User, sender: str) -> bool:
    """Whether the person always wants to see those of that sender."""
    return PicturesOf.objects.filter(shop=shop, user=user, sender=sender.lower()).exists()


def forget(shop: Shop, addresses: Iterable[str]) -> None:
    """Forget what was chosen about these senders."""
    PicturesOf.objects.filter(shop=shop, sender__in=[address.strip().lower() for address in addresses]).delete()
