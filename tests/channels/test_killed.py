"""Killed at any point and started again: every mail is there, and every mail is there once."""

import base64
import json
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from channels.boxes import letter
from channels.imap_server import PASSWORD, imap_server
from django.conf import settings
from django.test import override_settings
from servers import free_port

from counterbell.accounts.models import Shop
from counterbell.channels import _intake
from counterbell.channels._mailboxes import Server, add_imap, add_webhook
from counterbell.channels.models import Incoming, Mailbox, State
from counterbell.record.models import Message, StatusChange, Ticket

MAILS = 12
LIVES = 6

FETCH = """
import django
django.setup()
from datetime import datetime, timedelta, UTC
from counterbell.channels import _imap, _intake
from counterbell.channels.models import Mailbox
box = Mailbox.objects.select_related("shop").get()
print("up", flush=True)
with _imap.opened(box) as opened:
    _imap.take_new(opened, box, datetime.now(UTC))
_intake.handle_due(datetime.now(UTC))
"""

SERVE = """
import sys
import django
django.setup()
from wsgiref.simple_server import WSGIRequestHandler, make_server
from django.core.handlers.wsgi import WSGIHandler
WSGIRequestHandler.log_message = lambda *told: None
server = make_server("127.0.0.1", int(sys.argv[1]), WSGIHandler())
print("up", flush=True)
server.serve_forever()
"""


@pytest.fixture
def apart(apart: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The same, and mails are kept and links signed there as here."""
    (tmp_path / "static").mkdir()
    with override_settings(FACTS_DIRECTORY=tmp_path / "facts"):
        yield {**apart, "COUNTERBELL_SECRET": settings.SECRET_KEY}


def program(apart: dict[str, str], source: str, *arguments: str) -> "subprocess.Popen[str]":
    """A process of its own, that has got as far as being up."""
    command = [sys.executable, "-c", source, *arguments]
    process = subprocess.Popen(command, env=apart, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


@contextmanager
def ended(process: "subprocess.Popen[str]") -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def conversation(number: int) -> bytes:
    """A mail of which every second answers the one before it."""
    before = {"references": f"<{number - 1}@example.com>"} if number % 2 else {}
    return letter(f"Mail {number}", number=number, subject=f"About {number}", **before)


def test_killed_again_and_again_while_mail_comes_in(apart: dict[str, str]) -> None:
    shop, chance = Shop.objects.create(slug="ann"), random.Random(7)
    with imap_server() as server:
        where = Server("127.0.0.1", "care", server.port, "off")
        box = add_imap(shop, "care@shop.example", where, PASSWORD, since=datetime.now(UTC) - timedelta(days=1))
        with server.as_("care") as there:
            for number in range(MAILS):
                there.append(conversation(number))
        lives = 0
        while not_all_there(shop) and lives < LIVES:
            with ended(program(apart, FETCH)):
                time.sleep(chance.uniform(0.02, 0.6))
            lives += 1
            an_hour_later()
        last = program(apart, FETCH)
        assert last.wait(120) == 0
        assert last.stdout is not None
        last.stdout.close()
        assert_each_once(shop)
        assert Mailbox.objects.get(pk=box.pk).place == MAILS


def an_hour_later() -> None:
    """What dead processes had in hand is due again, and the mails are not to blame for so many deaths."""
    Incoming.objects.filter(state=State.WAITING).update(tries=0, due_at=datetime.now(UTC) - timedelta(hours=1))


def not_all_there(shop: Shop) -> bool:
    return Message.objects.filter(shop=shop).count() < MAILS


def assert_each_once(shop: Shop) -> None:
    said = Message.objects.filter(shop=shop).values_list("text", flat=True)
    assert sorted(map(str, said)) == sorted(f"Mail {number}" for number in range(MAILS))
    assert Ticket.objects.filter(shop=shop).count() == MAILS // 2
    assert not StatusChange.objects.filter(ticket__shop=shop).exists()
    assert set(Incoming.objects.filter(shop=shop).values_list("state", flat=True)) == {State.DONE}


def test_killed_again_and_again_in_the_middle_of_a_webhook(apart: dict[str, str]) -> None:
    """A provider tries again until it is told that we have a mail; then we have it, once."""
    shop, chance = Shop.objects.create(slug="ann"), random.Random(8)
    _box, url = add_webhook(shop, "care@shop.example", "postmark", "", since=datetime.now(UTC))
    port = str(free_port())
    left, lives = list(range(MAILS)), 0
    while left:
        lives += 1
        process = program(apart, SERVE, port)
        with ended(process):
            killer = threading.Timer(chance.uniform(0.02, 0.4) if lives < LIVES else 120, process.kill)
            killer.start()
            while left and posted(url, port, left[0]):
                left.pop(0)
            killer.cancel()
        assert lives < 2 * LIVES, "it does not answer"
    assert lives > 1
    _intake.handle_due(datetime.now(UTC))
    assert_each_once(shop)


def posted(url: str, port: str, number: int) -> bool:
    """Whether the provider was told that we have the mail."""
    told = urlsplit(url)
    before = [{"Name": "References", "Value": f"<{number - 1}@example.com>"}] if number % 2 else []
    body = {
        "FromFull": {"Email": "kim@example.com"},
        "ToFull": [{"Email": "care@shop.example"}],
        "Subject": f"About {number}",
        "Date": "Mon, 5 Jan 2026 10:00:00 +0100",
        "TextBody": f"Mail {number}",
        "Headers": [{"Name": "Message-ID", "Value": f"<{number}@example.com>"}, *before],
    }
    authorization = base64.b64encode(f"{told.username}:{told.password}".encode()).decode()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{told.path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Basic {authorization}"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False
