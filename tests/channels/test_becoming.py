"""What a mail becomes: a ticket, a message of one, a note, or nothing, and what the record says then."""

from datetime import timedelta

import pytest
from channels.boxes import CARE, NOW, care_of, comes, letter, status, tickets, told
from mail.mails import parts
from record.records import put

from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.channels import email
from counterbell.channels.models import Incoming, Mailbox
from counterbell.mail import ids, outbox, reply_address
from counterbell.mail.models import Direction, Outgoing
from counterbell.mail.models import State as Sent
from counterbell.record import entries
from counterbell.record.models import Message, StatusChange, Ticket
from counterbell.record.write import write

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def box(anns_shop: Shop) -> Mailbox:
    return care_of(anns_shop, store="paris")


@pytest.fixture
def kims(box: Mailbox) -> Ticket:
    ticket = comes(box, letter()).ticket
    assert ticket is not None
    return ticket


def set_to(ticket: Ticket, to: str, at: object) -> None:
    write(ticket.shop, entries.Status(ticket=ticket.external_id, at=at, to=to, by="agent"))  # type: ignore[arg-type]


def answer(ticket: Ticket, text: str = "On its way.") -> Outgoing:
    """Ann replies."""
    name = f"ann-{Message.objects.filter(ticket=ticket).count()}"
    at = NOW + HOUR
    write(ticket.shop, entries.Message(id=name, ticket=ticket.external_id, at=at, by="agent", agent="ann", text=text))
    return email.reply(Message.objects.get(shop=ticket.shop, external_id=name), text=text, at=at)


def test_a_mail_becomes_a_ticket_of_its_customer_and_store(box: Mailbox) -> None:
    came = comes(box, letter("Where is it?\n\n-- \nKim", number=1))
    (ticket,) = tickets(box.shop)
    assert (came.became, came.ticket, came.sender) == ("ticket", ticket, "kim@example.com")
    assert (ticket.channel, ticket.store, ticket.subject, ticket.created_at, ticket.outbound) == (
        "email", "paris", "Where is my parcel?", NOW, False,
    )  # fmt: skip
    assert ticket.customer is not None
    assert (ticket.customer.email, ticket.customer.name) == ("kim@example.com", "Kim")
    assert "kim" not in ticket.customer.external_id
    assert told(ticket) == [("customer", True, "Where is it?")]


def test_a_customer_who_is_known_is_the_same(box: Mailbox) -> None:
    put(box.shop, [{"type": "customer", "id": "shopify:7", "email": "KIM@example.com", "name": "Kim P."}])
    came = comes(box, letter())
    assert came.ticket is not None
    assert came.ticket.customer is not None
    assert (came.ticket.customer.external_id, came.ticket.customer.name) == ("shopify:7", "Kim P.")


def test_an_answer_goes_into_its_ticket_whatever_its_subject(box: Mailbox, kims: Ticket) -> None:
    sent = answer(kims)
    text = "Thank you!\n\nOn 5 January 2026 at 10:00, Care <care@shop.example> wrote:\n> On its way."
    came = comes(box, letter(text, number=2, subject="Something else", references=sent.message_id), NOW + 2 * HOUR)
    assert (came.became, came.ticket) == ("message", kims)
    assert told(kims)[-1] == ("customer", True, "Thank you!")


def test_the_same_subject_joins_nothing(box: Mailbox, kims: Ticket) -> None:
    assert comes(box, letter("Another", number=2, subject="Re: Where is my parcel?"), NOW + HOUR).ticket != kims


def test_an_answer_without_references_finds_its_ticket_by_the_address(anns_shop: Shop) -> None:
    box = care_of(anns_shop, plus=True)
    kims = comes(box, letter()).ticket
    assert kims is not None
    sent = answer(kims)
    assert sent.reply_to == reply_address.with_token(CARE, kims)
    assert comes(box, letter("Me", number=2, to=sent.reply_to), NOW + HOUR).ticket == kims
    assert comes(box, letter("Me", number=3, delivered_to=sent.reply_to), NOW + HOUR).ticket == kims
    forged = sent.reply_to.replace(f"+t{kims.pk}-", f"+t{kims.pk + 1}-")
    assert comes(box, letter("Me", number=4, to=forged), NOW + HOUR).ticket != kims


