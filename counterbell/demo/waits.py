"""How long customers and agents of the demo shop take to write."""

from datetime import datetime, timedelta

from .chance import spread
from .enquiries import Enquiry
from .opening import ZONE
from .shop import DemoShop
from .staff import Colleague

MINUTES_TO_REPLY = {
    "email": 60.0,
    "contact_form": 80.0,
    "chat": 1.4,
    "whatsapp": 16.0,
    "instagram": 35.0,
    "phone": 2.0,
}
"""Median opening time until an agent replies, on a usual day."""
MINUTES_AFTER_OPENING = {"chat": 18.0, "whatsapp": 35.0, "phone": 60.0}
"""The same for what came in while nobody was there, where that makes a difference."""
MINUTES_IN_SESSION = {"chat": 1.1, "whatsapp": 4.0, "instagram": 7.0, "phone": 2.0}
CUSTOMER_MINUTES = {"chat": 1.5, "whatsapp": 25.0, "instagram": 50.0, "phone": 240.0}
CUSTOMER_MINUTES_BY_MAIL = 280.0

SESSION = timedelta(minutes=20)
"""Who was written to within this time is still there."""

OUTSIDE_HOURS = 0.02
FORGOTTEN = 0.0008
NIGHT = range(1, 7)
HOURS_CONTENT_TO_WAIT = {"chat": 0.1, "whatsapp": 3.0, "instagram": 5.0, "phone": 0.3}
HOURS_CONTENT_TO_WAIT_FOR_MAIL = 12.0


def reply_time(shop: DemoShop, enquiry: Enquiry, asked: datetime, *, in_session: bool) -> tuple[datetime, Colleague]:
    """When the answer to something said at `asked` is sent, and by whom."""
    begins = shop.opening.after(asked, timedelta())
    colleague = shop.staff.pick(begins, enquiry.language, enquiry.topic.group, shop.dice)
    if enquiry.channel != "phone" and shop.dice.random() < OUTSIDE_HOURS:
        return asked + timedelta(minutes=spread(shop.dice, 40)), shop.staff.lead
    minutes = _minutes_to_reply(shop, enquiry, waiting_outside=begins > asked, in_session=in_session) * colleague.pace
    at = shop.opening.after(asked, timedelta(minutes=minutes))
    if not in_session and not enquiry.live and shop.dice.random() < FORGOTTEN:
        at = shop.opening.after(at + timedelta(days=shop.dice.uniform(20, 45)), timedelta(minutes=30))
    if not shop.staff.is_at_work(colleague, at):
        colleague = shop.staff.pick(at, enquiry.language, enquiry.topic.group, shop.dice)
    return _in_seconds(at), colleague


def _minutes_to_reply(shop: DemoShop, enquiry: Enquiry, *, waiting_outside: bool, in_session: bool) -> float:
    channel = enquiry.channel
    if in_session and channel in MINUTES_IN_SESSION:
        return 0.3 + spread(shop.dice, MINUTES_IN_SESSION[channel], 0.5)
    median = MINUTES_TO_REPLY[channel]
    if waiting_outside:
        median = MINUTES_AFTER_OPENING.get(channel, median)
    day = enquiry.at.astimezone(ZONE).date()
    return 0.1 + spread(shop.dice, median * shop.staff.pressure(day), 0.9)


def customer_time(shop: DemoShop, enquiry: Enquiry, since: datetime, *, in_session: bool) -> datetime:
    """When the customer writes again after something said at `since`."""
    if in_session and enquiry.channel == "chat":
        return _in_seconds(since + timedelta(seconds=15 + spread(shop.dice, 45, 0.6)))
    minutes = spread(shop.dice, CUSTOMER_MINUTES.get(enquiry.channel, CUSTOMER_MINUTES_BY_MAIL), 1.0)
    at = since + timedelta(minutes=2 + minutes)
    asleep = at.astimezone(ZONE).hour in NIGHT and shop.dice.random() < 0.9
    return _in_seconds(at + timedelta(hours=7) if asleep else at)


def impatience(enquiry: Enquiry, wait: timedelta) -> float:
    """How the wait weighs on the customer: 1 for what is usual on the channel, more for longer ones."""
    usual = HOURS_CONTENT_TO_WAIT.get(enquiry.channel, HOURS_CONTENT_TO_WAIT_FOR_MAIL)
    return wait / timedelta(hours=usual)


def _in_seconds(at: datetime) -> datetime:
    return at.replace(microsecond=0)
