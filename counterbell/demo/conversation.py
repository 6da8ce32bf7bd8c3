"""One conversation with the demo shop in the making: who writes when, and what that does to the ticket."""

from datetime import datetime, timedelta

from counterbell.record.entries import Author, StatusName, Ticket

from . import writing
from .enquiries import Enquiry
from .shop import DemoShop
from .staff import Colleague
from .thread import Event, Thread
from .topics import LIVE
from .waits import SESSION, customer_time, impatience, reply_time

SILENCE = timedelta(hours=72)
"""After so long without an answer from the customer automation closes the ticket."""

HOURS_UNTIL_LATE = {"email": 20.0, "contact_form": 20.0, "chat": 0.2, "whatsapp": 8.0, "instagram": 10.0, "phone": 6.0}


class Conversation:
    """A ticket and what the next thing in it depends on; `now` is when the last thing happened."""

    def __init__(self, shop: DemoShop, enquiry: Enquiry, ticket: Ticket) -> None:
        self.shop, self.enquiry, self.dice = shop, enquiry, shop.dice
        self.thread = Thread(ticket, shop.message_numbers)
        self.further_threads: list[Thread] = []
        self.now = enquiry.at
        self.colleague: Colleague | None = None
        self.impatience = 0.0
        self.disappointed = self.thanked = False
        self._agent_wrote_at: datetime | None = None

    def entries(self) -> list[Event]:
        return [entry for thread in (self.thread, *self.further_threads) for entry in thread.entries]

    def chance(self, probability: float) -> bool:
        return self.dice.random() < probability

    def passes(self, *, seconds: float = 0, hours: float = 0) -> datetime:
        """Let time go by."""
        self.now = (self.now + timedelta(seconds=seconds, hours=hours)).replace(microsecond=0)
        return self.now

    @property
    def in_session(self) -> bool:
        """Whether an agent wrote just now and the shop is still open."""
        wrote_at = self._agent_wrote_at
        return wrote_at is not None and self.now - wrote_at < SESSION and self.shop.opening.is_open(self.now)

    def customer_writes(self, text: str) -> None:
        self.now = customer_time(self.shop, self.enquiry, self.now, in_session=self.in_session)
        self.thread.becomes("open", self.now, by="customer")
        self.thread.says("customer", writing.again(self.enquiry, text, self.dice), self.now)

    def automation_writes(self, text: str) -> None:
        self.passes(seconds=self.dice.randrange(3, 40))
        self.thread.says("automation", text, self.now)

    def agent_replies(self, text: str, *, answers: bool = True) -> None:
        """Somebody replies; unless it `answers` the customer, nobody has been waiting for it."""
        asked, opens = self.now, self._agent_wrote_at is None
        at, colleague = self._next_at_work()
        if answers:
            self.impatience = max(self.impatience, impatience(self.enquiry, at - asked))
            self._chases(asked, at)
        self._takes(colleague, at - min(at - asked, timedelta(seconds=self.dice.randrange(20, 900))))
        late = answers and at - asked > timedelta(hours=HOURS_UNTIL_LATE[self.enquiry.channel])
        if opens and self.enquiry.channel in LIVE and self.chance(0.35):
            hello = self.dice.choice(self.enquiry.phrases.agent_chat_hello)
            self.thread.says("agent", self.enquiry.write(hello, colleague=colleague), at, agent=colleague)
            at += timedelta(seconds=self.dice.randrange(30, 150))
        body = writing.answer(self.enquiry, text, colleague, self.dice, first=opens, late=late)
        self.thread.says("agent", body, at, agent=colleague)
        self.now = self._agent_wrote_at = at

    def agent_returns(self) -> None:
        """Somebody opens the ticket without a word."""
        self.now, colleague = self._next_at_work()
        self._takes(colleague, self.now)
        self.passes(seconds=self.dice.randrange(5, 60))

    def agent_sets(self, status: StatusName) -> None:
        """The agent in charge changes the status; some sources do not tell who did."""
        self.passes(seconds=self.dice.randrange(1, 45))
        by: Author | None = "agent" if self.chance(0.92) else None
        agent = self.colleague if self.chance(0.97) else None
        self.thread.becomes(status, self.now, by=by, agent=agent)

    def falls_silent(self) -> None:
        """Nobody writes any more, so automation closes the ticket in the end."""
        self.now += SILENCE
        self.thread.becomes("closed", self.now, by="automation")

    def _next_at_work(self) -> tuple[datetime, Colleague]:
        session = self.in_session
        at, colleague = reply_time(self.shop, self.enquiry, self.now, in_session=session)
        stays = self.colleague and self.shop.staff.is_at_work(self.colleague, at) and (session or self.chance(0.9))
        return at, self.colleague if stays and self.colleague else colleague

    def _chases(self, asked: datetime, answered: datetime) -> None:
        gap = answered - asked
        if gap > timedelta(hours=1.3 * HOURS_UNTIL_LATE[self.enquiry.channel]) and self.chance(0.35):
            at = (asked + gap * self.dice.uniform(0.4, 0.9)).replace(microsecond=0)
            chaser = self.dice.choice(self.enquiry.phrases.chasers)
            self.thread.says("customer", writing.again(self.enquiry, chaser, self.dice), at)

    def _takes(self, colleague: Colleague, at: datetime) -> None:
        self.thread.assign(colleague, at.replace(microsecond=0))
        self.colleague = colleague
