"""What vendors write, as the record wants it: ids, instants, money. What cannot be read raises NotReadable."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from counterbell.record.entries import LINK, LONGEST_LINK, Customer

LONGEST_ID = 200
LARGEST = 2**53

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINK = re.compile(LINK)
_BLANK_AND_OFFSET = re.compile(r"(?<=:\d\d) ([+-]\d\d:?\d\d)$")


class NotReadable(Exception):
    """An object that cannot be an entry: why, and the field that is to blame."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field


def key(source: str, *parts: object) -> str:
    """An id of the record: the vendor's own behind the source's name, since another vendor may use the same numbers."""
    told = f"{source}:{parts[0]}" if len(parts) == 1 else ":".join((source, *map(str, parts)))
    return told if len(told) <= LONGEST_ID else f"{source}:{hashlib.sha256(told.encode()).hexdigest()}"


def present(told: dict[str, Any], field: str) -> Any:
    """The value of a field that must be there."""
    value = told.get(field)
    if value is None or value == "":
        raise NotReadable(f"The field {field!r} is missing or empty.", field)
    return value


def text(value: object) -> str | None:
    """A text (numbers become text) without blanks around it; null when nothing is left or it is no text at all."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return str(value).strip() or None


def link(value: object) -> str | None:
    """An address that a page may lead to; null for anything else, such as javascript: or a bare name."""
    if type(value) is not str:
        return None
    told = value.strip()
    return told if len(told) <= LONGEST_LINK and _LINK.match(told) else None


def instant(value: object, field: str, *, utc: bool = False) -> datetime:
    """The instant of an ISO 8601 time with an offset (`utc`: without one it is UTC), or of seconds since 1970.

    Finer than microseconds is cut off. "2025-10-07 09:50:26 +0200" is read too.
    """
    if type(value) is not str and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _since_1970(value, field)
    try:
        told = datetime.fromisoformat(value if type(value) is str else str(value).strip())
    except ValueError:
        told = _with_blanks(str(value).strip(), field)
    if told.tzinfo is None:
        if not utc:
            raise NotReadable(f"{field!r} is a time without its offset from UTC: {str(value)[:80]!r}.", field)
        told = told.replace(tzinfo=UTC)
    return told if told.tzinfo is UTC else told.astimezone(UTC)


def _with_blanks(written: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(_BLANK_AND_OFFSET.sub(r"\1", written))
    except ValueError:
        raise NotReadable(f"{field!r} is no time: {written[:80]!r}.", field) from None


def _since_1970(seconds: int | Decimal, field: str) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=int(seconds * 1_000_000))
    except OverflowError:
        raise NotReadable(f"{field!r} is no time: {seconds}.", field) from None


def amount(value: object, field: str) -> Decimal:
    """The exact amount that a text or number tells."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise NotReadable(f"{field!r} is no amount: {str(value)[:80]!r}.", field)
    try:
        told = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        told = Decimal("nan")
    if not told.is_finite():
        raise NotReadable(f"{field!r} is no amount: {str(value)[:80]!r}.", field)
    return told


def minor(value: Decimal, currency: str, field: str) -> int:
    """An amount in minor units of its currency: 12.50 EUR is 1250, 1250 JPY is 1250, 1.250 KWD is 1250.

    What is finer than that (a rate that was applied) is rounded to the nearest unit, half up.
    """
    units = value.scaleb(_exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if not 0 <= units <= LARGEST:
        raise NotReadable(f"{field!r} cannot be an amount that was paid: {value} {currency}.", field)
    return int(units)


@lru_cache(1_000)
def _exponent(currency: str) -> int:
    from counterbell.formats import exponent

    return exponent(currency)


def buyer(source: str, email: str | None, phone: str | None) -> Customer | None:
    """Who placed an order: a customer record for each pair of e-mail address and phone number that orders come with.

    A shop's own account numbers change hands (accounts are merged, guests have none), and the record matches people by
    address and number alone. The id is a digest of the two, so that no order's customer depends on the order of the
    pages, and no address stands in an id, which stays when the person is erased. Null where neither is told.
    """
    address, number = (email or "").strip().casefold() or None, (phone or "").strip() or None
    if address is None and number is None:
        return None
    digest = hashlib.sha256(f"{address or ''}\n{number or ''}".encode()).hexdigest()[:24]
    return Customer(id=key(source, "buyer", digest), email=address, phone=number)


def earlier(told: str, seconds: int) -> str:
    """A time some seconds before an ISO 8601 time with an offset, in UTC."""
    before = instant(told, "time") - timedelta(seconds=seconds)
    return before.isoformat(timespec="seconds").replace("+00:00", "Z")
