"""Signed webhooks, and the care taken with addresses that a stranger names.

Only https to public addresses (`public_addresses`), with the certificate checked against the name. Redirects are not
followed, nothing of the answer is read but its status.

The header `Counterbell-Signature: t=<seconds>,v1=<hex>` is HMAC-SHA256 of `<seconds>.<body>` by the secret; the
receiver computes the same and refuses what is older than some minutes. `Counterbell-Delivery` is the same for each
attempt of one delivery.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass

import httpx
from django.utils.translation import gettext as _

from counterbell import public_addresses
from counterbell.errors import Problem

FOR_TESTS = "COUNTERBELL_WEBHOOK_URL_FOR_TESTS"
"""The environment variable by which tests allow one server on this machine: the beginning of its URLs."""

SECONDS = 10.0
HTTPS = 443


class NotTaken(Exception):
    """The receiver has certainly not taken it: it may be tried again."""


class NoSuchName(Problem):
    """The name has no address, now: perhaps nobody can be asked for it at the moment."""


class Unsure(Exception):
    """It was sent, and no answer came: it may have arrived."""


@dataclass(frozen=True)
class _Way:
    """A URL and the address to which the connection goes."""

    url: httpx.URL
    address: str


def checked(url: str) -> None:
    """Raises Problem, with the reason, for a URL to which nothing will be sent."""
    _way(url)


def signature(secret: str, seconds: int, body: bytes) -> str:
    """The value of the header that lets a receiver see who has sent this, and when."""
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={signed}"


def post(url: str, body: bytes, *, secret: str, seconds: int, delivery: str) -> None:
    """Send it once. Raises NotTaken, Unsure, or Problem for a URL that cannot be any more."""
    try:
        way = _way(url)
    except NoSuchName as problem:
        raise NotTaken(str(problem)) from None
    headers = {
        "Host": way.url.netloc.decode("ascii"),
        "Content-Type": "application/json",
        "User-Agent": "Counterbell",
        "Counterbell-Signature": signature(secret, seconds, body),
        "Counterbell-Delivery": delivery,
    }
    to = way.url.copy_with(host=way.address)
    extensions = {"sni_hostname": way.url.host} if way.url.scheme == "https" else {}
    with httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
        try:
            with client.stream("POST", to, content=body, headers=headers, extensions=extensions) as answer:
                status = answer.status_code
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotTaken(str(error) or type(error).__name__) from None
        except httpx.HTTPError as error:
            raise Unsure(str(error) or type(error).__name__) from None
    if not 200 <= status < 300:
        raise NotTaken(f"HTTP {status}")


def _way(url: str) -> _Way:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        raise _refused(url, _("it is no URL")) from None
    if _is_for_tests(url):
        return _Way(parsed, parsed.host)
    if parsed.scheme != "https":
        raise _refused(url, _("it does not begin with https://"))
    if not parsed.host or parsed.userinfo or parsed.fragment:
        raise _refused(url, _("it must be a plain address without user name or fragment"))
    return _Way(parsed, _public_address(url, parsed.host, parsed.port or HTTPS))


def _is_for_tests(url: str) -> bool:
    allowed = os.environ.get(FOR_TESTS, "")
    return allowed.startswith("http://127.0.0.1:") and (url == allowed or url.startswith(f"{allowed}/"))


def _public_address(url: str, host: str, port: int) -> str:
    try:
        return public_addresses.public_address(host, port)
    except public_addresses.NoSuchName:
        raise NoSuchName(str(_refused(url, _("there is no address of that name")))) from None
    except public_addresses.NotPublic:
        raise _refused(url, _("it leads to a private address; only public ones are reached")) from None


def _refused(url: str, why: str) -> Problem:
    return Problem(_("Nothing is sent to '%(url)s': %(why)s.") % {"url": url, "why": why})
