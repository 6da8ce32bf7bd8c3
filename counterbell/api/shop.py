"""The shop that the token belongs to, and what has been taken in."""

from django.http import HttpRequest
from ninja import Router

from counterbell import instants
from counterbell.record.models import Import

from ._access import shop_of
from ._asking import Plain

router = Router(tags=["shop"])


@router.get("/shop", response=Plain, summary="The shop of the token")
def told(request: HttpRequest) -> Plain:
    """Its settings, as the log format writes them."""
    shop = shop_of(request)
    return {
        "slug": shop.slug,
        "name": shop.name or shop.slug,
        "timezone": shop.timezone,
        "currency": shop.currency or None,
        "week_starts": shop.week_starts,
        "conversion_days": shop.conversion_days,
        "hours": shop.hours,
    }


@router.get("/imports", response=list[Plain], summary="What has been taken in")
def imports(request: HttpRequest) -> list[Plain]:
    """Each file or account with its counts, the latest first; `ended_at` is null while one is under way."""
    runs = Import.objects.filter(shop=shop_of(request)).order_by("-started_at")[:200]
    return [
        {
            "source": run.source,
            "origin": run.origin,
            "started_at": instants.written(run.started_at),
            "ended_at": instants.written(run.ended_at),
            "counts": run.counts.get("summary", {}),
        }
        for run in runs
    ]
