"""Logs: one JSON object a line, with what was asked and how long it took, without anybody's personal data.

A request is logged by the name of its page, never by its address: that may hold a token, a search or a name.
"""

import json
import logging
import logging.config
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("counterbell.request")

TOLD = ("page", "method", "status", "milliseconds", "loop", "seconds")
"""What a record may say beside its event."""


class JsonLines(logging.Formatter):
    """A record as a JSON object: time, level, event, and what it tells."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **{name: getattr(record, name) for name in TOLD if hasattr(record, name)},
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


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
        REQUESTS.labels(page, request.method, response.status_code).observe(took)
        told = {"page": page, "method": request.method, "status": response.status_code}
        logger.info("request", extra={**told, "milliseconds": round(took * 1000, 1)})
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What nobody has foreseen, with where it happened: the lines of code, no values."""
        from counterbell.errors import Problem

        if not isinstance(exception, Problem):
            match = request.resolver_match
            logger.error("failed", exc_info=exception, extra={"page": match.view_name if match else "none"})
