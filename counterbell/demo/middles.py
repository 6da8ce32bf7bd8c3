"""What happens between a question to the demo shop and its answer."""

from collections.abc import Callable
from datetime import datetime, timedelta

from counterbell.record.entries import Ticket

from .conversation import Conversation
from .staff import COLLEAGUES, Colleague
from .texts import Phrases, Probe, phrases
from .thread import Thread
from .topics import MAIL_LIKE

READ_AND_CLOSED = {"feedback": 0.4}
"""How often a message is closed without a reply; praise often is, other questions hardly ever."""
SELDOM = 0.012
CLOSED_BY_A_RULE = 0.3

LOOKS_INTO_IT = timedelta(seconds=45)


def needs_no_answer(conversation: Conversation) -> bool:
    """Whether the ticket is closed without a word: by somebody who only read it, or by a rule."""
    if not conversation.chance(READ_AND_CLOSED.get(conversation.enquiry.topic.group, SELDOM)):
        return False
    if conversation.chance(CLOSED_BY_A_RULE):
        conversation.falls_silent()
        return True
    conversation.agent_returns()
    conversation.agent_sets("closed")
    return True


def is_answered(conversation: Conversation) -> bool:
    """Questions and answers go back and forth; whether the customer got an answer in the end."""
    answer = conversation.dice.choice(conversation.enquiry.case.answers)
    probe, asked = _probe(conversation), conversation.now
    conversation.agent_replies(probe.ask if probe else answer)
    _is_looked_into(conversation, asked, max(asked, conversation.now - LOOKS_INTO_IT))
    if probe:
        conversation.agent_sets("pending")
        if conversation.chance(0.13):
            conversation.falls_silent()
            return False
        conversation.customer_writes(probe.reply)
        conversation.agent_replies(answer)
    _goes_further(conversation)
    return True


def _probe(conversation: Conversation) -> Probe | None:
    probes = conversation.enquiry.case.probes
    return conversation.dice.choice(probes) if probes and conversation.chance(0.24) else None


def _goes_further(conversation: Conversation) -> None:
    topic = conversation.enquiry.topic
    fitting = [
        further
        for further in conversation.enquiry.phrases.further.get(topic.group, [])
        if not further.about or topic.intent in further.about
    ]
    if fitting and conversation.chance(0.2):
        further = conversation.dice.choice(fitting)
        conversation.customer_writes(further.ask)
        conversation.agent_replies(further.answer)


def _is_looked_into(conversation: Conversation, asked: datetime, seen: datetime) -> None:
    """What the agent does to the ticket before the first reply is sent."""
    colleague = conversation.colleague
    if colleague is None:
        return
    _is_put_right(conversation, seen)
    if conversation.chance(0.05):
        _is_passed_on(conversation, colleague, asked, seen)
    if conversation.enquiry.purchase:
        if conversation.chance(0.09):
            _is_noted(conversation, colleague, seen)
        if seen - asked > timedelta(hours=2) and conversation.chance(0.1 if conversation.enquiry.striking else 0.045):
            _is_merged(conversation, colleague, asked, seen)


def _is_put_right(conversation: Conversation, seen: datetime) -> None:
    """Spam that is none is cleared, a wrong intent corrected, the customer's worth marked."""
    thread, intent = conversation.thread, conversation.enquiry.topic.intent
    if thread.is_spam:
        thread.flag("spam", seen, value=False)
    if thread.intent not in (None, intent) and conversation.chance(0.7):
        thread.recognise(intent, seen)
    if conversation.chance(0.04):
        thread.tag(seen, add=("vip",))


def _is_passed_on(conversation: Conversation, colleague: Colleague, asked: datetime, seen: datetime) -> None:
    before = conversation.dice.choice([one for one in COLLEAGUES if one is not colleague])
    at = asked + (seen - asked) * 0.6
    if conversation.shop.staff.is_at_work(before, at):
        conversation.thread.assign(before, at)
        conversation.thread.notes(before, _notes(conversation, before, lambda texts: texts.passed_on), at)
        conversation.thread.assign(colleague, seen)


def _is_noted(conversation: Conversation, colleague: Colleague, seen: datetime) -> None:
    group = conversation.enquiry.topic.group
    conversation.thread.notes(colleague, _notes(conversation, colleague, lambda texts: texts.notes[group]), seen)


def _is_merged(conversation: Conversation, colleague: Colleague, asked: datetime, seen: datetime) -> None:
    """The customer had written a second time; that ticket goes into the first."""
    dice, enquiry = conversation.dice, conversation.enquiry
    at = (asked + (seen - asked) * dice.uniform(0.2, 0.8)).replace(microsecond=0)
    second = Thread(_second_ticket(conversation, at), conversation.shop.message_numbers)
    second.says("customer", enquiry.write(dice.choice(enquiry.phrases.twice)), at)
    second.merge_into(conversation.thread, seen)
    second.becomes("closed", seen, by="agent", agent=colleague)
    conversation.thread.notes(colleague, _notes(conversation, colleague, lambda texts: texts.merged_note), seen)
    conversation.further_threads.append(second)


def _second_ticket(conversation: Conversation, at: datetime) -> Ticket:
    first, enquiry = conversation.thread.ticket, conversation.enquiry
    channel = conversation.dice.choice(("email", "contact_form", first.channel))
    return Ticket(
        id=f"t{next(conversation.shop.ticket_numbers)}",
        channel=channel,
        created_at=at,
        customer=enquiry.shopper.entry.id,
        subject=first.subject if channel in MAIL_LIKE else None,
        store=first.store,
        priority=first.priority,
        language=first.language,
    )


def _notes(conversation: Conversation, colleague: Colleague, choice: Callable[[Phrases], list[str]]) -> str:
    """What a colleague writes down for the others, in the language that he or she works in."""
    language = "fr" if "fr" in colleague.languages else "en"
    text = conversation.dice.choice(choice(phrases(language)))
    return conversation.enquiry.write(text, language)
