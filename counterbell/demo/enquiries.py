"""Who turns to the demo shop on a day, by which channel, about what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from .catalogue import COLOURS, PRODUCTS, SIZES, Product, named
from .chance import around
from .customers import Shopper
from .opening import ZONE
from .orders import Purchase
from .season import TICKETS_BY_HOUR, Clock
from .shop import DemoShop
from .staff import COLLEAGUES, Colleague
from .texts import Case, Phrases, phrases
from .topics import ANY_TOPIC, CHANNELS, CHANNELS_IN_INDONESIAN, LIVE, STRIKE_TOPIC, TOPICS, Topic

CLOCKS = {channel: Clock(hours) for channel, hours in TICKETS_BY_HOUR.items()}
WITHOUT_ORDER = next(topic for topic in TOPICS if topic.intent == "product/question")
KNOWN_CUSTOMER = 0.45
WHEN_CLOSED = {"chat": "contact_form", "phone": "email"}
UNDER_ANOTHER_NAME = 0.5
"""How often somebody on WhatsApp, the phone or Instagram is not recognised as the customer who bought."""

MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
}
CARRIERS = {"FR": "Coliroute", "ID": "Nusa Kargo"}
OTHER_CARRIER = "Nordpost"
STRIKING_CARRIER = CARRIERS["FR"]
CODES = {
    "fr": ("LILAS10", "BIENVENUE10", "DOUCEUR10", "MERCI10"),
    "en": ("LILAS10", "WELCOME10", "LINEN10", "THANKYOU10"),
    "id": ("LILAS10", "HALO10", "TERIMAKASIH10"),
}


@dataclass(slots=True)
class Enquiry:
    """A question that reaches the shop."""

    at: datetime
    channel: str
    topic: Topic
    shopper: Shopper
    purchase: Purchase | None
    case: Case
    details: dict[str, str]
    product: Product
    striking: bool = False
    _words: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.shopper.language

    @property
    def phrases(self) -> Phrases:
        return phrases(self.language)

    @property
    def live(self) -> bool:
        return self.channel in LIVE

    def write(self, text: str, language: str | None = None, colleague: Colleague | None = None) -> str:
        """The text with its placeholders filled, in the customer's language if no other is given."""
        words = self.words_in(language or self.language)
        if colleague:
            words["agent"], words["agent_e"] = colleague.first_name, "e" if colleague.female else ""
        return text.format_map(words)

    def words_in(self, language: str) -> dict[str, str]:
        words = self._words.get(language)
        if words is None:
            words = self._words[language] = named(self.product, language) | self.details | self._dated(language)
        return words

    def _dated(self, language: str) -> dict[str, str]:
        ordered_at = self.purchase.order.at if self.purchase else self.at - timedelta(days=9)
        return {"date": _date_in(language, ordered_at.astimezone(ZONE).date())}


def enquiries_on(shop: DemoShop, day: date) -> list[Enquiry]:
    """All questions of a local date in the order in which they come in."""
    times = sorted(_times_on(shop, day), key=lambda arrival: arrival[0])
    return [enquiry(shop, at, channel, topic) for at, channel, topic in times if shop.season.covers(at)]


def _times_on(shop: DemoShop, day: date) -> Iterator[tuple[datetime, str, Topic]]:
    usual, extra = shop.season.usual_tickets[day] / 100, shop.season.strike_tickets(day) / 100
    for channel, share in CHANNELS.items():
        for at in CLOCKS[channel].times_on(day, around(shop.dice, usual * share), shop.dice):
            yield at, channel, ANY_TOPIC.draw(shop.dice)
        for at in CLOCKS[channel].times_on(day, around(shop.dice, extra * share), shop.dice):
            yield at, channel, STRIKE_TOPIC


