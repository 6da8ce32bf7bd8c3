"""What tells a person from a program that opens links and sends forms, such as the filters that mail passes through.

No sign proves a robot. An answer with any of them is doubtful: whoever gave it is asked to say it once more, by typing
its number into a form that tells nobody what to type, and only that makes it count.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from django.conf import settings

SOON_AFTER_SENDING = timedelta(seconds=60)
"""Filters open and send what they find when a mail arrives; few people answer within a minute."""

QUICK = timedelta(seconds=1.5)
"""Nobody reads a page and answers in so short a time."""

PAGE_LIFE = timedelta(hours=12)
"""A form that has been open for longer is shown again."""

FILTERS = {
    "Microsoft mail": ("40.92.0.0/15", "40.107.0.0/16", "52.100.0.0/14", "104.47.0.0/17", "2a01:111:f400::/48"),
    "Google": ("66.102.0.0/20", "66.249.64.0/19", "74.125.0.0/16", "209.85.128.0/17", "2001:4860::/32"),
    "Proofpoint": ("67.231.144.0/20", "148.163.128.0/19", "185.132.180.0/22", "205.220.160.0/19"),
    "Mimecast": ("170.10.128.0/21", "205.139.110.0/23", "207.211.30.0/23"),
    "Barracuda": ("64.235.144.0/20", "209.222.80.0/21"),
}
"""Networks in which mail is filtered and no person sits, as their owners publish them."""

_ROBOT_AGENT = re.compile(
    r"bot\b|crawl|spider|scan|preview|safelinks|proofpoint|mimecast|barracuda|headless|phantom|curl|wget|python|okhttp|"
    r"go-http|java/|libwww|axios|node-fetch",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Seen:
    """What is seen of whoever answers."""

    user_agent: str
    address: str
    page_at: datetime | None = None
    """when the page was shown from which the answer came; None: from no page of ours"""
    same_browser: bool = False
    """whether the browser that was shown the page is the one that answers"""
    gesture: str = ""
    """a press of a key, a finger or a mouse, as the page's script tells it; empty: none, or no script"""
    steered: bool = False
    """whether the browser says that a program steers it"""
    filled_hidden: bool = False
    """whether a field is filled in that no person sees"""
    trapped: bool = False
    """whether a program of this network and kind has opened the hidden link of the mail"""

    @property
    def address_class(self) -> str:
        """Whose network it is, as far as that matters; the address itself is not kept."""
        return address_class(self.address)

    @property
    def fingerprint(self) -> str:
        """A keyed digest of network and user agent."""
        return fingerprint(self.address, self.user_agent)


def signs(seen: Seen, at: datetime, sent_at: datetime | None) -> tuple[str, ...]:
    """What speaks against a person, a word each."""
    return tuple(_signs(seen, at, sent_at))


def _signs(seen: Seen, at: datetime, sent_at: datetime | None) -> Iterator[str]:
    if seen.page_at is None:
        yield "no_page"
    elif at - seen.page_at < QUICK:
        yield "quick"
    if not seen.same_browser:
        yield "other_browser"
    if not seen.gesture:
        yield "no_gesture"
    if sent_at is not None and at - sent_at < SOON_AFTER_SENDING:
        yield "soon"
    if seen.trapped:
        yield "trapped"
    yield from certain(seen)


def certain(seen: Seen) -> Iterator[str]:
    """The signs that no confirming takes away."""
    if seen.steered:
        yield "steered"
    if seen.filled_hidden:
        yield "hidden_field"
    if seen.address_class in FILTERS:
        yield "filter_network"
    if not seen.user_agent or _ROBOT_AGENT.search(seen.user_agent):
        yield "robot_agent"


def address_class(address: str) -> str:
    """Whose network an address is of: a filter's name, `private`, `public`, or `unknown`."""
    try:
        told = ip_address(address)
    except ValueError:
        return "unknown"
    for name, networks in FILTERS.items():
        if any(told in ip_network(network) for network in networks):
            return name
    return "private" if told.is_private else "public"


def fingerprint(address: str, user_agent: str) -> str:
    """A keyed digest of a network (/24, /48) and a user agent, from which neither can be told."""
    try:
        told = ip_address(address)
        network = str(ip_network(f"{told}/{24 if told.version == 4 else 48}", strict=False))
    except ValueError:
        network = address
    return hmac.digest(settings.SECRET_KEY.encode(), f"trap:{network}:{user_agent}".encode(), sha256).hex()


def gesture(told: str, nonce: str) -> str:
    """The kind of gesture that the page's script tells of, if it has told it of this page; else nothing."""
    kind, _, digest = told.partition(".")
    return kind if kind in ("pointer", "key", "click") and digest == _digest(f"{nonce}|{kind}") else ""


def _digest(text: str) -> str:
    """FNV-1a, as the page's script computes it; shows that the script has run, and is no secret."""
    found = 0x811C9DC5
    for byte in text.encode():
        found = (found ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{found:08x}"
