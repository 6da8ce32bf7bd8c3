"""All metrics on one page, with their figures of the period."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.metrics import TEN, metric, metrics

from .bar import Bar
from .look import Look
from .tiles import Tiles


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    look = Look.of(request)
    tiles = Tiles(look, look.report(tuple(metrics())))
    rows = [{"tile": tiles.tile(key), "question": _(metric(key).question), "ten": key in TEN} for key in metrics()]
    told = {"rows": rows, "bar": Bar(look, "shop_metrics"), "look": look, "view": look.view}
    return render(request, "dashboard/metrics.html", told)
