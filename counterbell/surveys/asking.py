"""Asking by other ways than a mail after the close: in a chat, by a link, on a page; and ratings given elsewhere."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.errors import NotFound, Problem
from counterbell.record import entries
from counterbell.record.models import Rating, Survey, Ticket
from counterbell.record.write import write

from . import mails, sending
from .answers import Answer
from .circumstances import Circumstances
from .models import Ask, State
from .setup import settings_of


def link_for(shop: Shop, ticket_id: str, at: datetime, *, via: str = "link") -> str:
    """Ask now, by a link that whoever calls this shows to the customer (in the chat, say); returns the link.

    The record knows at once that the survey was sent. Each call asks anew. Raises NotFound for an unknown ticket.
    """
    return mails.url_of(ask_now(shop, ticket_id, at, via=via))


@transaction.atomic
def ask_now(shop: Shop, ticket_id: str, at: datetime, *, via: str) -> Ask:
    """Ask about a ticket now, by a way that needs no mail. Raises NotFound for an unknown ticket."""
    settings = settings_of(shop)
    ask = Ask(
        shop=shop, ticket=_ticket(shop, ticket_id), closed_at=at, via=via, state=State.HANDED, planned_at=at, due_at=at,
        asked_at=at, expires_at=at + timedelta(days=settings.window_days), survey_id=uuid4().hex,
    )  # fmt: skip
    for name, value in Circumstances.of(settings, [ask], at).snapshot(ask).items():
        setattr(ask, name, value)
    ask.save()
    sending.record(ask, lambda _ask: at)
    return ask


def was_asked_lately(shop: Shop, ticket_id: str, at: datetime) -> bool:
    """Whether the ticket's customer was asked within the quiet period, on whatever channel."""
    ask = Ask(shop=shop, ticket=_ticket(shop, ticket_id))
    known = Circumstances.of(settings_of(shop), [ask], at)
    return ask.ticket.customer is not None and ask.ticket.customer.person_key in known.asked_lately


@transaction.atomic
def record_rating(
    shop: Shop, *, ticket_id: str, answer: Answer, at: datetime, survey_id: str, sent_at: datetime | None = None
) -> bool:
    """Record a rating given elsewhere (another program, on the phone); returns whether it was new.

    `survey_id` is the other program's own: the same rating twice is one. `sent_at` is when the customer was asked, as
    far as that is known, else `at`. Raises NotFound for an unknown ticket, Problem for what does not fit.
    """
    ticket = _ticket(shop, ticket_id)
    survey = Survey.objects.filter(shop=shop, external_id=survey_id).select_related("ticket").first()
    if survey and survey.ticket_id != ticket.pk:
        told = {"survey": survey_id, "ticket": survey.ticket.external_id}
        raise Problem(_("Survey %(survey)s is about ticket %(ticket)s. Give each survey an id of its own.") % told)
    if at < (survey.sent_at if survey else sent_at or at):
        raise Problem(_("Survey %(survey)s cannot be answered before it was sent.") % {"survey": survey_id})
    if survey is None:
        write(shop, entries.Survey(id=survey_id, ticket=ticket.external_id, at=sent_at or at))
    return write(shop, entries.Rating(survey=survey_id, at=at, score=answer.score, comment=answer.words))


def ratings_of(shop: Shop, survey_id: str) -> list[Rating]:
    """All ratings of a survey in their order, those of suspected robots included: the history of an answer."""
    return list(Rating.objects.filter(survey__shop=shop, survey__external_id=survey_id).order_by("happened_at"))


def _ticket(shop: Shop, ticket_id: str) -> Ticket:
    found = Ticket.objects.select_related("customer", "state__assignee")
    ticket = found.filter(shop=shop, external_id=ticket_id).first()
    if ticket is None:
        raise NotFound(f"There is no ticket {ticket_id!r} in this shop. Use its id as in the export.")
    return ticket