def enquiry(shop: DemoShop, at: datetime, channel: str, topic: Topic) -> Enquiry:
    """A question on a topic by somebody who has reason to ask it."""
    purchase = _purchase(shop, at, topic)
    if topic.order_days and not purchase:
        topic = WITHOUT_ORDER
    shopper = purchase.shopper if purchase else _asker(shop, at)
    channel = _channel(shop, at, channel, shopper)
    striking = topic is STRIKE_TOPIC
    product = purchase.product if purchase else shop.dice.choice(PRODUCTS)
    texts = phrases(shopper.language)
    return Enquiry(
        at=at,
        channel=channel,
        topic=topic,
        shopper=_as_seen_on(channel, shopper, shop),
        purchase=purchase,
        case=texts.strike if striking else shop.dice.choice(texts.intents[topic.intent]),
        details=_details(shopper, purchase, striking, shop.dice),
        product=product,
        striking=striking,
    )


def _channel(shop: DemoShop, at: datetime, channel: str, shopper: Shopper) -> str:
    """While the shop is closed the chat window mostly shows a form, and most callers hang up and write."""
    if shopper.language == "id":
        channel = CHANNELS_IN_INDONESIAN.draw(shop.dice)
    if channel in WHEN_CLOSED and not shop.opening.is_open(at) and shop.dice.random() < 0.7:
        return WHEN_CLOSED[channel]
    return channel


def _purchase(shop: DemoShop, at: datetime, topic: Topic) -> Purchase | None:
    if not topic.order_days:
        return None
    youngest, oldest = topic.order_days
    return shop.orders.recent(at, youngest_days=youngest, oldest_days=oldest)


def _asker(shop: DemoShop, at: datetime) -> Shopper:
    purchase = shop.orders.recent(at, youngest_days=0, oldest_days=200)
    known = purchase is not None and shop.dice.random() < KNOWN_CUSTOMER
    return purchase.shopper if known and purchase else shop.customers.newcomer()


def _as_seen_on(channel: str, shopper: Shopper, shop: DemoShop) -> Shopper:
    if channel in ("email", "contact_form", "chat") or shop.dice.random() > UNDER_ANOTHER_NAME:
        return shopper
    return shop.customers.by_profile(shopper) if channel == "instagram" else shop.customers.by_phone(shopper)


def _details(shopper: Shopper, purchase: Purchase | None, striking: bool, dice: Random) -> dict[str, str]:
    language = shopper.language
    size = dice.randrange(1, len(SIZES) - 1)
    colour, shade = dice.sample(COLOURS[language], 2)
    carrier = STRIKING_CARRIER if striking else CARRIERS.get(shopper.market.country, OTHER_CARRIER)
    somebody = dice.choice(COLLEAGUES)
    return {
        "order": purchase.order.id if purchase else "",
        "price": price_in(language, purchase.order.paid, purchase.order.currency) if purchase else "",
        "size": SIZES[size],
        "other": SIZES[size + dice.choice((-1, 1))],
        "smaller": SIZES[size - 1],
        "bigger": SIZES[size + 1],
        "colour": colour,
        "shade": shade,
        "first": shopper.first,
        "name": shopper.entry.name or shopper.first,
        "ce": "e" if shopper.female else "",
        "city": shopper.city,
        "carrier": carrier,
        "tracking": f"{carrier[:2].upper()}{dice.randrange(10**8, 10**9)}{shopper.market.country}",
        "days": str(dice.choice((2, 3, 3, 4, 4, 5, 6))),
        "eta": str(dice.choice((2, 3, 3, 4, 5))),
        "code": dice.choice(CODES[language]),
        "agent": somebody.first_name,
        "agent_e": "e" if somebody.female else "",
    }


def _date_in(language: str, day: date) -> str:
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {MONTHS[language][day.month - 1]}"


def price_in(language: str, minor: int, currency: str) -> str:
    """An amount as people of the language write it."""
    if currency == "IDR":
        return f"Rp{minor // 100:,}".replace(",", ".")
    amount = f"{minor / 100:.2f}"
    if language == "fr":
        return amount.replace(".", ",") + " €"
    return ("$" if currency == "USD" else "€") + amount
