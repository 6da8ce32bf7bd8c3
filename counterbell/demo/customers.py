"""The customers of the demo shop: where they live, what they are called, how they can be reached."""

import unicodedata
from dataclasses import dataclass
from itertools import count
from random import Random

from counterbell.record.entries import Customer

from .chance import Urn


@dataclass(frozen=True)
class Market:
    """A country that the shop sells to."""

    country: str
    language: str
    currency: str
    store: str
    cities: tuple[str, ...]


FRANCE = Market(
    "FR",
    "fr",
    "EUR",
    "fr",
    ("Nantes", "Lyon", "Paris", "Rennes", "Bordeaux", "Lille", "Toulouse", "Angers", "Strasbourg", "Montpellier"),
)
BELGIUM = Market("BE", "fr", "EUR", "fr", ("Bruxelles", "Namur", "Liège", "Tournai"))
SWITZERLAND = Market("CH", "fr", "EUR", "fr", ("Genève", "Lausanne", "Fribourg"))
BRITAIN = Market("GB", "en", "EUR", "intl", ("London", "Bristol", "Leeds", "Edinburgh", "Brighton", "York"))
IRELAND = Market("IE", "en", "EUR", "intl", ("Dublin", "Cork", "Galway"))
GERMANY = Market("DE", "en", "EUR", "intl", ("Berlin", "Hamburg", "Cologne", "Munich"))
NETHERLANDS = Market("NL", "en", "EUR", "intl", ("Amsterdam", "Utrecht", "Rotterdam"))
AMERICA = Market("US", "en", "USD", "intl", ("Portland", "Boston", "Chicago", "Austin"))
INDONESIA = Market(
    "ID", "id", "IDR", "intl", ("Jakarta", "Bandung", "Surabaya", "Yogyakarta", "Denpasar", "Semarang", "Medan")
)

MARKETS = Urn(
    {
        FRANCE: 62,
        BELGIUM: 4,
        SWITZERLAND: 3,
        BRITAIN: 9,
        IRELAND: 2.5,
        GERMANY: 3,
        NETHERLANDS: 3,
        AMERICA: 4,
        INDONESIA: 9.5,
    }
)

WOMEN = {
    "fr": (
        "Camille Léa Manon Chloé Inès Sarah Julie Marie Claire Sophie Hélène Élise Charlotte Pauline Margaux Anaïs "
        "Lucie Mathilde Laure Nathalie Isabelle Sandrine Véronique Céline Aurélie Émilie Justine Amandine Noémie "
        "Delphine Valérie Catherine Agnès Fatima Yasmine Clara Louise Jeanne Agathe Marion"
    ),
    "en": (
        "Emily Charlotte Sophie Hannah Grace Olivia Lucy Megan Rachel Kate Anna Laura Eleanor Alice Rebecca Helen "
        "Claire Sarah Julia Lena Katrin Sanne Femke Ciara Aoife Niamh Jennifer Amanda Lauren Nicole Priya Zara Ruth "
        "Victoria Harriet Molly Isla Freya Martha Nina"
    ),
    "id": (
        "Siti Dewi Putri Ayu Rina Fitri Indah Nur Ratna Wulan Maya Dian Sari Intan Citra Lestari Anisa Kartika Mega "
        "Yuni Nadia Rani Tika Vina Bunga Melati Dinda Farah Laras Ningsih"
    ),
}
MEN = {
    "fr": "Thomas Nicolas Julien Antoine Pierre Mathieu Hugo Karim Olivier François",
    "en": "James Daniel Tom Oliver Mark Sean Lars Michael Ben David",
    "id": "Budi Agus Rizky Andi Dimas Bayu Fajar Hendra",
}
FAMILIES = {
    "fr": (
        "Martin Bernard Dubois Petit Robert Richard Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia Roux "
        "Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Faure Mercier Blanc Guérin Boyer Garnier "
        "Chevalier François Legrand Gauthier Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson "
        "Marchand Duval Denis Lemaire Benali Diallo Nguyen Da-Silva Lopez Renaud Colin Picard Aubert Le-Gall Prigent"
    ),
    "en": (
        "Smith Jones Taylor Brown Wilson Evans Walker Wright Thompson White Hughes Edwards Green Hall Wood Harris "
        "Clarke Cooper Ward Turner Hill Morris Moore Clark Baker Murphy Kelly O'Brien Byrne Walsh Müller Schmidt Weber "
        "Becker De-Vries Jansen Bakker Visser Patel Khan Singh Miller Davis Anderson Martinez Robinson Scott Young"
    ),
    "id": (
        "Rahmawati Anggraini Wijaya Santoso Lestari Pratiwi Susanti Kusuma Hidayati Nugroho Setiawan Permata Utami "
        "Maharani Safitri Wulandari Handayani Saputra Puspita Hartono Siregar Nasution Simanjuntak Tanjung Halim "
        "Gunawan Aulia Ramadhani Yuliana Oktaviani"
    ),
}
MAIL_HOSTS = {"fr": "courriel.example", "en": "mail.example", "id": "surat.example"}
PHONES = {
    "FR": "+33 6 39 98 {:04d}",
    "BE": "+33 6 39 98 {:04d}",
    "CH": "+33 6 39 98 {:04d}",
    "ID": "+62 800 0000 {:04d}",
}
OTHER_PHONES = "+1 202 555 {:04d}"
"""Numbers that nobody is likely to be called on."""

