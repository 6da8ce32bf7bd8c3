"""The page of feedback: what visitors of the website said in the widget, about no ticket; as CSV, too."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role, Shop

from . import export
from .answers_page import noted_csv, score_told
from .listing import leaf, moment
from .models import Feedback


@shop_view(least=Role.LEAD)
def page(request: ShopRequest) -> HttpResponse:
    """A page of the feedback, the latest first."""
    shown = leaf(request, Feedback.objects.filter(shop=request.shop).order_by("-at", "-pk"))
    told = {"leaf": shown, "said": [_said(request.shop, one) for one in shown.rows]}
    return render(request, "surveys/shop/feedback.html", told)


@shop_view(least=Role.LEAD)
def csv(request: ShopRequest) -> HttpResponse:
    """All of it, with those of suspected robots."""
    return noted_csv(request, "feedback", export.lines(export.FEEDBACK_COLUMNS, export.feedback_rows(request.shop)))


def _said(shop: Shop, one: Feedback) -> dict[str, Any]:
    return {
        **score_told(one.score),
        "comment": one.comment,
        "page": one.page,
        "suspected_robot": one.suspected_robot,
        "at": moment(shop, one.at),
    }
