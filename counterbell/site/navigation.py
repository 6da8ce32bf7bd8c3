"""The menu of a page of a shop, for templates: the links that the person's role allows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from counterbell.accounts.models import Membership
from counterbell.parts import Link, links


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu of the shop that the page belongs to, with the shop and the person's membership."""
    membership = getattr(request, "membership", None)
    if not isinstance(membership, Membership):
        return {}
    match = request.resolver_match
    here = match.url_name if match else None
    entries = [_entry(link, request, membership, here) for link in links() if membership.may(link.least)]
    menu = [entry for entry in entries if entry["count"] or entry["here"] or not entry["link"].comes_and_goes]
    return {"shop": membership.shop, "membership": membership, "menu": menu}


def _entry(link: Link, request: HttpRequest, membership: Membership, here: str | None) -> dict[str, Any]:
    return {
        "link": link,
        "url": _url(link, request, membership),
        "here": _is_here(link, here),
        "count": link.count(membership) if link.count else 0,
    }


def _url(link: Link, request: HttpRequest, membership: Membership) -> str:
    query = getattr(request, "view_query", "") if link.keeps_view else ""
    return reverse(link.page, args=[membership.shop.slug]) + (f"?{query}" if query else "")


def _is_here(link: Link, page: str | None) -> bool:
    return page is not None and (page == link.page or page.startswith(f"{link.page}_"))