def test_a_mail_that_comes_after_its_answer_joins_it(box: Mailbox) -> None:
    later = comes(box, letter("And?", number=2, in_reply_to="<1@example.com>"), NOW + HOUR)
    first = comes(box, letter("Where is it?", number=1), NOW + 2 * HOUR)
    assert (first.became, first.ticket) == ("message", later.ticket)


def test_customers_who_answer_one_newsletter_are_apart(box: Mailbox) -> None:
    one = comes(box, letter("Sale?", number=1, references="<news@shop.example>"))
    other = comes(box, letter("Sale?", number=2, references="<news@shop.example>", **{"from": "lee@example.com"}))
    again = comes(box, letter("Well?", number=3, references="<news@shop.example>"), NOW + HOUR)
    assert one.ticket != other.ticket
    assert again.ticket == one.ticket


@pytest.mark.parametrize("before", ["pending", "snoozed", "closed"])
def test_an_answer_opens_the_ticket_again(box: Mailbox, kims: Ticket, before: str) -> None:
    set_to(kims, before, NOW + HOUR)
    comes(box, letter("And?", number=2, references="<1@example.com>"), NOW + 2 * HOUR)
    assert status(kims) == "open"
    last = StatusChange.objects.filter(ticket=kims).latest("happened_at")
    assert (last.happened_at, last.get_author_display()) == (NOW + 2 * HOUR, "customer")


def test_a_mail_that_crosses_the_closing_opens_the_ticket_again(box: Mailbox, kims: Ticket) -> None:
    crossing = comes(box, letter("And?", number=2, references="<1@example.com>"), NOW + HOUR, handled=False)
    set_to(kims, "closed", NOW + 2 * HOUR)
    from counterbell.channels import _intake

    _intake.handle_due(NOW + 3 * HOUR, shop=box.shop)
    crossing.refresh_from_db()
    assert (crossing.ticket, status(kims)) == (kims, "open")
    said = Message.objects.filter(ticket=kims).latest("happened_at")
    assert said.happened_at == NOW + HOUR, "it was written before the closing, and the history says so"


def test_an_answer_to_a_ticket_long_closed_begins_a_new_one_that_names_it(box: Mailbox, kims: Ticket) -> None:
    set_to(kims, "closed", NOW + HOUR)
    came = comes(box, letter("It broke", number=2, references="<1@example.com>"), NOW + 11 * DAY)
    assert (came.became, came.follows, status(kims)) == ("ticket", kims, "closed")
    again = comes(box, letter("Hello?", number=3, references="<1@example.com> <2@example.com>"), NOW + 12 * DAY)
    assert again.ticket == came.ticket


def test_an_answer_to_a_merged_ticket_goes_where_that_went(box: Mailbox, kims: Ticket) -> None:
    other = comes(box, letter("Me again", number=5)).ticket
    last = comes(box, letter("And again", number=6)).ticket
    assert other is not None
    assert last is not None
    for ticket, into in ((kims, other), (other, last)):
        write(box.shop, entries.Merge(ticket=ticket.external_id, into=into.external_id, at=NOW))
    assert comes(box, letter("So?", number=2, references="<1@example.com>"), NOW + HOUR).ticket == last
    assert "<1@example.com>" in answer(last).headers["References"]


def test_an_answer_to_a_deleted_ticket_begins_a_new_one(box: Mailbox, kims: Ticket) -> None:
    write(box.shop, entries.Flag(ticket=kims.external_id, at=NOW, flag="deleted"))
    assert comes(box, letter("So?", number=2, references="<1@example.com>"), NOW + HOUR).became == "ticket"


