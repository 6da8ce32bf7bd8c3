"""Olga looks after the mailboxes of her shop."""

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from channels.boxes import CARE, NOW, care_of, comes, letter
from channels.imap_server import PASSWORD, ImapServer, imap_server
from django.test import Client, override_settings
from django.utils import translation
from mail_server import mail_server
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.audit.models import Note
from counterbell.audit.sentences import sentence
from counterbell.channels import _imap, _watching
from counterbell.channels.models import Incoming, Mailbox
from counterbell.mail import outbox, sending, servers
from counterbell.mail.models import Outgoing, OwnServer
from counterbell.record.said import said_of

pytestmark = pytest.mark.usefixtures("sqlite")


@pytest.fixture
def shop() -> Shop:
    return Shop.objects.create(slug=f"ann-{uuid4().hex}", timezone="Europe/Paris")


@pytest.fixture
def olga(shop: Shop) -> Client:
    return signed_in(person(shop, Role.OWNER))


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as running, override_settings(PRIVATE_MAIL_SERVERS=allowed(running.port)):
        yield running


def allowed(port: int) -> frozenset[str]:
    return frozenset([f"127.0.0.1:{port}"])


def at(shop: Shop, place: str = "") -> str:
    return f"/shops/{shop.slug}/settings/mailboxes/{place}"


def typed(port: int = 993, **told: Any) -> dict[str, Any]:
    usual = {"address": CARE, "host": "127.0.0.1", "port": port, "tls": "off", "user": "care", "password": PASSWORD}
    return {**usual, "folder": "INBOX", **told}


def notes(shop: Shop) -> list[str]:
    return [sentence(note) for note in Note.objects.filter(shop=shop).order_by("pk")]


