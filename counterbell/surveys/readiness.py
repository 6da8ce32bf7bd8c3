"""What stands in the way of asking: sentences for whoever switches surveys on."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.mail import senders

HERE_ONLY = ("127.0.0.1", "localhost", "::1")


def missing(shop: Shop) -> list[str]:
    """What is missing so that customers of the shop get the question and can answer it; nothing when all is there."""
    return list(_missing(shop))


def _missing(shop: Shop) -> Iterator[str]:
    if settings.PUBLIC_URL.hostname in HERE_ONLY:
        told = {"url": settings.PUBLIC_URL.geturl()}
        yield (
            _(
                "Links in surveys lead to %(url)s, which only this machine can open. "
                "Set COUNTERBELL_URL to the address at which customers reach it."
            )
            % told
        )
    if settings.MAIL_WAY is None:
        yield _("No mail leaves: questions wait in the outbox. Set COUNTERBELL_MAIL to a mail server.")
    if not senders.sender_of(shop).from_:
        yield _(
            "Nobody has said from which address mails are sent. Give the shop a sender, or set COUNTERBELL_MAIL_FROM."
        )
