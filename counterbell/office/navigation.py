"""The entries of the menu for whoever looks after the shop."""

from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Role
from counterbell.parts import Link

LINKS = [
    Link(later("Imports"), "imports", order=85, least=Role.LEAD),
    Link(later("Settings"), "settings", order=90, least=Role.OWNER, key="c"),
]
