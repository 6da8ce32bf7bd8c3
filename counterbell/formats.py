"""Numbers, durations, money and dates as a person reads them in their language (en, fr, id)."""

import re
from datetime import date, datetime, timedelta
from functools import cache

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_datetime_format
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NOTHING = "–"
"""What stands for a figure that is not there; it is never 0."""

NO_BREAK = "\u00a0"


SECONDS = {
    **dict.fromkeys(("s", "dtk", "detik"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes", "mnt", "menit"), 60),
    **dict.fromkeys(("h", "hour", "hours", "heure", "heures", "jam"), 3600),
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours", "hari"), 86_400),
}
"""How long a unit of time is that people write, in any of the languages."""


def locale() -> Locale:
    """The reader's language."""
    return Locale.parse(get_language() or "en")


def language(code: str) -> str:
    """A language by its name: French; the code itself where it has none."""
    return str(locale().languages.get(code.lower(), code))


def country(code: str) -> str:
    """A country by its name: France; the code itself where it has none."""
    return str(locale().territories.get(code.upper(), code))


def number(value: float | None, digits: int = 0) -> str:
    """1,234.5 or as the language writes it, with so many digits after the point."""
    if value is None:
        return NOTHING
    return str(format_decimal(value, format=_with_digits("#,##0", digits), locale=locale()))


def percent(value: float | None, digits: int = 1) -> str:
    """A share as a percentage."""
    if value is None:
        return NOTHING
    here = locale()
    pattern = _with_digits(here.percent_formats[None].pattern, digits)
    return str(format_percent(value, format=pattern, locale=here))


def _with_digits(pattern: str, digits: int) -> str:
    return pattern.replace("#,##0", f"#,##0.{'0' * digits}" if digits else "#,##0")


def money(minor: int, currency: str) -> str:
    """An amount in minor units of its currency, with the decimals that people use of it: no cents of a rupiah."""
    digits = _digits_in_use(currency)
    here = locale()
    pattern = re.sub(r"0\.0+", f"0.{'0' * digits}" if digits else "0", here.currency_formats["standard"].pattern)
    written = format_currency(minor / 10 ** exponent(currency), currency, pattern, here, currency_digits=False)
    return re.sub(r"(?<=[^\W\d_])(?=\d)", NO_BREAK, written)


@cache
def exponent(currency: str) -> int:
    """How many decimals the minor unit of a currency stands for, by ISO 4217: EUR 2, JPY 0, KWD 3."""
    from iso4217 import Currency

    try:
        told = Currency(currency).exponent
    except ValueError:  # a currency of the past
        told = get_currency_precision(currency)
    return told or 0


def _digits_in_use(currency: str) -> int:
    from babel.core import get_global

    fractions = get_global("currency_fractions")
    digits, _rounding, in_cash, _cash_rounding = fractions.get(currency, fractions["DEFAULT"])
    return int(min(digits, in_cash, exponent(currency)))


def duration(seconds: float | None) -> str:
    """A length of time in its two largest units: 2 h 05, 3 d 4 h, 2 h, 12 min, 45 s."""
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
        if rest == 0:
            return _("%(hours)d h") % {"hours": hours}
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
    days, hours = divmod(round(seconds / 3600), 24)
    if hours == 0:
        return _("%(days)d d") % {"days": days}
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}


def day(when: date) -> str:
    """A date, not too long."""
    return str(format_date(when, format="medium", locale=locale()))


def day_of_week(when: date, *, with_year: bool = False) -> str:
    """A date with its weekday: Sat, Aug 1."""
    return str(format_skeleton("yMMMEd" if with_year else "MMMEd", when, locale=locale()))


def short_day(when: date) -> str:
    """A date where there is little room: Aug 1."""
    return str(format_skeleton("MMMd", when, locale=locale()))


def month_name(first: date) -> str:
    """A month where there is little room and its year is known: Aug."""
    return str(format_date(first, "LLL", locale=locale()))


def weekday(number: int) -> str:
    """A day of the week, Monday being 0: Mon."""
    return str(locale().days["stand-alone"]["abbreviated"][number])


def days(start: date, end: date, *, with_year: bool = True) -> str:
    """The days from `start` until before `end`, the first and the last one named: Aug 1 – 31, 2026."""
    last = end - timedelta(days=1)
    written = format_interval(start, last, "yMMMd" if with_year else "MMMd", locale=locale())
    return str(written.replace("\u2009", " "))


def month(first: date) -> str:
    """A month: Aug 2026."""
    return str(format_skeleton("yMMM", first, locale=locale()))


def quarter(first: date) -> str:
    """A quarter: Q3 2026."""
    return str(format_skeleton("yQQQ", first, locale=locale()))


def clock(when: datetime) -> str:
    """The time of day."""
    return str(format_time(when, format="short", locale=locale()))


def moment(when: datetime) -> str:
    """A date with its time, to the minute."""
    where = locale()
    date, time = format_date(when, "medium", where), format_time(when, "short", locale=where)
    return str(get_datetime_format("medium", where)).replace("{0}", time).replace("{1}", date)


def size(count: int) -> str:
    """A number of bytes."""
    amount = float(count)
    for unit in (_("B"), _("kB"), _("MB"), _("GB")):
        if amount < 1000 or unit == _("GB"):
            break
        amount /= 1000
    return f"{number(amount, 1 if amount < 100 and unit != _('B') else 0)} {unit}"
