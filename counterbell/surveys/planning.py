"""Which closes are asked about, found in what the record has learnt since the last time, ticket by ticket but in sets.

A close plans a question; opening the ticket again, or a new message of the customer, cancels it, and the next close
plans another. What came into the record long after it was closed is history, and nobody is asked about it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from counterbell.mail import outbox
from counterbell.record.entries import instant
from counterbell.record.models import Author, Message, StatusChange, StatusName
from counterbell.record.sql import listed_numbers, listing, one_at_a_time

from .models import Ask, Reason, State, SurveySettings

MAIL_KIND = ("email", "contact_form", "api", "phone")
"""Channels of mail; all others are chats (docs/metrics.md)."""

HISTORY = timedelta(days=3)
"""A close that comes into the record so long after it happened is not asked about."""

AT_ONCE = 1_000

# one row per ticket: the change into `closed` since which it has not been open
FINAL_CLOSES = """
select t.id, t.channel, (
    select min(c.happened_at)
    from record_statuschange c
    where c.ticket_id = t.id
    and c.status = 4
    and c.happened_at >= coalesce(
        (select max(o.happened_at) from record_statuschange o where o.ticket_id = t.id and o.status <> 4), t.created_at
    )
) as closed_at
from record_ticket t
join record_ticketstate s on s.ticket_id = t.id
where s.status = 4
and t.id in {tickets}
"""


def plan(settings: SurveySettings, at: datetime) -> int:
    """Plan a question for each ticket that was closed since the last time; returns how many."""
    if newest_change() == settings.seen_until:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time(cursor, settings.shop_id)  # so that no change of this shop with a lower number is still to come
        newest = newest_change()
        planned = [ask for tickets in _closed_since(settings, newest, at) for ask in _asks(settings, tickets, at)]
        planned_before = Ask.objects.filter(ticket__in={ask.ticket_id for ask in planned})
        known = set(planned_before.values_list("ticket", "closed_at"))
        new = [ask for ask in planned if (ask.ticket_id, ask.closed_at) not in known]
        Ask.objects.bulk_create(new, ignore_conflicts=True, batch_size=AT_ONCE)
        SurveySettings.objects.filter(pk=settings.pk).update(seen_until=newest)
    return len(new)


def cancel(settings: SurveySettings, at: datetime) -> int:
    """Cancel what is no longer to be asked; returns how many."""
    waiting = Ask.objects.filter(shop=settings.shop_id, state__in=(State.PLANNED, State.HANDED), sent_at=None)
    changes = StatusChange.objects.filter(ticket=OuterRef("ticket"), happened_at__gt=OuterRef("closed_at"))
    opened = changes.exclude(status=StatusName.CLOSED)
    wrote = Message.objects.filter(
        ticket=OuterRef("ticket"), author=Author.CUSTOMER, public=True, happened_at__gt=OuterRef("closed_at")
    )
    return _cancel(waiting.filter(Exists(opened)), Reason.REOPENED, at) + _cancel(
        waiting.filter(Exists(wrote)), Reason.CUSTOMER_WROTE, at
    )


def cancel_all(settings: SurveySettings, at: datetime) -> int:
    """Cancel all that is planned, as surveys were switched off; returns how many."""
    return _cancel(Ask.objects.filter(shop=settings.shop_id, state=State.PLANNED), Reason.SWITCHED_OFF, at)


def newest_change() -> int:
    """The last status change that the record knows; what comes later is looked at from now on."""
    return StatusChange.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _cancel(asks: "QuerySet[Ask]", reason: Reason, at: datetime) -> int:
    told = {"state": State.CANCELLED, "reason": reason, "settled_at": at}
    cancelled = asks.filter(state=State.PLANNED).update(**told)
    for ask in asks.filter(state=State.HANDED, mail__state="waiting").select_related("shop"):
        if outbox.cancel(ask.shop, mail_key(ask)):
            cancelled += Ask.objects.filter(pk=ask.pk).update(**told)
    return cancelled


def mail_key(ask: Ask) -> str:
    """The key of the question's mail in the outbox."""
    return f"survey:{ask.survey_id}"


def _closed_since(settings: SurveySettings, newest: int, at: datetime) -> Iterator[list[int]]:
    """The tickets that were closed in what the record has learnt meanwhile, some at a time."""
    closes = StatusChange.objects.filter(
        pk__gt=settings.seen_until,
        pk__lte=newest,
        status=StatusName.CLOSED,
        happened_at__gt=at - HISTORY,
        ticket__shop=settings.shop_id,
    )
    tickets = sorted(set(closes.values_list("ticket", flat=True)))
    return (tickets[place : place + AT_ONCE] for place in range(0, len(tickets), AT_ONCE))


def _asks(settings: SurveySettings, tickets: list[int], at: datetime) -> Iterator[Ask]:
    with connection.cursor() as cursor:
        cursor.execute(FINAL_CLOSES.format(tickets=listed_numbers()), [listing(tickets)])
        closed = cursor.fetchall()
    for ticket, channel, closed_us in closed:
        if closed_us is None or (closed_at := instant(closed_us)) <= at - HISTORY:
            continue
        yield Ask(
            shop_id=settings.shop_id,
            ticket_id=ticket,
            closed_at=closed_at,
            planned_at=at,
            due_at=closed_at + _delay(settings, channel),
            survey_id=uuid4().hex,
            channel=channel,
        )


def _delay(settings: SurveySettings, channel: str) -> timedelta:
    minutes = settings.mail_delay_minutes if channel in MAIL_KIND else settings.chat_delay_minutes
    return timedelta(minutes=minutes)
