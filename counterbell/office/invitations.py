"""Asking somebody by mail to work for a shop: a signed link, good once and for a week."""

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterbell.accounts import people
from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.accounts.opening_hours import zone
from counterbell.audit import trail
from counterbell.errors import NotFound, Problem
from counterbell.formats import day
from counterbell.mail import outbox

from .models import Invitation

GOOD_FOR = timedelta(days=7)
SALT = "counterbell.office.invitation"

WHAT_A_ROLE_MAY = {
    Role.OWNER: later("You may see and change everything."),
    Role.LEAD: later("You may see all figures and take in files."),
    Role.AGENT: later("You may see the figures of the shop and your own."),
    Role.VIEWER: later("You may see all figures."),
}


@transaction.atomic
def invite(
    shop: Shop, by: User, email: str, role: Role, *, agent: str, language: str, link: str, at: datetime
) -> Invitation:
    """Ask that person by mail. `link` is the address of the page that accepts, with %s for the signed part.

    An earlier invitation of the same person is withdrawn. Raises Problem for an address that is none, or somebody who
    is there already.
    """
    email = _checked(shop, email)
    for open_one in pending(shop, at).filter(email__iexact=email):
        withdraw(open_one, by, at=at)
    one = Invitation.objects.create(
        shop=shop, email=email, role=role, agent=agent, language=language, invited_by=by, invited_at=at,
        ends_at=at + GOOD_FOR,
    )  # fmt: skip
    with translation.override(language or translation.get_language()):
        outbox.put(
            shop,
            key=f"invitation:{one.pk}",
            to=email,
            subject=_("%(person)s invites you to %(shop)s") % {"person": by, "shop": shop},
            text=_text(one, link % signing.dumps(one.pk, salt=SALT)),
            at=at,
        )
    trail.note(shop, by, "person.invited", at=at, person=email, role=role.value)
    return one


def _checked(shop: Shop, told: str) -> str:
    email = told.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise Problem(_("'%(email)s' is no e-mail address. Write it like ann@example.com.") % {"email": told}) from None
    if Membership.objects.filter(shop=shop, user__email__iexact=email).exists():
        raise Problem(_("%(email)s works for the shop already. Change the role in the list.") % {"email": email})
    return email


def _text(one: Invitation, link: str) -> str:
    told = {"shop": one.shop, "role": Role(one.role).label, "day": last_day(one)}
    asked = _("You are invited to follow the customer service of %(shop)s in Counterbell, as %(role)s.") % told
    how = _("Open this link to accept and, if you are new, to choose a password:")
    good = _("It is good once, until %(day)s. If you do not know who asks, leave it alone: nothing happens then.")
    return f"{asked} {WHAT_A_ROLE_MAY[Role(one.role)]}\n\n{how}\n{link}\n\n{good % told}\n"


def last_day(one: Invitation) -> str:
    """Until which day of the shop it is good, in words."""
    return day(one.ends_at.astimezone(zone(one.shop.timezone)).date())


def pending(shop: Shop, at: datetime) -> "QuerySet[Invitation]":
    """The invitations that can still be accepted, newest first."""
    still = Invitation.objects.filter(shop=shop, accepted_at=None, withdrawn_at=None, ends_at__gt=at)
    return still.select_related("shop").order_by("-pk")


@transaction.atomic
def withdraw(one: Invitation, by: User, *, at: datetime) -> bool:
    """Take an invitation back, and its mail if it has not gone; returns whether it was still open."""
    claimed = Invitation.objects.filter(pk=one.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=at)
    if claimed:
        outbox.cancel(one.shop, f"invitation:{one.pk}")
        trail.note(one.shop, by, "invitation.withdrawn", at=at, person=one.email)
    return claimed > 0


def of_link(signed: str, at: datetime) -> Invitation:
    """The invitation of a link. Raises NotFound when it is forged, over, withdrawn or was used."""
    try:
        key = signing.loads(signed, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        key = None
    open_ones = Invitation.objects.select_related("shop").filter(accepted_at=None, withdrawn_at=None, ends_at__gt=at)
    one = open_ones.filter(pk=key).first() if key else None
    if one is None:
        raise NotFound(_("This invitation is no longer good: it was used, taken back, or is too old. Ask for another."))
    return one


def person_of(one: Invitation) -> User | None:
    """Who signs in with the invited address already, for whatever shop."""
    return User.objects.filter(email__iexact=one.email).first()


@transaction.atomic
def accept(one: Invitation, *, at: datetime, name: str = "", password: str = "") -> Membership:
    """Let the invited person in; somebody new sets a name and a password. Raises Problem when it was used meanwhile."""
    if not Invitation.objects.filter(pk=one.pk, accepted_at=None, withdrawn_at=None).update(accepted_at=at):
        raise Problem(_("This invitation was used or taken back meanwhile. Ask for another."))
    if person_of(one) is None:
        _refuse_weak(password, User(email=one.email, name=name))
    told = {"name": name, "agent": one.agent, "password": password}
    membership = people.add(one.shop, one.email, Role(one.role), at=at, **told)
    trail.note(one.shop, membership.user, "person.joined", at=at, person=one.email, role=one.role)
    trail.note_revoked(one.shop, membership.user, membership.user, at=at)
    return membership


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Problem(" ".join(problem.messages)) from None
