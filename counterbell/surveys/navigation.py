"""The entry of the menu for surveys."""

from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Role
from counterbell.parts import Link

LINKS = [Link(later("Surveys"), "surveys", order=65, least=Role.LEAD, key="q")]
