"""Mailboxes on a real IMAP server: what is new comes in once, and the mailbox stays as it is."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from channels.boxes import letter
from channels.imap_server import PASSWORD, ImapServer, imap_server
from django.conf import settings
from django.db import connection, connections
from servers import until

from counterbell.accounts.models import Shop
from counterbell.channels import _imap, _watching
from counterbell.channels._mailboxes import Server, add_imap
from counterbell.channels.models import Incoming, Mailbox
from counterbell.errors import Problem
from counterbell.record.models import Message

NOW = datetime.now(UTC)
BEGAN = NOW - timedelta(days=2)


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


@pytest.fixture
def user() -> str:
    return f"care-{uuid4().hex}"


def mailbox(shop: Shop, server: ImapServer, user: str, password: str = PASSWORD) -> Mailbox:
    where = Server("127.0.0.1", user, server.port, "off")
    return add_imap(shop, "care@shop.example", where, password, since=BEGAN)


def fetched(box: Mailbox) -> int:
    with _imap.opened(box) as opened:
        return _imap.take_new(opened, box, datetime.now(UTC))


def subjects_kept(box: Mailbox) -> int:
    return Incoming.objects.filter(mailbox=box).count()


def test_new_mail_comes_in_once_and_stays_unread_where_it_is(sqlite: object, server: ImapServer, user: str) -> None:
    box = mailbox(Shop.objects.create(slug=user), server, user)
    server.deliver(user, letter(number=1), at=BEGAN + timedelta(days=1))
    server.deliver(user, letter(number=2))
    assert (fetched(box), fetched(box)) == (2, 0)
    server.deliver(user, letter(number=3))
    assert (fetched(box), subjects_kept(box)) == (1, 3)
    with server.as_(user) as there:
        assert len(there.uids("UNSEEN")) == 3
    first = Incoming.objects.filter(mailbox=box).earliest("received_at")
    assert first.received_at == (BEGAN + timedelta(days=1)).replace(microsecond=0)


def test_mail_from_before_the_mailbox_was_added_stays_where_it_is(
    sqlite: object, server: ImapServer, user: str
) -> None:
    box = mailbox(Shop.objects.create(slug=user), server, user)
    server.deliver(user, letter(number=1), at=BEGAN - timedelta(minutes=1))
    server.deliver(user, letter(number=2), at=BEGAN + timedelta(minutes=1))
    assert (fetched(box), fetched(box)) == (1, 0)


def test_a_server_that_numbers_anew_brings_nothing_twice(sqlite: object, server: ImapServer, user: str) -> None:
    box = mailbox(Shop.objects.create(slug=user), server, user)
    for number in range(3):
        server.deliver(user, letter(number=number))
    assert fetched(box) == 3
    before = box.uid_validity
    time.sleep(1.1)  # it numbers by the second
    server.renumber(user)
    server.deliver(user, letter(number=3))
    assert (fetched(box), subjects_kept(box)) == (1, 4)
    assert box.uid_validity != before


def test_a_mail_that_is_too_large_comes_in_part_and_says_so(
    sqlite: object, server: ImapServer, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_imap, "LARGEST", 20_000)
    monkeypatch.setattr(_imap, "BEGINNING", 5_000)
    box = mailbox(Shop.objects.create(slug=user), server, user)
    server.deliver(user, letter("Where is it?\n" + "x" * 70 * 400))
    assert fetched(box) == 1
    kept = Incoming.objects.get(mailbox=box)
    assert kept.size > 20_000
    from counterbell.channels import _intake, email

    _intake.handle_due(datetime.now(UTC), shop=box.shop)
    shown = email.shown(box.shop, Message.objects.get(shop=box.shop))
    assert shown is not None
    assert shown.text.startswith("Where is it?")
    assert "in the mailbox" in shown.unread[-1]


def test_a_wrong_password_is_told_without_it(sqlite: object, server: ImapServer, user: str) -> None:
    box = mailbox(Shop.objects.create(slug=user), server, user, password="wrong-sesame")
    with pytest.raises(Problem, match="does not let") as told:
        fetched(box)
    assert "wrong-sesame" not in str(told.value)
    assert "wrong-sesame" not in box.secret


def test_a_server_that_is_not_there_is_told(sqlite: object, user: str) -> None:
    box = mailbox(Shop.objects.create(slug=user), ImapServer(1, settings.STATIC_ROOT), user)
    with pytest.raises(Problem, match="cannot be read now"):
        fetched(box)


def test_a_password_goes_to_no_other_machine_in_the_clear(sqlite: object, user: str) -> None:
    with pytest.raises(Problem, match="could read the password"):
        add_imap(
            Shop.objects.create(slug=user), "a@b.example", Server("imap.b.example", "a", tls="off"), "x", since=NOW
        )


@pytest.mark.parametrize("idle", [True, False])
def test_a_watched_mailbox_brings_mail_by_itself(
    sqlite: object, user: str, idle: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_watching, "EVERY", timedelta(minutes=5) if idle else timedelta(milliseconds=200))
    Mailbox.objects.update(active=False)  # the others' would be watched too
    shop = Shop.objects.create(slug=user)
    with imap_server(idle=idle) as server:
        box = mailbox(shop, server, user)
        ended = threading.Event()

        def rounds() -> None:
            while not ended.wait(0.1):
                _watching.watch(datetime.now(UTC))
            connection.close()

        thread = threading.Thread(target=rounds)
        thread.start()
        try:
            server.deliver(user, letter(number=1))
            until(lambda: Message.objects.filter(shop=shop).count() == 1)
            server.deliver(user, letter(number=2))
            until(lambda: Message.objects.filter(shop=shop).count() == 2)
        finally:
            Mailbox.objects.filter(pk=box.pk).update(active=False)
            server.deliver(user, letter(number=3))  # wakes who waits
            ended.set()
            thread.join(20)
            for watching in list(_watching._threads.values()):
                watching.join(20)
    assert connections["default"].vendor == "sqlite"


def test_two_processes_do_not_watch_one_mailbox(sqlite: object, server: ImapServer, user: str) -> None:
    box = mailbox(Shop.objects.create(slug=user), server, user)
    at = datetime.now(UTC)
    assert _watching._hold(box.pk, "one", at, claim=True)
    assert not _watching._hold(box.pk, "other", at, claim=True)
    assert _watching._hold(box.pk, "one", at)
    assert _watching._hold(box.pk, "other", at + timedelta(hours=1), claim=True), "the first one is gone"
    assert not _watching._hold(box.pk, "one", at + timedelta(hours=1))
    Mailbox.objects.filter(pk=box.pk).update(active=False)
