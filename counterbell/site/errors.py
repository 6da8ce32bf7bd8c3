"""What a person sees when something is wrong: a sentence that says what, which one and what to do."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterbell.errors import NotFound, Problem


class ProblemPages:
    """Middleware: a Problem raised by a view becomes a page (400, or 404 for NotFound) with its sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Problem):
            return _page(request, 404 if isinstance(exception, NotFound) else 400, str(exception))
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, _("The browser has sent something that cannot be understood. Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, _("Your role does not allow this. An owner of the shop can give you another one."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, _("There is no such page, or it is not yours to see. Check the address."))


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500, _("Something went wrong on our side. It has been noted; try again in a moment."))


def _page(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """The page of an error; a part of a page that asked gets only the sentence."""
    told: dict[str, Any] = {"status": status, "sentence": sentence}
    template = "error_part.html" if getattr(request, "htmx", None) else "error.html"
    return render(request, template, told, status=status)
