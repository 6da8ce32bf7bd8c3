"""The page of people: who works for the shop as what, and whom to ask."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterbell.accounts import people
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import ApiToken, Role
from counterbell.errors import Problem
from counterbell.record.models import Agent

from . import invitations, staff
from .models import Invitation

_OF_MEMBER = ApiToken.objects.filter(shop=OuterRef("shop"), made_by=OuterRef("user"), revoked_at=None)
_GOOD_TOKENS = Coalesce(Subquery(_OF_MEMBER.values("made_by").annotate(n=Count("pk")).values("n")), 0)


@shop_view(least=Role.OWNER)
def page(request: ShopRequest) -> HttpResponse:
    """The list, and the form that invites."""
    problem = ""
    if request.method == "POST":
        try:
            one = _invited(request)
        except Problem as refused:
            problem = str(refused)
        else:
            messages.success(request, _told_by_mail() % {"person": one.email})
            return redirect("settings_people", request.shop.slug)
    return render(request, "office/people.html", _told(request) | {"problem": problem}, status=400 if problem else 200)


def _told_by_mail() -> str:
    if settings.MAIL_WAY is None:
        return _("The invitation of %(person)s is ready: it goes out by mail as soon as this installation sends mail.")
    return _("%(person)s is invited by mail.")


def _invited(request: ShopRequest) -> Invitation:
    told = request.POST
    language = told.get("language", "")
    return invitations.invite(
        request.shop,
        request.user,
        told.get("email", ""),
        people.role(told.get("role", "")),
        agent=told.get("agent", "").strip()[:200],
        language=language if language in dict(settings.LANGUAGES) else "",
        link=_link(),
        at=datetime.now(UTC),
    )


def _link() -> str:
    """The address of the page that accepts, with %s for the signed part."""
    path = reverse("invitation", args=["SIGNED"]).replace("%", "%%").replace("SIGNED", "%s")
    return urljoin(settings.PUBLIC_URL.geturl(), path)


def _told(request: ShopRequest) -> dict[str, Any]:
    shop, now = request.shop, datetime.now(UTC)
    return {
        "members": shop.memberships.select_related("user").annotate(tokens=_GOOD_TOKENS).order_by("user__email"),
        "invited": [(one, invitations.last_day(one)) for one in invitations.pending(shop, now)],
        "roles": Role.choices,
        "agents": Agent.objects.filter(shop=shop).order_by("external_id")[:1000],
        "sent": request.POST,
        "mail": settings.MAIL_WAY is not None,
    }


@shop_view(least=Role.OWNER)
@require_POST
def change(request: ShopRequest, key: int) -> HttpResponse:
    """Another role, another agent."""
    membership = staff.member(request.shop, key)
    role, agent = people.role(request.POST.get("role", "")), request.POST.get("agent", "").strip()[:200]
    changed = staff.change(membership, request.user, role, agent=agent, at=datetime.now(UTC))
    messages.success(request, _("Saved.") if changed else _("Nothing was different."))
    return redirect("home" if membership.user == request.user and role != Role.OWNER else _back(request))


@shop_view(least=Role.OWNER)
@require_POST
def remove(request: ShopRequest, key: int) -> HttpResponse:
    """Take a person out of the shop."""
    membership = staff.member(request.shop, key)
    staff.remove(membership, request.user, at=datetime.now(UTC))
    messages.success(request, _("%(person)s no longer works here.") % {"person": membership.user})
    return redirect("home" if membership.user == request.user else _back(request))


@shop_view(least=Role.OWNER)
@require_POST
def withdraw(request: ShopRequest, key: int) -> HttpResponse:
    """Take an invitation back."""
    one = get_object_or_404(Invitation, shop=request.shop, pk=key)
    invitations.withdraw(one, request.user, at=datetime.now(UTC))
    messages.success(request, _("The invitation is taken back."))
    return redirect(_back(request))


def _back(request: ShopRequest) -> str:
    return reverse("settings_people", args=[request.shop.slug])
