"""Sending what is due: through a real server, once, whatever goes wrong on the way."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import override_settings
from mail_provider import provider
from mail_server import MailServer, mail_server
from servers import until

from counterbell.accounts.models import Shop
from counterbell.mail import outbox, senders, sending
from counterbell.mail.models import Outgoing, State
from counterbell.mail.ways import way

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running, override_settings(MAIL_WAY=way(running.url), MAIL_FROM="service@ann.example"):
        yield running


@pytest.fixture
def shop(installation: str) -> Shop:
    Outgoing.objects.all().delete()  # the others' mails would go out too
    return Shop.objects.create(slug=f"ann-{uuid4().hex}")


def put(shop: Shop | None, key: str = "reply:1", **told: Any) -> Outgoing:
    mail = {"to": "kim@example.com", "subject": "Your parcel", "text": "On its way.", "at": NOW}
    return outbox.put(shop, key=key, **{**mail, **told})


def state_of(mail: Outgoing) -> str:
    mail.refresh_from_db()
    return str(mail.state)


def test_a_mail_arrives_with_all_that_was_put(shop: Shop, server: MailServer) -> None:
    senders.set_sender(shop, "bonjour@maison.example", name="Maison Lilas à Paris")
    picture = outbox.Picture("star.png", "image/png", b"\x89PNG", "star")
    paper = outbox.Attachment("reçu.pdf", "application/pdf", b"%PDF")
    mail = put(
        shop, to="Kim <kim@example.com>", cc=["ben@example.com"], subject="Où est mon colis ?", html="<p>Hé</p>",
        headers={"Auto-Submitted": "auto-generated"}, pictures=[picture], attachments=[paper],
        reply_to="care@maison.example",
    )  # fmt: skip
    assert sending.send_due(NOW).sent == 1
    (got,) = server.mails
    assert got["From"] == "Maison Lilas à Paris <bonjour@maison.example>"
    assert (got["To"], got["Cc"], got["Reply-To"]) == (
        "Kim <kim@example.com>",
        "ben@example.com",
        "care@maison.example",
    )
    assert (got["Subject"], got["Auto-Submitted"]) == ("Où est mon colis ?", "auto-generated")
    assert (got["Message-ID"], got["Date"]) == (mail.message_id, "Mon, 03 Mar 2025 09:00:00 +0000")
    by_type = {part.get_content_type(): part for part in got.walk()}
    assert by_type["text/plain"].get_content().strip() == "On its way."
    assert by_type["text/html"].get_content().strip() == "<p>Hé</p>"
    assert (by_type["image/png"]["Content-ID"], by_type["application/pdf"].get_filename()) == ("<star>", "reçu.pdf")
    assert server.taken[0].rcpt_tos == ["kim@example.com", "ben@example.com"]


def test_what_was_said_goes_when_it_is_sent(shop: Shop, server: MailServer) -> None:
    mail = put(shop, html="<p>", headers={"X-A": "b"}, attachments=[outbox.Attachment("a", "text/plain", b"a")])
    sending.send_due(NOW)
    assert state_of(mail) == State.SENT
    assert (mail.text, mail.html, mail.headers, mail.parts.count()) == ("", "", {}, 0)
    assert mail.sent_at is not None
    assert timedelta() <= mail.sent_at - NOW < timedelta(minutes=1)


def test_a_sent_mail_is_forgotten_after_ninety_days(shop: Shop, server: MailServer) -> None:
    mail = put(shop)
    sending.send_due(NOW)
    sending.send_due(NOW + timedelta(days=89))
    mail.refresh_from_db()
    assert mail.to == "kim@example.com"
    sending.send_due(NOW + timedelta(days=91))
    mail.refresh_from_db()
    assert (mail.to, mail.subject) == ("", "")
    assert put(shop).pk == mail.pk, "its key is kept, so that it never happens twice"


def test_a_mail_goes_out_once_and_not_before_it_is_due(shop: Shop, server: MailServer) -> None:
    put(shop, due_at=NOW + timedelta(hours=1))
    assert sending.send_due(NOW).sent == 0
    assert sending.send_due(NOW + timedelta(hours=1)).sent == 1
    assert sending.send_due(LATER).sent == 0
    assert len(server.taken) == 1


def test_without_a_way_out_mails_wait_and_it_is_said_so(shop: Shop) -> None:
    mail = put(shop)
    with override_settings(MAIL_WAY=None):
        outcome = sending.send_due(NOW)
    assert "COUNTERBELL_MAIL is empty" in outcome.trouble
    assert state_of(mail) == State.WAITING


def test_without_a_sender_mails_wait_and_say_so(shop: Shop, server: MailServer) -> None:
    nobodys, anns = put(shop), put(shop, "reply:2", from_address="ann@shop.example")
    with override_settings(MAIL_FROM=""):
        assert sending.send_due(NOW).sent == 1
    assert (state_of(nobodys), nobodys.tries) == (State.WAITING, 0)
    assert "COUNTERBELL_MAIL_FROM" in nobodys.error
    assert state_of(anns) == State.SENT


def test_a_temporary_refusal_is_tried_again_later_as_the_same_mail(shop: Shop, server: MailServer) -> None:
    mail = put(shop)
    server.answers["kim@example.com"] = "451 greylisted, come back"
    assert sending.send_due(NOW).waiting == 1
    assert (state_of(mail), mail.tries, mail.error) == (
        State.WAITING, 1, "kim@example.com: 451 greylisted, come back",
    )  # fmt: skip
    assert NOW + timedelta(minutes=1) <= mail.due_at < NOW + timedelta(minutes=2)
    server.answers.clear()
    sending.send_due(NOW + timedelta(minutes=2))
    assert (state_of(mail), mail.error) == (State.SENT, "")
    assert server.mails[0]["Message-ID"] == mail.message_id


def test_a_mail_that_is_refused_for_days_has_failed(shop: Shop, server: MailServer) -> None:
    mail = put(shop)
    server.to_data = "452 full"
    now, tried = NOW, 0
    while state_of(mail) == State.WAITING:
        now = max(now, mail.due_at)
        sending.send_due(now)
        tried += 1
    assert (tried, state_of(mail), mail.error) == (8, State.FAILED, "452 full")
    assert timedelta(days=1) < now - NOW < timedelta(days=3)


def test_a_refusal_for_good_fails_with_the_servers_words(shop: Shop, server: MailServer) -> None:
    mail, other = put(shop), put(shop, "reply:2", to="ben@example.com")
    server.answers["kim@example.com"] = "550 5.1.1 no such mailbox"
    assert sending.send_due(NOW).failed == 1
    assert (state_of(mail), mail.error) == (State.FAILED, "kim@example.com: 550 5.1.1 no such mailbox")
    assert state_of(other) == State.SENT


def test_one_refused_recipient_of_several_is_noted(shop: Shop, server: MailServer) -> None:
    mail = put(shop, cc=["gone@example.com"])
    server.answers["gone@example.com"] = "550 gone"
    sending.send_due(NOW)
    assert (state_of(mail), mail.error) == (State.SENT, "gone@example.com: 550 gone")


def test_a_server_that_hangs_up_after_the_mail_leaves_it_in_doubt(shop: Shop, server: MailServer) -> None:
    survey, alert = put(shop, "survey:1"), put(shop, "alert:1")
    server.hangs_up = True
    with override_settings(MAIL_AGAIN=frozenset({"alert"})):
        outcome = sending.send_due(NOW)
    assert (outcome.unsure, outcome.waiting) == (1, 1)
    assert (state_of(survey), state_of(alert)) == (State.UNSURE, State.WAITING)
    server.hangs_up = False
    sending.send_due(LATER)
    assert (state_of(survey), state_of(alert)) == (State.UNSURE, State.SENT)


def test_when_the_server_is_not_there_nothing_is_lost_and_no_try_counts(shop: Shop) -> None:
    mail = put(shop)
    with override_settings(MAIL_WAY=way("smtp://127.0.0.1:1"), MAIL_FROM="a@ann.example"):
        for minutes in range(0, 100, 10):
            outcome = sending.send_due(NOW + timedelta(minutes=minutes))
            assert "refused" in outcome.trouble
    assert (state_of(mail), mail.tries) == (State.WAITING, 0)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_fails_no_mail_and_is_told_to_nobody(shop: Shop) -> None:
    mail = put(shop)
    with mail_server(password="right") as server:
        url = f"smtp://ann:sesame@127.0.0.1:{server.port}"
        with override_settings(MAIL_WAY=way(url), MAIL_FROM="a@ann.example"):
            assert "sesame" not in sending.send_due(NOW).trouble
            assert "sesame" not in repr(way(url))
        assert (state_of(mail), mail.error[:3]) == (State.WAITING, "535")
        with override_settings(MAIL_WAY=way(url.replace("sesame", "right")), MAIL_FROM="a@ann.example"):
            assert sending.send_due(LATER).sent == 1


def test_a_lapsed_lease_leaves_a_mail_in_doubt_unless_its_kind_goes_again(shop: Shop, server: MailServer) -> None:
    survey, alert = put(shop, "survey:1"), put(shop, "alert:1")
    Outgoing.objects.filter(shop=shop).update(state=State.SENDING, lease_until=NOW, tries=1)
    with override_settings(MAIL_AGAIN=frozenset({"alert"})):
        assert sending.send_due(NOW).unsure == 1
    assert (state_of(survey), state_of(alert)) == (State.UNSURE, State.SENT)


def test_a_provider_takes_mail_by_its_http_interface(shop: Shop) -> None:
    mail, bad = put(shop, html="<p>"), put(shop, "reply:2", to="gone@example.com")
    with provider() as (url, asked), override_settings(MAIL_WAY=way(url), MAIL_FROM="a@ann.example"):
        outcome = sending.send_due(NOW)
    assert (outcome.sent, outcome.failed) == (1, 1)
    assert asked[0]["To"] == "kim@example.com"
    assert {"Name": "Message-ID", "Value": mail.message_id} in asked[0]["Headers"]
    assert state_of(bad) == State.FAILED
    assert "inactive" in bad.error.lower()
    assert "TOKEN" not in bad.error


def test_mails_can_become_files(shop: Shop, tmp_path: Path) -> None:
    put(shop)
    with override_settings(MAIL_WAY=way(f"file://{tmp_path}"), MAIL_FROM="a@ann.example"):
        sending.send_due(NOW)
    (written,) = tmp_path.iterdir()
    assert "On its way." in written.read_text()


# ---- several processes

PROGRAM = """
import sys
import django
django.setup()
from datetime import datetime
from counterbell.mail.sending import send_due
send_due(datetime.fromisoformat(sys.argv[1]))
"""


def sender(apart: dict[str, str], server: MailServer, at: datetime = NOW) -> subprocess.Popen[bytes]:
    more = {"COUNTERBELL_MAIL": server.url, "COUNTERBELL_MAIL_FROM": "service@ann.example"}
    return subprocess.Popen([sys.executable, "-c", PROGRAM, at.isoformat()], env={**apart, **more})


@pytest.mark.one_variant
def test_a_sender_that_is_killed_in_the_middle_leaves_no_mail_twice(apart: dict[str, str], server: MailServer) -> None:
    mails = [put(None, f"survey:{number}", to=f"kim{number}@example.com") for number in range(5)]
    server.takes_seconds = 30
    process = sender(apart, server)
    until(lambda: server.taken)
    process.send_signal(signal.SIGKILL)
    process.wait()
    server.takes_seconds = 0
    assert sender(apart, server, NOW + timedelta(minutes=1)).wait() == 0
    assert sorted(map(state_of, mails)) == [State.SENDING, *[State.SENT] * 4]
    assert sender(apart, server, NOW + timedelta(hours=1)).wait() == 0
    assert sorted(map(state_of, mails)) == [*[State.SENT] * 4, State.UNSURE]
    got = [envelope.rcpt_tos[0] for envelope in server.taken]
    assert sorted(got) == [f"kim{number}@example.com" for number in range(5)]


@pytest.mark.one_variant
def test_two_senders_at_once_send_each_mail_once(apart: dict[str, str], server: MailServer) -> None:
    for number in range(40):
        put(None, f"survey:{number}", to=f"kim{number}@example.com")
    server.takes_seconds = 0.01
    both = [sender(apart, server) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert sorted(envelope.rcpt_tos[0] for envelope in server.taken) == sorted(f"kim{n}@example.com" for n in range(40))
    assert set(Outgoing.objects.values_list("state", flat=True)) == {State.SENT}


def test_two_who_put_one_key_at_once_put_one_mail(apart: dict[str, str]) -> None:
    start, troubles = threading.Barrier(4), []

    def putting() -> None:
        start.wait()
        try:
            put(None, "digest:1")
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=putting) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert Outgoing.objects.count() == 1
