"""What follows a low score, as the shop wants it: the ticket is opened again, gets a tag, somebody is told."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings as django_settings
from django.utils import translation
from django.utils.translation import gettext as _

from counterbell.mail import outbox
from counterbell.record import entries
from counterbell.record.models import Rating, StatusName, Ticket
from counterbell.record.write import write

from .models import Ask
from .setup import settings_of


def follow_up(ask: Ask, score: int, at: datetime) -> bool:
    """Do what the shop wants after a low score, once a survey; returns whether this was the first low one."""
    settings = settings_of(ask.shop)
    if score > settings.low_score or _was_low(ask, settings.low_score, at):
        return False
    ticket = _where_it_went(ask.ticket)
    if settings.low_tag:
        write(ask.shop, entries.Tags(ticket=ticket.external_id, at=at, add=[settings.low_tag]))
    if settings.low_reopens and ticket.state.status == StatusName.CLOSED:
        write(ask.shop, entries.Status(ticket=ticket.external_id, at=at, to="open", by="automation"))
    if settings.low_notify:
        _tell(ask, ticket, score, settings.low_notify.split("\n"), at)
    return True


def _was_low(ask: Ask, low_score: int, at: datetime) -> bool:
    return Rating.objects.filter(
        survey__shop=ask.shop_id,
        survey__external_id=ask.survey_id,
        suspected_robot=False,
        score__lte=low_score,
        happened_at__lt=at,
    ).exists()


def _where_it_went(ticket: Ticket) -> Ticket:
    """The ticket, or the one that it was merged into."""
    while (into := ticket.state.merged_into) is not None:
        ticket = into
    return ticket


def _tell(ask: Ask, ticket: Ticket, score: int, addresses: list[str], at: datetime) -> None:
    told = {"score": score, "ticket": ticket.external_id, "shop": str(ask.shop)}
    with translation.override(settings_of(ask.shop).language):
        overview = urljoin(django_settings.PUBLIC_URL.geturl(), f"/shops/{ask.shop.slug}/overview/")
        sentence = _("A customer of %(shop)s has rated ticket %(ticket)s with %(score)s of 5.") % told
        outbox.put(
            ask.shop,
            key=f"alert:low-score:{ask.survey_id}",
            to=addresses,
            subject=_("A customer rated ticket %(ticket)s with %(score)s of 5") % told,
            text=f"{sentence}\n\n{overview}\n",
            headers={"Auto-Submitted": "auto-generated"},
            at=at,
        )
