"""A support mailbox as history: an mbox file, a Maildir, or a folder with .eml files; threads become tickets.

The mailbox is read twice: once for the headers, to know which mails belong together, and once for the texts. Give a
folder with the incoming and the sent mail in it: answers that lie elsewhere are not seen. A mailbox that comes in
parts goes in from the oldest part to the newest. What is attached to a mail is not taken in.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from counterbell.mail.message import Mail, read, read_header
from counterbell.mail.quotes import new_part
from counterbell.record.entries import Agent, Customer, Entry, Message, Ticket, Unreadable, instant
from counterbell.record.outcome import Positioned

from . import _mbox_decisions
from ._files import BrokenFile
from ._mailbox import Mailbox, Raw, timed
from ._mbox_decisions import Own, Written, written
from ._mbox_index import Index
from ._stream import Beside, Stream
from ._values import key

SOURCE = "mbox"
CHANNEL = "email"
DECISIONS = _mbox_decisions.DECISIONS
SHOWN = 2_000
"""Of a mail that is refused, so many characters are kept."""


def stream(
    path: Annotated[Path, "an mbox file (also .gz or .zst), a Maildir, or a folder of mails with all its folders"],
    own: Annotated[list[str], "the shop's own addresses: ann@shop.example, or @shop.example; several, or with commas"],
) -> Stream:
    """The mails of a support mailbox, as tickets with their messages; who is an agent is told by --own."""
    ours, beside = Own(own), Beside()
    mailbox = Mailbox(path, beside.odd)
    return Stream(
        origin=f"{mailbox.origin} of {sha256(ours.told.encode()).hexdigest()[:16]}",
        entries=lambda after: _entries(mailbox, ours, beside, after),
        size=2 * mailbox.size,
        done=mailbox.bytes_read,
        beside=beside,
    )


def _entries(mailbox: Mailbox, own: Own, beside: Beside, after: int) -> Iterator[Positioned]:
    """The entries of all mails after that one, each with the number of its mail."""
    with Index(own) as index:
        with beside.unheard(), suppress(BrokenFile):  # the second reading comes as far, and says so
            for raw in mailbox.mails():
                index.add(raw)
        index.finish()
        yield from _read_again(mailbox, _Tickets(index, own, beside), beside, after)


def _read_again(mailbox: Mailbox, tickets: "_Tickets", beside: Beside, after: int) -> Iterator[Positioned]:
    for number, raw in enumerate(mailbox.mails(), 1):
        if number > after:
            yield from ((number, entry) for entry in tickets.entries_of(raw, read))
            continue
        with beside.unheard():
            for _known in tickets.entries_of(raw, read_header):
                pass


class _Tickets:
    """Mails as entries; it remembers which tickets and people have been told of."""

    def __init__(self, index: Index, own: Own, beside: Beside) -> None:
        self._index, self._own, self._beside = index, own, beside
        self._told: set[int] = set()

    def entries_of(self, raw: Raw, reading: Callable[[bytes], Mail]) -> Iterator[Entry | Unreadable]:
        """What a mail says: the people and the ticket when they come up first, and the message."""
        mail = timed(raw, reading)
        if not self._index.take(mail, raw):
            self._beside.odd("mail left out", "the same Message-ID again")
            return
        if mail.at is None:
            yield Unreadable("The mail tells no time.", raw.content[:SHOWN].decode("utf-8", "replace"), "Date")
            return
        who = written(mail, self._own)
        beginning = self._index.beginning(mail)
        if beginning is None or self._before(mail, beginning):
            kind = who.automatic.kind if who.automatic else "no-reply sender"
            self._beside.odd("mail left out, no person wrote before it", kind)
            return
        yield from self._ticket(beginning)
        yield from self._message(mail, who, self._ticket_id(beginning))

    def _before(self, mail: Mail, beginning: int) -> bool:
        return mail.at is not None and mail.at < instant(self._index.time(beginning))

    def _ticket_id(self, beginning: int) -> str:
        return key(SOURCE, "thread", f"{self._index.thread_key(beginning):016x}")

    def _ticket(self, beginning: int) -> Iterator[Entry]:
        """The ticket, and whose it is."""
        if self._already(f"ticket {beginning}"):
            return
        card = self._index.card(beginning)
        outbound = card.role == "agent"
        email = card.partner if outbound else card.email
        yield from self._customer(email, card.partner_name if outbound else card.name)
        yield Ticket(
            id=self._ticket_id(beginning),
            channel=CHANNEL,
            created_at=instant(self._index.time(beginning)),
            customer=customer_id(email) if email else None,
            direction="outbound" if outbound else "inbound",
            subject=card.subject or None,
            history="partial",
        )

    def _customer(self, email: str | None, name: str | None) -> Iterator[Entry]:
        if email and not self._already(f"customer {email}"):
            yield Customer(id=customer_id(email), email=email, name=self._index.name(email) or name)

    def _message(self, mail: Mail, who: Written, ticket: str) -> Iterator[Entry]:
        agent = key(SOURCE, who.person.email) if who.role == "agent" and who.person else None
        if agent and who.person and not self._already(f"agent {agent}"):
            yield Agent(id=agent, name=self._index.name(who.person.email), email=who.person.email)
        assert mail.at is not None
        yield Message(
            id=key(SOURCE, sha256(mail.id.encode("utf-8", "surrogatepass")).hexdigest()[:32]),
            ticket=ticket,
            at=mail.at,
            by="customer" if who.role == "customer" else "agent" if who.role == "agent" else "automation",
            agent=agent,
            public=who.public,
            text=(new_part(mail.text) or mail.text).strip() or None,
        )

    def _already(self, what: str) -> bool:
        """Whether this has been told of; from now on it has."""
        digest = hash(what)
        known = digest in self._told
        self._told.add(digest)
        return known


def customer_id(email: str) -> str:
    """The id of a customer: no address stands in it, as it stays when the person is erased."""
    return key(SOURCE, "customer", sha256(email.encode("utf-8", "surrogatepass")).hexdigest()[:24])
