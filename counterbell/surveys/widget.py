"""What the feedback widget on a shop's website asks of us: its settings, and the answer of a visitor.

The shop's public key says whose widget it is, and only pages of the origins that the shop has named are answered. A
page that knows the visitor's ticket tells it with a signature that the shop's own server has made; then the answer is
a rating of that ticket. Any other answer is feedback: shown and exported, but about no ticket, and so no part of CSAT.
"""

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from counterbell.errors import NotFound
from counterbell.mail.headers import clean_text

from . import answers, asking, tokens, visitors
from .answers import Answer
from .models import Ask, Feedback, SurveySettings
from .signs import Seen, gesture, signs
from .visitors import public_page

LONGEST_BYTES = 8_000
MOST_OF_AN_ADDRESS = 60


@require_http_methods(["GET", "POST", "OPTIONS"])
@public_page
def endpoint(request: HttpRequest, key: str) -> HttpResponse:
    """GET: how the widget is to ask. POST: that a visitor was asked, or has answered."""
    settings = SurveySettings.objects.select_related("shop").filter(widget_key=key).first() if key else None
    origin = request.headers.get("Origin", "")
    if settings is None or origin not in settings.widget_origins.split():
        return JsonResponse({"error": "unknown key or origin"}, status=403)
    at = datetime.now(UTC)
    if visitors.too_many("widget", f"{visitors.line(request)} {key}", MOST_OF_AN_ADDRESS, at):
        response: HttpResponse = JsonResponse({"error": "too many"}, status=429)
    elif request.method == "POST":
        response = _posted(request, settings, at)
    elif request.method == "GET":
        response = JsonResponse(_how(settings, at))
    else:
        response = HttpResponse(status=204)
    return _allowed(response, origin)


def snippet(settings: SurveySettings) -> str:
    """The line that a website embeds."""
    address = urljoin(django_settings.PUBLIC_URL.geturl(), f"{django_settings.STATIC_URL}surveys/widget.js")
    return f'<script src="{address}" data-shop-key="{settings.widget_key}" async></script>'


def proof(settings: SurveySettings, ticket_id: str) -> str:
    """What the shop's server writes beside a ticket's id, so that nobody else can rate it: HMAC-SHA256, in hex."""
    return hmac.digest(settings.widget_secret.encode(), ticket_id.encode(), sha256).hex()


def _how(settings: SurveySettings, at: datetime) -> dict[str, Any]:
    return {
        "page": tokens.form(tokens.PAGE, 0, at),
        "every_days": settings.widget_every_days,
        "language": settings.language,
        "shop": str(settings.shop),
    }


def _posted(request: HttpRequest, settings: SurveySettings, at: datetime) -> HttpResponse:
    try:
        told = json.loads(request.body) if len(request.body) <= LONGEST_BYTES else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return JsonResponse({"error": "not understood"}, status=400)
    told = {name: clean_text(value) if isinstance(value, str) else value for name, value in told.items()}
    if told.get("event") == "asked":
        ask = _asked(settings, told, at)
        return JsonResponse({"survey": tokens.link(ask.pk, ask.expires_at) if ask and ask.expires_at else ""})
    score = told.get("score")
    if isinstance(score, bool) or score not in (1, 2, 3, 4, 5):
        return JsonResponse({"error": "a score is a whole number from 1 to 5"}, status=400)
    answer = Answer(score, str(told.get("comment") or ""))
    _keep(settings, told, answer, _seen(request, told, at), at)
    return JsonResponse({"thanks": True})


def _asked(settings: SurveySettings, told: dict[str, Any], at: datetime) -> Ask | None:
    """The visitor is asked about the ticket of the page, unless its signature is wrong or it was asked lately."""
    ticket, signed = str(told.get("ticket") or ""), str(told.get("proof") or "")
    if not ticket or not hmac.compare_digest(signed.encode(), proof(settings, ticket).encode()):
        return None
    try:
        if asking.was_asked_lately(settings.shop, ticket, at):
            return None
        return asking.ask_now(settings.shop, ticket, at, via="widget")
    except NotFound:
        return None


def _keep(settings: SurveySettings, told: dict[str, Any], answer: Answer, seen: Seen, at: datetime) -> None:
    link = tokens.read(tokens.LINK, str(told.get("survey") or ""))
    asks = Ask.objects.select_related("shop", "ticket", "mail").filter(shop=settings.shop_id)
    if asked := asks.filter(pk=link.number if link else 0).first():
        answers.receive(asked, answer, seen, at)
        return
    Feedback.objects.create(
        shop=settings.shop,
        at=at,
        score=answer.score,
        comment=answer.words or "",
        page=str(told.get("path") or "")[:300],
        language=language if (language := str(told.get("language"))) in ("en", "fr", "id") else settings.language,
        suspected_robot=bool(signs(seen, at, None)),
    )


def _seen(request: HttpRequest, told: dict[str, Any], at: datetime) -> Seen:
    nonce = str(told.get("page") or "")
    page = tokens.read(tokens.PAGE, nonce)
    return Seen(
        user_agent=request.headers.get("User-Agent", ""),
        address=visitors.address(request),
        page_at=page.instant if page and page.number == 0 else None,
        same_browser=True,  # a page of another site has no cookie of ours
        gesture=gesture(str(told.get("gesture") or ""), nonce),
        steered=bool(told.get("steered")),
        filled_hidden=bool(told.get("website")),
    )


def _allowed(response: HttpResponse, origin: str) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Allow-Methods"] = "GET, POST"
    response["Access-Control-Allow-Headers"] = "Content-Type"
    response["Access-Control-Max-Age"] = "600"
    response["Vary"] = "Origin"
    return response
