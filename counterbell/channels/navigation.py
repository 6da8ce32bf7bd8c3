"""The entry of the menu for mail that waits for a person."""

from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Membership, Role
from counterbell.parts import Link

from ._by_hand import failed


def _failed(membership: Membership) -> int:
    return failed(membership.shop)


LINKS = [Link(later("Incoming mail"), "intake", order=82, least=Role.LEAD, count=_failed, comes_and_goes=True)]
