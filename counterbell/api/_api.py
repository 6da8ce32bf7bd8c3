"""The API put together: all resources, who may ask, and what an error looks like."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from counterbell.errors import NotFound, Problem

from ._access import Rate, Token

DESCRIPTION = f"""
The figures of a shop, the rows behind each of them, and a way in for what happens.

Every request brings a token (`Authorization: Bearer cb_...`), made by `counterbell tokens make` or in the settings. The
token says which shop, and may `read`, `write` or `admin`; at most {settings.API_REQUESTS_A_MINUTE} requests a minute
for each token and web process, then 429 with `Retry-After`. What is wrong is said in a sentence: `{{"error": "..."}}`.
""".strip()


UNKNOWN = "Bring a token: Authorization: Bearer cb_... What came is none, or was taken back."
TOO_BIG = "That is more than 2.5 MB at once. Send it in parts, or import it as a file."


@cache
def api() -> NinjaAPI:
    """The API with a router of each file here."""
    made = NinjaAPI(
        title="Counterbell",
        version="1",
        description=DESCRIPTION,
        auth=Token(),
        throttle=[Rate()],
        urls_namespace="api",
        openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
    )
    for path in sorted(Path(__file__).parent.glob("[!_]*.py")):
        if path.stem != "urls":
            made.add_router("", import_module(f"{__package__}.{path.stem}").router)
    _tell_errors(made)
    return made


def _tell_errors(made: NinjaAPI) -> None:
    def told(kind: type[Exception], status: int, sentence: Any = str) -> None:
        def answer(request: HttpRequest, error: Any) -> HttpResponse:
            return made.create_response(request, {"error": sentence(error)}, status=status)

        made.add_exception_handler(kind, answer)

    told(Problem, 400)
    told(NotFound, 404)
    told(
        AuthenticationError,
        401,
        lambda _: "Bring a token: Authorization: Bearer cb_... This one is none, or was taken back.",
    )
    told(ValidationError, 422, _invalid)
    told(
        RequestDataTooBig, 413, lambda _: "That is more than 2.5 MB at once. Send it in parts, or import it as a file."
    )

    @made.exception_handler(HttpError)
    def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
        return made.create_response(request, {"error": error.message}, status=error.status_code)

    @made.exception_handler(Throttled)
    def throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
        wait = max(1, round(error.wait or 1))
        sentence = f"Too many requests with this token; ask again in {wait} s."
        answer = made.create_response(request, {"error": sentence}, status=429)
        answer["Retry-After"] = str(wait)
        return answer


def _invalid(error: ValidationError) -> str:
    """What is wrong with which parameter, in a sentence each."""
    return " ".join(f"{'.'.join(map(str, one['loc'][-1:]))}: {one['msg']}." for one in error.errors)
