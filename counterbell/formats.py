"""Numbers, durations, money and dates as a person reads them in their language (en, fr, id)."""

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NOTHING = "–"
"""What stands for a figure that is not there; it is never 0."""


def locale() -> Locale:
    """The reader's language."""
    return Locale.parse(get_language() or "en")


def number(value: float | None, digits: int = 0) -> str:
    """1,234.5 or as the language writes it."""
    if value is None:
        return NOTHING
    return str(format_decimal(round(value, digits), format=f"#,##0.{'#' * digits}" if digits else "#,##0", locale=locale()))


def percent(value: float | None, digits: int = 1) -> str:
    """A share as a percentage."""
    if value is None:
        return NOTHING
    return str(format_percent(value, format=f"#,##0.{'#' * digits}%" if locale().language != "fr" else f"#,##0.{'#' * digits} %", locale=locale()))


def change(value: float | None) -> str:
    """A change as a signed percentage."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "−" if value < 0 else "±"  # noqa: RUF001
    return sign + percent(abs(value), 0 if abs(value) >= 0.1 else 1)


def money(minor: int, currency: str) -> str:
    """An amount in minor units of its currency."""
    major = minor / 10 ** get_currency_precision(currency)
    return str(format_currency(major, currency, locale=locale()))


def duration(seconds: float | None) -> str:
    """A length of time in its two largest units: 2 h 05, 3 d 4 h, 12 min, 45 s."""
    if seconds is None:
        return NOTHING
    whole = round(seconds)
    if whole < 60:
        return _("%(seconds)d s") % {"seconds": whole}
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
    days, hours = divmod(round(seconds / 3600), 24)
    if hours == 0:
        return _("%(days)d d") % {"days": days}
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}


def day(when: date) -> str:
    """A date, not too long."""
    return str(format_date(when, format="medium", locale=locale()))


def moment(when: datetime) -> str:
    """A date with its time."""
    return str(format_datetime(when, format="medium", locale=locale()))


def size(count: int) -> str:
    """A number of bytes."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{number(amount, 1 if amount < 100 and unit != 'B' else 0)} {unit}"
