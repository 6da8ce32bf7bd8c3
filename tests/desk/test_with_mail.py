"""Kim writes a mail, Ann answers at the desk, Kim answers, Ann closes: one ticket, and the metrics of four instants."""

from datetime import datetime, timedelta

from channels.boxes import NOW, care_of, comes, letter, tickets
from desk.desks import at_the_desk, newest
from record.cast import agent
from record.records import SHOP, differences, put

from counterbell.accounts.models import Shop
from counterbell.desk.actions import do
from counterbell.desk.actions.replying import reply, send_due
from counterbell.desk.conversation import Said, conversation
from counterbell.desk.standing import standing
from counterbell.facts.build import refresh
from counterbell.mail.models import Outgoing
from counterbell.metrics.asked import period
from counterbell.metrics.query import Question, ask
from counterbell.record.models import Message, StatusChange


def test_a_mail_is_answered_and_its_answer_comes_back_to_the_ticket(anns_shop: Shop) -> None:
    put(anns_shop, [SHOP, agent("ann", name="Ann")])
    box, ann = care_of(anns_shop), at_the_desk(anns_shop)
    comes(box, letter("Where is it?", number=1))
    (ticket,) = tickets(anns_shop)
    answered_at = NOW + timedelta(minutes=30)
    reply(ann, ticket.pk, "On its way.", seen=newest(anns_shop), at=answered_at - timedelta(seconds=10), then="closed")
    send_due(answered_at)
    mail = Outgoing.objects.get(shop=anns_shop)
    assert (mail.subject[:3], mail.text, "example.com" in mail.headers["References"]) == ("Re:", "On its way.", True)
    assert [one.number for one in standing(anns_shop, answered_at)] == []
    again_at = answered_at + timedelta(hours=1)
    answer = {"in_reply_to": mail.message_id, "date": "Mon, 05 Jan 2026 11:30:00 +0100"}
    comes(box, letter("Thanks, and when?", number=2, **answer), again_at)
    (waits,) = standing(anns_shop, again_at + timedelta(minutes=1))
    assert (waits.pk, len(tickets(anns_shop))) == (ticket.pk, 1)
    do(ann, "close", ticket.pk, at=again_at + timedelta(minutes=5), seen=newest(anns_shop))
    told = [line.text if isinstance(line, Said) else line.sentence for line in conversation(anns_shop, ticket).lines]
    assert [one for one in told if one in ("Where is it?", "On its way.", "Thanks, and when?")] == [
        "Where is it?", "On its way.", "Thanks, and when?",
    ]  # fmt: skip
    assert told.count("Ann closed the ticket") == 2
    assert differences(anns_shop) == []
    figures_are_right(anns_shop)


def figures_are_right(shop: Shop) -> None:
    """The ten, computed here from when things were said and done."""
    refresh(shop)
    asked, answered = (Message.objects.filter(shop=shop, author=who).earliest("happened_at") for who in (1, 3))
    closed = StatusChange.objects.filter(ticket__shop=shop, status=4).latest("happened_at")
    keys = ("tickets_created", "first_response_time", "resolution_time", "tickets_closed", "reopened")
    days = period(shop, "2026-01-01", "2026-02-01", "month", now=NOW)
    found = ask(shop, Question(days, keys)).total.metrics
    assert found["tickets_created"] == 1
    assert found["first_response_time"]["mean"] == seconds(asked.happened_at, answered.happened_at)
    assert found["resolution_time"]["mean"] == seconds(tickets(shop)[0].created_at, closed.happened_at)
    assert found["tickets_closed"] == {"total": 1, "by_agent": {"ann": 1}, "share": {"ann": 1.0}}
    assert found["reopened"] == 1


def seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
