"""The overview: ten metrics at a glance."""

from django.http import HttpResponse
from django.shortcuts import render

from counterbell.accounts.access import ShopRequest, shop_view


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    return render(request, "dashboard/overview.html")
