"""The pages on which a customer answers. A GET shows and writes nothing; only a person's POST counts."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from counterbell.mail import addresses, senders

from . import answers, sending, tokens, visitors, wording
from .answers import Answer
from .models import Ask, Reason, Submission
from .setup import settings_of
from .signs import signs
from .visitors import COOKIE, public_page

LANGUAGES = tuple(code for code, _name in (("en", "English"), ("fr", "Français"), ("id", "Bahasa Indonesia")))


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def survey(request: HttpRequest, token: str, score: int | None = None) -> HttpResponse:
    """The question: a form with the star of the link chosen, the thanks for an answer, or that it is too late."""
    at, ask = _now(), _asked(token)
    _speak(request, ask)
    if visitors.too_many("address", visitors.line(request), visitors.MOST_OF_AN_ADDRESS, at):
        return _page(request, ask, "busy", status=429)
    if request.method == "POST":
        return _answered(request, ask, token, at)
    if not answers.is_open(ask, at):
        return _page(request, ask, "over", status=410, has_answered=answers.first_answer_at(ask) is not None)
    before = answers.answer_of(ask)
    if before and score is None and "change" not in request.GET:
        return _page(request, ask, "thanks", token=token, words=wording.SCORES[before.score])
    chosen = score or (before.score if before else None)
    return _form(request, ask, token, at, score=chosen, comment=(before.comment or "") if before else "", before=before)


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def more(request: HttpRequest, token: str) -> HttpResponse:
    """The link that no person sees: who opens it is a program."""
    at, told = _now(), tokens.read(tokens.TRAP, token)
    ask = Ask.objects.filter(pk=told.number).first() if told else None
    if ask is not None:
        answers.trap(ask, visitors.seen(request, ask, at), at)
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more surveys for this customer: by the button of the page, or by the mail program's own (RFC 8058)."""
    at, ask = _now(), _asked(token)
    _speak(request, ask)
    if request.method != "POST":
        return _with_nonce(request, ask, token, at, "unsubscribe")
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    found = signs(visitors.seen(request, ask, at), at, answers.mailed_at(ask))
    if not one_click and set(found) - {"no_gesture"}:
        return _with_nonce(request, ask, token, at, "unsubscribe")
    if ask.ticket.customer and ask.ticket.customer.email_key:
        sending.no_more(ask.shop_id, ask.ticket.customer.email_key, Reason.UNSUBSCRIBED, at)
    return _page(request, ask, "unsubscribed")


def _answered(request: HttpRequest, ask: Ask, token: str, at: datetime) -> HttpResponse:
    if visitors.too_many("link", str(ask.pk), visitors.MOST_OF_A_LINK, at):
        return _page(request, ask, "busy", status=429)
    if request.POST.get("confirms"):
        return _confirmed(request, ask, token, at)
    score = _score(request.POST.get("score"))
    if score is None:
        return _form(request, ask, token, at, comment=request.POST.get("comment", ""), nothing_chosen=True)
    cause = request.POST.get("cause", "")
    answer = Answer(score, request.POST.get("comment", ""), cause if cause in wording.CAUSES else "")
    submission = answers.receive(ask, answer, visitors.seen(request, ask, at), at)
    if submission is None:
        open_ = answers.is_open(ask, at)
        return _page(request, ask, "busy" if open_ else "over", status=429 if open_ else 410)
    if submission.rated_at is not None:
        return redirect("survey", token)
    return _confirm_form(request, submission, token, at)


def _confirmed(request: HttpRequest, ask: Ask, token: str, at: datetime) -> HttpResponse:
    told = tokens.read(tokens.CONFIRM, request.POST.get("page", ""))
    submission = ask.submissions.filter(pk=told.number).first() if told else None
    if submission is None or told is None:
        return _form(request, ask, token, at)
    submission.ask = ask
    seen = visitors.seen(request, ask, at, kind=tokens.CONFIRM, number=submission.pk)
    if answers.confirm(submission, _score(request.POST.get("again", "").strip()), seen, told.instant, at):
        return redirect("survey", token)
    submission.refresh_from_db()
    if submission.tries < answers.CONFIRM_TRIES:
        return _confirm_form(request, submission, token, at, again=True)
    return _form(request, ask, token, at)


def _form(request: HttpRequest, ask: Ask, token: str, at: datetime, **told: Any) -> HttpResponse:
    return _with_nonce(request, ask, token, at, "form", causes=wording.CAUSES, low=wording.LOW, **told)


def _confirm_form(
    request: HttpRequest, submission: Submission, token: str, at: datetime, *, again: bool = False
) -> HttpResponse:
    nonce = tokens.form(tokens.CONFIRM, submission.pk, at)
    return _with_nonce(request, submission.ask, token, at, "confirm", nonce=nonce, again=again)


def _with_nonce(request: HttpRequest, ask: Ask, token: str, at: datetime, template: str, **told: Any) -> HttpResponse:
    """A page with a form: its nonce stands in the form and in a cookie of this page's own."""
    nonce = told.pop("nonce", None) or tokens.form(tokens.PAGE, ask.pk, at)
    response = _page(request, ask, template, token=token, nonce=nonce, **told)
    response.set_cookie(
        COOKIE, nonce, max_age=12 * 3_600, path=f"/csat/{token}/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def _page(request: HttpRequest, ask: Ask, template: str, *, status: int = 200, **told: Any) -> HttpResponse:
    style = settings_of(ask.shop).style
    choices = [(score, wording.mark(score, style), words) for score, words in wording.SCORES.items()]
    about = {"shop": str(ask.shop), "choices": choices, "contact": _contact(ask), "languages": settings.LANGUAGES}
    return render(request, f"surveys/{template}.html", {**about, **told}, status=status)


def _contact(ask: Ask) -> str:
    """To whom the customer can write instead."""
    sender = senders.sender_of(ask.shop)
    return addresses.bare(sender.reply_to or sender.from_)


def _asked(token: str) -> Ask:
    """The question of a link. Raises Http404 for a link that we have not made."""
    told = tokens.read(tokens.LINK, token)
    found = Ask.objects.select_related("shop", "ticket__customer", "mail").filter(pk=told.number) if told else None
    ask = found.first() if found else None
    if ask is None:
        raise Http404
    return ask


def _speak(request: HttpRequest, ask: Ask) -> None:
    """In the customer's language, or the one chosen on the page."""
    chosen = request.GET.get("language", "")
    translation.activate(chosen if chosen in LANGUAGES else ask.language)


def _score(told: str | None) -> int | None:
    return int(told) if told in ("1", "2", "3", "4", "5") else None


def _now() -> datetime:
    return datetime.now(UTC)
