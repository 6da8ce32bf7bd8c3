"""Who is away: everybody says it of him- or herself, a lead of others too."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from counterbell import formats
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Membership, Role
from counterbell.accounts.opening_hours import zone
from counterbell.desk.actions.snoozing import moment
from counterbell.desk.rules import absence
from counterbell.desk.rules.models import Absence
from counterbell.desk.rules.staff import people
from counterbell.errors import Problem

from . import asked


@shop_view(least=Role.AGENT)
@require_GET
def page(request: ShopRequest) -> HttpResponse:
    """Everybody with his or her absence, for a lead; one's own for others."""
    now, gone = asked.now(), absence.absences(request.shop, asked.now())
    shown = [one for one in people(request.shop) if _may(request, one)]
    told = [(one, gone.get(one.user_id), _in_words(request, gone.get(one.user_id), now)) for one in shown]
    return render(request, "desk/absence.html", {"people": told})


def _may(request: ShopRequest, whose: Membership) -> bool:
    return whose.user_id == request.user.pk or request.membership.may(Role.LEAD)


def _in_words(request: ShopRequest, gone: Absence | None, now: datetime) -> str:
    if gone is None:
        return _("here")
    where = zone(request.shop.timezone)
    told = {"since": formats.moment(gone.from_at.astimezone(where))}
    if gone.until_at is None:
        return (_("away from %(since)s") if gone.from_at > now else _("away since %(since)s")) % told
    told["until"] = formats.moment(gone.until_at.astimezone(where))
    text = _("away from %(since)s until %(until)s") if gone.from_at > now else _("away until %(until)s")
    return text % told


@shop_view(least=Role.AGENT)
@require_POST
def change(request: ShopRequest, number: int) -> HttpResponse:
    """Set somebody away, or back."""
    whose = get_object_or_404(Membership.objects.select_related("user", "shop"), shop=request.shop, pk=number)
    if not _may(request, whose):
        raise PermissionDenied
    now = asked.now()
    if request.POST.get("do") == "back":
        absence.come_back(whose, at=now, by=request.user)
        return redirect("inbox_absence", request.shop.slug)
    try:
        since, until = (_time(request, asked.said(request.POST, name, 40), now) for name in ("since", "until"))
        absence.set_away(whose, since=since, until=until, at=now, by=request.user)
    except Problem as problem:
        messages.error(request, str(problem))
    return redirect("inbox_absence", request.shop.slug)


def _time(request: ShopRequest, text: str, now: datetime) -> datetime | None:
    return moment(text, request.shop.timezone, now) if text else None
