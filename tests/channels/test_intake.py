"""The intake: nothing is lost, nothing is done twice, and what fails waits for a person with its error."""

import threading
from datetime import timedelta

import pytest
from channels.boxes import NOW, care_of, comes, letter, tickets, told
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from rounds import rounds

from counterbell.accounts.models import Shop
from counterbell.channels import _files, _intake, email
from counterbell.channels.models import Incoming, Mailbox, State
from counterbell.errors import NotFound
from counterbell.record.models import Message

MINUTE = timedelta(minutes=1)


@pytest.fixture
def box(anns_shop: Shop) -> Mailbox:
    return care_of(anns_shop)


def handled(box: Mailbox, minutes: int = 0) -> _intake.Outcome:
    return _intake.handle_due(NOW + minutes * MINUTE, shop=box.shop)


def test_a_mail_that_comes_again_is_kept_once(box: Mailbox) -> None:
    first, is_new = _intake.keep(box.shop, letter(), mailbox=box, received_at=NOW, at=NOW)
    again, is_again_new = _intake.keep(box.shop, letter(), mailbox=None, received_at=NOW, at=NOW + MINUTE)
    assert (again.pk, is_new, is_again_new) == (first.pk, True, False)


def test_a_mail_whose_handling_fails_stays_with_its_error_and_can_be_tried_again(box: Mailbox) -> None:
    raw = letter()
    failing = comes(box, raw, handled=False)
    _files.forget(box.shop, failing.digest)
    other = comes(box, letter("Me too", number=2), handled=False)
    outcome = handled(box)
    assert (outcome.done, outcome.waiting) == (1, 1), "those after it go on"
    for minutes, waits in ((2, True), (8, True), (40, False)):
        handled(box, minutes)
        failing.refresh_from_db()
        assert (failing.state == State.WAITING) == waits
    assert (failing.state, failing.error[:17]) == (State.FAILED, "FileNotFoundError")
    other.refresh_from_db()
    assert other.state == State.DONE

    _files.keep(box.shop, raw)
    _intake.retry(box.shop, failing.pk, NOW + 60 * MINUTE)
    assert handled(box, 60).done == 1
    failing.refresh_from_db()
    assert (failing.state, failing.error, failing.became) == (State.DONE, "", "ticket")
    with pytest.raises(NotFound):
        _intake.retry(box.shop, failing.pk, NOW)


def test_a_mail_on_which_the_program_dies_again_and_again_waits_for_a_person(box: Mailbox) -> None:
    deadly = comes(box, letter(), handled=False)
    Incoming.objects.filter(pk=deadly.pk).update(tries=4)
    assert handled(box).failed == 1
    deadly.refresh_from_db()
    assert "several times" in deadly.error


def test_dan_cannot_try_anns_mail_again(box: Mailbox, dans_shop: Shop) -> None:
    failing = comes(box, letter(), handled=False)
    with pytest.raises(NotFound):
        _intake.retry(dans_shop, failing.pk, NOW)


def test_several_who_handle_at_once_do_each_mail_once(box: Mailbox) -> None:
    for number in range(12):
        before = " ".join(f"<{earlier}@example.com>" for earlier in range(number)) or None
        comes(box, letter(f"Mail {number}", number=number, references=before), handled=False)
    start = threading.Barrier(3)

    def handling() -> None:
        start.wait()
        for minutes in range(4):
            _intake.handle_due(NOW + 2 * minutes * MINUTE, shop=box.shop)
        connection.close()

    threads = [threading.Thread(target=handling) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.filter(shop=box.shop).count() == 12
    assert len(tickets(box.shop)) == 1, "whichever came first, they found each other"


BROKEN = (
    b"",
    b"\n\n\n",
    b"\xff\xfe\x00\x00nonsense",
    b"From: \nDate: never\n\n",
    b"From: kim@example.com\nSubject: =?utf-8?b?////?=\n\n\xe9t\xe9\n",
    b"From: kim@example.com\nContent-Type: multipart/mixed; boundary=x\n\n--y\n",
    b"From: kim@example.com\nContent-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n\n!!!\n",
    b"From: kim@example.com\nMessage-ID: <a\x00b@x>\n\nnul \x00 here\n",
    b"From: kim@example.com\nReferences: " + b"<x@y> " * 5_000 + b"\n\nmany\n",
    b"From: " + b"a" * 300 + b"@example.com\nSubject: " + b"x" * 5_000 + b"\n\nlong\n",
    b"From: kim@example.com\nMessage-ID: <" + b"i" * 900 + b"@x>\n\nlong id\n",
    b"Received: " * 200 + b"\n\n",
)


@pytest.mark.parametrize("raw", BROKEN)
def test_broken_mail_stops_nothing(box: Mailbox, raw: bytes) -> None:
    came = comes(box, raw)
    assert (came.state, came.error) == (State.DONE, "")
    if came.message:
        assert email.shown(box.shop, came.message) is not None


@given(st.binary(max_size=400))
@rounds(15)
def test_whatever_its_bytes_a_mail_is_taken(sqlite_installation: object, raw: bytes) -> None:
    from uuid import uuid4

    box = care_of(Shop.objects.create(slug=uuid4().hex))
    came = comes(box, b"From: kim@example.com\n" + raw)
    assert (came.state, came.error) == (State.DONE, "")
    if came.ticket:
        assert len(told(came.ticket)) == 1
