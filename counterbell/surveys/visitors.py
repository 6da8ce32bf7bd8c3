"""What a request tells of its visitor, and how often one may come."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from . import answers, tokens
from .models import Ask
from .signs import PAGE_LIFE, Seen, fingerprint, gesture

COOKIE = "csat"
HOUR = 3_600
MOST_OF_A_LINK, MOST_OF_AN_ADDRESS = 30, 300
"""Answers an hour by one link, and requests an hour from one address."""


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that is kept by nobody, found by no search engine, and tells no other site its address.

    Its forms carry a signed nonce of their own, bound to a cookie, instead of Django's token.
    """

    @csrf_exempt
    @wraps(view)
    def shown(request: HttpRequest, *arguments: object, **named: object) -> HttpResponse:
        response = view(request, *arguments, **named)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return shown


def address(request: HttpRequest) -> str:
    """From where a request comes, as the last of our own proxies tells it."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = request.headers.get("X-Forwarded-For", "").split(",")
    return (told[-proxies].strip() if proxies and len(told) >= proxies else "") or request.META.get("REMOTE_ADDR", "")


def line(request: HttpRequest) -> str:
    """Whose line a request comes by: its address, of IPv6 the network, of which one line has all addresses."""
    told = address(request)
    try:
        known = ip_address(told)
    except ValueError:
        return told
    return str(ip_network(f"{told}/64", strict=False)) if isinstance(known, IPv6Address) else told


def too_many(kind: str, what: str, most: int, at: datetime) -> bool:
    """Whether this has come more often within the hour of the clock than it may."""
    key = f"surveys:{kind}:{at:%Y%m%d%H}:{sha256(what.encode()).hexdigest()[:24]}"
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, HOUR)
    return count > most


def seen(request: HttpRequest, ask: Ask, at: datetime, *, kind: int = tokens.PAGE, number: int | None = None) -> Seen:
    """What is seen of whoever sends a form of this question."""
    nonce, agent, place = request.POST.get("page", ""), request.headers.get("User-Agent", ""), address(request)
    told = tokens.read(kind, nonce)
    ours = told is not None and told.number == (number or ask.pk) and at - told.instant < PAGE_LIFE
    return Seen(
        user_agent=agent,
        address=place,
        page_at=told.instant if told and ours else None,
        same_browser=bool(nonce) and request.COOKIES.get(COOKIE) == nonce,
        gesture=gesture(request.POST.get("gesture", ""), nonce),
        steered=bool(request.POST.get("steered")),
        filled_hidden=bool(request.POST.get("website")),
        trapped=answers.is_trapped(ask, fingerprint(place, agent)),
    )
