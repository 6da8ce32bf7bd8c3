"""How Freshdesk's API is read page by page: lists by page number, and tickets by windows of their last change."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from ._api import ApiProblem, NotAllowed, NotThere
from ._pages import Bookmark
from ._stream import Kind, Page, Place, VendorObject
from ._values import earlier, instant, present

if TYPE_CHECKING:
    from ._api import Api

PER_PAGE = 100
MOST_PAGES = 300
"""Freshdesk lists no more pages of tickets than these."""

AT_ONCE = 25
"""Tickets of a page whose conversations are read before they go in: what a kill can cost."""

THE_BEGINNING = "2000-01-01T00:00:00Z"
"""Without a time Freshdesk lists the tickets of the last 30 days only."""

OVERLAP_SECONDS = 300
LATE_SECONDS = 28 * 86_400
"""Ratings are read again so far back, since their comments come late."""

Tickets = list[VendorObject]


def ticket_pages(api: "Api", place: Place) -> Iterator[Page]:
    """The tickets that changed, those changed first first, with their conversations.

    Page numbers would pass over a ticket whenever an earlier one changes meanwhile, and end after 300 pages. So each
    page is the first of a window that begins a second before the last change seen; only changes that fill a page within
    two seconds are read by number. What comes twice unchanged is left out.
    """
    since = earlier(place["since"], OVERLAP_SECONDS) if place.get("since") else THE_BEGINNING
    number, seen = 1, dict[str, str]()
    while True:
        tickets, is_last = _asked_for(api, since, number)
        news = [one for one in tickets if seen.get(str(one["id"])) != one["updated_at"]]
        yield from _with_conversations(api, news, place)
        if is_last:
            return
        place = {"since": str(tickets[-1]["updated_at"])}
        following = earlier(place["since"], 1)
        if instant(following, "since") > instant(since, "since"):
            since, number = following, 1
            seen = {}
        elif number == MOST_PAGES:
            raise ApiProblem(f"Freshdesk has more than {MOST_PAGES} pages of tickets that changed at {since}.")
        else:
            number += 1
        seen |= {str(one["id"]): one["updated_at"] for one in tickets}


def _asked_for(api: "Api", since: str, number: int) -> tuple[Tickets, bool]:
    """A page of tickets in the order of their change, and whether it is the last."""
    asked = {"updated_since": since, "order_by": "updated_at", "order_type": "asc", "include": "stats,description"}
    tickets, is_last = _page(api, "tickets", number, **asked)
    changes = [instant(present(one, "updated_at"), "updated_at") for one in tickets]
    if changes != sorted(changes):
        raise ApiProblem("Freshdesk lists its tickets in another order than asked for. Run the command again later.")
    return tickets, is_last


def _with_conversations(api: "Api", tickets: Tickets, place: Place) -> Iterator[Page]:
    """The tickets with all that was said in them, some at a time."""
    for first in range(0, len(tickets), AT_ONCE):
        some = tickets[first : first + AT_ONCE]
        told = [{**one, "conversations": _all(api, f"tickets/{one['id']}/conversations")} for one in some]
        place = {"since": str(some[-1]["updated_at"])}
        yield Page(told, place)
    if not tickets:
        yield Page([], place)


def unwanted_pages(api: "Api", place: Place) -> Iterator[Page]:
    """The tickets that are spam or in the trash now, which the other list leaves out, and those that came back from it.

    Freshdesk empties both after a month. The conversations of what does not count are not read.
    """
    now: set[int] = set()
    for which in ("spam", "deleted"):
        for tickets, _ in islice(_listed(api, "tickets", filter=which, include="stats,description"), MOST_PAGES):
            now |= {one["id"] for one in tickets}
            yield Page([{**one, which: True} for one in tickets], place)
    back = [ticket for number in sorted({*place.get("ids", ())} - now) for ticket in _back(api, number)]
    yield Page(back, {"ids": sorted(now)})


def _back(api: "Api", number: int) -> Iterator[VendorObject]:
    """The ticket with all that was said in it, if it counts again; nothing of one that is gone."""
    try:
        ticket = api.get(f"tickets/{number}", include="stats").body
    except NotThere:
        return
    if ticket.get("spam") is not True and ticket.get("deleted") is not True:
        yield {**ticket, "conversations": _all(api, f"tickets/{number}/conversations"), "restored": True}


def contact_pages(api: "Api", place: Place) -> Iterator[Page]:
    """All contacts at first, whatever --since says, since old ones write new tickets; then those that changed."""
    reached = {"since": place["since"]} if place.get("reached") else {}
    bookmark = Bookmark({}, OVERLAP_SECONDS)
    for contacts, last in _listed(api, "contacts", **({"_updated_since": reached["since"]} if reached else {})):
        after = bookmark.after([one.get("updated_at") for one in contacts], last=last)
        kept = after if last and after else reached
        yield Page(contacts, {**kept, "reached": True} if kept else place)


def rating_pages(api: "Api", place: Place) -> Iterator[Page]:
    """Satisfaction ratings, read again for four weeks; none where the account's plan has no surveys."""
    bookmark = Bookmark(place, LATE_SECONDS)
    asked = {"created_since": place.get("since") or THE_BEGINNING}
    with suppress(NotAllowed):
        for ratings, last in _listed(api, "surveys/satisfaction_ratings", **asked):
            yield Page(ratings, bookmark.after([one.get("created_at") for one in ratings], last=last))


def field_pages(api: "Api", _place: Place) -> Iterator[Page]:
    """The fields of tickets, which name the account's own statuses; none where the key may not read them."""
    with suppress(NotAllowed):
        yield from _whole("ticket_fields", api, {})


def _whole(path: str, api: "Api", _place: Place) -> Iterator[Page]:
    """All objects of a short list, at every run."""
    yield from (Page(objects, {}) for objects, _ in _listed(api, path))


def _listed(api: "Api", path: str, **asked: str) -> Iterator[tuple[list[VendorObject], bool]]:
    """The pages of a list, and whether each is the last; nothing where the account has no such thing."""
    number = 1
    while True:
        try:
            objects, is_last = _page(api, path, number, **asked)
        except NotThere:
            return
        yield objects, is_last
        if is_last:
            return
        number += 1


def _all(api: "Api", path: str) -> list[VendorObject]:
    return [one for objects, _ in _listed(api, path) for one in objects]


def _page(api: "Api", path: str, number: int, **asked: str) -> tuple[list[VendorObject], bool]:
    """A page by its number, and whether it is the last: the others have a Link to the next."""
    answer = api.get(path, **asked, per_page=PER_PAGE, page=number)
    if not isinstance(answer.body, list):
        raise ApiProblem(f"Freshdesk answered /api/v2/{path} with something that is no list. Try again later.")
    return answer.body, answer.next_url is None or not answer.body


def _only_saved(_api: "Api", _place: Place) -> Iterator[Page]:
    """Live, these come with the tickets."""
    return iter(())


def _kind(name: str) -> Kind:
    return Kind(name, partial(_whole, name), whole=True)


HOURS = _kind("business_hours")
PEOPLE = (_kind("groups"), _kind("agents"), Kind("ticket_fields", field_pages, whole=True))
CONTACTS = Kind("contacts", contact_pages)
TICKETS = Kind("tickets", ticket_pages)
RATINGS = Kind("satisfaction_ratings", rating_pages)

LIVE = (*PEOPLE, CONTACTS, TICKETS, Kind("unwanted", unwanted_pages), RATINGS)
SAVED = (*PEOPLE, HOURS, CONTACTS, TICKETS, Kind("conversations", _only_saved), RATINGS)
