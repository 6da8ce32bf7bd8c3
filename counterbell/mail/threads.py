"""Which mails belong together: by Message-ID, References and In-Reply-To, never by subject.

`Threads` joins whatever ids it is told belong together, in any order: the same mails give the same threads. A thread
is found by any id in it, also by that of a mail that is only referred to. For a live channel, `candidates` are the ids
to look for, the nearest first.
"""

import hashlib
from array import array
from collections.abc import Iterable

from .message import Mail

Key = int


def relatives(mail: Mail) -> tuple[str, ...]:
    """The ids that a mail ties together: its own and those of the mails that it answers."""
    return (mail.id, *mail.parents)


def candidates(mail: Mail) -> tuple[str, ...]:
    """The ids of the mails that this one answers, the nearest first: whichever is known decides its ticket."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))


def key(message_id: str) -> Key:
    """A number for an id: 63 bits of a digest, so that millions of ids need little memory."""
    return int.from_bytes(hashlib.blake2b(message_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


class Threads:
    """The threads of a mailbox, in any order of its mails. About 120 bytes an id."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}
        self._keys = array("q")
        self._above = array("q")
        """for each id the number of another one of its thread, or its own"""
        self._answers = bytearray()
        """for each id whether it is known to answer another one"""

    def __len__(self) -> int:
        """How many ids are known."""
        return len(self._above)

    def add(self, ids: Iterable[str]) -> int:
        """These ids are of one thread; the result is the number of the first id, for `thread`. Raises for none."""
        first, *others = (self._number(key(one)) for one in ids)
        for other in others:
            self._join(first, other)
        return first

    def add_mail(self, mail: Mail) -> int:
        """The mail and those that it answers are of one thread; the result is the number of the mail."""
        number = self.add(relatives(mail))
        for answer in (mail.id, *mail.parents[1:]) if mail.parents else ():
            self._answers[self._number(key(answer))] = True
        return number

    def beginnings(self) -> dict[int, Key]:
        """For each thread (as `thread` gives it) the key of the mail that it begins with, there or only referred to.

        Of several that answer none, the one with the least key. So the beginning is the same in any order, and for
        a mailbox that goes on, as long as References tell it.
        """
        found: dict[int, tuple[bool, Key]] = {}
        for number, one in enumerate(self._keys):
            thread, mine = self.thread(number), (bool(self._answers[number]), one)
            found[thread] = min(found.get(thread, mine), mine)
        return {thread: one for thread, (_answers, one) in found.items()}

    def thread(self, number: int) -> int:
        """The thread that this id is in: the number of one of its ids. It may change whenever ids are added."""
        above = self._above
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    def number(self, message_id: str) -> int | None:
        """The number of an id; null if it was never told."""
        return self._numbers.get(key(message_id))

    def together(self, one: str, other: str) -> bool:
        """Whether two ids are of one thread."""
        first, second = self.number(one), self.number(other)
        return first is not None and second is not None and self.thread(first) == self.thread(second)

    def _number(self, wanted: Key) -> int:
        number = self._numbers.setdefault(wanted, len(self._above))
        if number == len(self._above):
            self._above.append(number)
            self._keys.append(wanted)
            self._answers.append(False)
        return number

    def _join(self, one: int, other: int) -> None:
        one, other = self.thread(one), self.thread(other)
        self._above[max(one, other)] = min(one, other)
