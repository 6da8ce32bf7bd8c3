"""Which ticket a mail belongs to: by the ids it answers, or by the address it was written to."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from mail.mails import mail
from record.cast import customer, ticket
from record.records import put

from counterbell.accounts.models import Shop
from counterbell.mail import ids, outbox, reply_address
from counterbell.mail.headers import addresses
from counterbell.mail.message import read
from counterbell.mail.models import Direction, MailId, Outgoing, State
from counterbell.record.models import Customer, Ticket

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
CARE = "Care <care@shop.example>"


@pytest.fixture
def kims(anns_shop: Shop) -> Ticket:
    return a_ticket(anns_shop)


def a_ticket(shop: Shop, id: str = "t1", of: str = "kim") -> Ticket:
    put(shop, [customer(of, email=f"{of}@example.com"), ticket(id, "03-03 08:00", of)])
    return Ticket.objects.get(shop=shop, external_id=id)


def ticket_answered(shop: Shop, *message_ids: str, writer: Customer | None = None) -> str | None:
    found = ids.answered(shop, message_ids, writer=writer)
    return found.ticket.external_id if found else None


def test_an_answer_finds_the_ticket_of_the_nearest_mail_that_is_known(anns_shop: Shop, kims: Ticket) -> None:
    other = a_ticket(anns_shop, "t2")
    ids.remember(kims, "<sent@ann.example>", direction=Direction.OUT, at=NOW)
    ids.remember(other, "older@ann.example", direction=Direction.IN, at=NOW)
    assert ticket_answered(anns_shop, "never.seen@x", "sent@ann.example", "older@ann.example") == "t1"
    assert ticket_answered(anns_shop, "<older@ann.example>", "sent@ann.example") == "t2"
    assert ticket_answered(anns_shop, "never.seen@x") is None


def test_dans_mails_are_known_to_dan_alone(anns_shop: Shop, dans_shop: Shop, kims: Ticket) -> None:
    ids.remember(kims, "sent@ann.example", direction=Direction.OUT, at=NOW)
    assert ticket_answered(dans_shop, "sent@ann.example") is None


def test_an_id_stays_with_its_first_ticket(anns_shop: Shop, kims: Ticket) -> None:
    assert ids.remember(kims, "one@x", direction=Direction.IN, at=NOW)
    assert not ids.remember(a_ticket(anns_shop, "t2"), "one@x", direction=Direction.OUT, at=NOW)
    assert ticket_answered(anns_shop, "one@x") == "t1"


def test_a_newsletter_that_many_answer_leads_nobody_into_anothers_ticket(anns_shop: Shop, kims: Ticket) -> None:
    ids.refer(kims, ["news@ann.example"], NOW)
    put(anns_shop, [customer("lee", email="lee@example.com"), customer("kim2", email="KIM@example.com ")])
    lee, kim = (Customer.objects.get(shop=anns_shop, external_id=name) for name in ("lee", "kim2"))
    assert ticket_answered(anns_shop, "news@ann.example", writer=lee) is None
    assert ticket_answered(anns_shop, "news@ann.example") is None
    assert ticket_answered(anns_shop, "news@ann.example", writer=kim) == "t1"


def test_a_mail_that_comes_after_its_answer_is_known_where_it_belongs(anns_shop: Shop, kims: Ticket) -> None:
    ids.refer(kims, ["late@x", "late@x"], NOW)
    found = ids.known(anns_shop, "<late@x>")
    assert found is not None
    assert (found.ticket, found.direction) == (kims, Direction.REFERRED)
    assert ids.remember(kims, "late@x", direction=Direction.IN, at=NOW)
    assert not ids.remember(kims, "late@x", direction=Direction.IN, at=NOW)
    assert ids.of_tickets([kims]) == ["late@x"]
    assert MailId.objects.filter(shop=anns_shop).count() == 1


def test_the_reply_address_names_the_ticket(anns_shop: Shop, dans_shop: Shop, kims: Ticket) -> None:
    told = reply_address.with_token(CARE, kims)
    assert told.startswith("Care <care+t")
    assert told.endswith("@shop.example>")
    bare = addresses([told])[0].email
    assert reply_address.ticket_of(anns_shop, ["else@shop.example", bare]) == kims
    assert reply_address.ticket_of(anns_shop, [bare.upper()]) == kims
    assert reply_address.ticket_of(dans_shop, [bare]) is None


def test_nobody_can_guess_a_reply_address(anns_shop: Shop, kims: Ticket) -> None:
    told = reply_address.with_token("care@shop.example", kims)
    token = told.partition("-")[2][:16]
    for wrong in (f"care+t{kims.pk + 1}-{token}@shop.example", told.replace(token, "a" * 16), "care+t1-@shop.example"):
        assert reply_address.ticket_of(anns_shop, [wrong]) is None


def test_an_address_without_room_for_a_token_stays_as_it_is(kims: Ticket) -> None:
    long = f"{'a' * 50}@shop.example"
    assert reply_address.with_token(long, kims) == long


def test_a_mail_that_came_back_is_marked_once(anns_shop: Shop) -> None:
    mail_out = outbox.put(anns_shop, key=f"reply:{uuid4()}", to="gone@example.com", subject="x", text="y", at=NOW)
    assert outbox.came_back(anns_shop, mail_out.message_id, "550 gone") is None, "it has not gone out"
    Outgoing.objects.filter(pk=mail_out.pk).update(state=State.SENT)
    found = outbox.came_back(anns_shop, mail_out.message_id.strip("<>"), "550\ngone")
    assert found is not None
    assert (found.pk, found.state, found.error) == (mail_out.pk, State.BOUNCED, "550 gone")
    assert outbox.came_back(anns_shop, mail_out.message_id, "550 gone") is None
    assert not outbox.retry(found, NOW), "what it said is gone"


def test_ids_are_those_that_reading_gives(anns_shop: Shop, kims: Ticket) -> None:
    ids.remember(kims, "<1@example.com>", direction=Direction.IN, at=NOW)
    assert ids.known(anns_shop, read(mail()).id) is not None
