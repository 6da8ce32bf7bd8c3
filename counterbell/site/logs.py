"""Logs: one JSON object a line, with what was asked and how long it took, without anybody's personal data.

A request is logged by the name of its page, never by its address: that may hold a token, a search or a name.
"""

import json
import logging
import logging.config
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("counterbell.request")

TOLD = ("page", "method", "status", "milliseconds", "loop", "seconds")
"""What a record may say beside its event."""


METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
"""The methods that are told and counted by name; anybody can send others, without end."""


class JsonLines(logging.Formatter):
    """A record as a JSON object: time, level, event, and what it tells."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **{name: getattr(record, name) for name in TOLD if hasattr(record, name)},
        }
        if record.exc_info and record.exc_info[1]:
            told["error"] = "".join(_places(record.exc_info[1])).strip()
        return json.dumps(told, ensure_ascii=False)


def _places(error: BaseException) -> Iterator[str]:
    """Of which kind an error is and where it happened; its words may hold what a person has written."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _places(before)
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "counterbell.site.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "counterbell": {"level": "INFO"},
        "_granian": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        "django.request": {"level": "CRITICAL"},
    },
}


class LogRequests:
    """Middleware: a line for each request, and the counts and times for /metrics."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from .gauges import REQUESTS

        begun = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - begun
        match = request.resolver_match
        page = (match.view_name if match else None) or "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(page, method, response.status_code).observe(took)
        told = {"page": page, "method": method, "status": response.status_code}
        logger.info("request", extra={**told, "milliseconds": round(took * 1000, 1)})
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What nobody has foreseen, with where it happened: the lines of code, no values."""
        from counterbell.errors import Problem

        if not isinstance(exception, Problem):
            match = request.resolver_match
            logger.error("failed", exc_info=exception, extra={"page": match.view_name if match else "none"})
