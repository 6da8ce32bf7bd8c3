"""How a ticket of the demo shop ends, ends once more, and what the customer does afterwards."""

from datetime import datetime, time, timedelta

from .chance import Urn, spread
from .conversation import Conversation
from .opening import ZONE, local

ENDINGS = {
    "mail": Urn({"closed": 60, "pending": 24, "snoozed": 4, "left open": 6, "thanked": 5, "parked": 1}),
    "delivery": Urn({"closed": 50, "pending": 24, "snoozed": 14, "left open": 6, "thanked": 5, "parked": 1}),
    "chat": Urn({"closed": 46, "pending": 12, "snoozed": 2, "left open": 3, "thanked": 37}),
    "phone": Urn({"closed": 88, "pending": 7, "left open": 5}),
}
THANKS_LATER = 0.06
IS_BACK = 0.055
IS_BACK_IN_A_STRIKE = 0.2


def end(conversation: Conversation) -> None:
    """The ticket is closed for the first time."""
    ending = ENDINGS[_kind(conversation)].draw(conversation.dice)
    if ending == "pending":
        _waits_for_the_customer(conversation)
    elif ending == "snoozed":
        _sleeps(conversation, days=conversation.dice.randrange(2, 6))
    elif ending == "parked":
        _sleeps(conversation, days=conversation.dice.randrange(14, 45))
    elif ending == "left open":
        conversation.passes(hours=spread(conversation.dice, 9))
        conversation.agent_returns()
        conversation.agent_sets("closed")
    elif ending == "thanked":
        _is_thanked(conversation)
    else:
        conversation.agent_sets("closed")


def come_back(conversation: Conversation) -> None:
    """Some customers write again after the close: to say thank you, or because all is not well."""
    if conversation.thread.status != "closed":
        return
    back = IS_BACK_IN_A_STRIKE if conversation.enquiry.striking else IS_BACK
    if conversation.enquiry.purchase and conversation.chance(back):
        conversation.disappointed = True
        conversation.passes(hours=spread(conversation.dice, 36))
        conversation.customer_writes(conversation.dice.choice(conversation.enquiry.phrases.unhappy_again))
        conversation.agent_replies(conversation.dice.choice(conversation.enquiry.phrases.unhappy_answers))
        conversation.agent_sets("closed")
    elif not conversation.thanked and conversation.chance(THANKS_LATER):
        _is_thanked(conversation)


def have_consequences(conversation: Conversation) -> None:
    """Money goes back, an order follows, or the ticket is wiped out later."""
    enquiry, orders, dice = conversation.enquiry, conversation.shop.orders, conversation.dice
    answered = conversation.now
    if enquiry.purchase and conversation.chance(enquiry.topic.refunded):
        days = spread(dice, 6 if enquiry.topic.intent.startswith("return") else 1.5, 0.5)
        orders.refund(enquiry.purchase, answered + timedelta(days=days), part=dice.choice((1.0, 1.0, 0.6, 0.5)))
    if conversation.chance(enquiry.topic.buys):
        orders.buy(enquiry.shopper, _in_seconds(answered + timedelta(hours=spread(dice, 7, 1.2))))
    if conversation.chance(0.004):
        conversation.thread.flag("deleted", _in_seconds(answered + timedelta(days=dice.uniform(1, 20))))


def _kind(conversation: Conversation) -> str:
    enquiry = conversation.enquiry
    if enquiry.channel == "phone":
        return "phone"
    if enquiry.live:
        return "chat"
    return "delivery" if enquiry.topic.group == "delivery" else "mail"


def _waits_for_the_customer(conversation: Conversation) -> None:
    conversation.agent_sets("pending")
    if conversation.chance(0.45):
        _is_thanked(conversation)
    else:
        conversation.falls_silent()


def _is_thanked(conversation: Conversation) -> None:
    conversation.thanked = True
    conversation.customer_writes(conversation.dice.choice(conversation.enquiry.phrases.thanks))
    conversation.agent_returns()
    conversation.agent_sets("closed")


def _sleeps(conversation: Conversation, *, days: int) -> None:
    """The agent puts the ticket off until the parcel (or a new batch) should have arrived, and looks again."""
    conversation.agent_sets("snoozed")
    day = conversation.now.astimezone(ZONE).date() + timedelta(days=days)
    conversation.now = local(day, time(9))
    conversation.thread.becomes("open", conversation.now, by="automation")
    conversation.agent_replies(conversation.dice.choice(conversation.enquiry.phrases.checked_back), answers=False)
    conversation.agent_sets("closed")


def _in_seconds(at: datetime) -> datetime:
    return at.replace(microsecond=0)
