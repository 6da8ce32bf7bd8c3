"""Django's own way to send mail, as sign-in uses it, leading into the outbox."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from . import outbox


class OutboxBackend(BaseEmailBackend):
    """Puts mails into the outbox, of no shop and with a key of their own."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Put the mails; returns how many."""
        for message in email_messages:
            outbox.put(
                None,
                key=f"account:{uuid4().hex}",
                to=message.to,
                subject=str(message.subject),
                text=str(message.body),
                html=_html(message),
                headers={"Auto-Submitted": "auto-generated"},
                at=datetime.now(UTC),
            )
        return len(email_messages)


def _html(message: EmailMessage) -> str:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(content) for content, media_type in alternatives if media_type == "text/html"), "")
