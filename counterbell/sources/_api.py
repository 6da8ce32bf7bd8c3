"""A vendor's API over HTTPS: let in, within the rate that the vendor allows, patient with what passes."""

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx
import msgspec
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from counterbell.errors import Problem

from ._files import BrokenFile
from ._pages import decoded

FOR_TESTS = "COUNTERBELL_API_URL_FOR_TESTS"
"""The environment variable by which tests put a server on this machine in the place of every vendor's."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ATTEMPTS = 12
LONGEST_WAIT = 600.0
"""Seconds that one page may take with all its retries."""


class ApiProblem(BrokenFile):
    """The API could not be read on; the sentence says why and what to do. It never holds what lets us in."""


class _Passing(Exception):
    """What may be gone at the next try; `seconds` is how long the vendor asks to wait."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds, as a leaky bucket; `header` is where answers say used/allowed.

    `allowed_header` and `left_header` are where others say how many are allowed and how many of these are left.
    """

    requests: int
    seconds: float
    header: str = ""
    allowed_header: str = ""
    left_header: str = ""


@dataclass(frozen=True)
class Answer:
    """What the API answered."""

    body: Any
    headers: Mapping[str, str]
    next_url: str | None
    """the rel="next" of its Link header"""


class Api:
    """The API of one account. Every `get` gives an answer or raises ApiProblem; it is closed like a file."""

    def __init__(
        self,
        base_url: str,
        *,
        rate: Rate,
        secret: str,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        first_wait: float = 1.0,
    ) -> None:
        self._base = httpx.URL(os.environ.get(FOR_TESTS) or base_url)
        if os.environ.get(FOR_TESTS):
            self._base = self._base.copy_with(path=httpx.URL(base_url).path)
        if self._base.host not in LOOPBACK and (self._base.scheme != "https" or os.environ.get(FOR_TESTS)):
            raise Problem(f"{str(self._base)!r} is not read: an API is read over https only.")
        self._secrets = {secret, *(auth or ())} - {""}
        self._client = httpx.Client(
            auth=auth,
            headers={"Accept": "application/json", "User-Agent": "Counterbell", **(headers or {})},
            timeout=httpx.Timeout(60, connect=15),
            trust_env=self._base.host not in LOOPBACK,
        )
        self._bucket = _Bucket(rate)
        self._first_wait = 0.01 if os.environ.get(FOR_TESTS) else first_wait
        self.on_wait: Callable[[float, str], None] = lambda _seconds, _why: None
        """called before each wait that the vendor asks for or that a trouble makes wise"""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **parameters: str | int) -> Answer:
        """The answer to a path below the base URL, or to a whole URL that the API itself has given as the next one."""
        url = self._url(path)
        try:
            for attempt in stamina.retry_context(
                on=self._wait_for,
                attempts=ATTEMPTS,
                timeout=LONGEST_WAIT,
                wait_initial=self._first_wait,
                wait_max=self._first_wait * 60,
                wait_jitter=self._first_wait,
            ):
                with attempt:
                    return self._try(url, parameters)
        except _Passing as problem:
            raise ApiProblem(
                f"{url.host} could not be read ({problem}), again and again. What was read is in the record; run the "
                "same command later, it goes on from there."
            ) from None
        raise AssertionError("stamina ends with an answer or an exception")

    def _url(self, path: str) -> httpx.URL:
        if "://" not in path:
            return self._base.copy_with(path=f"{self._base.path.rstrip('/')}/{path.lstrip('/')}")
        url = httpx.URL(path)
        if (url.scheme, url.host, url.port) != (self._base.scheme, self._base.host, self._base.port):
            raise ApiProblem(f"{self._base.host} names {url.host} as the place of its next page; it is not followed.")
        return url

    def _try(self, url: httpx.URL, parameters: Mapping[str, str | int]) -> Answer:
        if seconds := self._bucket.wait_needed():
            time.sleep(seconds)
        try:
            response = self._client.get(url, params=parameters or None)
        except httpx.TransportError as problem:
            raise _Passing(self._clean(f"{type(problem).__name__}: {problem}")) from None
        self._bucket.told(response.headers)
        if response.status_code == 429 or response.status_code >= 500:
            raise _Passing(f"it answered {response.status_code}", retry_after(response.headers.get("Retry-After")))
        if response.status_code != 200:
            raise self._refusal(response)
        try:
            body = decoded(response.content)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise _Passing("it answered with something that is no JSON") from None
        return Answer(body, response.headers, response.links.get("next", {}).get("url"))

    def _wait_for(self, problem: Exception) -> bool | float:
        """How long to wait before the next try; false: none."""
        if not isinstance(problem, _Passing):
            return False
        self.on_wait(problem.seconds or 0.0, str(problem))
        return True if problem.seconds is None else problem.seconds

    def _refusal(self, response: httpx.Response) -> ApiProblem:
        host, status = response.url.host, response.status_code
        match status:
            case 401 | 403:
                return (ApiProblem if status == 401 else NotAllowed)(
                    f"{host} does not let us in ({status}). Check the key, that it may read what is asked for, and the "
                    "name of the account."
                )
            case 404:
                return NotThere(f"{host} has nothing at {response.url.path} (404). Check the name of the account.")
            case status if 300 <= status < 400:
                told = self._clean(response.headers.get("Location", "another address"))[:200]
                return ApiProblem(f"{host} sends us on to {told}. Give that as the account's domain.")
        said = self._clean(" ".join(response.text.split()))[:200]
        return ApiProblem(f"{host} refused the request ({status}): {said}")

    def _clean(self, said: str) -> str:
        for secret in self._secrets:
            said = said.replace(secret, "***")
        return said


class NotAllowed(ApiProblem):
    """The key or the account's plan does not give access to what was asked for."""


class NotThere(ApiProblem):
    """The API has nothing at that path."""


class _Bucket:
    """How many requests the vendor still counts; they leak away evenly."""

    def __init__(self, rate: Rate) -> None:
        self._rate, self._allowed = rate, float(rate.requests)
        self._level, self._at = 0.0, time.monotonic()

    def wait_needed(self) -> float:
        """Count one request in; returns how many seconds it has to wait."""
        self._leak()
        self._level += 1
        return max(0.0, (self._level - self._allowed) / self._leak_rate)

    def told(self, headers: Mapping[str, str]) -> None:
        """Believe the vendor's own count, where it tells: 32/40, or 40 allowed of which 8 are left."""
        if counted := self._counted(headers):
            self._leak()
            self._level, self._allowed = max(self._level, counted[0]), max(1.0, counted[1])

    def _counted(self, headers: Mapping[str, str]) -> tuple[float, float] | None:
        """How many requests the vendor has counted, of how many that it allows."""
        if self._rate.header and (told := re.fullmatch(r"(\d+)/(\d+)", headers.get(self._rate.header, ""))):
            return float(told[1]), float(told[2])
        allowed, left = (headers.get(name, "") for name in (self._rate.allowed_header, self._rate.left_header))
        return (float(allowed) - float(left), float(allowed)) if allowed.isdecimal() and left.isdecimal() else None

    @property
    def _leak_rate(self) -> float:
        return self._allowed / self._rate.seconds

    def _leak(self) -> None:
        now = time.monotonic()
        self._level = max(0.0, self._level - (now - self._at) * self._leak_rate)
        self._at = now


def retry_after(told: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or as a date; at most half of LONGEST_WAIT."""
    if not told:
        return None
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), LONGEST_WAIT / 2)


def _tell_nobody(details: RetryDetails) -> None:
    """Retries are told by `Api.on_wait`, not by a log."""


set_on_retry_hooks([_tell_nobody])
