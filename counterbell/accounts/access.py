"""Who may open a page of a shop: decided once, before the view, from the person's membership.

Whoever has no membership is told that there is no such page, so that not even the names of shops can be guessed.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from .models import Membership, Role, Shop, User

P = ParamSpec("P")


class ShopRequest(HttpRequest):
    """A request of a person who works for the shop."""

    user: User
    shop: Shop
    membership: Membership
    view_query: str
    """What the menu takes along of this page's address; not there on pages without figures."""


View = Callable[Concatenate[ShopRequest, P], HttpResponse]


def shop_view(least: Role = Role.VIEWER) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """A view under /shops/<slug>/ for members with at least that role, who find it in `request.shop`.

    Anonymous visitors are sent to sign in; strangers get 404, members with a lesser role 403. What it answers is
    private: nothing on the way may keep it.
    """

    def decorated(view: View[P]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def checked(request: Any, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            membership = membership_of(request.user, slug)
            if not membership.may(least):
                raise PermissionDenied
            request.shop, request.membership = membership.shop, membership
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_cache=True)
            return response

        checked.least_role = least  # type: ignore[attr-defined]
        return checked

    return decorated


def membership_of(user: User, slug: str) -> Membership:
    """The person's membership of that shop. Raises Http404 if there is none."""
    try:
        return Membership.objects.select_related("shop").get(user=user, shop__slug=slug)
    except Membership.DoesNotExist:
        raise Http404 from None
