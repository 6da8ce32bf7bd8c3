"""What may stand in the head of a mail: nothing that would begin a header of its own."""

import re
from collections.abc import Iterable, Mapping
from email.utils import getaddresses, parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from counterbell.errors import Problem

OURS = frozenset(
    ("from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "mime-version", "return-path")
)
"""Headers that a mail gets from its fields; nobody sets them otherwise."""

_NAME = re.compile(r"[!-9;-~]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


class BadMail(Problem):
    """A mail that cannot be; the sentence says which part of it."""


def one_line(text: str) -> str:
    """The text as a header can hold it: every stretch of white space and control characters is one space."""
    return " ".join(_CONTROL.sub(" ", text).split())


def address(told: str) -> str:
    """The mail address, alone or with a name before it. Raises BadMail for what is none, or several."""
    if _CONTROL.search(told) or len(getaddresses([told])) != 1:
        raise BadMail(f"{one_line(told)!r} is not one mail address. Write it like kim@example.com.")
    _name, bare = parseaddr(told)
    try:
        validate_email(bare)
    except ValidationError:
        raise BadMail(f"{told!r} is no mail address. Write it like kim@example.com.") from None
    return told.strip()


def addresses(told: str | Iterable[str]) -> str:
    """The addresses, one a line. Raises BadMail."""
    return "\n".join(address(one) for one in ([told] if isinstance(told, str) else told))


def bare(told: str) -> str:
    """The address alone, as addresses are compared."""
    return parseaddr(told)[1].strip().casefold()


def domain_of(told: str) -> str:
    """What stands behind the @."""
    return bare(told).rpartition("@")[2]


def headers(told: Mapping[str, str]) -> dict[str, str]:
    """The headers as given. Raises BadMail for one that is ours to set, or would begin another."""
    for name, value in told.items():
        if not _NAME.fullmatch(name) or name.lower() in OURS or name.lower().startswith("content-"):
            raise BadMail(f"A mail's header {one_line(name)!r} cannot be set; it has a field of its own or is none.")
        if _CONTROL.search(value):
            raise BadMail(f"The header {name} must be one line of text.")
    return dict(told)


def message_id(told: str) -> str:
    """The Message-ID with its brackets. Raises BadMail."""
    if not _MESSAGE_ID.fullmatch(told):
        raise BadMail(f"{one_line(told)!r} is no Message-ID. Write it like <unique@example.com>.")
    return told
