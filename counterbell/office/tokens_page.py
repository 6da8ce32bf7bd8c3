"""The page of tokens: which programs come in, for what, and when they last did."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from counterbell.accounts import tokens
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import ApiToken, Role
from counterbell.accounts.opening_hours import zone
from counterbell.audit import trail
from counterbell.errors import Problem
from counterbell.formats import NOTHING, moment


@shop_view(least=Role.OWNER)
def page(request: ShopRequest) -> HttpResponse:
    """The list, and the form that makes one; its secret is shown this once."""
    if request.method != "POST":
        return _shown(request)
    try:
        token, secret = _made(request)
    except Problem as refused:
        return _shown(request, problem=str(refused))
    answer = _shown(request, made=token, secret=secret)
    answer["Cache-Control"] = "private, no-store"
    return answer


@transaction.atomic
def _made(request: ShopRequest) -> tuple[ApiToken, str]:
    now, scopes = datetime.now(UTC), request.POST.getlist("scope")
    name = request.POST.get("name", "").strip()[:120]
    token, secret = tokens.make(request.shop, name, scopes, by=request.user, at=now)
    trail.note(request.shop, request.user, "token.made", at=now, token=token.name, scopes=", ".join(token.scopes))
    return token, secret


@shop_view(least=Role.OWNER)
@require_POST
def revoke(request: ShopRequest, key: int) -> HttpResponse:
    """Take one back; from now on it opens nothing."""
    now, token = datetime.now(UTC), get_object_or_404(ApiToken, shop=request.shop, pk=key)
    with transaction.atomic():
        if tokens.revoke(request.shop, token.pk, at=now):
            trail.note(request.shop, request.user, "token.revoked", at=now, token=token.name)
    return redirect("settings_tokens", request.shop.slug)


def _shown(request: ShopRequest, *, made: ApiToken | None = None, secret: str = "", problem: str = "") -> HttpResponse:
    local = zone(request.shop.timezone)

    def when(instant: datetime | None) -> str:
        return moment(instant.astimezone(local)) if instant else NOTHING

    listed = [
        (
            one,
            ", ".join(str(tokens.MEANING.get(scope, scope)) for scope in one.scopes),
            when(one.made_at),
            when(one.last_used_at),
        )
        for one in request.shop.api_tokens.select_related("made_by").order_by("revoked_at", "-pk")
    ]
    told: dict[str, Any] = {"tokens": listed, "made": made, "secret": secret, "problem": problem}
    told |= {"scopes": [(scope, tokens.MEANING.get(scope, scope)) for scope in tokens.SCOPES], "sent": request.POST}
    return render(request, "office/tokens.html", told, status=400 if problem else 200)
