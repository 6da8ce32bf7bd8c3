"""How busy each day of the demo shop's year is, and why: the seasons, promotions and one bad week."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from .chance import Urn
from .opening import ZONE, days_between, local

ORDERS_BY_MONTH = (1.0, 0.85, 0.95, 1.0, 1.05, 1.05, 0.85, 0.65, 1.0, 1.05, 1.2, 1.4)
ORDERS_BY_WEEKDAY = (1.05, 1.0, 1.0, 0.98, 0.93, 0.94, 1.15)
TICKETS_BY_WEEKDAY = (1.36, 1.16, 1.06, 1.0, 0.95, 0.68, 0.6)
STRIKE_FACTORS = (1.7, 2.2, 2.6, 2.7, 2.6, 2.3, 2.0, 1.6, 1.35, 1.2)
"""How many times the usual tickets come in on each day since the carrier's strike began."""

ORDERS_BY_HOUR = (6, 3, 2, 1, 1, 2, 5, 12, 20, 28, 34, 36, 40, 38, 34, 32, 32, 34, 38, 44, 54, 58, 40, 18)
TICKETS_BY_HOUR = {
    "email": (6, 3, 2, 1, 2, 4, 10, 24, 48, 62, 60, 50, 46, 46, 50, 46, 42, 40, 36, 34, 36, 36, 26, 14),
    "contact_form": (8, 4, 2, 1, 1, 3, 8, 18, 36, 50, 52, 48, 50, 48, 46, 44, 42, 42, 42, 44, 48, 46, 32, 18),
    "chat": (3, 1, 1, 0, 0, 1, 3, 10, 26, 54, 66, 62, 58, 56, 58, 58, 56, 52, 40, 34, 36, 34, 20, 8),
    "whatsapp": (6, 3, 1, 1, 1, 2, 8, 20, 34, 46, 48, 46, 52, 48, 44, 42, 44, 48, 54, 58, 60, 56, 38, 18),
    "instagram": (10, 5, 2, 1, 1, 2, 6, 16, 24, 30, 32, 34, 46, 42, 34, 34, 38, 44, 54, 64, 74, 76, 56, 28),
    "phone": (0, 0, 0, 0, 0, 0, 0, 1, 6, 60, 76, 68, 20, 34, 62, 60, 56, 44, 8, 2, 0, 0, 0, 0),
}


@dataclass(frozen=True)
class Promotion:
    """A few days of lower prices, both ends included, and how many times the usual orders they bring."""

    first: date
    last: date
    lift: float


def _nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def promotions(year: int) -> list[Promotion]:
    """The winter sales, the spring days, the summer sales and the Black Friday week of a year."""
    winter = _nth_weekday(year, 1, 2, 2)
    spring = _nth_weekday(year, 4, 1, 4)
    summer = _nth_weekday(year, 6, 2, 4)
    black_friday = _nth_weekday(year, 11, 3, 4) + timedelta(days=1)
    return [
        Promotion(winter, winter + timedelta(days=6), 1.6),
        Promotion(spring, spring + timedelta(days=5), 1.5),
        Promotion(summer, summer + timedelta(days=6), 1.6),
        Promotion(black_friday - timedelta(days=4), black_friday + timedelta(days=3), 2.3),
    ]


def _christmas(day: date) -> float:
    if day.month == 12 and day.day <= 17:
        return 1.25
    quiet = (day.month == 12 and day.day >= 23) or (day.month, day.day) == (1, 1)
    return 0.55 if quiet else 1.0


def _january_returns(day: date) -> float:
    return 1.3 if day.month == 1 and 2 <= day.day <= 21 else 1.0


class Season:
    """The expected orders and tickets of every day from one instant to another."""

    def __init__(self, start: datetime, until: datetime, *, tickets_per_day: float, orders_per_ticket: float) -> None:
        self.start, self.until = start, until
        first, last = start.astimezone(ZONE).date(), until.astimezone(ZONE).date()
        self.days = list(days_between(first, last))
        self.promotions = [promotion for year in range(first.year, last.year + 1) for promotion in promotions(year)]
        monday = last - timedelta(days=58 + last.weekday())
        self.strike = (monday, monday + timedelta(days=6))
        self.usual_tickets = _scaled(self.days, self._ticket_weight, tickets_per_day)
        self.orders = _scaled(self.days, self._order_weight, tickets_per_day * orders_per_ticket)

    def covers(self, at: datetime) -> bool:
        return self.start <= at < self.until

    def promotion_on(self, day: date) -> Promotion | None:
        return next((each for each in self.promotions if each.first <= day <= each.last), None)

    def strike_tickets(self, day: date) -> float:
        """How many tickets this day brings on top of the usual ones because parcels do not move."""
        since = (day - self.strike[0]).days
        factor = STRIKE_FACTORS[since] if 0 <= since < len(STRIKE_FACTORS) else 1.0
        return self.usual_tickets[day] * (factor - 1)

    def tickets(self, day: date) -> float:
        return self.usual_tickets[day] + self.strike_tickets(day)

    def _order_weight(self, day: date) -> float:
        return self._demand(day) * ORDERS_BY_WEEKDAY[day.weekday()]

    def _demand(self, day: date) -> float:
        promotion = self.promotion_on(day)
        return ORDERS_BY_MONTH[day.month - 1] * _christmas(day) * (promotion.lift if promotion else 1.0)

    def _ticket_weight(self, day: date) -> float:
        """Half of the questions follow the orders of the days before; the others come all year."""
        lately = sum(self._demand(day - timedelta(days=age)) for age in range(2, 8)) / 6
        return (0.45 + 0.55 * lately) * _january_returns(day) * TICKETS_BY_WEEKDAY[day.weekday()]


def _scaled(days: list[date], weight: Callable[[date], float], mean: float) -> dict[date, float]:
    weights = {day: weight(day) for day in days}
    factor = mean * len(days) / sum(weights.values())
    return {day: each * factor for day, each in weights.items()}


class Clock:
    """The times of a day at which things happen, by the weight of each hour."""

    def __init__(self, by_hour: tuple[int, ...]) -> None:
        self._hours = Urn(dict(enumerate(by_hour)))

    def times_on(self, day: date, count: int, dice: Random) -> list[datetime]:
        """So many instants of a local date, in order."""
        midnight = local(day)
        seconds = sorted(self._hours.draw(dice) * 3600 + dice.randrange(3600) for _ in range(count))
        return [midnight + timedelta(seconds=each) for each in seconds]
