"""What customers of the demo shop buy in a year, and what they send back."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from counterbell.record.entries import Order, OrderState, Refund

from .catalogue import PRODUCTS, Product
from .chance import around, spread
from .customers import Customers, Shopper
from .opening import ZONE, local
from .parcels import state_of
from .season import ORDERS_BY_HOUR, Clock, Season

BOUGHT_BEFORE = 0.4
AS_GUEST = 0.12
NEVER_PAID = 0.006
SENT_BACK_WITHOUT_ASKING = 0.05
PARTS = (1.0, 0.9, 0.55, 0.5, 0.45, 0.35)
POSTAGE = 490
FREE_POSTAGE_FROM = 8000
FIRST_NUMBER = 48213
NUMBERS_APART = 4

CLOCK = Clock(ORDERS_BY_HOUR)

EURO_IN = {"EUR": 1.0, "USD": 1.12, "IDR": 17_600.0}
ROUNDED_TO = {"EUR": 1, "USD": 1, "IDR": 100_000}
"""Prices in rupiah are whole thousands; like the others they are kept in hundredths."""


@dataclass(slots=True)
class Purchase:
    """An order together with who bought and the product that a later question will be about."""

    order: Order
    shopper: Shopper
    product: Product


class Orders:
    """All purchases of the year in the order of time, and the refunds that belong to them."""

    def __init__(self, season: Season, customers: Customers, dice: Random) -> None:
        self._season, self._customers, self._dice = season, customers, dice
        self._refunded: set[str] = set()
        self._taken: set[int] = set()
        self.refunds: list[Refund] = []
        self.led_to_by_tickets: list[Order] = []
        self.purchases: list[Purchase] = []
        for day in season.days:
            self._sell(day)
        self._times = [purchase.order.at for purchase in self.purchases]

    def entries(self) -> Iterator[Order | Refund | OrderState]:
        for order in (*(purchase.order for purchase in self.purchases), *self.led_to_by_tickets):
            yield order
            if told := state_of(order, self._season):
                yield told
        yield from self.refunds

    def recent(self, at: datetime, *, youngest_days: float, oldest_days: float) -> Purchase | None:
        """One of the paid orders of that age, if there is one."""
        first = bisect_left(self._times, at - timedelta(days=oldest_days))
        last = bisect_left(self._times, at - timedelta(days=youngest_days))
        if first == last:
            return None
        purchase = self.purchases[self._dice.randrange(first, last)]
        return purchase if purchase.order.paid and not purchase.order.test else None

    def buy(self, shopper: Shopper, at: datetime) -> None:
        """An order that a conversation led to; its number lies between those of its time."""
        number = FIRST_NUMBER + NUMBERS_APART * bisect_left(self._times, at) - self._dice.randrange(1, NUMBERS_APART)
        if number not in self._taken:
            self._taken.add(number)
            self.led_to_by_tickets.append(self._purchase(number, shopper, at).order)

    def refund(self, purchase: Purchase, at: datetime, *, part: float = 1.0) -> None:
        """Money goes back for an order, once: all of it or a part."""
        order = purchase.order
        if order.paid and order.id not in self._refunded:
            self._refunded.add(order.id)
            amount = round(order.paid * part)
            self.refunds.append(Refund(id=f"r{len(self.refunds) + 1}", order=order.id, at=at, amount=amount))

    def _sell(self, day: date) -> None:
        for at in CLOCK.times_on(day, around(self._dice, self._season.orders[day]), self._dice):
            if not self._season.covers(at):
                continue
            number = FIRST_NUMBER + NUMBERS_APART * len(self.purchases)
            purchase = self._purchase(number, self._buyer(), at)
            self.purchases.append(purchase)
            if self._dice.random() < SENT_BACK_WITHOUT_ASKING:
                self.refund(purchase, at + timedelta(days=spread(self._dice, 14, 0.3)), part=self._dice.choice(PARTS))
        if day.day == 5:
            self._try_the_checkout(local(day, time(7, 40)))

    def _buyer(self) -> Shopper:
        if not self.purchases or self._dice.random() > BOUGHT_BEFORE:
            return self._customers.newcomer()
        shopper = self._dice.choice(self.purchases).shopper
        return self._customers.guest(shopper) if self._dice.random() < AS_GUEST else shopper

    def _purchase(self, number: int, shopper: Shopper, at: datetime) -> Purchase:
        product = self._dice.choice(PRODUCTS)
        currency = shopper.market.currency
        paid = 0 if self._dice.random() < NEVER_PAID else _rounded(self._price(product, at), currency)
        order = Order(id=f"ML{number}", customer=shopper.entry.id, at=at, currency=currency, paid=paid)
        return Purchase(order, shopper, product)

    def _price(self, product: Product, at: datetime) -> float:
        """Cents of a euro for the product, perhaps one or two more, less the promotion, plus the postage."""
        more = self._dice.choice((0, 0, 0, 1, 1, 2))
        total = product.price_minor + sum(self._dice.choice(PRODUCTS).price_minor for _ in range(more))
        reduced = total * (0.8 if self._season.promotion_on(at.astimezone(ZONE).date()) else 1.0)
        return reduced + (POSTAGE if reduced < FREE_POSTAGE_FROM else 0)

    def _try_the_checkout(self, at: datetime) -> None:
        """The shop buys from itself each month to see whether the checkout works."""
        tester = self._customers.staff_member()
        order = Order(id=f"TEST-{at:%Y%m%d}", customer=tester.entry.id, at=at, currency="EUR", paid=100, test=True)
        self.led_to_by_tickets.append(order)


def _rounded(cents_of_a_euro: float, currency: str) -> int:
    step = ROUNDED_TO[currency]
    return round(cents_of_a_euro * EURO_IN[currency] / step) * step
