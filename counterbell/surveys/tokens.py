"""What the links and forms of surveys carry: numbers, a time, a random part, and a signature over them.

A link says which question, until when, and with which key it was signed; nothing of the customer stands in it. Signed
with HMAC-SHA256 under a key made of the installation's secret and a salt in the database, so that neither alone forges
a link. `rotate` makes a new key; links signed with an older one hold until they expire, unless that key is revoked.
"""

import hmac
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.conf import settings

from .models import TokenKey

LINK, TRAP, PAGE, CONFIRM = 1, 2, 3, 4
"""What a token is for: a page of a question, the link no person sees, a form, the form that confirms an answer."""

_SHAPE = struct.Struct(">BHQQ6s")
_MAC_BYTES = 16


@dataclass(frozen=True)
class Told:
    """What a token says: the number of the question (or submission), and its instant (expiry of a link, making of a
    form)."""

    number: int
    instant: datetime


def link(number: int, expires_at: datetime, *, kind: int = LINK) -> str:
    """The token of a link to question `number`."""
    return _sealed(kind, number, expires_at)


def form(kind: int, number: int, at: datetime) -> str:
    """The nonce of a form that is shown now."""
    return _sealed(kind, number, at)


def read(kind: int, token: str) -> Told | None:
    """What the token says, if it is one of that kind and we have signed it; it may have expired."""
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        if _written(sealed) != token:  # the decoder passes over what is no letter of a token
            return None
        payload, mac = sealed[:-_MAC_BYTES], sealed[-_MAC_BYTES:]
        is_kind, key_id, number, milliseconds, _nonce = _SHAPE.unpack(payload)
    except (ValueError, struct.error):
        return None
    key = TokenKey.objects.filter(pk=key_id).first()
    expected = _mac(key, payload) if key else bytes(_MAC_BYTES)
    if not (hmac.compare_digest(mac, expected) and key and is_kind == kind):
        return None
    return Told(number, datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds))


def rotate(at: datetime) -> TokenKey:
    """Sign with a new key from now on."""
    return TokenKey.objects.create(salt=secrets.token_hex(16), made_at=at)


def revoke(key_id: int) -> bool:
    """Let nothing hold any more that was signed with that key; returns whether there was one."""
    return TokenKey.objects.filter(pk=key_id).delete()[0] > 0


def _sealed(kind: int, number: int, at: datetime) -> str:
    key = TokenKey.objects.order_by("-pk").first() or rotate(at)
    milliseconds = (at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
    payload = _SHAPE.pack(kind, key.pk, number, milliseconds, secrets.token_bytes(6))
    return _written(payload + _mac(key, payload))


def _written(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def _mac(key: TokenKey, payload: bytes) -> bytes:
    secret = hmac.digest(settings.SECRET_KEY.encode(), f"counterbell.surveys:{key.salt}".encode(), sha256)
    return hmac.digest(secret, payload, sha256)[:_MAC_BYTES]