def test_a_mail_in_two_mailboxes_is_one_message(box: Mailbox, kims: Ticket) -> None:
    other = care_of(box.shop, "hello@shop.example")
    copy = comes(other, b"Delivered-To: hello@shop.example\n" + letter())
    assert (copy.became, copy.ticket) == ("copy", kims)
    assert len(told(kims)) == len(tickets(box.shop)) == 1


def test_two_mails_with_one_message_id_are_two(box: Mailbox, kims: Ticket) -> None:
    comes(box, letter("Another thing", subject="Another thing"), NOW + HOUR)
    comes(box, letter("Yet another"), NOW + HOUR)
    assert Message.objects.filter(shop=box.shop).count() == 3


def test_dans_mail_is_dans_though_it_is_the_same(box: Mailbox, kims: Ticket, dans_shop: Shop) -> None:
    dans = comes(care_of(dans_shop), letter("And?", number=2, references="<1@example.com>")).ticket
    assert dans is not None
    assert dans.shop == dans_shop
    assert len(told(kims)) == 1


def test_an_automatic_reply_is_a_note_that_starts_no_wait(box: Mailbox, kims: Ticket) -> None:
    set_to(kims, "closed", NOW + HOUR)
    raw = letter("I am away", number=2, auto_submitted="auto-replied", in_reply_to="<1@example.com>")
    came = comes(box, raw, NOW + 2 * HOUR)
    assert (came.became, status(kims)) == ("note", "closed")
    assert came.message is not None
    assert email.no_answer(came.message)
    assert not email.no_answer(Message.objects.filter(ticket=kims).earliest("happened_at"))
    (by, public, text) = told(kims)[-1]
    assert (by, public) == ("automation", False)
    assert "I am away" in str(text)


@pytest.mark.parametrize(
    "fields", [{"list_id": "<news.example.com>"}, {"auto_submitted": "auto-generated"}, {"from": "no-reply@x.example"}]
)
def test_what_machines_write_of_their_own_becomes_no_ticket_but_stays(box: Mailbox, fields: dict[str, str]) -> None:
    came = comes(box, letter("Buy!", **fields))
    assert (came.became, tickets(box.shop)) == ("aside", [])
    assert came.why
    from counterbell.channels import _intake

    _intake.retry(box.shop, came.pk, NOW + HOUR)
    _intake.handle_due(NOW + HOUR, shop=box.shop)
    came.refresh_from_db()
    assert (came.became, len(tickets(box.shop))) == ("ticket", 1), "a person has said that it is a customer's"


def test_a_contact_form_is_the_customers_of_its_reply_to(box: Mailbox) -> None:
    raw = letter("Hello", reply_to="Lee <lee@example.com>", auto_submitted="auto-generated", **{"from": "no-reply@x"})
    raw = raw.replace(b"no-reply@x", b"no-reply@forms.example")
    ticket = comes(box, raw).ticket
    assert ticket is not None
    assert email.recipient_of(ticket) == "lee@example.com"


def test_our_own_mail_that_comes_back_is_nothing(box: Mailbox, kims: Ticket) -> None:
    sent = answer(kims)
    raw = letter("On its way.", message_id=sent.message_id, to="kim@example.com", **{"from": CARE})
    assert comes(box, raw, NOW + HOUR).became == "ours"
    assert comes(box, letter("Test", number=9, **{"from": CARE})).became == "aside"
    assert len(told(kims)) == 2


def bounce_of(sent: Outgoing, action: str = "failed") -> bytes:
    status = "5.1.1" if action == "failed" else "4.2.2"
    report = (
        f"Final-Recipient: rfc822; kim@example.com\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 gone"
    )
    text, kind = parts(
        "Content-Type: text/plain\n\nIt could not be delivered.\n",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{report}\n",
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {sent.message_id}\n",
        kind="report; report-type=delivery-status",
    )
    return letter(
        text, number="b", kind=kind, subject="Undelivered", **{"from": "MAILER-DAEMON@mx.example", "return_path": "<>"}
    )


