"""The first reading of a mailbox: which mails are one thread, which one begins it, which are told twice.

Of each mail some numbers are kept in memory (about 200 bytes), its sender and subject in a temporary file.
"""

import tempfile
from array import array
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Self

import msgspec

from counterbell.mail.bounces import failure
from counterbell.mail.message import Mail, read, read_header
from counterbell.mail.threads import Key, Threads, key, relatives
from counterbell.record.entries import microseconds

from ._mailbox import Raw, timed
from ._mbox_decisions import Own, Written, written

UNTIMED = -(2**62)
PERSONS = ("customer", "agent")


class Card(msgspec.Struct, array_like=True):
    """What is known of a mail from its header: who wrote it and about what; `partner`: to whom the shop wrote."""

    role: str
    email: str | None
    name: str | None
    subject: str
    partner: str | None = None
    partner_name: str | None = None


_CARD = msgspec.json.Decoder(Card)


@dataclass
class _Column:
    """Numbers, one for each id of the threads."""

    otherwise: int
    values: "array[int]" = field(default_factory=lambda: array("q"))

    def __getitem__(self, number: int) -> int:
        return self.values[number] if number < len(self.values) else self.otherwise

    def __setitem__(self, number: int, value: int) -> None:
        while number >= len(self.values):
            self.values.append(self.otherwise)
        self.values[number] = value


class Index:
    """What the first reading finds. Mails are known by the number of their id in `threads`."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self.threads = Threads()
        self._digests = _Column(-1)
        self._times = _Column(UNTIMED)
        self._persons = _Column(0)
        self._cards = _Column(-1)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the run is over)
        self._end = 0
        self._newest: dict[Key, tuple[int, Key, int]] = {}
        self._first: dict[int, tuple[int, Key, int]] = {}
        self._beginnings: dict[int, Key] = {}
        self._taken = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, raw: Raw) -> None:
        """Take note of a mail."""
        mail = timed(raw, read_header)
        who = written(mail, self._own)
        number = self.threads.add_mail(mail)
        if who.automatic and (bounced := failure(read(raw.content))) and bounced.original_id:
            self.threads.add((mail.id, bounced.original_id))
        digest = digest_of(raw)
        if 0 <= self._digests[number] <= digest:
            return
        self._digests[number] = digest
        self._times[number] = UNTIMED if mail.at is None else microseconds(mail.at)
        self._persons[number] = who.role in PERSONS
        told = card(mail, who, self._own)
        self._cards[number] = self._keep(told)
        if told.email and told.name:
            mine = (self._times[number], digest, self._cards[number])
            self._newest[key(told.email)] = max(self._newest.get(key(told.email), mine), mine)

    def _keep(self, told: Card) -> int:
        place = self._end
        self._end += self._file.write(msgspec.json.encode(told) + b"\n")
        return place

    def finish(self) -> None:
        """Everything has been added: find where each thread begins."""
        self._beginnings = self.threads.beginnings()
        self._taken = bytearray(len(self.threads))
        for number, place in enumerate(self._cards.values):
            if place < 0 or not self._persons[number] or self._times[number] == UNTIMED:
                continue
            mine = (self._times[number], self._digests[number], number)
            thread = self.threads.thread(number)
            self._first[thread] = min(self._first.get(thread, mine), mine)

    # ---- what the second reading asks

    def take(self, mail: Mail, raw: Raw) -> bool:
        """Whether this is the one that counts of the mails with its id; true once."""
        number = self.threads.number(mail.id)
        if number is None or self._taken[number] or self._digests[number] != digest_of(raw):
            return False
        self._taken[number] = True
        return True

    def beginning(self, mail: Mail) -> int | None:
        """The number of the mail with which the ticket of this one begins; null if no person wrote in the thread."""
        number = self.threads.number(relatives(mail)[0])
        first = None if number is None else self._first.get(self.threads.thread(number))
        return None if first is None else first[2]

    def time(self, number: int) -> int:
        """When a mail was written, in microseconds."""
        return self._times[number]

    def thread_key(self, number: int) -> Key:
        """What the thread of a mail is known by, whatever the order of the mailbox."""
        return self._beginnings[self.threads.thread(number)]

    def card(self, number: int) -> Card:
        """What is known of a mail."""
        return self._at(self._cards[number])

    def _at(self, place: int) -> Card:
        self._file.seek(place)
        return _CARD.decode(self._file.readline())

    def name(self, email: str) -> str | None:
        """How somebody called themselves last."""
        newest = self._newest.get(key(email))
        return self._at(newest[2]).name if newest else None


def digest_of(raw: Raw) -> Key:
    """A number for the bytes of a mail."""
    return int.from_bytes(blake2b(raw.content, digest_size=8).digest()) >> 1


def card(mail: Mail, who: Written, own: Own) -> Card:
    """What is to be known of a mail later."""
    partner = next((one for one in mail.recipients if one.email not in own), None)
    return Card(
        who.role,
        who.person.email if who.person else None,
        (who.person.name if who.person else None) or None,
        mail.subject[:500],
        partner.email if partner else None,
        (partner.name if partner else None) or None,
    )
