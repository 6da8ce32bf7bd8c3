"""The page of doubtful answers: what speaks against a person, and saying that one was a person all the same."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role, Shop
from counterbell.audit import trail
from counterbell.errors import NotFound, Problem
from counterbell.record.models import Rating

from . import answers, wording
from .answers_page import score_told
from .listing import leaf, moment
from .models import Ask, Submission, Verdict


@shop_view(least=Role.LEAD)
def page(request: ShopRequest) -> HttpResponse:
    """A page of the answers that no person is known to have given, and of those restored; the latest first."""
    held = Q(verdict__in=(Verdict.ROBOT, Verdict.DOUBTFUL)) | Q(restored_at__isnull=False)
    found = Submission.objects.filter(held, ask__shop=request.shop).select_related("ask__ticket")
    shown = leaf(request, found.order_by("-at", "-pk"))
    comments = _comments(request.shop, list(shown.rows))
    told = {"leaf": shown, "answers": [_answer(request.shop, one, comments) for one in shown.rows]}
    told["taken_in"] = _taken_in(request.shop)
    return render(request, "surveys/shop/doubtful.html", told)


@shop_view(least=Role.LEAD)
@require_POST
def restore(request: ShopRequest, number: int) -> HttpResponse:
    """Say that a person gave this answer; from then on it counts."""
    found = Submission.objects.filter(ask__shop=request.shop, pk=number)
    submission = found.select_related("ask__shop", "ask__ticket", "ask__mail").first()
    if submission is None:
        raise NotFound(_("There is no such answer in this shop."))
    at = datetime.now(UTC)
    try:
        with transaction.atomic():
            answers.restore(submission, request.user.email, at)
            trail.note(request.shop, request.user, "answer.restored", at=at, **_ticket(submission))
        messages.success(request, _("The answer about ticket %(ticket)s counts.") % _ticket(submission))
    except Problem as refused:
        messages.error(request, str(refused))
    return redirect("surveys_doubtful", request.shop.slug)


def _taken_in(shop: Shop) -> int:
    """How many answers were held for a robot's before they were taken in: nobody can judge them here."""
    asked_here = Ask.objects.filter(shop=shop).values("survey_id")
    return (
        Rating.objects.filter(survey__shop=shop, suspected_robot=True)
        .exclude(survey__external_id__in=asked_here)
        .count()
    )


def _ticket(submission: Submission) -> dict[str, str]:
    return {"ticket": submission.ask.ticket.external_id}


def _comments(shop: Shop, submissions: list[Submission]) -> dict[tuple[str, datetime], str]:
    """The comments that are in the record by now, by survey and instant."""
    surveys = {one.ask.survey_id for one in submissions}
    found = Rating.objects.filter(survey__shop=shop, survey__external_id__in=surveys).exclude(comment=None)
    return {
        (survey, at): comment or ""
        for survey, at, comment in found.values_list("survey__external_id", "happened_at", "comment")
    }


def _answer(shop: Shop, one: Submission, comments: dict[tuple[str, datetime], str]) -> dict[str, Any]:
    return {
        **score_told(one.score),
        "number": one.pk,
        "ticket": one.ask.ticket.external_id,
        "at": moment(shop, one.at),
        "comment": one.comment or (comments.get((one.ask.survey_id, one.rated_at), "") if one.rated_at else ""),
        "signs": [wording.SIGNS.get(sign, sign) for sign in one.signs.split()],
        "network": wording.NETWORKS.get(one.address_class, one.address_class),
        "user_agent": one.user_agent,
        "waits": one.verdict == Verdict.DOUBTFUL,
        "restored_at": moment(shop, one.restored_at),
        "restored_by": one.restored_by,
    }
