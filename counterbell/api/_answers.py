"""Answers that are no JSON object, and what every answer carries."""

from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags, quote_etag

CSV = {"responses": {200: {"description": "CSV, UTF-8", "content": {"text/csv": {"schema": {"type": "string"}}}}}}
"""How the schema says that a resource answers with CSV."""


class Etags:
    """Middleware: answers of the API carry an ETag of their content; whoever has it already is told 304."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        return _with_etag(request, answer) if request.path.startswith("/api/") else answer


def _with_etag(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, private=True, no_cache=True)
    patch_vary_headers(answer, ["Authorization"])
    if answer.streaming or answer.status_code != 200 or request.method != "GET":
        return answer
    answer["ETag"] = quote_etag(sha256(answer.content).hexdigest()[:32])
    if answer["ETag"] in parse_etags(request.headers.get("If-None-Match", "")):
        unchanged = HttpResponse(status=304)
        for name in ("ETag", "Cache-Control", "Vary"):
            unchanged[name] = answer[name]
        return unchanged
    return answer
