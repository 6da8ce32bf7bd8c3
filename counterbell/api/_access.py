"""Who may ask: whoever brings a token of a shop, as often as its rate allows. The token says which shop."""

import time
from collections import OrderedDict
from datetime import UTC, datetime
from threading import Lock

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from counterbell.accounts import tokens
from counterbell.accounts.models import ApiToken, Shop


class Token(HttpBearer):
    """`Authorization: Bearer cb_...`"""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return tokens.found(token, datetime.now(UTC))


def token_of(request: HttpRequest) -> ApiToken:
    """The token that the request has brought."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return token


def shop_of(request: HttpRequest, scope: str = "read") -> Shop:
    """The shop of the request's token. Answers 403 if the token has not that scope."""
    token = token_of(request)
    if scope not in token.scopes:
        raise HttpError(403, f"This token may {', '.join(token.scopes)}; this needs {scope}. Make one that has it.")
    return token.shop


class Rate(BaseThrottle):
    """So many requests a minute for each token, counted by each web process: a bucket that fills again evenly."""

    MOST_KNOWN = 10_000

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()
        self._wait: float | None = None

    def allow_request(self, request: HttpRequest) -> bool:
        token: ApiToken | None = getattr(request, "auth", None)
        if token is None:
            return True
        now, a_minute = time.monotonic(), settings.API_REQUESTS_A_MINUTE
        with self._lock:
            left, since = self._left.pop(token.digest, (float(a_minute), now))
            left = min(a_minute, left + (now - since) * a_minute / 60)
            allowed = left >= 1
            self._left[token.digest] = (left - 1 if allowed else left, now)
            self._wait = None if allowed else (1 - left) * 60 / a_minute
            while len(self._left) > self.MOST_KNOWN:
                self._left.popitem(last=False)
        return allowed

    def wait(self) -> float | None:
        return self._wait
