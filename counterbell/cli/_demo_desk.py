"""What the people of the demo shop have prepared for their desk, and what has come of it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from counterbell.accounts.models import Shop

if TYPE_CHECKING:
    from counterbell.desk.models import Macro

ON_ITS_WAY = {
    "en": "Hello {{ customer.first_name }},\n\nyour order {{ order.number }} is on its way: it should be with you "
    "within three working days.\n\nKind regards\n{{ agent.name }}",
    "fr": "Bonjour {{ customer.first_name }},\n\nvotre commande {{ order.number }} est en route : elle devrait vous "
    "parvenir sous trois jours ouvrés.\n\nBien à vous\n{{ agent.name }}",
}
WHERE = {
    "en": "Hello {{ customer.first_name }},\n\nyour order {{ order.number }} is {{ order.state }}. You can follow the "
    "parcel here: {{ order.tracking_link }}\n\nKind regards\n{{ agent.name }}",
    "fr": "Bonjour {{ customer.first_name }},\n\nvotre commande {{ order.number }} est {{ order.state }}. Vous pouvez "
    "suivre le colis ici\u00a0: {{ order.tracking_link }}\n\nBien à vous\n{{ agent.name }}",
    "id": "Halo {{ customer.first_name }},\n\npesanan Anda {{ order.number }} {{ order.state }}. Paketnya dapat Anda "
    "lacak di sini: {{ order.tracking_link }}\n\nSalam hangat\n{{ agent.name }}",
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


YEAR, LATELY, A_FEW_DAYS = timedelta(days=365), timedelta(days=120), timedelta(days=3)
EVERY_THIRD = 3
HOUR = 3600


def prepare(shop: Shop, at: datetime) -> None:
    """Give the shop a sender, macros, response targets and rules as of `at`, unless it has macros already."""
    from counterbell.desk import macros
    from counterbell.mail import senders

    if macros.of_shop(shop):
        return
    senders.set_sender(shop, "bonjour@maison-lilas.example", name="Maison Lilas")
    _macros(shop, at)
    _targets(shop, at - YEAR)
    _rules(shop, at)
    _somebody_is_away(shop, at)
    _views(shop)


def _macros(shop: Shop, at: datetime) -> None:
    from counterbell.desk import macros

    since = at - LATELY
    on_its_way = macros.keep(shop, "Order on its way", ON_ITS_WAY, tags="wismo", close=True, at=since)
    returned = macros.keep(shop, "Return received", RETURNED, tags="refund", assign=True, at=since)
    _was_used(on_its_way, ["shipping/status"], since)
    macros.keep(shop, "Where is my order", WHERE, tags="wismo", at=since)
    _was_used(returned, ["return/status", "refund/status"], since)
    _was_used(macros.keep(shop, "Which size", SIZE, tags="product", at=since), ["product/question"], since)


def _was_used(macro: "Macro", intents: Collection[str], since: datetime) -> None:
    """The first reply on every third ticket about this was written with the macro."""
    from counterbell.desk.models import MacroUse
    from counterbell.record.models import Author, Message

    replies = Message.objects.filter(shop=macro.shop, author=Author.AGENT, public=True, happened_at__gte=since)
    about = replies.filter(ticket__state__intent__in=intents).order_by("-happened_at", "-pk")
    first = {ticket: (id, when) for ticket, id, when in about.values_list("ticket", "external_id", "happened_at")}
    MacroUse.objects.bulk_create(
        MacroUse(macro=macro, ticket_id=ticket, message=id, used_at=when)
        for ticket, (id, when) in sorted(first.items())[::EVERY_THIRD]
    )


def _targets(shop: Shop, since: datetime) -> None:
    from counterbell.desk.targets import setting

    setting.ask(shop, None, at=since, first_response=4 * HOUR, resolution=24 * HOUR, business=True)
    setting.ask(shop, None, at=since, channel="chat", first_response=HOUR // 4, business=True)


def _rules(shop: Shop, at: datetime) -> None:
    """Two that are on and have given away what came in the last days, and one that is written and off."""
    from counterbell.desk.rules import keeping
    from counterbell.desk.rules.giving import give_all
    from counterbell.desk.rules.keeping import Wording
    from counterbell.desk.rules.models import Unassigned
    from counterbell.desk.standing import standing

    since = at - A_FEW_DAYS
    for wording in (
        Wording("In Indonesian", {"language": "id"}, pool_agents=("ayu",), at_any_time=True),
        Wording("WhatsApp", {"channel": "whatsapp"}, pool_agents=("ayu", "camille"), by_load=True, at_any_time=True),
    ):
        keeping.keep(shop, wording, at=since, switched_on=True)
    keeping.keep(shop, Wording("Returns", {"tag": "return"}, pool_team="Retours"), at=since)
    waits = [one for one in standing(shop, at) if one.assignee is None and one.created_at >= since]
    Unassigned.objects.bulk_create(
        Unassigned(ticket_id=one.pk, shop=shop, since=one.created_at, due_at=at) for one in waits
    )
    give_all(at)


def _somebody_is_away(shop: Shop, at: datetime) -> None:
    from counterbell.accounts.models import Membership
    from counterbell.desk.rules.absence import set_away

    for nadia in Membership.objects.filter(shop=shop, agent="nadia").select_related("user", "shop"):
        set_away(nadia, since=None, until=(at + timedelta(days=7)).replace(minute=0, second=0, microsecond=0), at=at)


def _views(shop: Shop) -> None:
    """Everybody who answers has kept a view: whose ticket is due first among those that nobody has."""
    from counterbell.desk import saved
    from counterbell.desk.folders import Filters
    from counterbell.desk.rules.staff import people

    for one in people(shop):
        saved.keep(shop, one.user, "Next to take", "unassigned", Filters(order="due"))
