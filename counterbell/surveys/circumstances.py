"""What is known about tickets when their customers are about to be asked: gathered for many at once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from counterbell.mail import addresses
from counterbell.record.models import Agent, Author, Message, StatusChange, StatusName, Survey

from .models import Ask, Reason, State, SurveySettings, Unreachable

TOO_LATE = timedelta(days=3)
"""A question that was due so long ago (nothing ran) is not asked any more."""

NO_REPLY_INTENTS = ("other/no_reply", "other/thanks")
"""What a customer wants who wants no answer."""


@dataclass
class Circumstances:
    """What decides whether a customer is asked, and what is kept of the moment; by ticket if nothing else is said."""

    settings: SurveySettings
    at: datetime
    wrote: set[int]
    answered: set[int]
    last_repliers: dict[int, str]
    first_channels: dict[int, str]
    closers: dict[tuple[int, datetime], str]
    agents: set[str]
    unreachable: dict[str, str]
    asked_lately: set[str] = field(default_factory=set)
    """the persons who were asked within the quiet period"""

    @classmethod
    def of(cls, settings: SurveySettings, asks: Sequence[Ask], at: datetime) -> "Circumstances":
        """All that is needed for these questions, whose tickets, states and customers are at hand."""
        tickets = [ask.ticket_id for ask in asks]
        messages = Message.objects.filter(ticket__in=tickets, public=True)
        by = messages.values_list("ticket", "author").distinct()
        return cls(
            settings=settings,
            at=at,
            wrote={ticket for ticket, author in by if author == Author.CUSTOMER},
            answered={ticket for ticket, author in by if author != Author.CUSTOMER},
            last_repliers=_texts(
                messages.filter(author=Author.AGENT, agent__isnull=False)
                .order_by("happened_at", "external_id")
                .values_list("ticket", "agent__external_id")
            ),
            first_channels=_texts(
                messages.exclude(channel=None).order_by("-happened_at", "-external_id").values_list("ticket", "channel")
            ),
            closers=_closers(tickets),
            agents={addresses.bare(email) for email in _agents_addresses(settings)},
            unreachable=dict(_unreachable(settings, asks)),
            asked_lately=_asked_lately(settings, asks, at),
        )

    def reason_to_skip(self, ask: Ask) -> Reason | None:
        """Why this customer is not asked; None if nothing speaks against it."""
        return self._about_ticket(ask) or self._about_customer(ask) or self._about_moment(ask)

    def _about_ticket(self, ask: Ask) -> Reason | None:
        state, tags = ask.ticket.state, set(self.settings.not_with_tags.split("\n")) - {""}
        refused = {
            Reason.SPAM: state.spam,
            Reason.DELETED: state.deleted,
            Reason.MERGED: state.merged_into_id is not None,
            Reason.NO_REPLY_INTENT: state.intent in NO_REPLY_INTENTS,
            Reason.TAG: bool(tags & set(json.loads(state.tags))),
            Reason.OUTBOUND: ask.ticket_id not in self.wrote,
            Reason.NO_REPLY: ask.ticket_id not in self.answered,
        }
        return next((reason for reason, holds in refused.items() if holds), None)

    def _about_customer(self, ask: Ask) -> Reason | None:
        customer = ask.ticket.customer
        if customer is None:
            return Reason.NO_CUSTOMER
        if not customer.email_key:
            return Reason.NO_ADDRESS
        if not _is_address(customer.email or ""):
            return Reason.BAD_ADDRESS
        if customer.email_key in self.agents:
            return Reason.IS_AGENT
        told = self.unreachable.get(customer.email_key)
        return Reason(told) if told else None

    def _about_moment(self, ask: Ask) -> Reason | None:
        assert ask.ticket.customer is not None
        if ask.due_at < self.at - TOO_LATE:
            return Reason.TOO_LATE
        if ask.ticket.customer.person_key in self.asked_lately:
            return Reason.QUIET
        if not in_sample(ask, self.settings.sample_percent):
            return Reason.SAMPLED_OUT
        return None

    def snapshot(self, ask: Ask) -> dict[str, str]:
        """Who was responsible, and where, as it is now."""
        state, ticket = ask.ticket.state, ask.ticket
        return {
            "assignee": state.assignee.external_id if state.assignee else "",
            "closer": self.closers.get((ticket.pk, ask.closed_at), ""),
            "last_replier": self.last_repliers.get(ticket.pk, ""),
            "team": state.team or (state.assignee.team if state.assignee else None) or "",
            "channel": ticket.channel,
            "first_channel": self.first_channels.get(ticket.pk, ticket.channel),
            "store": ticket.store or "",
            "language": language_of(ask, self.settings.language),
        }


def in_sample(ask: Ask, percent: int) -> bool:
    """Whether chance lets this one be asked; the same chance whenever it is asked for."""
    return int.from_bytes(sha256(ask.survey_id.encode()).digest()[:4]) % 100 < percent


def language_of(ask: Ask, otherwise: str) -> str:
    """The language in which the customer is asked: the ticket's or the customer's, if it is one of ours."""
    told = (ask.ticket.language, ask.ticket.customer.language if ask.ticket.customer else None)
    ours = ((language or "").replace("_", "-").split("-")[0].lower() for language in told)
    return next((language for language in ours if language in ("en", "fr", "id")), otherwise)


def _texts(told: Iterable[tuple[int, str | None]]) -> dict[int, str]:
    """The last told for each ticket."""
    return {ticket: text for ticket, text in told if text is not None}


def _is_address(told: str) -> bool:
    try:
        return bool(addresses.address(told))
    except addresses.BadMail:
        return False


def _agents_addresses(settings: SurveySettings) -> list[str]:
    return [
        email
        for email in Agent.objects.filter(shop=settings.shop_id).values_list("email", flat=True)
        if email is not None
    ]


def _unreachable(settings: SurveySettings, asks: Sequence[Ask]) -> list[tuple[str, str]]:
    keys = {ask.ticket.customer.email_key for ask in asks if ask.ticket.customer and ask.ticket.customer.email_key}
    return list(
        Unreachable.objects.filter(shop=settings.shop_id, email_key__in=keys).values_list("email_key", "reason")
    )


def _asked_lately(settings: SurveySettings, asks: Sequence[Ask], at: datetime) -> set[str]:
    """The persons whom we, or any other program whose surveys are in the record, have asked within the quiet period."""
    persons = {ask.ticket.customer.person_key for ask in asks if ask.ticket.customer}
    since = at - timedelta(days=settings.quiet_days)
    of_persons = {"ticket__customer__shop": settings.shop_id, "ticket__customer__person_key__in": persons}
    ours = Ask.objects.filter(**of_persons, asked_at__gt=since, state__in=(State.HANDED, State.SENT))
    theirs = Survey.objects.filter(**of_persons, sent_at__gt=since)
    person = "ticket__customer__person_key"
    return {*ours.values_list(person, flat=True), *theirs.values_list(person, flat=True)}


def _closers(tickets: Sequence[int]) -> dict[tuple[int, datetime], str]:
    """Who closed, by ticket and instant: an agent's id, or what kind of author."""
    closes = StatusChange.objects.filter(ticket__in=tickets, status=StatusName.CLOSED)
    told = closes.values_list("ticket", "happened_at", "agent__external_id", "author")
    return {(ticket, at): agent or (Author(author).label if author else "") for ticket, at, agent, author in told}
