"""The pages that belong to no part: the way in, the language, and what a machine asks about this process."""

import secrets
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from counterbell import formats
from counterbell.accounts.models import User

from . import options, serving
from .devices import device


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The overview of the person's shop; a choice where there are several."""
    assert isinstance(request.user, User)
    memberships = list(request.user.memberships.select_related("shop").order_by("shop__slug"))
    if len(memberships) == 1:
        return redirect("overview", memberships[0].shop.slug)
    return render(request, "home.html", {"memberships": memberships})


def no_own_address(request: HttpRequest) -> HttpResponse:
    """Nobody takes another address by themselves: a shop lets in whoever has it, and this one nobody has proved."""
    raise Http404


@login_required
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in; each place can be signed out, or all others at once."""
    there = UserSession.objects.purge_and_list(request.user)
    if request.method == "POST":
        ended = request.POST.get("session", "others")
        for session in there:
            if not session.is_current() and ended in ("others", str(session.pk)):
                session.end()
        return redirect("usersessions_list")
    found = sorted(there, key=lambda session: session.last_seen_at, reverse=True)
    at = now()
    told = [
        (session, device(session.user_agent), formats.duration((at - session.last_seen_at).total_seconds()))
        for session in found
    ]
    return render(request, "sessions.html", {"sessions": told})


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language that was chosen: with the person, and in a cookie for whoever is not signed in."""
    chosen = request.POST.get("language", "")
    language = chosen if chosen in dict(settings.LANGUAGES) else ""
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    back = request.POST.get("next", "")
    there = back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/"
    response = redirect(there)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, **_cookie())
    return response


def _cookie() -> dict[str, Any]:
    return {"httponly": True, "samesite": "Lax", "secure": settings.LANGUAGE_COOKIE_SECURE}


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether it can do its work: the database answers, and its loops go."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        database = True
    except DatabaseError:
        database = False
    ready = {"database": database, "loops": serving.loops_go()}
    return JsonResponse(ready, status=200 if all(ready.values()) else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """What a Prometheus server asks for: with the token, or from this machine where none is set."""
    from .gauges import exposition

    token = options.value("COUNTERBELL_METRICS_TOKEN")
    told = request.headers.get("Authorization", "")
    if token:
        allowed = secrets.compare_digest(told.encode(), f"Bearer {token}".encode())
    else:
        is_local = settings.PUBLIC_URL.hostname in ("localhost", "127.0.0.1", "::1")
        is_from_here = is_local and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
        allowed = is_from_here and "X-Forwarded-For" not in request.headers
    if not allowed:
        return HttpResponse(status=404)
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4")
