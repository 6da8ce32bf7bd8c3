"""Subscribing a person of the shop to a report, and no longer; also by the link in the mail, without signing in."""

from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.audit import trail
from counterbell.errors import NotFound, Problem
from counterbell.goals.listeners import LANGUAGES

from .models import Audience, Rhythm, Subscription

SALT = "counterbell.reports.unsubscribe"


@transaction.atomic
def subscribe(
    shop: Shop,
    user: User,
    audience: str,
    rhythm: str,
    *,
    by: User | None = None,
    at: datetime,
    language: str = "",
    with_csv: bool = False,
) -> Subscription:
    """The subscription, on from now; saying it again changes the language and the attachment. Raises Problem."""
    _check(shop, user, audience, rhythm, language)
    wanted = {"language": language, "with_csv": with_csv}
    same_reader = Subscription.objects.filter(shop=shop, user=user, audience=audience, rhythm=rhythm)
    was_so = same_reader.filter(on=True, **wanted).exists()
    subscription, is_new = Subscription.objects.get_or_create(
        shop=shop,
        user=user,
        audience=audience,
        rhythm=rhythm,
        defaults={**wanted, "set_by": by, "set_at": at},
    )
    if not is_new:
        same = Subscription.objects.filter(pk=subscription.pk)
        same.update(**wanted)
        same.filter(on=False).update(on=True, set_by=by, set_at=at)
        subscription.refresh_from_db()
    if not was_so:
        _note(subscription, "report.set", by=by, at=at)
    return subscription


@transaction.atomic
def unsubscribe(subscription: Subscription, *, by: User, at: datetime) -> None:
    """Send it no more; doing it again is harmless."""
    if Subscription.objects.filter(pk=subscription.pk, on=True).update(on=False):
        _note(subscription, "report.ended", by=by, at=at)


def _note(subscription: Subscription, what: str, *, by: User | None, at: datetime) -> None:
    told = {"audience": subscription.audience, "rhythm": subscription.rhythm, "person": subscription.user.email}
    trail.note(subscription.shop, by, what, at=at, **told)


def subscriptions(shop: Shop, *, of: User | None = None) -> list[Subscription]:
    """Those that are on, of everybody or one person, by person."""
    found = Subscription.objects.filter(shop=shop, on=True).select_related("user", "shop")
    if of:
        found = found.filter(user=of)
    return list(found.order_by("user__name", "user__email", "audience", "rhythm"))


def subscription_of(shop: Shop, number: int) -> Subscription:
    """The shop's subscription of that number. Raises NotFound."""
    found = Subscription.objects.filter(shop=shop, pk=number).select_related("user", "shop").first()
    if found is None:
        raise NotFound(_("There is no report %(number)s in this shop.") % {"number": number})
    return found


def may_get(membership: Membership, audience: str) -> bool:
    """Whether a report may be sent to the person: that for leads names agents and what customers said of them."""
    return audience == Audience.OWNER or membership.sees_colleagues


def membership_of(subscription: Subscription) -> Membership | None:
    """The reader's membership; null if he or she works there no more, or may not see this report any more."""
    found = Membership.objects.filter(shop=subscription.shop_id, user=subscription.user_id, user__is_active=True)
    membership = found.select_related("user", "shop").first()
    return membership if membership and may_get(membership, subscription.audience) else None


def language_of(subscription: Subscription) -> str:
    """In which language the reader gets it."""
    return subscription.language or subscription.user.language or LANGUAGES[0]


def token_of(subscription: Subscription) -> str:
    """What the link in the mail carries; signed, so that nobody can end another's report."""
    return signing.Signer(salt=SALT).sign(str(subscription.pk))


def by_token(token: str) -> Subscription:
    """The subscription of a link. Raises NotFound for one that we have not made."""
    try:
        number = int(signing.Signer(salt=SALT).unsign(token))
    except signing.BadSignature:
        number = 0
    found = Subscription.objects.filter(pk=number).select_related("shop", "user").first()
    if found is None:
        raise NotFound(_("This link ends no report. Open the whole link of the mail, or choose under Reports."))
    return found


def may_manage(membership: Membership, subscription: Subscription) -> bool:
    """Whether the person may change it: one's own, and as a lead or an owner everybody's."""
    return subscription.user_id == membership.user_id or membership.may(Role.LEAD)


def _check(shop: Shop, user: User, audience: str, rhythm: str, language: str) -> None:
    if audience not in Audience.values or rhythm not in Rhythm.values:
        told = {"audience": audience, "rhythm": rhythm}
        raise Problem(
            _("There is no report '%(audience)s' for each '%(rhythm)s'. Choose owner or lead, week or month.") % told
        )
    if language and language not in LANGUAGES:
        raise Problem(_("Mails are written in en, fr or id; '%(language)s' is none of them.") % {"language": language})
    membership = Membership.objects.filter(shop=shop, user=user).first()
    if membership is None:
        raise NotFound(
            _("Nobody with the address '%(email)s' works for %(shop)s.") % {"email": user, "shop": shop.slug}
        )
    if not may_get(membership, audience):
        raise Problem(_("The report for leads names colleagues' figures, which %(name)s may not see.") % {"name": user})
