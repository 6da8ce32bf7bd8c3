"""What customers said of the service: the ratings of a period with their comments, page by page."""

from dataclasses import dataclass
from datetime import UTC, datetime

from counterbell.accounts.models import Shop
from counterbell.record import read

from .narrowing import Narrowed
from .periods import Period
from .query import Condition
from .rows import Page, rows

NEWEST_FIRST = Page(limit=50, sort="rated_at", descending=True)


@dataclass(frozen=True)
class Rated:
    """A rating with the comment given with it; null without one, or when the person was erased."""

    survey: str
    ticket: str
    channel: str
    agent: str | None
    team: str | None
    rated_at: datetime
    score: int
    comment: str | None


@dataclass(frozen=True)
class RatedPage:
    """A page of ratings, and how many there are in all."""

    ratings: tuple[Rated, ...]
    total: int


def ratings(
    shop: Shop,
    period: Period,
    *,
    scores: tuple[int, ...] = (),
    commented: bool = True,
    where: tuple[Condition, ...] = (),
    as_of: datetime | None = None,
    page: Page = NEWEST_FIRST,
) -> RatedPage:
    """The ratings of a period that CSAT counts; of these scores (none: of all), and (`commented`) with a comment.

    The texts are looked up in the record for the page alone. Sorted by one of the columns of the rows behind CSAT.
    """
    narrowed = Narrowed(scores=scores, commented=commented)
    found = rows(shop, period, "csat", where=where, as_of=as_of, narrowed=narrowed, page=page)
    told = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    texts = read.comments(shop, [row["survey"] for row in told], as_of=as_of)
    return RatedPage(
        tuple(
            Rated(
                row["survey"],
                row["ticket"],
                row["channel"],
                row["agent"],
                row["team"],
                row["rated_at"].replace(tzinfo=UTC),
                row["score"],
                texts.get(row["survey"]),
            )
            for row in told
        ),
        found.total,
    )
