"""Who works for a shop: added, given another role, taken out.

With a role go the tokens that it was needed for: they are revoked in the same transaction.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.errors import NotFound, Problem

from . import tokens
from .models import Membership, Role, Shop, User


def role(name: str) -> Role:
    """The role of that name. Raises Problem with those there are."""
    try:
        return Role(name)
    except ValueError:
        told = {"role": name, "roles": ", ".join(Role.values)}
        raise Problem(_("There is no role '%(role)s'. There are: %(roles)s.") % told) from None


def is_known(email: str) -> bool:
    """Whether that person signs in already, for whatever shop."""
    return User.objects.filter(email__iexact=email.strip()).exists()


@transaction.atomic
def add(
    shop: Shop, email: str, given: Role, *, at: datetime, name: str = "", agent: str = "", password: str = ""
) -> Membership:
    """Let a person in, or give one who is there another role; `password` is set only for somebody new."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise Problem(
            _("'%(email)s' is no e-mail address. Write it like ann@example.com.") % {"email": email}
        ) from None
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password or None, name=name)
    membership, new = Membership.objects.get_or_create(shop=shop, user=user, defaults={"role": given, "agent": agent})
    if not new:
        _keep_an_owner(membership, given)
        membership.role, membership.agent = given, agent or membership.agent
        membership.save(update_fields=["role", "agent"])
        tokens.revoke_beyond(shop, user, given, at=at)
    return membership


@transaction.atomic
def change(membership: Membership, given: Role, *, agent: str, at: datetime) -> None:
    """Give a person another role, and tell which agent of the record he or she is (empty: none)."""
    _keep_an_owner(membership, given)
    Membership.objects.filter(pk=membership.pk).update(role=given, agent=agent)
    tokens.revoke_beyond(membership.shop, membership.user, given, at=at)


@transaction.atomic
def remove(shop: Shop, email: str, *, at: datetime) -> User:
    """Take a person out of a shop; returns who it was. Raises NotFound, or Problem for the last owner."""
    membership = Membership.objects.filter(shop=shop, user__email__iexact=email.strip()).first()
    if membership is None:
        told = {"email": email, "shop": shop.slug}
        raise NotFound(_("Nobody with the address '%(email)s' works for %(shop)s.") % told)
    _keep_an_owner(membership, None)
    membership.delete()
    tokens.revoke_beyond(shop, membership.user, None, at=at)
    return membership.user


def _keep_an_owner(membership: Membership, becoming: Role | None) -> None:
    owners = Membership.objects.select_for_update().filter(shop=membership.shop, role=Role.OWNER)
    keys = set(owners.values_list("pk", flat=True))  # held, so that two owners cannot take each other out at once
    if membership.pk in keys and becoming != Role.OWNER and len(keys) == 1:
        raise Problem(_("A shop must keep an owner. Make somebody else owner first."))