FIRST_NAMES = {language: WOMEN[language].split() * 4 + MEN[language].split() for language in WOMEN}
FAMILY_NAMES = {language: [name.replace("-", " ") for name in FAMILIES[language].split()] for language in FAMILIES}
MALE_NAMES = frozenset(name for names in MEN.values() for name in names.split())


@dataclass(slots=True)
class Shopper:
    """A customer's entry together with what the stories need to know of the person."""

    entry: Customer
    market: Market
    first: str
    city: str

    @property
    def language(self) -> str:
        return self.market.language

    @property
    def female(self) -> bool:
        return self.first not in MALE_NAMES


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", "").replace("'", "")


class Customers:
    """Everybody who ever wrote or bought, by id."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._numbers = count(10001)
        self._phones = count(1)
        self.by_id: dict[str, Customer] = {}

    def newcomer(self, market: Market | None = None) -> Shopper:
        """Somebody who gives a name and an e-mail address."""
        market = market or MARKETS.draw(self._dice)
        language = market.language
        first, family = self._dice.choice(FIRST_NAMES[language]), self._dice.choice(FAMILY_NAMES[language])
        number = next(self._numbers)
        email = f"{_plain(first)}.{_plain(family)}{number}@{MAIL_HOSTS[language]}"
        entry = self._enter(number, market, f"{first} {family}", email=email)
        return Shopper(entry, market, first, self._dice.choice(market.cities))

    def guest(self, shopper: Shopper) -> Shopper:
        """The same person once more, without signing in: another id, the same address, perhaps typed otherwise."""
        email = shopper.entry.email or ""
        typed = email.capitalize() if self._dice.random() < 0.4 else email
        return self._again(shopper, email=typed)

    def by_phone(self, shopper: Shopper) -> Shopper:
        """How the same person appears on WhatsApp or on the phone: with a number and no e-mail address."""
        if shopper.entry.phone is None:
            template = PHONES.get(shopper.market.country, OTHER_PHONES)
            shopper.entry.phone = template.format(next(self._phones) % 10_000)
        return self._again(shopper, phone=shopper.entry.phone)

    def by_profile(self, shopper: Shopper) -> Shopper:
        """How the same person appears on Instagram: a name and nothing that tells who it is."""
        return self._again(shopper)

    def staff_member(self) -> Shopper:
        """The shop's own account, for test orders."""
        entry = self._enter(next(self._numbers), FRANCE, "Test Maison Lilas", email="test@maison-lilas.example")
        return Shopper(entry, FRANCE, "Test", "Nantes")

    def _again(self, shopper: Shopper, *, email: str | None = None, phone: str | None = None) -> Shopper:
        name = shopper.entry.name or shopper.first
        entry = self._enter(next(self._numbers), shopper.market, name, email=email, phone=phone)
        return Shopper(entry, shopper.market, shopper.first, shopper.city)

    def _enter(
        self, number: int, market: Market, name: str, *, email: str | None = None, phone: str | None = None
    ) -> Customer:
        entry = Customer(
            id=f"c{number}",
            name=name,
            email=email,
            phone=phone,
            language=market.language,
            country=market.country,
        )
        self.by_id[entry.id] = entry
        return entry
