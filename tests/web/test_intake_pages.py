"""Cleo looks after the mail that became no message of a ticket."""

import re
from typing import Any
from uuid import uuid4

import pytest
from channels.boxes import NOW, care_of, comes, letter, tickets
from channels.test_intake import handled
from django.test import Client
from web.people import person, signed_in

from counterbell import erasure
from counterbell.accounts.models import Role, Shop
from counterbell.audit.models import Note
from counterbell.channels import _by_hand, _files
from counterbell.channels.models import Incoming, Mailbox, State
from counterbell.channels.pages.raw import MOST_BYTES, readable

pytestmark = pytest.mark.usefixtures("sqlite")

TRICKS = "<script>alert(1)</script>\x1b[31m \u202egnp.exe"


@pytest.fixture
def box() -> Mailbox:
    return care_of(Shop.objects.create(slug=f"ann-{uuid4().hex}"))


@pytest.fixture
def cleo(box: Mailbox) -> Client:
    return signed_in(person(box.shop, Role.LEAD, name="cleo", agent="cleo"))


def at(box: Mailbox, place: str = "") -> str:
    return f"/shops/{box.shop.slug}/mail/intake/{place}"


def page(answer: Any) -> str:
    return str(answer.content.decode())


def failing(box: Mailbox, number: int = 1, text: str = "Where is it?") -> Incoming:
    """A mail that was tried as often as it is, and failed for want of its bytes, which come back afterwards."""
    mail = comes(box, letter(text, number=number, subject=f"Help {number} <b>"), handled=False)
    raw = _files.read(box.shop, mail.digest)
    _files.forget(box.shop, mail.digest)
    for minutes in (0, 2, 10, 60):
        handled(box, minutes)
    _files.keep(box.shop, raw)
    mail.refresh_from_db()
    assert mail.state == State.FAILED
    return mail


def counts(client: Client, box: Mailbox) -> list[str]:
    """The piles with their counts, where there are any."""
    found = re.search(r'<nav class="switch".*?</nav>', page(client.get(at(box))), re.DOTALL)
    assert found
    return [" ".join(re.sub("<[^>]*>", " ", one).split()) for one in re.findall(r"<a .*?</a>", found[0], re.DOTALL)]


def test_incoming_mail_is_for_leads_and_owners(box: Mailbox) -> None:
    mail, roles = failing(box), (Role.OWNER, Role.LEAD, Role.AGENT, Role.VIEWER)
    people = [signed_in(person(box.shop, role)) for role in roles]
    for place in ("", f"{mail.pk}/", f"{mail.pk}/raw/"):
        assert [client.get(at(box, place)).status_code for client in people] == [200, 200, 403, 403]


def test_dan_sees_and_does_nothing_in_anns_intake(box: Mailbox) -> None:
    mail, dans = failing(box), care_of(Shop.objects.create(slug=f"dan-{uuid4().hex}"))
    dan = signed_in(person(dans.shop, Role.OWNER))
    assert "Help" not in page(dan.get(at(dans)))
    places = (f"{mail.pk}/", f"{mail.pk}/raw/")
    assert [dan.get(at(dans, place)).status_code for place in places] == [404, 404]
    for verb in ("retry", "shelve"):
        assert dan.post(at(dans, "act/"), {"do": f"{verb}:{mail.pk}"}).status_code == 404
    assert [dan.post(at(dans, "act/"), {"do": told}).status_code for told in ("all", "retry:²")] == [302, 302]
    mail.refresh_from_db()
    assert mail.state == State.FAILED


def test_a_mail_that_failed_is_listed_with_its_error_in_words(cleo: Client, box: Mailbox) -> None:
    mail = failing(box)
    Incoming.objects.filter(pk=mail.pk).update(sender="kim@example.com", subject="Help 1 <b>")
    listed = page(cleo.get(at(box)))
    assert "kim@example.com" in listed
    assert "Help 1 &lt;b&gt;" in listed
    assert "bytes are not on the disk" in listed
    assert counts(cleo, box) == ["Failed 1", "Tried again by itself", "Written by machines", "Not wanted"]


def test_the_menu_tells_of_mail_that_waits_only_where_there_is_some(cleo: Client, box: Mailbox) -> None:
    def menu() -> list[tuple[str, str]]:
        shown = page(cleo.get(f"/shops/{box.shop.slug}/imports/")) + page(cleo.get(f"/shops/{box.shop.slug}/inbox/"))
        return re.findall(r"<a [^>]*>(Inbox|Incoming mail) <[^>]*>(.*?)</span>", shown)

    assert menu() == []
    failing(box)
    assert menu() == [("Inbox", "1"), ("Inbox", "1"), ("Incoming mail", "1")]


