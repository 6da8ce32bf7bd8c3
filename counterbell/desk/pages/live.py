"""What pages of the desk ask while they stay open."""

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_GET

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.desk.acting import ticket_of
from counterbell.desk.live import LiveAnswer, Viewer, program_version

from . import asked


@shop_view(least=Role.AGENT)
@require_GET
def stream(request: ShopRequest) -> HttpResponse:
    """Tell the inbox, or with `?ticket=` the page of that ticket, what has changed after `?since=`, and goes on to."""
    number = asked.whole(request.GET.get("ticket"))
    ticket = ticket_of(request.shop, number).pk if number else None
    since = asked.whole(request.headers.get("Last-Event-ID") or request.GET.get("since"))
    return LiveAnswer(Viewer(request.shop.pk, request.user.pk, ticket, since))


@shop_view(least=Role.AGENT)
@require_GET
def state(request: ShopRequest) -> HttpResponse:
    """Whether the page may still ask, for whom, and the token with which it may send."""
    told = {"person": request.user.pk, "token": get_token(request), "version": program_version()}
    return JsonResponse(told)
