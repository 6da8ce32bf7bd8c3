"""What the record alone knows and a page wants to show: texts, looked up for the few rows that are on it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from counterbell.accounts.models import Shop

from .models import Rating

MIND_CHANGES_WITHIN = timedelta(hours=24)
"""So long after the first answer to a survey later ones still replace it."""


def comments(shop: Shop, surveys: Iterable[str], *, as_of: datetime | None = None) -> dict[str, str]:
    """The last comment given with the rating of each of these surveys; those without one are left out."""
    given = Rating.objects.filter(survey__shop=shop, survey__external_id__in=list(surveys), suspected_robot=False)
    if as_of is not None:
        given = given.filter(happened_at__lte=as_of)
    first: dict[str, datetime] = {}
    found: dict[str, str] = {}
    for survey, at, comment in given.order_by("happened_at").values_list(
        "survey__external_id", "happened_at", "comment"
    ):
        began = first.setdefault(survey, at)
        if comment and at <= began + MIND_CHANGES_WITHIN:
            found[survey] = comment
    return found
