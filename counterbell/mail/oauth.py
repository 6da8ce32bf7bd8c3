"""Mailboxes that let in by OAuth 2 alone: Google's and Microsoft's.

Somebody consents once, in a browser; what comes of it is a refresh token, kept encrypted, for which the provider gives
access tokens of about an hour. The addresses of the providers stand in a table here, none comes from a stranger's word.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from counterbell.accounts.models import Shop
from counterbell.credentials import decrypted, encrypted
from counterbell.errors import Problem
from counterbell.record.said import SaidHere

from .models import Consent

SECONDS = 10.0
EARLY = timedelta(minutes=2)
"""So long before its end a token counts as ended."""


class NoConsent(Problem):
    """The provider gives no token; the sentence says why."""


@dataclass(frozen=True)
class Place:
    """Where a server of the provider is."""

    host: str
    port: int
    tls: str


@dataclass(frozen=True)
class Provider:
    """A provider, with the addresses at which it is asked; `{tenant}` in them is the organisation's."""

    title: str
    consent_url: str
    tokens_at: str
    scope: str
    imap: Place
    smtp: Place
    more: tuple[tuple[str, str], ...] = ()
    """what else it wants to be told when somebody is to consent"""


PROVIDERS: dict[str, Provider] = {
    "google": Provider(
        title="Google",
        consent_url="https://accounts.google.com/o/oauth2/v2/auth",
        tokens_at="https://oauth2.googleapis.com/token",
        scope="https://mail.google.com/",
        imap=Place("imap.gmail.com", 993, "tls"),
        smtp=Place("smtp.gmail.com", 587, "starttls"),
        more=(("access_type", "offline"), ("prompt", "consent")),
    ),
    "microsoft": Provider(
        title="Microsoft",
        consent_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        tokens_at="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        imap=Place("outlook.office365.com", 993, "tls"),
        smtp=Place("smtp.office365.com", 587, "starttls"),
        more=(("prompt", "select_account"),),
    ),
}

ANY_TENANT = "common"
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")


@dataclass(frozen=True)
class Client:
    """As what we are known to a provider: given by the owner, or the installation's own."""

    provider: str
    id: str
    secret: str
    tenant: str = ANY_TENANT


def client(provider: str, id: str, secret: str, tenant: str = "") -> Client:
    """The client that was named, or without an id the installation's. Raises Problem where there is none."""
    if provider not in PROVIDERS:
        raise Problem(_("There is no provider '%(provider)s'.") % {"provider": provider})
    if not _TENANT.fullmatch(tenant or ANY_TENANT):
        raise Problem(_("'%(tenant)s' is no tenant: give its id or domain, or nothing.") % {"tenant": tenant})
    own = settings.OAUTH_CLIENTS.get(provider)
    if id:
        return Client(provider, id, secret, tenant or ANY_TENANT)
    if own is None:
        raise Problem(
            _("Give the id and the secret of the client that you have registered with %(provider)s.")
            % {"provider": PROVIDERS[provider].title}
        )
    return Client(provider, *own, tenant or ANY_TENANT)


# ---- consent in a browser


@dataclass(frozen=True)
class Asked:
    """What must be known when somebody comes back from the provider."""

    state: str
    verifier: str


def asked() -> Asked:
    """A question that nobody can guess (RFC 6749, RFC 7636)."""
    return Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(64))


def consent_url(client: Client, asked: Asked, *, address: str, back_to: str) -> str:
    """Where somebody consents, to be sent back to `back_to`."""
    provider = PROVIDERS[client.provider]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    told = {
        "client_id": client.id,
        "response_type": "code",
        "redirect_uri": back_to,
        "scope": provider.scope,
        "state": asked.state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": address,
        **dict(provider.more),
    }
    return f"{_at(provider.consent_url, client)}?{urlencode(told)}"


def refresh_token_for(client: Client, code: str, asked: Asked, *, back_to: str) -> str:
    """The refresh token for the code with which somebody came back. Raises NoConsent."""
    told = {"grant_type": "authorization_code", "code": code, "code_verifier": asked.verifier}
    answer = _asked_for_token(client, {**told, "redirect_uri": back_to})
    if not answer.get("refresh_token"):
        raise NoConsent(_("The provider gave no refresh token. Take the consent back there, and connect again."))
    return str(answer["refresh_token"])


# ---- tokens


