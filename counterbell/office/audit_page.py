"""The page of the audit log."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.accounts.opening_hours import zone
from counterbell.audit.models import Note
from counterbell.audit.sentences import sentence
from counterbell.formats import moment

A_PAGE = 50


@shop_view(least=Role.OWNER)
def page(request: ShopRequest) -> HttpResponse:
    """Who changed what and when, the newest first, in the shop's zone and the reader's language."""
    notes = Paginator(Note.objects.filter(shop=request.shop).order_by("-at", "-pk"), A_PAGE)
    here = notes.get_page(request.GET.get("page"))
    local = zone(request.shop.timezone)
    lines = [(note, moment(note.at.astimezone(local)), sentence(note)) for note in here]
    return render(request, "office/audit.html", {"lines": lines, "here": here})
