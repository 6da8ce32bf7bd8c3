"""Addresses of pictures on other servers: which of them a browser may be made to ask, once somebody wants to see them.

A mail could otherwise send the browser of whoever reads it to things that only this browser reaches: the printer of the
office, a page on the same computer, our own pages with the person's session.
"""

import re
from typing import Final
from unicodedata import normalize
from urllib.parse import urlsplit

REMOTE: Final = ("http://", "https://")
NEAR: Final = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa", "onion")
"""What names of things nearby end with."""

_PUBLIC_NAME = re.compile(r"([a-z0-9_-]+\.)+[a-z][a-z0-9-]*[a-z0-9]\Z")
_IGNORED = re.compile(r"[\t\r\n]")
"""What browsers leave out of an address."""


def picture_address(source: str, own_host: str = "") -> str | None:
    """The address by which a browser may fetch that picture, always encrypted; null where it is not to be fetched.

    It must be that of a server with a public name (no number, no name of something nearby, nor `own_host`), at the
    usual port and without a name to sign in with.
    """
    source = _IGNORED.sub("", source).strip()
    if not source.lower().startswith(REMOTE) or "\\" in source:
        return None
    try:
        told = urlsplit(source)
        is_usual = told.port in (None, 80 if told.scheme == "http" else 443)
        host = _name(told.hostname or "")
    except ValueError:
        return None
    if not is_usual or "@" in told.netloc or not _is_public(host) or host == own_host.lower():
        return None
    return told._replace(scheme="https", netloc=host).geturl()


def _name(host: str) -> str:
    """As browsers read it: wide letters are letters, others are written in ASCII. Raises ValueError."""
    return normalize("NFKC", host).encode("idna").decode().lower().rstrip(".")


def _is_public(host: str) -> bool:
    return _PUBLIC_NAME.match(host) is not None and host.rpartition(".")[2] not in NEAR
