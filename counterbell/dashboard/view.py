"""What a page shows of a shop, all of it in the address: period, grain, filters, comparison, clock, statistic, order.

A view is read from a query string and written to one, so that it can be shared, kept, and changed by links.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal, Self, cast
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.errors import Problem, did_you_mean
from counterbell.metrics.narrowing import Narrowed
from counterbell.metrics.periods import BadPeriod, Bucket, Grain, Period, parse_day
from counterbell.metrics.query import DIMENSIONS, Comparison, Condition, dimension

from .spans import SPANS, USUAL, Days, fitting_grain

Clock = Literal["calendar", "business"]
Stat = Literal["mean", "median", "p90"]
Tags = Literal["any", "all", "none"]

COMPARISONS = ("previous", "year", "none")
CLOCKS = ("calendar", "business")
STATS = ("mean", "median", "p90")
TAGS = ("any", "all", "none")
MOST_BUCKETS = 2_500
"""More than this nobody reads on a page; `counterbell report` has no such bound."""

NARROWING = {
    "over": "over_seconds", "upto": "upto_seconds", "weekday": "weekday", "hour": "hour", "score": "scores",
    "commented": "commented", "status": "status", "waiting": "waiting",
    "share": "share",
}  # fmt: skip
"""What an address calls the ways to narrow a list of rows, beside `bucket`."""

ADDRESSED = (
    "period", "first", "last", "grain", *DIMENSIONS, "tags", "compare", "clock", "stat", "by", "rank", "sort", "page",
    "bucket", *NARROWING,
)  # fmt: skip
"""All that an address may say; a page can add words of its own."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What is looked at of a shop, at some instant; two views are the same if their addresses are."""

    shop: Shop
    at: datetime = field(compare=False)
    span: str = USUAL
    custom: Days | None = None
    chosen_grain: Grain | None = None
    where: tuple[Condition, ...] = ()
    compare: str = "previous"
    clock: Clock = "calendar"
    stat: Stat
    by: str | None = None
    rank: str | None = None
    """By which column the values of `by` are sorted; with a minus from the greatest down."""
    sort: str | None = None
    page: int = 1
    bucket: str | None = None
    narrowing: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    """What only some page understands, as it stands in the address."""

    # ---- read

    @classmethod
    def read(cls, query: QueryDict, shop: Shop, at: datetime, *, also: tuple[str, ...] = ()) -> Self:
        """The view of an address. Raises Problem for what it cannot mean; `also` are the page's own words."""
        known = (*ADDRESSED, *also)
        for word in query:
            if word not in known:
                told = {"word": word, "meant": did_you_mean(word, known)}
                raise Problem(_("There is no filter or choice called '%(word)s'.%(meant)s") % told)
        span, custom = _span(query)
        view = cls(
            shop=shop,
            at=at,
            span=span,
            custom=custom,
            chosen_grain=_grain(query.get("grain", "")),
            where=tuple(_conditions(query)),
            compare=_one_of("compare", query.get("compare", "previous"), COMPARISONS),
            clock=cast(Clock, _one_of("clock", query.get("clock", "calendar"), CLOCKS)),
            stat=cast(Stat, _one_of("stat", query.get("stat", usual_stat(shop)), STATS)),
            by=dimension(by) if (by := query.get("by", "")) else None,
            rank=query.get("rank") or None,
            sort=query.get("sort") or None,
            page=_whole("page", query.get("page", "1"), least=1),
            bucket=query.get("bucket") or None,
            narrowing=tuple((word, value) for word in NARROWING for value in query.getlist(word) if value),
            others=tuple((word, value) for word in also for value in query.getlist(word) if value),
        )
        return view._checked()

    def _checked(self) -> Self:
        """The same view. Raises Problem if its days, its buckets or what narrows its rows cannot be."""
        count = about_buckets(self.days, self.grain)
        if count > MOST_BUCKETS:
            told = {"count": count, "most": MOST_BUCKETS}
            raise BadPeriod(
                _(
                    "That would be about %(count)d points, and a page shows at most %(most)d."
                    " Ask for a shorter period or a longer grain."
                )
                % told
            )
        self._made()
        return self

    def _made(self) -> tuple[Period, Narrowed]:
        """What is made of the address; what that refuses is said at once."""
        return self.period, self.narrowed

    # ---- what it means

    @cached_property
    def today(self) -> date:
        """The day in the shop."""
        return self.at.astimezone(zone(self.shop.timezone)).date()

    @property
    def days(self) -> Days:
        """The first day, and the first that no longer belongs to the period."""
        return self.custom or SPANS[self.span][1](self.today, self.shop.week_starts)  # type: ignore[arg-type]

    @property
    def grain(self) -> Grain:
        """The grain chosen, else the one that fits the length."""
        first, end = self.days
        return self.chosen_grain or fitting_grain((end - first).days)

    @cached_property
    def period(self) -> Period:
        """The period with its buckets."""
        return Period.of(*self.days, zone(self.shop.timezone), self.grain, self.shop.week_starts)  # type: ignore[arg-type]

    @property
    def comparison(self) -> Comparison | None:
        """What the query is to compare with."""
        return None if self.compare == "none" else cast(Comparison, self.compare)

    @property
    def business(self) -> bool:
        """Whether durations count within opening hours."""
        return self.clock == "business"

    @cached_property
    def narrowed(self) -> Narrowed:
        """Which of the rows behind a figure are listed."""
        told: dict[str, Any] = {"bucket": self._bucket, "business": self._spans_seconds and self.business}
        for word, name in NARROWING.items():
            values = [value for each, value in self.narrowing if each == word]
            if not values:
                continue
            match word:
                case "score":
                    told[name] = tuple(_whole(word, value, least=1, most=5) for value in values)
                case "status" | "share":
                    told[name] = values[-1]
                case "commented":
                    told[name] = True
                case _:
                    told[name] = _whole(word, values[-1], most={"weekday": 6, "hour": 23}.get(word))
        return Narrowed(**told)

    @property
    def _spans_seconds(self) -> bool:
        return any(word in ("over", "upto") for word, _value in self.narrowing)

    @property
    def _bucket(self) -> Bucket | None:
        if self.bucket is None:
            return None
        found = next((one for one in self.period.buckets if one.start.isoformat() == self.bucket), None)
        if found is None:
            raise Problem(_("There is nothing that begins on %(bucket)s in this period.") % {"bucket": self.bucket})
        return found

    @property
    def order(self) -> tuple[str | None, bool]:
        """The column by which a list is sorted (null: by time), and whether from the greatest down."""
        if self.sort is None:
            return None, False
        return self.sort.removeprefix("-"), self.sort.startswith("-")

    def other(self, word: str) -> str | None:
        """What the address says in one of the page's own words."""
        return next((value for each, value in self.others if each == word), None)

    def values_of(self, name: str) -> tuple[str | None, ...]:
        """The values chosen of a dimension."""
        return tuple(value for each in self.where if each.dimension == name for value in each.values)

    @property
    def tags(self) -> Tags:
        """Whether any, all or none of the tags chosen is wanted."""
        chosen = next((each for each in self.where if each.dimension == "tag"), None)
        if chosen is None:
            return "any"
        return "none" if chosen.negated else "all" if chosen.every else "any"

    # ---- written

    def changed(self, **changes: Any) -> Self:
        """The view with something else; another period has other buckets, another question begins at its first page."""
        if {"span", "custom", "chosen_grain"} & set(changes):
            changes.setdefault("bucket", None)
        if set(changes) != {"page"}:
            changes.setdefault("page", 1)
        return replace(self, **changes)

    def with_days(self, first: date, end: date) -> Self:
        """The view of days of its own."""
        return self.changed(span="custom", custom=(first, end))

    def of_all_rows(self) -> Self:
        """The view whose list is not narrowed."""
        return self.changed(bucket=None, narrowing=())

    def of_the_whole(self) -> Self:
        """The view of any page: without what only concerns this one."""
        return self.of_all_rows().changed(by=None, rank=None, sort=None, others=())

    def narrowed_to(self, *, bucket: Bucket | None = None, **words: object) -> Self:
        """The view whose list shows only the rows of a bucket or of what the words say (`over=60, upto=300`)."""
        listed = ((word, value if isinstance(value, list) else [value]) for word, value in words.items())
        told = tuple((word, str(one)) for word, values in listed for one in values if one is not None)
        return self.changed(bucket=bucket.start.isoformat() if bucket else None, narrowing=told, sort=None)

    def with_values(self, name: str, values: tuple[str | None, ...]) -> Self:
        """The view with these values of a dimension chosen; with none of them, with all."""
        others = tuple(each for each in self.where if each.dimension != name)
        modes = {"negated": self.tags == "none", "every": self.tags == "all"} if name == "tag" else {}
        return self.changed(where=(*others, Condition(name, values, **modes)) if values else others)

    @property
    def query(self) -> str:
        """What stands after the question mark of its address; what is usual is left out."""
        return urlencode(list(self.words()))

    def words(self, *, leaving_out: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
        """The words of the address with their values."""
        yield from ((word, value) for word, value in self._words() if word not in leaving_out)

    def _words(self) -> Iterator[tuple[str, str]]:
        if self.custom:
            first, end = self.custom
            yield from (("period", "custom"), ("first", str(first)), ("last", str(end - timedelta(days=1))))
        elif self.span != USUAL:
            yield "period", self.span
        if self.chosen_grain:
            yield "grain", self.chosen_grain.value
        for each in self.where:
            yield from ((each.dimension, value or "") for value in each.values)
        if self.tags != "any":
            yield "tags", self.tags
        usual = {each.name: each.default for each in fields(self)} | {"stat": usual_stat(self.shop)}
        for name in ("compare", "clock", "stat", "by", "rank", "sort", "page", "bucket"):
            if (value := getattr(self, name)) != usual[name]:
                yield name, str(value)
        yield from self.narrowing
        yield from self.others


def usual_stat(shop: Shop) -> str:
    """The statistic that stands for a duration in that shop."""
    return "median" if shop.headline_median else "mean"


def _one_of(word: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        told = {"word": word, "value": value, "known": ", ".join(known), "meant": did_you_mean(value, known)}
        raise Problem(_("'%(value)s' is no choice for %(word)s.%(meant)s There are: %(known)s.") % told)
    return value


def _whole(word: str, value: str, *, least: int = 0, most: int | None = None) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) >= least):
        raise Problem(_("'%(value)s' is no number for %(word)s.") % {"word": word, "value": value})
    if most is not None and int(value) > most:
        raise Problem(_("%(word)s goes to %(most)s at most.") % {"word": word, "most": most})
    return int(value)


