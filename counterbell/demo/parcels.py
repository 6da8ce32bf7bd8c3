"""How far the orders of the demo shop are: sent on the next day, and some days on their way to the customer."""

from datetime import datetime, timedelta
from zlib import crc32

from counterbell.record.entries import Order, OrderState

from .season import Season

HANDLING_HOURS = 20, 30
"""So many hours after an order, and up to so many more, its parcel leaves the shop."""
DAYS_ON_THE_WAY = 2, 3
"""So many days later, and up to so many more, it arrives."""
DURING_THE_STRIKE = timedelta(days=7)
LINK = "https://parcels.example/follow/"


def state_of(order: Order, season: Season) -> OrderState | None:
    """What the shop told last of an order until the year's end; nothing of one that was not paid or is a test.

    It comes from the order's number alone and throws no dice, so that the year stays what it is.
    """
    if order.test or not order.paid:
        return None
    chance = crc32(order.id.encode()) / 2**32
    sent = order.at + timedelta(hours=HANDLING_HOURS[0] + HANDLING_HOURS[1] * chance)
    if not season.covers(sent):
        return OrderState(order=order.id, at=order.at, state="paid")
    arrived = _arrival(sent, chance, season)
    if season.covers(arrived):
        return OrderState(order=order.id, at=arrived, state="delivered", tracking_url=LINK + order.id)
    return OrderState(order=order.id, at=sent, state="shipped", tracking_url=LINK + order.id)


def _arrival(sent: datetime, chance: float, season: Season) -> datetime:
    first, last = season.strike
    late = DURING_THE_STRIKE if first <= sent.date() <= last else timedelta()
    return sent + timedelta(days=DAYS_ON_THE_WAY[0] + DAYS_ON_THE_WAY[1] * chance) + late
