"""What the agents of the demo shop have prepared for their desk."""

from counterbell.accounts.models import Shop

ON_ITS_WAY = {
    "en": "Hello {{ customer.first_name }},\n\nyour order {{ order.number }} is on its way: it should be with you "
    "within three working days.\n\nKind regards\n{{ agent.name }}",
    "fr": "Bonjour {{ customer.first_name }},\n\nvotre commande {{ order.number }} est en route : elle devrait vous "
    "parvenir sous trois jours ouvrés.\n\nBien à vous\n{{ agent.name }}",
}
RETURNED = {
    "en": "Hello {{ customer.first_name }},\n\nthank you for sending order {{ order.number }} back. "
    "{{ order.total }} will be on your account within five days.\n\nKind regards\n{{ agent.name }}",
    "fr": "Bonjour {{ customer.first_name }},\n\nmerci pour le retour de la commande {{ order.number }}. "
    "{{ order.total }} seront sur votre compte sous cinq jours.\n\nBien à vous\n{{ agent.name }}",
}
SIZE = {
    "en": "Hello {{ customer.first_name }},\n\nthe size guide is on each product's page, below the picture. Between "
    "two sizes, take the larger one.\n\nKind regards\n{{ agent.name }}",
    "fr": "Bonjour {{ customer.first_name }},\n\nle guide des tailles est sur la page de chaque produit, sous la "
    "photo. Entre deux tailles, prenez la plus grande.\n\nBien à vous\n{{ agent.name }}",
}


def prepare(shop: Shop) -> None:
    """Give the shop its macros and a sender, unless it has macros already."""
    from counterbell.desk import macros
    from counterbell.mail import senders

    if macros.of_shop(shop):
        return
    macros.keep(shop, "Order on its way", ON_ITS_WAY, tags="wismo", close=True)
    macros.keep(shop, "Return received", RETURNED, tags="refund", assign=True)
    macros.keep(shop, "Which size", SIZE, tags="product")
    senders.set_sender(shop, "bonjour@maison-lilas.example", name="Maison Lilas")
