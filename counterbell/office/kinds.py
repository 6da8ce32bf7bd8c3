"""What the kinds of entries are called at the end of an import."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

KINDS: dict[str, Promise] = {
    "shop": later("Settings of the shop"),
    "agent": later("Agents"),
    "customer": later("Customers"),
    "ticket": later("Tickets"),
    "message": later("Messages"),
    "status": later("Changes of status"),
    "assignment": later("Assignments"),
    "tags": later("Changes of tags"),
    "intent": later("Changes of intent"),
    "priority": later("Changes of priority"),
    "flag": later("Marks as spam or deleted"),
    "merge": later("Merged tickets"),
    "survey": later("Surveys"),
    "rating": later("Ratings"),
    "order": later("Orders"),
    "order_state": later("States of orders"),
    "refund": later("Refunds"),
    "unreadable": later("Lines that could not be read"),
}


def called(kind: str) -> str:
    """The kind in words."""
    return str(KINDS.get(kind, kind))
