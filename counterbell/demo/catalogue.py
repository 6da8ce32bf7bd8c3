"""What the demo shop sells, and how its products are called in a sentence."""

from dataclasses import dataclass
from functools import cache

SIZES = ("XS", "S", "M", "L", "XL")

COLOURS = {
    "fr": ("lilas", "bleu nuit", "terracotta", "vert sauge", "sable", "blanc cassé"),
    "en": ("lilac", "midnight blue", "terracotta", "sage green", "sand", "off-white"),
    "id": ("lilac", "biru navy", "terakota", "hijau sage", "krem", "putih tulang"),
}


@dataclass(frozen=True)
class Product:
    """A product; its nouns are French, English and Indonesian, its price is in cents of a euro."""

    name: str
    fr: str
    en: str
    id: str
    feminine: bool
    price_minor: int


PRODUCTS = (
    Product("Adèle", "robe", "dress", "dress", True, 11900),
    Product("Clémence", "robe", "dress", "dress", True, 13900),
    Product("Jeanne", "chemise", "shirt", "kemeja", True, 7900),
    Product("Flore", "chemisier", "blouse", "blus", False, 6900),
    Product("Margot", "jupe", "skirt", "rok", True, 7500),
    Product("Inès", "combinaison", "jumpsuit", "jumpsuit", True, 14900),
    Product("Solène", "veste", "jacket", "jaket", True, 15900),
    Product("Octave", "manteau", "coat", "mantel", False, 22900),
    Product("Ondine", "pull", "jumper", "sweater", False, 8900),
    Product("Colette", "cardigan", "cardigan", "cardigan", False, 9500),
    Product("Rosalie", "tunique", "tunic", "tunik", True, 6500),
    Product("Apolline", "kimono", "kimono", "outer", False, 8500),
    Product("Basile", "gilet", "waistcoat", "rompi", False, 7200),
    Product("Violette", "pyjama", "pyjama set", "piyama", False, 9900),
)


@cache
def named(product: Product, language: str) -> dict[str, str]:
    """The placeholders that stand for a product in texts of a language."""
    if language == "fr":
        return _in_french(product)
    if language == "en":
        return _in_english(product)
    name = f"{product.id} {product.name}"
    return {"product": name, "the": name, "the_cap": name.capitalize().replace(product.name.lower(), product.name)}


def _in_french(product: Product) -> dict[str, str]:
    name = f"{product.fr} {product.name}"
    female = product.feminine
    the = f"la {name}" if female else f"le {name}"
    return {
        "product": name,
        "the": the,
        "the_cap": the[0].upper() + the[1:],
        "my": f"ma {name}" if female else f"mon {name}",
        "this": f"cette {name}" if female else f"ce {name}",
        "a": f"une {name}" if female else f"un {name}",
        "of": f"de la {name}" if female else f"du {name}",
        "it": "elle" if female else "il",
        "it_cap": "Elle" if female else "Il",
        "it_object": "la" if female else "le",
        "e": "e" if female else "",
        "new": "neuve" if female else "neuf",
    }


def _in_english(product: Product) -> dict[str, str]:
    name = f"{product.name} {product.en}"
    article = "an" if product.name[0] in "AEIO" else "a"
    return {
        "product": name,
        "the": f"the {name}",
        "the_cap": f"The {name}",
        "my": f"my {name}",
        "this": f"this {name}",
        "a": f"{article} {name}",
    }
