"""What the metrics are: names, rules, units, directions."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from counterbell.metrics import TEN, metric, metrics
from counterbell.metrics.explain import VERSION, rule, sql
from counterbell.words import title_of

from ._access import shop_of
from ._asking import Plain

router = Router(tags=["figures"])


@router.get("/metrics", response=list[Plain], summary="All metrics")
def listed(request: HttpRequest) -> list[Plain]:
    """The ten first, then the others by name; titles in the language of Accept-Language."""
    shop_of(request)
    return [_told(key) for key in metrics()]


@router.get("/metrics/{key}", response=Plain, summary="How a metric is counted")
def explained(request: HttpRequest, key: str) -> Plain:
    """Its rule, what it leaves out, a worked example, and the SQL that counts it."""
    shop_of(request)
    one = metric(key)
    example = {"log": one.example.log, "value": one.example.value}
    return {**_told(key), "rule": _(rule(key)), "left_out": _(one.excluded), "example": example, "sql": sql(key)}


def _told(key: str) -> Plain:
    one = metric(key)
    return {
        "key": key,
        "title": title_of(one),
        "question": _(one.question),
        "unit": one.unit,
        "better": one.better,
        "one_of_the_ten": key in TEN,
        "definition": VERSION,
    }
