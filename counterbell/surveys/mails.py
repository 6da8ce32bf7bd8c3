"""The mail that asks how it was: five links, readable as text and without pictures, in the customer's language."""

import re
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings as django_settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from counterbell.mail import ids, outbox
from counterbell.mail.models import Direction, Outgoing
from counterbell.record.models import Message

from . import tokens, wording
from .models import Ask, SurveySettings
from .planning import mail_key

_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


def put(ask: Ask, settings: SurveySettings, at: datetime) -> Outgoing:
    """Put the mail of this question into the outbox."""
    assert ask.ticket.customer is not None
    assert ask.ticket.customer.email
    with translation.override(ask.language):
        told = _told(ask, settings)
        mail = outbox.put(
            ask.shop,
            key=mail_key(ask),
            to=ask.ticket.customer.email,
            subject=_("How was our service?"),
            text=render_to_string("surveys/mail.txt", told),
            html=render_to_string("surveys/mail.html", told),
            headers=_headers(ask, told["unsubscribe"]),
            at=at,
        )
    ids.remember(ask.ticket, mail.message_id, direction=Direction.OUT, at=at)  # an answer to it finds the ticket
    return mail


def url_of(ask: Ask) -> str:
    """The address at which this question is answered; whoever has it can answer, so agents do not see it."""
    assert ask.expires_at is not None
    return _absolute("survey", tokens.link(ask.pk, ask.expires_at))


def ticket_of(message_id: str) -> Ask | None:
    """The question whose mail had that Message-ID: a reply to it belongs to the question's ticket."""
    return Ask.objects.filter(mail__message_id=message_id).select_related("ticket", "shop").first()


def _told(ask: Ask, settings: SurveySettings) -> dict[str, object]:
    assert ask.expires_at is not None
    token = tokens.link(ask.pk, ask.expires_at)
    return {
        "shop": str(ask.shop),
        "subject_of_ticket": ask.ticket.subject or "",
        "language": ask.language,
        "choices": [
            {
                "score": score,
                "mark": wording.mark(score, settings.style),
                "words": words,
                "url": _absolute("survey_score", token, score),
            }
            for score, words in wording.SCORES.items()
        ],
        "page": _absolute("survey", token),
        "trap": _absolute("survey_more", tokens.link(ask.pk, ask.expires_at, kind=tokens.TRAP)),
        "unsubscribe": _absolute("survey_unsubscribe", token),
    }


def _headers(ask: Ask, unsubscribe: object) -> dict[str, str]:
    told = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    last = _last_message_id(ask)
    return told | ({"In-Reply-To": last, "References": last} if last else {})


def _last_message_id(ask: Ask) -> str:
    """The Message-ID of the ticket's last message, where its source is mail."""
    messages = Message.objects.filter(ticket=ask.ticket_id, public=True).order_by("-happened_at", "-external_id")
    last = messages.values_list("external_id", flat=True).first() or ""
    return last if _MESSAGE_ID.fullmatch(last) else ""


def _absolute(page: str, *arguments: object) -> str:
    return urljoin(django_settings.PUBLIC_URL.geturl(), reverse(page, args=arguments))
