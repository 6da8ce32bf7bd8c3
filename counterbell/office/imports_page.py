"""The page of imports: a place to drop a file, and what became of the others."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.accounts.opening_hours import zone
from counterbell.errors import Problem
from counterbell.formats import moment, size

from . import importing, receiving

SHOWN = 50


@shop_view(least=Role.LEAD)
def page(request: ShopRequest) -> HttpResponse:
    """The place to drop a file, and the imports until now."""
    return _shown(request)


@csrf_exempt  # the body is read only after its length is known; then the token is checked
@shop_view(least=Role.LEAD)
def receive(request: ShopRequest) -> HttpResponse:
    """Take a file, and show what it is."""
    try:
        receiving.refuse_too_large(request.META.get("CONTENT_LENGTH") or "")
    except Problem as refused:
        return _shown(request, str(refused), status=413)
    handler = receiving.ToDisk(request)
    request.upload_handlers = [handler]
    return _received(request, handler)


@csrf_protect
def _received(request: ShopRequest, handler: receiving.ToDisk) -> HttpResponse:
    if request.method != "POST":
        return redirect("imports", request.shop.slug)
    stored = request.FILES.get("file")
    try:
        handler.refuse_if_too_large()
        if not isinstance(stored, receiving.Stored):
            raise Problem(_("No file has come. Choose one, and send it."))
        upload = importing.keep(request.shop, request.user, stored, at=datetime.now(UTC))
    except receiving.TooLarge as refused:
        return _shown(request, str(refused), status=413)
    except Problem as refused:
        return _shown(request, str(refused), status=400)
    messages.success(request, _("“%(file)s” is here.") % {"file": upload.name})
    return redirect("imports_one", request.shop.slug, upload.pk)


def _shown(request: ShopRequest, problem: str = "", *, status: int = 200) -> HttpResponse:
    local = zone(request.shop.timezone)
    uploads = request.shop.uploads.select_related("by").order_by("-pk")[:SHOWN]
    listed = [(one, moment(one.put_at.astimezone(local)), size(one.size)) for one in uploads]
    told = {"uploads": listed, "problem": problem, "limit": receiving.limit(), "limit_text": size(receiving.limit())}
    return render(request, "office/imports.html", told, status=status)
