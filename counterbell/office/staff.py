"""Changing what people of a shop may do, and taking them out, with a note in the audit log."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.accounts import people
from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.audit import trail
from counterbell.errors import NotFound


def member(shop: Shop, key: int) -> Membership:
    """The membership of that key. Raises NotFound."""
    found = Membership.objects.select_related("user", "shop").filter(shop=shop, pk=key).first()
    if found is None:
        raise NotFound(_("That person does not work for the shop any more."))
    return found


@transaction.atomic
def change(membership: Membership, by: User, role: Role, *, agent: str, at: datetime) -> bool:
    """Give another role or another agent of the record; returns whether anything was different."""
    old, new = (_said(told, one) for told, one in ((membership.role, membership.agent), (role.value, agent)))
    if old == new:
        return False
    people.change(membership, role, agent=agent, at=at)
    trail.note(membership.shop, by, "person.changed", at=at, person=membership.user.email, old=old, new=new)
    trail.note_revoked(membership.shop, by, membership.user, at=at)
    return True


def _said(role: str, agent: str) -> str:
    return f"{role} ({agent})" if agent else role


@transaction.atomic
def remove(membership: Membership, by: User, *, at: datetime) -> None:
    """Take a person out; pages that he or she has open show nothing any more."""
    people.remove(membership.shop, membership.user.email, at=at)
    trail.note(membership.shop, by, "person.removed", at=at, person=membership.user.email)
    trail.note_revoked(membership.shop, by, membership.user, at=at)