def page(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("place", ["", "imap/", "webhook/"])
def test_mailboxes_are_the_owners_alone(olga: Client, shop: Shop, place: str) -> None:
    others = [signed_in(person(shop, role)) for role in (Role.LEAD, Role.AGENT, Role.VIEWER)]
    dan = signed_in(person(Shop.objects.create(slug=f"dan-{uuid4().hex}"), Role.OWNER))
    answers = [client.get(at(shop, place)).status_code for client in (olga, *others, dan)]
    assert answers == [200, 403, 403, 403, 404]


def test_dan_can_do_nothing_to_a_mailbox_of_anns_shop(shop: Shop) -> None:
    box, dans = care_of(shop), Shop.objects.create(slug=f"dan-{uuid4().hex}")
    dan = signed_in(person(dans, Role.OWNER))
    assert dan.get(at(dans, f"{box.pk}/")).status_code == 404
    assert dan.post(at(dans, f"{box.pk}/change/"), {"do": "remove"}).status_code == 404
    assert Mailbox.objects.filter(pk=box.pk).exists()


def test_a_mailbox_is_signed_in_to_before_it_is_kept(olga: Client, shop: Shop, server: ImapServer) -> None:
    wrong = olga.post(at(shop, "imap/"), typed(server.port, password="wrong-sesame"))
    assert wrong.status_code == 400
    assert "does not let care in" in page(wrong)
    assert "wrong-sesame" not in page(wrong)
    folder = olga.post(at(shop, "imap/"), typed(server.port, folder="Nowhere"))
    assert "no folder &#x27;Nowhere&#x27;" in page(folder)
    assert not Mailbox.objects.filter(shop=shop).exists()
    assert olga.post(at(shop, "imap/"), typed(server.port)).status_code == 302
    box = Mailbox.objects.get(shop=shop)
    assert PASSWORD not in box.secret
    assert PASSWORD not in page(olga.get(at(shop, f"{box.pk}/")))
    server.deliver("care", letter(number=uuid4().hex))
    with _imap.opened(box) as opened:
        assert _imap.take_new(opened, box, datetime.now(UTC)) >= 1
    assert "there already" in page(olga.post(at(shop, "imap/"), typed(server.port)))
    assert notes(shop) == [f"Mailbox {CARE} added"]


def test_a_new_password_is_tried_before_it_is_kept(olga: Client, shop: Shop, server: ImapServer) -> None:
    olga.post(at(shop, "imap/"), typed(server.port))
    box = Mailbox.objects.get(shop=shop)
    Mailbox.objects.filter(pk=box.pk).update(error="does not let in", place=7)
    refused = olga.post(at(shop, f"{box.pk}/change/"), {"do": "password", "password": "wrong"})
    assert (refused.status_code, "does not let care in" in page(refused)) == (400, True)
    assert olga.post(at(shop, f"{box.pk}/change/"), {"do": "password", "password": PASSWORD}).status_code == 302
    kept = Mailbox.objects.get(pk=box.pk)
    assert (kept.error, kept.place, kept.secret != box.secret) == ("", 7, True)


@contextmanager
def answering(greeting: bytes) -> Iterator[int]:
    """A server that says one thing, whatever it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _address = listening.accept()
            with connection:
                connection.sendall(greeting)
                connection.recv(10_000)

        thread = threading.Thread(target=answer)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join(10)


def complaint(olga: Client, shop: Shop, **told: Any) -> str:
    answer = olga.post(at(shop, "imap/"), typed(**told))
    assert answer.status_code == 400
    assert not Mailbox.objects.filter(shop=shop).exists()
    return page(answer).replace("&#x27;", "'")


def test_what_is_wrong_is_said_in_a_sentence(olga: Client, shop: Shop) -> None:
    assert "no server called mail.invalid" in complaint(olga, shop, host="mail.invalid", tls="tls")
    with override_settings(PRIVATE_MAIL_SERVERS=allowed(1)):
        assert "refuses connections at port 1" in complaint(olga, shop, port=1, tls="tls")
    with answering(b"* OK Hello\r\n") as port, override_settings(PRIVATE_MAIL_SERVERS=allowed(port)):
        assert "does not encrypt from the start" in complaint(olga, shop, port=port, tls="tls")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (10, "The certificate of imap.b.example has ended. Whoever"),
        (18, "The certificate of imap.b.example is signed by nobody who is trusted. Ask"),
        (62, "The certificate of imap.b.example is for another name. Name"),
        (23, "The certificate of imap.b.example cannot be trusted: certificate revoked."),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told(number: int, said: str) -> None:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")
    error.verify_code, error.verify_message = number, "certificate revoked"
    assert servers.words(error, "imap.b.example", 993).startswith(said)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(-2, "Name or service not known"), "There is no server called imap.b.example."),
        (ConnectionResetError(104, "Connection reset by peer"), "imap.b.example broke the connection off at port 993."),
        (imaplib.IMAP4.abort("socket error: EOF"), "imap.b.example broke the connection off at port 993."),
        (OSError(113, "No route to host"), "imap.b.example cannot be reached from here."),
        (imaplib.IMAP4.error(b"too many sessions"), "too many sessions"),
    ],
)
def test_trouble_on_the_way_to_a_server_is_told(error: Exception, said: str) -> None:
    assert servers.words(error, "imap.b.example", 993).startswith(said)


def test_trouble_that_nobody_was_there_for_is_told_in_the_readers_language(olga: Client, shop: Shop) -> None:
    box = care_of(shop)
    Mailbox.objects.filter(pk=box.pk).update(active=True, lease_holder="us")
    why = servers.words(ConnectionRefusedError(), "imap.b.example", 993)
    _watching._release(box.pk, "us", said_of(_imap.NotReached(why)), NOW)
    assert "imap.b.example refuses connections at port 993. Check" in page(olga.get(at(shop)))
    with translation.override("fr"):
        told = page(olga.get(at(shop), headers={"accept-language": "fr"}))
    assert "imap.b.example refuse les connexions sur le port 993" in told


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.5", "169.254.169.254", "[::1]", "::ffff:10.0.0.1"])
def test_a_private_server_is_connected_to_only_where_the_installation_allows_it(
    olga: Client, shop: Shop, host: str
) -> None:
    with answering_nobody() as (port, asked), override_settings(PRIVATE_MAIL_SERVERS=frozenset()):
        told = complaint(olga, shop, host=host, tls="tls")
        assert "private address" in told or "no server called" in told
        assert "is no port of a mail server" in complaint(olga, shop, host=host, port=port, tls="tls")
        assert not asked()


@contextmanager
def answering_nobody() -> Iterator[tuple[int, Any]]:
    """A server that nobody may ask; and whether somebody did."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def asked() -> bool:
            try:
                listening.accept()[0].close()
            except TimeoutError:
                return False
            return True

        yield int(listening.getsockname()[1]), asked


def test_the_watching_is_as_careful_as_the_page(olga: Client, shop: Shop, server: ImapServer) -> None:
    olga.post(at(shop, "imap/"), typed(server.port))
    box = Mailbox.objects.get(shop=shop)
    with (
        override_settings(PRIVATE_MAIL_SERVERS=frozenset()),
        pytest.raises(_imap.NotReached, match="no port of a mail"),
        _imap.opened(box),
    ):
        pass


def test_a_webhooks_address_is_shown_once(olga: Client, shop: Shop) -> None:
    told = {"address": CARE, "provider": "mailgun", "key": ""}
    assert "its key (webhook_signing_key) is needed" in page(olga.post(at(shop, "webhook/"), told))
    answer = olga.post(at(shop, "webhook/"), told | {"provider": "postmark"})
    (first,) = re.findall(r"/mail/in/([\w-]+)/", page(answer))
    assert "no-store" in answer["Cache-Control"]
    box = Mailbox.objects.get(shop=shop)
    assert "/mail/in/" not in page(olga.get(at(shop, f"{box.pk}/")))
    again = page(olga.post(at(shop, f"{box.pk}/change/"), {"do": "secret"}))
    (second,) = re.findall(r"/mail/in/([\w-]+)/", again)
    assert [Client().head(f"/mail/in/{path}/").status_code for path in (first, second)] == [404, 200]
    assert notes(shop) == [f"Mailbox {CARE} added", f"New webhook address for the mailbox {CARE}"]
    olga.post(at(shop, f"{box.pk}/change/"), {"do": "pause"})
    assert Client().post(f"/mail/in/{second}/", {}).status_code == 429


def test_the_list_tells_how_each_mailbox_does(olga: Client, shop: Shop) -> None:
    assert "There is no mailbox yet" in page(olga.get(at(shop)))
    box = care_of(shop)
    comes(box, letter(number=1))
    comes(box, letter(number=2))

    def listed(**told: Any) -> str:
        Mailbox.objects.filter(pk=box.pk).update(**told)
        found = re.search(r"<tbody>(.*?)</tbody>", page(olga.get(at(shop))), re.DOTALL)
        assert found
        return " ".join(re.sub("<[^>]*>", " ", found[1]).split())

    assert listed() == f"{CARE} not read yet 127.0.0.1 – 2 the installation&#x27;s own"
    assert "asked every minute" in listed(fetched_at=NOW)
    assert "10:00" in listed()
    assert "connected" in listed(lease_until=datetime.now(UTC) + timedelta(minutes=1))
    assert "not reached refused" in listed(error="refused")
    olga.post(at(shop, f"{box.pk}/change/"), {"do": "pause"})
    assert "paused" in listed()
    olga.post(at(shop, f"{box.pk}/change/"), {"do": "go_on"})
    box.refresh_from_db()
    assert (box.active, box.error) == (True, "")


def test_what_came_in_by_a_mailbox_that_is_removed_stays(olga: Client, shop: Shop) -> None:
    box = care_of(shop)
    came = comes(box, letter(number=1))
    assert olga.post(at(shop, f"{box.pk}/change/"), {"do": "remove"}).status_code == 302
    assert not Mailbox.objects.filter(shop=shop).exists()
    assert Incoming.objects.get(pk=came.pk).ticket == came.ticket


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_mails_of_an_address_leave_by_its_own_server(olga: Client, shop: Shop) -> None:
    Outgoing.objects.all().delete()
    box = care_of(shop)
    change = at(shop, f"{box.pk}/change/")
    with mail_server(password="right") as server, override_settings(PRIVATE_MAIL_SERVERS=allowed(server.port)):
        told = {"do": "server", "host": "127.0.0.1", "port": server.port, "tls": "off", "user": "care"}
        wrong = olga.post(change, told | {"password": "wrong"})
        assert (wrong.status_code, "does not let us in" in page(wrong)) == (400, True)
        assert olga.post(change, told | {"password": "right"}).status_code == 302
        assert "right" not in OwnServer.objects.get(shop=shop).secret
        ours = outbox.put(shop, key="reply:1", to="kim@example.com", subject="a", text="b", at=NOW, from_address=CARE)
        others = outbox.put(shop, key="reply:2", to="kim@example.com", subject="a", text="b", at=NOW)
        with override_settings(MAIL_WAY=None, MAIL_FROM="a@b.example"):
            outcome = sending.send_due(NOW)
        assert (outcome.sent, outcome.waiting) == (1, 1)
        (got,) = server.mails
        assert got["Message-ID"] == ours.message_id
    others.refresh_from_db()
    assert (others.state, others.tries) == ("waiting", 0)


def test_a_server_of_ones_own_that_is_gone_holds_up_nobody_else(olga: Client, shop: Shop) -> None:
    Outgoing.objects.all().delete()
    OwnServer.objects.create(
        shop=shop, address=CARE, host="127.0.0.1", port=1, tls="off", user="care", secret=_encrypted("x")
    )
    for number in range(3):
        outbox.put(shop, key=f"reply:{number}", to="kim@example.com", subject="a", text="b", at=NOW, from_address=CARE)
    outbox.put(shop, key="reply:9", to="kim@example.com", subject="a", text="b", at=NOW, from_address="a@b.example")
    from counterbell.mail.ways import way

    with mail_server() as server, override_settings(MAIL_WAY=way(server.url), PRIVATE_MAIL_SERVERS=allowed(1)):
        outcome = sending.send_due(NOW)
    assert (outcome.sent, outcome.waiting, len(server.mails)) == (1, 3, 1)
    care_of(shop)
    assert "refuses connections at port 1" in page(olga.get(at(shop)))


def _encrypted(secret: str) -> str:
    from counterbell.credentials import encrypted

    return encrypted(secret)
