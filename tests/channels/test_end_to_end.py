"""From the customer's mail to the figures: SMTP and IMAP servers between Kim's mailbox and Ann's browser."""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from channels.boxes import letter, status, told
from channels.imap_server import PASSWORD, ImapServer, imap_server
from cli.programs import call
from django.test import override_settings
from mail_server import MailServer, mail_server
from playwright.sync_api import Browser, Page, expect
from web.looking import looking
from web.people import person
from web.serving import served

from counterbell.accounts.models import Role, Shop
from counterbell.channels import _imap, _intake
from counterbell.channels._mailboxes import Server, add_imap
from counterbell.channels.models import Mailbox
from counterbell.desk import macros
from counterbell.desk.acting import TICK
from counterbell.desk.actions import replying
from counterbell.desk.models import HeldReply
from counterbell.mail import senders, sending
from counterbell.mail.models import Outgoing
from counterbell.mail.ways import way
from counterbell.record.models import StatusChange, Ticket

CARE, KIM = "care@shop.example", "kim@example.com"


@dataclass
class Post:
    """Dovecot holds everybody's mailbox, and what the SMTP server takes lies there at once, received at `now`."""

    imap: ImapServer
    now: datetime
    smtp: MailServer = field(init=False)

    def put(self, address: str, raw: bytes) -> None:
        """Into the mailbox of whoever has the address, name+anything@ included."""
        self.imap.deliver(address.partition("@")[0].partition("+")[0], raw, self.now)

    def kim_sends(self, raw: bytes, to: str) -> None:
        """By her mail program, which keeps a copy."""
        with smtplib.SMTP("127.0.0.1", self.smtp.port) as program:
            program.sendmail(KIM, to, raw)
        self.put(KIM, raw)

    def kims(self) -> list[EmailMessage]:
        """What Kim's mailbox has of the shop."""
        with self.imap.as_("kim") as box:
            raws = [mail.obj.as_bytes() for mail in box.fetch(mark_seen=False)]
        mails = [message_from_bytes(raw, policy=policy.default) for raw in raws]
        return [mail for mail in mails if CARE in mail["From"]]

    def conversations(self) -> str:
        """Kim's mailbox as a mail program shows it: in brackets the mails that belong together, by the server."""
        with self.imap.as_("kim") as box:
            return str(box.client.thread("REFERENCES", "UTF-8", "ALL")[1][0].decode())


@pytest.fixture
def began() -> datetime:
    """When Kim wrote first: some hours ago, in whole seconds, as mail servers tell the time."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)


@pytest.fixture
def post(began: datetime) -> Iterator[Post]:
    with imap_server() as imap:
        post = Post(imap, began)
        with mail_server(delivers=post.put) as post.smtp, override_settings(MAIL_WAY=way(post.smtp.url)):
            yield post


@pytest.fixture
def box(anns_shop: Shop, post: Post, began: datetime) -> Mailbox:
    Outgoing.objects.all().delete()  # the others' mails would go out too
    HeldReply.objects.all().delete()
    senders.set_sender(anns_shop, "hello@shop.example", name="Ann's shop")
    macros.keep(
        anns_shop,
        "On its way",
        {"en": "Hello {{ customer.first_name }}, it is on its way."},
        tags="parcel",
        at=datetime.now(UTC),
    )
    where = Server("127.0.0.1", "care", post.imap.port, "off")
    return add_imap(anns_shop, CARE, where, PASSWORD, since=began - timedelta(days=1), plus=True)


@pytest.fixture
def ann(box: Mailbox, browser: Browser) -> Iterator[Page]:
    user = person(box.shop, Role.AGENT, name="Ann", agent="ann")
    with served() as site, looking(browser, site, user) as page:
        yield page


def comes_in(box: Mailbox, at: datetime) -> None:
    """The mail that lies in the shop's mailbox by that time is brought into the record."""
    with _imap.opened(box) as opened:
        assert _imap.take_new(opened, box, at) == 1
    assert _intake.handle_due(at, shop=box.shop).done == 1


def goes_out(shop: Shop, at: datetime) -> None:
    """What Ann has sent can no longer be taken back, and leaves, as if it were that time."""
    HeldReply.objects.filter(shop=shop).update(due_at=at)
    assert replying.send_due(at) == 1
    assert sending.send_due(at).sent == 1


def answer_to(got: EmailMessage, text: str, number: int) -> bytes:
    """What Kim's mail program makes when she answers a mail."""
    quoted = got.get_content().strip()
    whole = f"{text}\n\nOn Mon, Jan 5, 2026 at 10:30 Ann's shop <{CARE}> wrote:\n> {quoted}\n"
    references = f"{got['References']} {got['Message-ID']}"
    return letter(
        whole, number=number, subject=got["Subject"], to=got["Reply-To"], in_reply_to=got["Message-ID"],
        references=references,
    )  # fmt: skip


