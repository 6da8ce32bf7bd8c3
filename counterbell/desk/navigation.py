"""The desk's entry of the menu."""

from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Role
from counterbell.parts import Link

LINKS = [Link(later("Inbox"), "inbox", order=15, least=Role.AGENT, key="i")]
