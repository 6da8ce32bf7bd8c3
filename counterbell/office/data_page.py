"""The page of what is kept: its size, its stores, the export of all of it, the erasure of a person."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role, Shop
from counterbell.audit import trail
from counterbell.errors import Problem
from counterbell.formats import number, size
from counterbell.record.export import lines

from . import holdings

PIECE = 1 << 16
"""Bytes of the packed log that are sent at a time."""


@shop_view(least=Role.OWNER)
def page(request: ShopRequest) -> HttpResponse:
    """What there is; with an address, whom it means and the form that erases."""
    sent, meant, problem = request.POST.get("who", "").strip(), None, ""
    if sent:
        try:
            meant = holdings.found(request.shop, sent)
        except Problem as refused:
            problem = str(refused)
    return _shown(request, sent, meant, problem)


@shop_view(least=Role.OWNER)
@require_POST
def erase(request: ShopRequest) -> HttpResponse:
    """Erase the person that was looked up, if the address was typed again."""
    who = request.POST.get("who", "")
    try:
        texts = holdings.forget(request.shop, request.user, who, request.POST.get("again", ""), at=datetime.now(UTC))
    except Problem as refused:
        return _shown(request, who, holdings.found(request.shop, who), str(refused))
    told = ngettext("The person is erased, with %(count)s text.", "The person is erased, with %(count)s texts.", texts)
    messages.success(request, told % {"count": number(texts)})
    return redirect("settings_data", request.shop.slug)


def _shown(request: ShopRequest, who: str, meant: holdings.Found | None, problem: str) -> HttpResponse:
    held = holdings.holdings(request.shop)
    counts = [
        (_("Tickets"), number(held.tickets)),
        (_("Messages"), number(held.messages)),
        (_("Customers"), number(held.customers)),
        (_("Ratings"), number(held.ratings)),
        (_("Orders"), number(held.orders)),
        (_("Months of facts"), number(held.months)),
        (_("Facts on disk"), size(held.facts_bytes)),
    ]
    stores = [(store, number(count)) for store, count in holdings.stores(request.shop)]
    told = {"counts": counts, "stores": stores, "who": who, "meant": meant, "problem": problem}
    return render(request, "office/data.html", told, status=400 if problem else 200)


@shop_view(least=Role.OWNER)
@require_POST
def export(request: ShopRequest) -> HttpResponse:
    """The whole record in the log format, packed, sent as it is read."""
    now = datetime.now(UTC)
    trail.note(request.shop, request.user, "record.exported", at=now)
    answer = StreamingHttpResponse(_packed(request.shop), content_type="application/gzip")
    answer["Content-Disposition"] = f'attachment; filename="{request.shop.slug}-{now:%Y-%m-%d}.ndjson.gz"'
    return answer  # type: ignore[return-value]


def _packed(shop: Shop) -> Iterator[bytes]:
    packer, ready = zlib.compressobj(6, wbits=31), bytearray()
    for line in lines(shop):
        ready += packer.compress(line)
        if len(ready) >= PIECE:
            yield bytes(ready)
            ready.clear()
    yield bytes(ready) + packer.flush()