def test_a_bounce_marks_the_reply_as_failed_and_opens_its_ticket(box: Mailbox, kims: Ticket) -> None:
    sent = answer(kims)
    Outgoing.objects.filter(pk=sent.pk).update(state=Sent.SENT)
    set_to(kims, "closed", NOW + 2 * HOUR)
    came = comes(box, bounce_of(sent), NOW + 3 * HOUR)
    sent.refresh_from_db()
    assert (came.became, came.ticket, sent.state, sent.error) == ("note", kims, Sent.BOUNCED, "550 gone")
    assert status(kims) == "open"
    assert told(kims)[-1] == (
        "automation", False, "A mail to kim@example.com could not be delivered.\n\n550 gone",
    )  # fmt: skip


def test_a_delay_is_only_noted(box: Mailbox, kims: Ticket) -> None:
    sent = answer(kims)
    Outgoing.objects.filter(pk=sent.pk).update(state=Sent.SENT)
    set_to(kims, "closed", NOW + 2 * HOUR)
    came = comes(box, bounce_of(sent, "delayed"), NOW + 3 * HOUR)
    sent.refresh_from_db()
    assert (came.became, sent.state, status(kims)) == ("note", Sent.SENT, "closed")


def test_a_bounce_of_a_mail_that_is_not_ours_is_put_aside(box: Mailbox, kims: Ticket) -> None:
    stranger = Outgoing(message_id="<x@elsewhere.example>")
    assert comes(box, bounce_of(stranger)).became == "aside"


def test_a_colleagues_mail_into_a_ticket_is_a_note(box: Mailbox, kims: Ticket) -> None:
    ben = User.objects.create_user("ben@shop.example") if not User.objects.filter(email="ben@shop.example") else None
    user = ben or User.objects.get(email="ben@shop.example")
    Membership.objects.create(shop=box.shop, user=user, role=Role.AGENT)
    raw = letter("I know this one", number=2, references="<1@example.com>", **{"from": "Ben@shop.example"})
    assert comes(box, raw, NOW + HOUR).became == "note"
    assert told(kims)[-1] == ("automation", False, "I know this one")


def test_what_a_server_calls_spam_is_not_counted(box: Mailbox) -> None:
    ticket = comes(box, letter("Win!", x_spam_flag="YES")).ticket
    assert ticket is not None
    assert Ticket.objects.select_related("state").get(pk=ticket.pk).state.spam


def test_a_customer_who_was_erased_can_write_again(box: Mailbox, kims: Ticket) -> None:
    from counterbell.record.erase import erase

    assert kims.customer is not None
    email.forget(box.shop, kims.customer.external_id)
    erase(box.shop, kims.customer.external_id)
    came = comes(box, letter("Hello again", number=8), NOW + DAY)
    assert came.ticket is not None
    assert email.recipient_of(came.ticket) == "kim@example.com"
    assert came.ticket.customer != kims.customer


def test_forgetting_a_person_takes_their_mails_away(box: Mailbox, kims: Ticket) -> None:
    assert kims.customer is not None
    first = Message.objects.get(ticket=kims)
    assert email.shown(box.shop, first) is not None
    assert email.forget(box.shop, kims.customer.external_id) == 1
    assert email.shown(box.shop, first) is None
    assert Incoming.objects.get(message=first).subject == ""
    assert comes(box, letter(), NOW + HOUR).ticket == kims, "a copy does not bring it back"
    assert email.shown(box.shop, first) is None


def test_an_answer_to_a_survey_goes_into_its_ticket(box: Mailbox, kims: Ticket) -> None:
    asked = outbox.put(box.shop, key="survey:1", to="kim@example.com", subject="How was it?", text="?", at=NOW)
    ids.remember(kims, asked.message_id, direction=Direction.OUT, at=NOW)
    assert comes(box, letter("Good!", number=2, references=asked.message_id), NOW + HOUR).ticket == kims
