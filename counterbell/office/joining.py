"""The page to which the link of an invitation leads."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.utils import perform_login
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from counterbell.accounts.models import Role, User
from counterbell.errors import Problem

from . import invitations


@never_cache
@sensitive_post_parameters("password")
def page(request: HttpRequest, signed: str) -> HttpResponse:
    """What one is invited to, and the button that accepts. Whoever has an account signs in first."""
    now = datetime.now(UTC)
    one = invitations.of_link(signed, now)
    person = invitations.person_of(one)
    if person and request.user != person:
        if request.user.is_authenticated:
            return render(request, "office/other_person.html", {"invitation": one}, status=403)
        return redirect_to_login(request.get_full_path())
    problem = ""
    if request.method == "POST":
        try:
            told = {"name": request.POST.get("name", "").strip()[:120], "password": request.POST.get("password", "")}
            membership = invitations.accept(one, at=now, **({} if person else told))
        except Problem as refused:
            problem = str(refused)
        else:
            overview = reverse("overview", args=[one.shop.slug])
            if person:
                return redirect(overview)
            return _signed_in(request, membership.user, overview)
    shown: dict[str, Any] = {"invitation": one, "role": Role(one.role).label, "person": person}
    shown |= {"problem": problem, "sent": request.POST}
    return render(request, "office/invitation.html", shown, status=400 if problem else 200)


def _signed_in(request: HttpRequest, person: User, there: str) -> HttpResponse:
    answer: HttpResponse = perform_login(request, person, email_verification="none", redirect_url=there)
    return answer
