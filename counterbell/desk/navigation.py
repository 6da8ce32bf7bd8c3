"""The desk's entry of the menu, and what is set for it."""

from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Role
from counterbell.parts import Link

LINKS = [
    Link(later("Inbox"), "inbox", order=15, least=Role.AGENT, key="i"),
    Link(later("Macros"), "inbox_macros", order=1, least=Role.AGENT, under="inbox"),
    Link(later("Who is away"), "inbox_absence", order=2, least=Role.AGENT, under="inbox"),
    Link(later("Rules"), "inbox_rules", order=3, least=Role.LEAD, under="inbox"),
    Link(later("Response targets"), "inbox_targets", order=4, least=Role.LEAD, under="inbox"),
]