def _grain(text: str) -> Grain | None:
    return Grain(_one_of("grain", text, tuple(Grain))) if text else None


def _span(query: QueryDict) -> tuple[str, Days | None]:
    """The name of the period, and its days where they are its own."""
    first, last = query.get("first", ""), query.get("last", "")
    usual = "custom" if first or last else USUAL
    name = _one_of("period", query.get("period", usual), (*SPANS, "custom"))
    if name != "custom":
        if first or last:
            raise BadPeriod(_("Give either a named period or a first and a last day, not both."))
        return name, None
    if not (first and last):
        raise BadPeriod(_("Give the first and the last day of the period, both like 2025-03-31."))
    return name, _days_between(first, last)


def _days_between(first: str, last: str) -> Days:
    start, end = parse_day(first), parse_day(last)
    if end < start:
        told = {"first": first, "last": last}
        raise BadPeriod(_("The period ends (%(last)s) before it begins (%(first)s). Change the two days.") % told)
    if end == date.max:
        raise BadPeriod(_("The calendar ends with that day. Give an earlier one."))
    return start, end + timedelta(days=1)


def _conditions(query: QueryDict) -> Iterator[Condition]:
    tags = _one_of("tags", query.get("tags", "any"), TAGS)
    for name in DIMENSIONS:
        values = tuple(dict.fromkeys(value.strip() or None for value in query.getlist(name)))
        if name == "tag" and values:
            if tags == "all" and None in values:
                raise Problem(_("No ticket has tags and none at once. Choose “any” or “none” of the tags."))
            yield Condition(name, values, negated=tags == "none", every=tags == "all")
        elif values:
            yield Condition(name, values)


_DAYS = {Grain.HOUR: 1 / 24, Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 30, Grain.QUARTER: 91, Grain.YEAR: 365}


def about_buckets(days: Days, grain: Grain) -> int:
    """About how many buckets of that grain the days have."""
    first, end = days
    return round((end - first).days / _DAYS[grain])