def consent(shop: Shop, address: str, client: Client, refresh_token: str) -> Consent:
    """A consent as it would be, to be tried before it is kept."""
    secret = encrypted(json.dumps({"client_secret": client.secret, "refresh_token": refresh_token}))
    told = {"provider": client.provider, "tenant": client.tenant, "client_id": client.id, "secret": secret}
    return Consent(shop=shop, address=address, **told)


def keep(given: Consent) -> Consent:
    """Keep a consent, in place of the one that the address has."""
    names = ("provider", "tenant", "client_id", "secret", "access", "good_until")
    told = {name: getattr(given, name) for name in names}
    kept, _is_new = Consent.objects.update_or_create(shop=given.shop, address=given.address, defaults=told)
    return kept


def of(shop: Shop, address: str) -> Consent | None:
    """The consent for that address, if there is one."""
    return Consent.objects.filter(shop=shop, address=address).first()


def remove(shop: Shop, address: str) -> None:
    """Forget the consent for that address; at the provider it holds until it is taken back there."""
    Consent.objects.filter(shop=shop, address=address).delete()


def access_token(given: Consent, at: datetime) -> str:
    """A token that lets in now: the one that is known while it is good, else a new one. Raises NoConsent."""
    if given.access and given.good_until and given.good_until - EARLY > at:
        return decrypted(given.access)
    secret = json.loads(decrypted(given.secret))
    known = Client(given.provider, given.client_id, secret["client_secret"], given.tenant)
    answer = _asked_for_token(known, {"grant_type": "refresh_token", "refresh_token": secret["refresh_token"]})
    if answer.get("refresh_token"):  # some give a new one each time
        given.secret = encrypted(json.dumps({**secret, "refresh_token": answer["refresh_token"]}))
    given.access = encrypted(str(answer["access_token"]))
    given.good_until = at + timedelta(seconds=_seconds(answer))
    if given.pk:
        given.save(update_fields=["secret", "access", "good_until"])
    return str(answer["access_token"])


def not_taken(given: Consent) -> None:
    """Note that a server did not take the token; the next one is a new one."""
    given.access, given.good_until = "", None
    if given.pk:
        given.save(update_fields=["access", "good_until"])


def _seconds(answer: dict[str, Any]) -> int:
    told = answer.get("expires_in")
    return int(told) if isinstance(told, int | str) and str(told).isdigit() else 0


def _at(url: str, client: Client) -> str:
    return url.format(tenant=client.tenant)


def _asked_for_token(client: Client, told: dict[str, str]) -> dict[str, Any]:
    provider = PROVIDERS[client.provider]
    told = {**told, "client_id": client.id, "client_secret": client.secret}
    try:
        with httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as http:
            response = http.post(_at(provider.tokens_at, client), data=told)
        answer = response.json()
    except (httpx.HTTPError, ValueError):
        words = later("%(provider)s could not be asked now.")
        raise NoConsent(SaidHere(words, provider=provider.title)) from None
    if not isinstance(answer, dict) or not answer.get("access_token"):
        raise NoConsent(_why(provider, answer if isinstance(answer, dict) else {}))
    return answer


def _why(provider: Provider, answer: dict[str, Any]) -> str:
    told = {"provider": provider.title, "words": str(answer.get("error_description") or answer.get("error"))[:300]}
    if answer.get("error") == "invalid_grant":
        return SaidHere(
            later("The consent has ended, or was taken back at %(provider)s. Connect again. (%(words)s)"), **told
        )
    if answer.get("error") in ("invalid_client", "unauthorized_client"):
        return SaidHere(later("%(provider)s does not know this client. Check its id and secret. (%(words)s)"), **told)
    return SaidHere(later("%(provider)s gives no token: %(words)s"), **told)


# ---- what is said to a mail server


def xoauth2(user: str, token: str) -> Callable[[bytes | None], str]:
    """The client's part of XOAUTH2, as Google and Microsoft have it: the token, and nothing more if it is not taken."""
    return _once(f"user={user}\x01auth=Bearer {token}\x01\x01", "")


def bearer(user: str, token: str, host: str, port: int) -> Callable[[bytes | None], str]:
    """The client's part of OAUTHBEARER (RFC 7628)."""
    name = user.replace("=", "=3D").replace(",", "=2C")
    return _once(f"n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01", "\x01")


def _once(told: str, then: str) -> Callable[[bytes | None], str]:
    answers = iter((told,))

    def answer(_challenge: bytes | None = None) -> str:
        return next(answers, then)

    return answer
