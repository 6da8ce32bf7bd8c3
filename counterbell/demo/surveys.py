"""How content customers of the demo shop are, and what they say when they are asked."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from counterbell.record.entries import Rating, Survey

from .chance import Urn, spread
from .conversation import Conversation
from .shop import DemoShop
from .topics import LIVE

AFTER_MAIL = timedelta(hours=24)
AFTER_CHAT = timedelta(minutes=15)
QUIET = timedelta(days=7)
"""Nobody is asked twice within this time."""

ANSWERS = 0.27
ANSWERS_IN_ANGER = 0.34
CONTENT = 3.0
CONTENT_WITH_AUTOMATION = 1.9

CONTENT_SCORES = Urn({5: 77, 4: 23})
DISCONTENT_SCORES = Urn({1: 36, 2: 24, 3: 40})


class Surveys:
    """Asks customers after a ticket was closed, and collects what they answer."""

    def __init__(self, shop: DemoShop) -> None:
        self._shop, self._dice = shop, shop.dice
        self._numbers = count(1)
        self._asked: dict[str, datetime] = {}

    def about(self, conversation: Conversation) -> Iterator[Survey | Rating]:
        """The survey on a conversation, if one is sent, and its answers."""
        at = self._sent_at(conversation)
        if at is None:
            return
        survey = Survey(id=f"s{next(self._numbers)}", ticket=conversation.thread.ticket.id, at=at)
        yield survey
        if conversation.enquiry.channel not in LIVE and self._dice.random() < 0.012:
            after = timedelta(seconds=self._dice.randrange(3, 25))
            yield Rating(survey=survey.id, at=at + after, score=1, suspected_robot=True)
        angry = conversation.enquiry.striking or conversation.disappointed
        if self._dice.random() < (ANSWERS_IN_ANGER if angry else ANSWERS):
            yield from self._answers(conversation, survey)

    def _sent_at(self, conversation: Conversation) -> datetime | None:
        thread, customer = conversation.thread, conversation.enquiry.shopper.entry.id
        if not thread.closes or not thread.answered or thread.is_spam or thread.ticket.direction == "outbound":
            return None
        at = thread.closes[-1] + (AFTER_CHAT if conversation.enquiry.live else AFTER_MAIL)
        last = self._asked.get(customer)
        if last and abs(at - last) < QUIET:
            return None
        self._asked[customer] = at
        return at

    def _answers(self, conversation: Conversation, survey: Survey) -> Iterator[Rating]:
        at = survey.at + timedelta(seconds=30 + spread(self._dice, 5400, 1.6))
        at = at.replace(microsecond=0)
        score = self._score(conversation)
        yield Rating(survey=survey.id, at=at, score=score, comment=self._comment(conversation, score))
        if self._dice.random() < 0.04:
            later = at + timedelta(minutes=self._dice.randrange(1, 400))
            yield Rating(survey=survey.id, at=later, score=max(1, min(5, score + self._dice.choice((-1, 1, 1)))))

    def _score(self, conversation: Conversation) -> int:
        chance = 1 / (1 + math.exp(-_contentment(conversation)))
        scores = CONTENT_SCORES if self._dice.random() < chance else DISCONTENT_SCORES
        return scores.draw(self._dice)

    def _comment(self, conversation: Conversation, score: int) -> str | None:
        if self._dice.random() > (0.2 if score > 3 else 0.6):
            return None
        return conversation.enquiry.write(
            self._dice.choice(_comments(conversation, score)), colleague=conversation.colleague
        )


def _contentment(conversation: Conversation) -> float:
    """The log odds that the customer is content: good agents help, waiting and bad news do not."""
    colleague = conversation.colleague
    agent = colleague.warmth * 1.3 if colleague else CONTENT_WITH_AUTOMATION - CONTENT
    waiting = 0.65 * math.log2(1 + conversation.impatience)
    disappointment = 1.6 if conversation.disappointed else 0.0
    return CONTENT + agent + conversation.enquiry.topic.mood - waiting - disappointment


def _comments(conversation: Conversation, score: int) -> list[str]:
    comments = conversation.enquiry.phrases.comments
    if score > 3:
        return comments.praise
    if conversation.colleague is None:
        return comments.robot
    if conversation.enquiry.striking:
        return comments.strike
    if conversation.impatience > 2.5:
        return comments.slow
    return comments.unlucky if conversation.enquiry.topic.mood < 0 else comments.unhelpful
