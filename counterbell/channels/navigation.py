"""The tab of the desk for mail that waits for a person."""

from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Membership, Role
from counterbell.parts import Link

from ._by_hand import failed


def _failed(membership: Membership) -> int:
    return failed(membership.shop)


LINKS = [Link(later("Incoming mail"), "intake", order=5, least=Role.LEAD, count=_failed, under="inbox")]
