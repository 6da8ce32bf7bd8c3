"""The asking itself: what is due is skipped with its reason, or goes into the outbox; then the record hears of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from counterbell.mail.models import Outgoing
from counterbell.mail.models import State as MailState
from counterbell.record import entries
from counterbell.record.sql import one_at_a_time
from counterbell.record.write import write

from . import mails
from .circumstances import Circumstances
from .models import Ask, Reason, State, SurveySettings, Unreachable

AT_ONCE = 500


def ask_what_is_due(settings: SurveySettings, at: datetime) -> tuple[int, int]:
    """Ask or skip all that is due; returns how many were asked and how many skipped."""
    asked = skipped = 0
    if not Ask.objects.filter(shop=settings.shop_id, state=State.PLANNED, due_at__lte=at).exists():
        return asked, skipped
    while True:
        more_asked, more_skipped = _some(settings, at)
        asked, skipped = asked + more_asked, skipped + more_skipped
        if more_asked + more_skipped < AT_ONCE:
            return asked, skipped


@transaction.atomic
def _some(settings: SurveySettings, at: datetime) -> tuple[int, int]:
    with connection.cursor() as cursor:
        one_at_a_time(cursor, settings.shop_id)  # so that two processes do not ask one person at once
    due = list(
        Ask.objects.filter(shop=settings.shop_id, state=State.PLANNED, due_at__lte=at)
        .select_related("shop", "ticket__customer", "ticket__state__assignee")
        .order_by("due_at", "pk")[:AT_ONCE]
    )
    known = Circumstances.of(settings, due, at) if due else None
    asked = 0
    for ask in due:
        assert known is not None
        if reason := known.reason_to_skip(ask):
            _settle(ask, State.SKIPPED, reason, at)
        else:
            _ask(ask, known, at)
            if settings.quiet_days and ask.ticket.customer:
                known.asked_lately.add(ask.ticket.customer.person_key)
            asked += 1
    return asked, len(due) - asked


def _ask(ask: Ask, known: Circumstances, at: datetime) -> None:
    ask.asked_at, ask.state = at, State.HANDED
    ask.expires_at = at + timedelta(days=known.settings.window_days)
    for name, value in known.snapshot(ask).items():
        setattr(ask, name, value)
    ask.mail = mails.put(ask, known.settings, at)
    ask.save()


def record_what_was_sent(settings: SurveySettings) -> int:
    """Tell the record of the surveys whose mail has gone out since; returns how many."""
    gone = Ask.objects.filter(shop=settings.shop_id, state=State.HANDED, mail__state=MailState.SENT)
    return sum(record(ask, mail_sent_at) for ask in gone.select_related("shop", "ticket", "mail"))


def mail_sent_at(ask: Ask) -> datetime | None:
    """When the mail that asks has gone out, as far as is known."""
    return ask.mail.sent_at if ask.mail else None


def record(ask: Ask, when: Callable[[Ask], datetime | None]) -> bool:
    """Tell the record that the survey was sent, unless it knows; returns whether it is new."""
    with transaction.atomic():
        fresh = Ask.objects.select_related("shop", "ticket").get(pk=ask.pk)
        if fresh.sent_at is not None:
            return False
        sent_at = when(ask) or ask.asked_at
        assert sent_at is not None
        Ask.objects.filter(pk=ask.pk).update(state=State.SENT, sent_at=sent_at)
        write(fresh.shop, entries.Survey(id=fresh.survey_id, ticket=fresh.ticket.external_id, at=sent_at))
    ask.state, ask.sent_at = State.SENT, sent_at
    return True


def give_up_what_was_refused(settings: SurveySettings, at: datetime) -> int:
    """Nobody was asked whose mail was refused for good, nor is that address asked again; returns how many."""
    refused = Ask.objects.filter(shop=settings.shop_id, state=State.HANDED, mail__state=MailState.FAILED)
    found = list(refused.select_related("shop", "ticket__customer", "mail"))
    for ask in found:
        _settle(ask, State.FAILED, Reason.REFUSED, at)
        if ask.ticket.customer and ask.ticket.customer.email_key and _is_about_the_address(ask.mail):
            no_more(ask.shop_id, ask.ticket.customer.email_key, Reason.BOUNCED, at)
    return len(found)


def no_more(shop_id: int, email_key: str, reason: Reason, at: datetime) -> None:
    """Ask nothing at this address any more, because it bounces or its owner wants none of it."""
    Unreachable.objects.get_or_create(shop_id=shop_id, email_key=email_key, defaults={"reason": reason, "since": at})


def came_back(message_id: str, at: datetime) -> bool:
    """The mail with this Message-ID came back: its address is asked nothing more; returns whether it was ours."""
    ask = Ask.objects.filter(mail__message_id=message_id).select_related("ticket__customer").first()
    if ask is None or ask.ticket.customer is None or not ask.ticket.customer.email_key:
        return False
    no_more(ask.shop_id, ask.ticket.customer.email_key, Reason.BOUNCED, at)
    return True


def _is_about_the_address(mail: Outgoing | None) -> bool:
    return mail is not None and any(f" {code}" in f" {mail.error}" for code in ("550", "551", "553", "5.1.1"))


def _settle(ask: Ask, state: State, reason: Reason, at: datetime) -> None:
    Ask.objects.filter(pk=ask.pk).update(state=state, reason=reason, settled_at=at)
