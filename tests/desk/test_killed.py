"""Killed at each step between an agent's "Send" and the customer's mailbox, and started again.

Every reply is there once, or a person is asked about it.
"""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from desk.desks import after, at_the_desk, desk_shop, newest, number
from mail_server import MailServer, mail_server

from counterbell.accounts.models import Shop
from counterbell.desk import unsent
from counterbell.desk.actions.replying import reply
from counterbell.desk.actor import Actor
from counterbell.desk.models import HeldReply
from counterbell.mail.models import Outgoing, State
from counterbell.record.models import Message, Ticket

PROGRAM = """
import os, signal, sys
from datetime import datetime
from importlib import import_module
import django
django.setup()
from counterbell.desk.actions import replying
from counterbell.mail import sending

def dies(place):
    when, module, name = place.split(":")
    owner, names = import_module(module), name.split(".")
    for step in names[:-1]:
        owner = getattr(owner, step)
    known = getattr(owner, names[-1])
    def deadly(*told, **more):
        if when == "after":
            known(*told, **more)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, names[-1], deadly)

print("up", flush=True)
for line in sys.stdin:
    place, at = line.split()
    child = os.fork()  # this process itself never opens the database
    if child == 0:
        if place != "nowhere":
            dies(place)
        replying.send_due(datetime.fromisoformat(at))
        sending.send_due(datetime.fromisoformat(at))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""

Run = Callable[[str, datetime], int]

IN_THE_DESK = [
    "before:counterbell.desk.actions.replying:_send",  # nobody else may write, nothing is done
    "before:counterbell.desk.actions.replying:_say",  # the reply is claimed
    "before:counterbell.desk.letters:put",  # it is in the record
    "after:counterbell.desk.letters:put",  # it is in the outbox, and nothing is committed
    "before:counterbell.mail.sending:send_due",  # all of that is
]
BEFORE_THE_SERVER_HAS_IT = [
    "after:counterbell.mail.sending:_claim",  # before the connection
    "after:counterbell.mail.carriers:Server._opened",
    "before:smtplib:SMTP.data",
]
AFTER_THE_SERVER_HAS_IT = [
    "after:smtplib:SMTP.data",  # it was said to have it
    "before:counterbell.mail.sending:_sent",
]
ALL_IS_NOTED = "after:counterbell.mail.sending:_sent"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def run(apart: dict[str, str], server: MailServer) -> Iterator[Run]:
    """The sending of what is due in a process apart, which is killed at a place; returns how it ended."""
    with program({**apart, "COUNTERBELL_MAIL": server.url, "COUNTERBELL_MAIL_AGAIN": "account"}) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told, said = process.stdin, process.stdout

        def once(place: str, at: datetime) -> int:
            told.write(f"{place} {at.isoformat()}\n")
            told.flush()
            return int(said.readline())

        yield once


@contextmanager
def program(environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", PROGRAM]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "up\n"
        yield process
        process.stdin.close()


class Desk:
    """Ann at her desk: each of her replies has a text of its own, and some hours to come to its end."""

    def __init__(self, run: Run, server: MailServer) -> None:
        self.run, self.server = run, server
        self.shop: Shop = desk_shop()
        self.ann: Actor = at_the_desk(self.shop)
        self.ticket = Ticket.objects.get(pk=number(self.shop))
        self.hours = 0

    def dies_while_sending(self, place: str) -> str:
        """Ann replies, whoever sends is killed there, and another one comes an hour later; returns the text."""
        self.hours += 4
        text = f"Reply {self.hours}."
        reply(self.ann, self.ticket.pk, text, seen=newest(self.shop), at=after(60 * self.hours))
        assert self.run(place, after(60 * self.hours, 10)) == signal.SIGKILL, place
        assert self.run("nowhere", after(60 * (self.hours + 1))) == 0
        return text

    def later(self) -> datetime:
        """Two hours after the reply."""
        return after(60 * (self.hours + 2))

    def said(self, text: str) -> int:
        """How often the record has it."""
        return Message.objects.filter(shop=self.shop, text=text).count()

    def arrived(self, text: str) -> int:
        """How often the customer has it."""
        return sum(text in mail.get_content() for mail in self.server.mails)

    def doubtful(self) -> list[Outgoing]:
        """The replies about which a person is asked, on the ticket and in the inbox alike."""
        on_the_ticket = unsent.of_ticket(self.shop, self.ticket)
        assert [mail for _ticket, mail in unsent.of_shop(self.shop, self.later())] == on_the_ticket
        return on_the_ticket


def test_a_reply_is_said_once_and_arrives_once_or_a_person_is_asked(run: Run, server: MailServer) -> None:
    desk = Desk(run, server)
    for place in (*IN_THE_DESK, ALL_IS_NOTED):
        text = desk.dies_while_sending(place)
        assert (desk.said(text), desk.arrived(text), desk.doubtful()) == (1, 1, []), place

    for place in BEFORE_THE_SERVER_HAS_IT:
        text = desk.dies_while_sending(place)
        (mail,) = desk.doubtful()
        assert (desk.said(text), desk.arrived(text), mail.state, mail.text) == (1, 0, State.UNSURE, text), place
        assert unsent.send_again(desk.shop, desk.ticket, mail.pk, desk.later())
        assert not unsent.it_arrived(desk.shop, desk.ticket, mail.pk, desk.later())
        desk.run("nowhere", desk.later())
        assert (desk.arrived(text), desk.doubtful()) == (1, []), place

    for place in AFTER_THE_SERVER_HAS_IT:
        text = desk.dies_while_sending(place)
        (mail,) = desk.doubtful()
        assert (desk.said(text), desk.arrived(text), mail.state) == (1, 1, State.UNSURE), place
        assert unsent.it_arrived(desk.shop, desk.ticket, mail.pk, desk.later())
        assert not unsent.send_again(desk.shop, desk.ticket, mail.pk, desk.later())
        desk.run("nowhere", desk.later() + timedelta(hours=1))
        assert (desk.arrived(text), desk.doubtful()) == (1, []), place

    assert not HeldReply.objects.filter(shop=desk.shop).exists()
    assert set(Outgoing.objects.filter(shop=desk.shop).values_list("state", "text")) == {(State.SENT, "")}
