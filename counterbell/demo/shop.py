"""The demo shop as a whole: what every conversation in it draws on."""

from datetime import datetime, timedelta
from itertools import count
from random import Random

from counterbell.record.entries import Shop

from .customers import Customers
from .opening import ZONE, Opening
from .orders import Orders
from .season import Season
from .staff import Staff

YEAR = timedelta(days=365)
AFTERWARDS = timedelta(days=120)
"""How far beyond the year opening hours are known, so that a conversation may go on until it is cut off."""

ORDERS_PER_TICKET = 7.0
QUESTIONS = 0.92
"""Part of the tickets that are usual questions; spam, duplicates, the shop's own mails and a strike add the others."""


class DemoShop:
    """One year of Maison Lilas, a fictional maker of linen clothes in Nantes."""

    def __init__(self, *, until: datetime, seed: int, tickets_per_day: float) -> None:
        self.dice = Random(seed)
        start = until - YEAR
        self.opening = Opening(start.astimezone(ZONE).date(), (until + AFTERWARDS).date())
        self.season = Season(
            start, until, tickets_per_day=tickets_per_day * QUESTIONS, orders_per_ticket=ORDERS_PER_TICKET
        )
        self.staff = Staff(self.season, self.dice)
        self.customers = Customers(self.dice)
        self.orders = Orders(self.season, self.customers, self.dice)
        self.ticket_numbers, self.message_numbers = count(100_001), count(1)

    def settings(self) -> Shop:
        return Shop(timezone=str(ZONE), currency="EUR", hours=self.opening.schedules)