def test_a_mail_is_tried_again_and_becomes_a_ticket(cleo: Client, box: Mailbox) -> None:
    mail = failing(box)
    answer = cleo.post(at(box, "act/"), {"do": f"retry:{mail.pk}"})
    (ticket,) = tickets(box.shop)
    assert answer["Location"].endswith(f"/inbox/{ticket.pk}/")
    assert cleo.get(at(box, f"{mail.pk}/")).status_code == 404, "it is read on its ticket now"
    assert cleo.post(at(box, "act/"), {"do": f"retry:{mail.pk}"}).status_code == 404


def test_one_that_fails_again_waits_again_and_says_why(cleo: Client, box: Mailbox) -> None:
    mail = failing(box)
    _files.forget(box.shop, mail.digest)
    told = page(cleo.post(at(box, "act/"), {"do": f"retry:{mail.pk}"}, follow=True))
    assert "It failed again" in told
    assert "Its bytes are gone" in told
    mail.refresh_from_db()
    assert mail.state == State.FAILED


def test_all_that_failed_are_tried_again(cleo: Client, box: Mailbox) -> None:
    for number in range(3):
        failing(box, number)
    assert "3 mails are tried again" in page(cleo.post(at(box, "act/"), {"do": "all"}, follow=True))
    assert handled(box, 60 * 24 * 365).done == 3
    assert counts(cleo, box)[0] == "Failed"


def test_what_nobody_wants_is_kept_and_counted_and_can_come_back(cleo: Client, box: Mailbox) -> None:
    mail = failing(box)
    cleo.post(at(box, "act/"), {"do": f"shelve:{mail.pk}"})
    assert counts(cleo, box) == ["Failed", "Tried again by itself", "Written by machines", "Not wanted 1"]
    assert handled(box, 60 * 24).done == 0
    assert _by_hand.failed(box.shop) == 0
    assert Note.objects.filter(shop=box.shop, what="mail.shelved").count() == 1
    assert _files.read(box.shop, mail.digest)
    cleo.post(at(box, "act/"), {"do": f"retry:{mail.pk}"})
    assert len(tickets(box.shop)) == 1


def test_what_a_machine_wrote_can_be_made_a_ticket(cleo: Client, box: Mailbox) -> None:
    comes(box, letter("Out of office", auto_submitted="auto-replied"))
    assert counts(cleo, box)[2] == "Written by machines 1"
    mail = Incoming.objects.get(shop=box.shop)
    cleo.post(at(box, "act/"), {"do": f"retry:{mail.pk}"})
    assert len(tickets(box.shop)) == 1


def test_the_raw_text_is_shown_and_nothing_in_it_acts(cleo: Client, box: Mailbox) -> None:
    mail = failing(box, text=TRICKS)
    shown = page(cleo.get(at(box, f"{mail.pk}/")))
    assert "<script>alert" not in shown
    assert "\x1b" not in shown
    assert "Help 1 &lt;b&gt;" in shown
    answer = cleo.get(at(box, f"{mail.pk}/raw/"))
    assert answer.content == _files.read(box.shop, mail.digest)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_what_steers_a_screen_is_made_visible() -> None:
    text, left_out = readable(b"A\r\nB\x00\x1b[2J\xe2\x80\xae\xff" + b"x" * MOST_BYTES)
    assert text.startswith("A\nB\\x00\\x1b[2J\\u202e\ufffd")
    assert left_out == 13


def test_a_mail_that_cannot_be_read_is_shown_as_such(cleo: Client, box: Mailbox, monkeypatch: Any) -> None:
    from counterbell.channels.pages import intake

    mail = failing(box)

    def broken(_mail: Incoming) -> None:
        raise RecursionError

    monkeypatch.setattr(intake, "mail_of", broken)
    shown = page(cleo.get(at(box, f"{mail.pk}/")))
    assert "This mail could not be read" in shown
    assert "Where is it?" in shown


def test_a_failed_mail_of_an_erased_person_goes_too(cleo: Client, box: Mailbox) -> None:
    comes(box, letter("First", number=5), at=NOW)
    mail = failing(box)
    Incoming.objects.filter(pk=mail.pk).update(sender="kim@example.com")
    (ticket,) = tickets(box.shop)
    assert ticket.customer
    erasure.erase_person(box.shop, ticket.customer.external_id)
    mail.refresh_from_db()
    assert (mail.sender, mail.state) == ("", State.SHELVED)
    assert "Its bytes are gone" in page(cleo.get(at(box, f"{mail.pk}/")))
