"""The pages of the reports: who gets which, how it looks, sending one to see, and ending it by the link in the mail."""

from collections.abc import Mapping
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from counterbell import formats
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.accounts.opening_hours import zone
from counterbell.errors import NotFound, Problem
from counterbell.goals.listeners import LANGUAGES
from counterbell.mail.models import State

from . import sending, subscriptions
from .digest import digest, last_over
from .letter import page as mail_page
from .models import Audience, Rhythm, Subscription

NOTHING: Mapping[str, str] = {}
"""Nothing was filled in."""


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    return _page(request)


@require_POST
@shop_view()
def subscribe(request: ShopRequest) -> HttpResponse:
    told = request.POST.dict()
    try:
        found = subscriptions.subscribe(
            request.shop,
            _reader(request, told.get("person", "")),
            told.get("audience", ""),
            told.get("rhythm", ""),
            by=request.user,
            at=now(),
            language=told.get("language", ""),
            with_csv="with_csv" in told,
        )
    except Problem as problem:
        return _page(request, told, str(problem))
    messages.success(request, _("%(person)s gets it from now on.") % {"person": found.user})
    return redirect("reports", request.shop.slug)


@require_POST
@shop_view()
def end(request: ShopRequest, number: int) -> HttpResponse:
    subscriptions.unsubscribe(_own(request, number), by=request.user, at=now())
    return redirect("reports", request.shop.slug)


@require_POST
@shop_view()
def test(request: ShopRequest, number: int) -> HttpResponse:
    subscription = _own(request, number)
    sending.send_test(subscription, at=now())
    told = {"address": subscription.user.email}
    messages.success(request, _("The last report is on its way to %(address)s.") % told)
    return redirect("reports", request.shop.slug)


@csp_update({"style-src": [UNSAFE_INLINE]})
@shop_view()
def preview(request: ShopRequest) -> HttpResponse:
    """The last report as its mail looks; the only page whose styles stand in it, as a mail's must."""
    audience, rhythm = request.GET.get("audience", Audience.OWNER), request.GET.get("rhythm", Rhythm.WEEK)
    if audience not in Audience.values or rhythm not in Rhythm.values:
        raise NotFound(_("There is no such report. Choose one under Reports."))
    if not subscriptions.may_get(request.membership, audience):
        raise PermissionDenied
    language = request.GET.get("language", "")
    written_in = language if language in LANGUAGES else get_language() or LANGUAGES[0]
    at = now()
    found = digest(
        request.shop,
        audience,
        rhythm,
        written_in,
        at=at,
        period=last_over(request.shop, rhythm, at),
        sees_colleagues=request.membership.sees_colleagues,
    )
    return HttpResponse(mail_page(found))


@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail. Looking ends nothing, since machines look; the button does, and so do mail programs.

    Whoever has the link has the right: it is signed, and mail programs send neither a session nor a token of ours.
    It went to the reader alone, who is therefore taken for the one who ends it.
    """
    subscription = subscriptions.by_token(token)
    if request.method == "POST":
        subscriptions.unsubscribe(subscription, by=subscription.user, at=now())
        subscription.refresh_from_db()
    return render(request, "reports/unsubscribe.html", {"subscription": subscription})


def _own(request: ShopRequest, number: int) -> Subscription:
    """The subscription, if the person may change it. Raises NotFound."""
    found = subscriptions.subscription_of(request.shop, number)
    if not subscriptions.may_manage(request.membership, found):
        raise NotFound(_("There is no report %(number)s in this shop.") % {"number": number})
    return found


def _reader(request: ShopRequest, number: str) -> User:
    """Who is to get it: oneself, or whom a lead or an owner has chosen. Raises NotFound."""
    if not number or number == str(request.user.pk):
        return request.user
    if not request.membership.may(Role.LEAD):
        raise PermissionDenied
    found = _people(request.shop).filter(user__pk=number).first() if number.isascii() and number.isdigit() else None
    if found is None:
        raise NotFound(_("There is no such person in this shop. Choose one of the list."))
    return found.user


def _people(shop: Shop) -> "QuerySet[Membership]":
    people = Membership.objects.filter(shop=shop, user__is_active=True).select_related("user")
    return people.order_by("user__name", "user__email")


def _page(request: ShopRequest, filled: Mapping[str, str] = NOTHING, trouble: str = "") -> HttpResponse:
    shop, membership = request.shop, request.membership
    is_lead = membership.may(Role.LEAD)
    found = subscriptions.subscriptions(shop, of=None if is_lead else request.user)
    told = {
        "subscriptions": [_row(shop, each) for each in found],
        "people": [each.user for each in _people(shop)] if is_lead else [],
        "audiences": [choice for choice in Audience.choices if subscriptions.may_get(membership, choice[0])],
        "rhythms": Rhythm.choices,
        "filled": filled,
        "person": filled.get("person") or str(request.user.pk),
        "trouble": trouble,
        "hour": sending.HOUR,
    }
    return render(request, "reports/reports.html", told, status=400 if trouble else 200)


def _row(shop: Shop, each: Subscription) -> dict[str, Any]:
    mail = sending.last_mail(each)
    states = {
        State.WAITING: _("waits to be sent"),
        State.SENDING: _("is being sent"),
        State.SENT: _("sent"),
        State.FAILED: _("could not be sent"),
        State.UNSURE: _("may have been sent"),
    }
    next_at = _next(shop, each)
    return {
        "subscription": each,
        "language": subscriptions.language_of(each),
        "state": states[State(mail.state)] if mail else "",
        "is_bad": mail is not None and mail.state in (State.FAILED, State.UNSURE),
        "when": formats.moment(mail.put_at.astimezone(zone(shop.timezone))) if mail else "",
        "next": formats.moment(next_at.astimezone(zone(shop.timezone))),
    }


def _next(shop: Shop, each: Subscription) -> Any:
    from counterbell.goals.periods import running

    return sending.due_at(shop, running(shop, each.rhythm, now()))
