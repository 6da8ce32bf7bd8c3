"""From the customer's mail to the figures, through real servers: IMAP in, SMTP out, and the answer to the answer."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from channels.boxes import letter, status, told
from channels.imap_server import PASSWORD, ImapServer, imap_server
from django.test import override_settings
from mail_server import MailServer, mail_server
from metrics.reports import report

from counterbell.accounts.models import Shop
from counterbell.channels import _imap, _intake, email
from counterbell.channels._mailboxes import Server, add_imap
from counterbell.channels.models import Mailbox
from counterbell.facts.current import bring_up_to_date
from counterbell.mail import senders, sending
from counterbell.mail.models import Outgoing
from counterbell.mail.ways import way
from counterbell.record import entries
from counterbell.record.models import Message, Ticket
from counterbell.record.write import write

CARE = "care@shop.example"
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    with mail_server() as running, override_settings(MAIL_WAY=way(running.url)):
        yield running


@pytest.fixture
def box(anns_shop: Shop, imap: ImapServer) -> Mailbox:
    Outgoing.objects.all().delete()  # the others' mails would go out too
    senders.set_sender(anns_shop, "hello@shop.example", name="Ann's shop")
    where = Server("127.0.0.1", "care", imap.port, "off")
    return add_imap(anns_shop, CARE, where, PASSWORD, since=BEGAN - timedelta(days=1), plus=True)


def comes_in(box: Mailbox, imap: ImapServer, raw: bytes, at: datetime) -> None:
    """A mail arrives in the mailbox at that time, and is brought into the record."""
    imap.deliver("care", raw, at)
    with _imap.opened(box) as opened:
        assert _imap.take_new(opened, box, at) == 1
    assert _intake.handle_due(at, shop=box.shop).done == 1


def replies(ticket: Ticket, text: str, at: datetime) -> None:
    """Ann replies, and the mail goes out."""
    name = f"reply-{at.timestamp():.0f}-{ticket.pk}"
    write(ticket.shop, entries.Message(id=name, ticket=ticket.external_id, at=at, by="agent", agent="ann", text=text))
    email.reply(Message.objects.get(shop=ticket.shop, external_id=name), text=text, at=at)
    assert sending.send_due(at).sent == 1


def answer_to(got: EmailMessage, text: str, number: int) -> bytes:
    """What Kim's mail program sends when she answers a mail."""
    quoted = got.get_content().strip()
    whole = f"{text}\n\nOn Mon, Jan 5, 2026 at 10:30 Ann's shop <{CARE}> wrote:\n> {quoted}\n"
    references = f"{got['References']} {got['Message-ID']}"
    return letter(
        whole, number=number, subject=got["Subject"], to=got["Reply-To"], in_reply_to=got["Message-ID"],
        references=references,
    )  # fmt: skip


def test_a_conversation_by_mail_and_its_figures(
    box: Mailbox, imap: ImapServer, smtp: MailServer, tmp_path: Path
) -> None:
    shop, minute = box.shop, timedelta(minutes=1)
    comes_in(box, imap, letter("Where is it?", number=1), BEGAN)
    (ticket,) = Ticket.objects.filter(shop=shop)
    replies(ticket, "On its way, Kim.", BEGAN + 30 * minute)

    (got,) = smtp.mails
    assert (got["To"], got["From"], got["Subject"]) == (
        "kim@example.com", f"Ann's shop <{CARE}>", "Re: Where is my parcel?",
    )  # fmt: skip
    assert (got["In-Reply-To"], got["References"]) == ("<1@example.com>", "<1@example.com>")
    assert got["Reply-To"].startswith("Ann's shop <care+t")

    comes_in(box, imap, answer_to(got, "When?", 2), BEGAN + 40 * minute)
    replies(ticket, "Tomorrow.", BEGAN + 60 * minute)
    write(shop, entries.Status(ticket=ticket.external_id, at=BEGAN + 61 * minute, to="closed", by="agent", agent="ann"))
    comes_in(box, imap, answer_to(smtp.mails[1], "Thank you!", 3), BEGAN + 90 * minute)
    assert status(ticket) == "open"
    write(shop, entries.Status(ticket=ticket.external_id, at=BEGAN + 95 * minute, to="closed", by="agent", agent="ann"))

    assert told(ticket) == [
        ("customer", True, "Where is it?"),
        ("agent", True, "On its way, Kim."),
        ("customer", True, "When?"),
        ("agent", True, "Tomorrow."),
        ("customer", True, "Thank you!"),
    ]
    assert Ticket.objects.filter(shop=shop).count() == 1
    with override_settings(FACTS_DIRECTORY=tmp_path / "facts"):
        bring_up_to_date(shop)
        figures = report(shop, date(2026, 1, 1), date(2026, 2, 1), as_of=BEGAN + timedelta(days=20)).total.metrics
    assert figures["tickets_created"] == 1
    assert figures["unresolved_tickets"] == 0
    assert figures["first_response_time"]["mean"] == 30 * 60
    assert (figures["response_time"]["n"], figures["response_time"]["mean"]) == (2, 25 * 60)
    assert figures["resolution_time"]["mean"] == 95 * 60
    assert figures["first_resolution_time"]["mean"] == 61 * 60
    assert figures["reopened"] == 1
    assert (figures["one_reply_rate"]["part"], figures["one_reply_rate"]["several"]) == (0, 1)
    assert figures["messages_per_ticket"]["mean"] == 5
    assert figures["tickets_closed"]["by_agent"] == {"ann": 1}
