"""How a ticket of the demo shop begins: the question, what automation makes of it, whether that is already enough."""

from datetime import timedelta

from counterbell.record.entries import Ticket

from . import writing
from .conversation import Conversation
from .enquiries import Enquiry
from .shop import DemoShop
from .topics import ANY_TOPIC, MAIL_LIKE

RECOGNISED = 0.87
MISTAKEN = 0.07
CONTENT_WITH_AUTOMATION = 0.62


def begin(shop: DemoShop, enquiry: Enquiry) -> Conversation:
    """The ticket with the customer's question, as automation has sorted it."""
    conversation = Conversation(shop, enquiry, _ticket(shop, enquiry))
    _asks(conversation)
    _is_recognised(conversation)
    _is_tagged(conversation)
    if enquiry.channel != "phone" and shop.opening.is_open(enquiry.at) and conversation.chance(0.25):
        colleague = shop.staff.pick(enquiry.at, enquiry.language, enquiry.topic.group, shop.dice)
        conversation.thread.assign(colleague, conversation.now + timedelta(seconds=3))
    return conversation


def settled_by_automation(conversation: Conversation) -> bool:
    """Automation answers some questions, mostly at night; whether the customer is content with that."""
    enquiry, open_now = conversation.enquiry, conversation.shop.opening.is_open(conversation.now)
    answers = enquiry.case.automatic
    if not answers or enquiry.channel == "phone" or not conversation.chance(_readiness(enquiry, open_now=open_now)):
        if enquiry.live and not open_now and conversation.chance(0.8):
            conversation.automation_writes(enquiry.write(conversation.dice.choice(enquiry.phrases.away)))
        return False
    conversation.automation_writes(writing.automatic(enquiry, conversation.dice.choice(answers)))
    if conversation.chance(CONTENT_WITH_AUTOMATION):
        _is_content(conversation)
        return True
    conversation.customer_writes(conversation.dice.choice(enquiry.phrases.wants_a_human))
    return False


def _readiness(enquiry: Enquiry, *, open_now: bool) -> float:
    return enquiry.topic.robot * (0.28 if open_now else 0.62)


def _is_content(conversation: Conversation) -> None:
    conversation.thread.becomes("pending", conversation.now + timedelta(seconds=1), by="automation")
    if not conversation.chance(0.35):
        conversation.falls_silent()
        return
    conversation.customer_writes(conversation.dice.choice(conversation.enquiry.phrases.thanks_robot))
    conversation.passes(seconds=conversation.dice.randrange(2, 20))
    by_customer = conversation.enquiry.live and conversation.chance(0.5)
    conversation.thread.becomes("closed", conversation.now, by="customer" if by_customer else "automation")


def _ticket(shop: DemoShop, enquiry: Enquiry) -> Ticket:
    topic, dice = enquiry.topic, shop.dice
    by_form = enquiry.channel == "contact_form"
    subject = enquiry.write(dice.choice(enquiry.case.subjects))
    return Ticket(
        id=f"t{next(shop.ticket_numbers)}",
        channel=enquiry.channel,
        created_at=enquiry.at,
        customer=enquiry.shopper.entry.id,
        subject=subject[0].upper() + subject[1:] if enquiry.channel in MAIL_LIKE else None,
        store=enquiry.shopper.market.store,
        priority=topic.priority if dice.random() < 0.8 else "normal",
        language=enquiry.language,
        tags=list(topic.tags) if dice.random() < 0.6 else [],
        intent=topic.intent if by_form and dice.random() < 0.7 else None,
    )


def _asks(conversation: Conversation) -> None:
    enquiry, thread, dice = conversation.enquiry, conversation.thread, conversation.dice
    open_now = conversation.shop.opening.is_open(enquiry.at)
    if enquiry.channel == "chat" and conversation.chance(0.2):
        thread.says("customer", dice.choice(enquiry.phrases.chat_openers), enquiry.at)
        conversation.passes(seconds=dice.randrange(8, 40))
    thread.says("customer", writing.question(enquiry, dice, open_now=open_now), conversation.now)


def _is_recognised(conversation: Conversation) -> None:
    thread, dice = conversation.thread, conversation.dice
    if thread.ticket.intent or not conversation.chance(RECOGNISED):
        return
    mistaken = conversation.chance(MISTAKEN)
    intent = ANY_TOPIC.draw(dice).intent if mistaken else conversation.enquiry.topic.intent
    confidence = round(dice.uniform(0.35, 0.7) if mistaken else dice.uniform(0.6, 0.99), 2)
    thread.recognise(intent, conversation.now + timedelta(seconds=2), confidence)


def _is_tagged(conversation: Conversation) -> None:
    enquiry, thread = conversation.enquiry, conversation.thread
    if enquiry.topic.priority == "urgent" and conversation.chance(0.4):
        thread.tag(conversation.now + timedelta(seconds=1), add=("urgent",))
    if conversation.chance(0.003):
        thread.flag("spam", conversation.now + timedelta(seconds=1))
