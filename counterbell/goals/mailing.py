"""Alerts by mail: into the outbox, which takes each of them once."""

from counterbell.mail import outbox

from .deliveries import Letter


def by_mail(letter: Letter) -> None:
    """Put the mail that tells an alert into the outbox; doing it again is harmless."""
    outbox.put(letter.shop, key=letter.key, to=letter.to, subject=letter.subject, text=letter.text, at=letter.at)
