"""The menu of a page of a shop, for templates: the links that the person's role allows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from counterbell.accounts.models import Membership
from counterbell.parts import Link, links

Entry = dict[str, Any]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu of the shop that the page belongs to and the tabs of the page, with shop and the person's membership."""
    membership = getattr(request, "membership", None)
    if not isinstance(membership, Membership):
        return {}
    match = request.resolver_match
    here = match.url_name if match else None
    entries = [_entry(link, request, membership, here) for link in links() if membership.may(link.least)]
    menu = [_with_those_under(entry, entries) for entry in entries if not entry["link"].under]
    return {"shop": membership.shop, "membership": membership, "menu": menu, "tabs": _tabs(menu, here)}


def _entry(link: Link, request: HttpRequest, membership: Membership, here: str | None) -> Entry:
    return {
        "link": link,
        "url": _url(link, request, membership),
        "here": _is_here(link, here),
        "count": link.count(membership) if link.count else 0,
    }


def _with_those_under(entry: Entry, entries: list[Entry]) -> Entry:
    under = [one for one in entries if one["link"].under == entry["link"].page]
    waits = entry["count"] + sum(one["count"] for one in under)
    return {**entry, "under": under, "count": waits, "here": entry["here"] or any(one["here"] for one in under)}


def _tabs(menu: list[Entry], here: str | None) -> list[Entry]:
    """The page of the menu that is open, with those under it; none where what is open is neither."""
    for entry in menu:
        is_under = any(one["here"] for one in entry["under"])
        if entry["under"] and (is_under or here == entry["link"].page):
            return [{**entry, "here": not is_under, "count": 0}, *entry["under"]]
    return []


def _url(link: Link, request: HttpRequest, membership: Membership) -> str:
    query = getattr(request, "view_query", "") if link.keeps_view else ""
    return reverse(link.page, args=[membership.shop.slug]) + (f"?{query}" if query else "")


def _is_here(link: Link, page: str | None) -> bool:
    return page is not None and (page == link.page or page.startswith(f"{link.page}_"))