def told_by_the_report(shop: Shop, began: datetime) -> dict[str, Any]:
    """The ten of the days since then."""
    last = datetime.now(UTC) + timedelta(days=1)
    asked = ("--shop", shop.slug, "--from", f"{began:%Y-%m-%d}", "--to", f"{last:%Y-%m-%d}", "--grain", "day")
    figures: dict[str, Any] = call("report", *asked, "--format", "json").json["total"]["metrics"]
    return figures


@pytest.mark.every_variant
def test_a_conversation_by_mail_in_the_browser_and_its_figures(
    ann: Page, box: Mailbox, post: Post, began: datetime, tmp_path: Path
) -> None:
    shop, minute = box.shop, timedelta(minutes=1)
    post.kim_sends(letter("Where is it?", number=1), CARE)
    comes_in(box, began)
    ann.goto(f"/shops/{shop.slug}/inbox/")
    ann.get_by_role("link", name="Where is my parcel?").click()
    expect(ann.get_by_role("heading", level=1)).to_have_text("Where is my parcel?")
    ann.keyboard.press("Control+k")
    ann.keyboard.type("on its way")
    ann.keyboard.press("Enter")
    expect(ann.locator("#text")).to_have_value("Hello Kim, it is on its way.")
    ann.keyboard.press("Control+Enter")
    expect(ann.get_by_text("Going out")).to_be_visible()
    post.now = began + 30 * minute
    goes_out(shop, post.now)

    (got,) = post.kims()
    assert (got["To"], got["From"], got["Subject"]) == (KIM, f"Ann's shop <{CARE}>", "Re: Where is my parcel?")
    assert (got["In-Reply-To"], got["References"]) == ("<1@example.com>", "<1@example.com>")
    assert got["Reply-To"].startswith("Ann's shop <care+t")
    assert got.get_content().strip() == "Hello Kim, it is on its way."
    post.now = began + 40 * minute
    post.kim_sends(answer_to(got, "When?", 2), got["Reply-To"])
    comes_in(box, post.now)

    ann.reload()
    expect(ann.get_by_text("When?", exact=True)).to_be_visible()
    ann.fill("#text", "Tomorrow.")
    ann.keyboard.press("Control+Shift+Enter")
    expect(ann.get_by_text("Going out")).to_be_visible()
    post.now = began + 60 * minute
    goes_out(shop, post.now)
    (ticket,) = Ticket.objects.filter(shop=shop)
    assert status(ticket) == "closed"
    post.now = began + 90 * minute
    post.kim_sends(answer_to(post.kims()[1], "Thank you!", 3), got["Reply-To"])
    comes_in(box, post.now)
    assert status(ticket) == "open"
    assert post.conversations() == "(1 2 3 4 5)"

    ann.reload()
    expect(ann.get_by_text("Thank you!", exact=True)).to_be_visible()
    ann.get_by_role("button", name="Close the ticket").click()
    expect(ann.get_by_role("button", name="Reopen")).to_be_visible()
    closed_at = StatusChange.objects.filter(ticket=ticket).latest("happened_at").happened_at
    assert told(ticket) == [
        ("customer", True, "Where is it?"),
        ("agent", True, "Hello Kim, it is on its way."),
        ("customer", True, "When?"),
        ("agent", True, "Tomorrow."),
        ("customer", True, "Thank you!"),
    ]
    assert Ticket.objects.filter(shop=shop).count() == 1
    with override_settings(FACTS_DIRECTORY=tmp_path / "facts"):
        figures = told_by_the_report(shop, began)
    first, second = 30 * minute + TICK, 20 * minute + TICK
    assert figures["tickets_created"] == 1
    assert figures["unresolved_tickets"] == 0
    assert figures["first_response_time"]["mean"] == first.total_seconds()
    assert figures["response_time"]["n"] == 2
    assert figures["response_time"]["mean"] == ((first + second) / 2).total_seconds()
    assert figures["resolution_time"]["mean"] == (closed_at - began).total_seconds()
    assert figures["first_resolution_time"]["mean"] == (60 * minute + 2 * TICK).total_seconds()
    assert figures["reopened"] == 1
    one_reply = figures["one_reply_rate"]
    assert (one_reply["part"], one_reply["whole"], one_reply["several"]) == (0, 1, 1)
    assert figures["messages_per_ticket"]["mean"] == 5
    assert figures["tickets_closed"]["by_agent"] == {"ann": 1}
    assert [macro.used for macro in macros.of_shop(shop)] == [1]  # type: ignore[attr-defined]
