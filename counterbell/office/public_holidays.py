"""The public holidays of a country, to pick from."""

from datetime import date

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterbell.errors import NotFound

YEARS = range(2000, 2101)


def countries() -> list[tuple[str, str]]:
    """The countries whose holidays are known: code and name, in the order of the reader's language."""
    from holidays import list_supported_countries

    names = Locale.parse(get_language() or "en").territories
    known = ((code, names[code]) for code in list_supported_countries() if code in names)
    return sorted(known, key=lambda one: one[1])


def holidays_of(country: str, year: int) -> list[tuple[date, str]]:
    """The days and their names, in the reader's language where that is known. Raises NotFound."""
    from holidays import country_holidays, list_localized_countries

    if country not in dict(countries()) or year not in YEARS:
        raise NotFound(_("The public holidays of that country and year are not known. Write them as single days."))
    language = (get_language() or "en")[:2]
    spoken = list_localized_countries().get(country, [])
    spoken_here = next((one for one in spoken if one[:2] == language), None) or ("en_US" if "en_US" in spoken else None)
    return sorted(country_holidays(country, years=year, language=spoken_here).items())


def likely_country(timezone: str) -> str:
    """The country of a time zone; empty where there is none."""
    from babel.core import get_global

    return str(get_global("zone_territories").get(timezone, ""))
