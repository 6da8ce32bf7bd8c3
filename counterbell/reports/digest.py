"""A digest: what a report says, in sections of sentences, tables, pictures and quotations, before it is a mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.accounts.models import Shop
from counterbell.charts._chart import Chart
from counterbell.goals import periods
from counterbell.metrics.periods import Period

from .models import Audience, Rhythm


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, whether it is good or bad news, and where it leads."""

    text: str
    tone: str = ""
    href: str = ""


@dataclass(frozen=True)
class Table:
    """The first cell of a row names it, the others are figures."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Quote:
    """What a customer wrote, and of what."""

    head: str
    text: str


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it, in this order."""

    heading: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    chart: Chart | None = None
    quotes: tuple[Quote, ...] = ()
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class Digest:
    """A report, in one language."""

    shop: str
    title: str
    days: str
    language: str
    sections: tuple[Section, ...]
    href: str

    @property
    def subject(self) -> str:
        """The subject of its mail."""
        with translation.override(self.language):
            return _("%(shop)s: %(title)s, %(days)s") % {"shop": self.shop, "title": self.title, "days": self.days}

    @property
    def charts(self) -> list[Chart]:
        """Its pictures, in their order."""
        return [section.chart for section in self.sections if section.chart]


@dataclass(frozen=True)
class Asked:
    """Of which shop and period a digest tells, with the figures as they are `at` that instant.

    What concerns single agents is left out for readers who may not see colleagues' figures.
    """

    shop: Shop
    rhythm: str
    period: Period
    at: datetime
    sees_colleagues: bool = True

    def link(self, page: str, *args: str, fragment: str = "", **words: object) -> str:
        """The whole address of a page of the shop, in this period."""
        query = urlencode({"first": self.period.start, "last": last_day(self.period), **words}, doseq=True)
        return f"{_site()}{reverse(page, args=[self.shop.slug, *args])}?{query}{f'#{fragment}' if fragment else ''}"

    def page(self, page: str) -> str:
        """The whole address of a page of the shop that knows no period."""
        return f"{_site()}{reverse(page, args=[self.shop.slug])}"


def digest(
    shop: Shop,
    audience: str,
    rhythm: str,
    language: str,
    *,
    at: datetime,
    period: Period,
    sees_colleagues: bool = True,
) -> Digest:
    """The report on a period for an audience, in that language, with the figures as they are at that instant."""
    from . import lead, owner

    written: dict[str, tuple[Callable[[], str], Callable[[Asked], tuple[Section, ...]]]] = {
        Audience.OWNER: (lambda: _title(rhythm), owner.sections),
        Audience.LEAD: (lambda: _title_for_leads(rhythm), lead.sections),
    }
    asked = Asked(shop, rhythm, period, at, sees_colleagues)
    title, sections = written[audience]
    with translation.override(language):
        days = formats.days(period.start, period.end)
        return Digest(str(shop), title(), days, language, sections(asked), asked.link("overview"))


def last_over(shop: Shop, rhythm: str, at: datetime) -> Period:
    """The last week or month that is over at that instant."""
    return periods.before(shop, periods.running(shop, rhythm, at), rhythm)


def last_day(period: Period) -> str:
    """The last day of a period."""
    return str(period.buckets[-1].start)[:10]


def _title(rhythm: str) -> str:
    return _("The week in ten numbers") if rhythm == Rhythm.WEEK else _("The month in ten numbers")


def _title_for_leads(rhythm: str) -> str:
    return _("The team's week") if rhythm == Rhythm.WEEK else _("The team's month")


def _site() -> str:
    return settings.PUBLIC_URL.geturl().rstrip("/")
