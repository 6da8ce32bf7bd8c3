"""How Zendesk's API is read page by page: incremental exports by cursor or by time, and lists."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from counterbell import instants

from ._api import ApiProblem, NotThere
from ._pages import Bookmark
from ._stream import Kind, Page, Place, VendorObject
from ._values import instant

if TYPE_CHECKING:
    from ._api import Api

PER_PAGE = 1000
PER_LIST_PAGE = 100
NOT_YET_SECONDS = 120
"""Zendesk refuses to export what is younger than a minute."""
LATE_SECONDS = 28 * 86_400
"""Ratings are read again so far back, since an answer may come long after the question."""


def _seconds(place: Place) -> int:
    """Where an export by time begins, as seconds since 1970; 0 is the very beginning."""
    since = place.get("since")
    return min(int(instant(since, "since").timestamp()), int(time.time()) - NOT_YET_SECONDS) if since else 0


def _at(seconds: int) -> str:
    return instants.written(datetime.fromtimestamp(seconds, UTC))


def ticket_pages(api: "Api", place: Place) -> Iterator[Page]:
    """Tickets by the cursor of the export, with the vendor's metrics of each."""
    yield from _by_cursor(api, "incremental/tickets/cursor.json", "tickets", place, include="metric_sets")


def user_pages(api: "Api", place: Place) -> Iterator[Page]:
    """Users by the cursor of the export."""
    yield from _by_cursor(api, "incremental/users/cursor.json", "users", place)


def _by_cursor(api: "Api", path: str, name: str, place: Place, **more: str) -> Iterator[Page]:
    cursor = place.get("cursor")
    while True:
        begin: dict[str, Any] = {"cursor": cursor} if cursor else {"start_time": _seconds(place)}
        body = api.get(path, per_page=PER_PAGE, **begin, **more).body
        after = body.get("after_cursor")
        ended = bool(body.get("end_of_stream"))
        if not ended and (not after or after == cursor):
            raise ApiProblem(f"Zendesk's export of {name} neither ends nor goes on ({path}). Run the command again.")
        cursor = after or cursor
        objects = _with_metrics(body.get(name) or [], body.get("metric_sets") or [])
        yield Page(objects, {"cursor": cursor} if cursor else place)
        if ended:
            return


def _with_metrics(tickets: list[VendorObject], metrics: list[VendorObject]) -> list[VendorObject]:
    """The tickets with their metrics, where those come beside them."""
    by_ticket = {one.get("ticket_id"): one for one in metrics}
    return [{"metric_set": by_ticket[one["id"]], **one} if one.get("id") in by_ticket else one for one in tickets]


def event_pages(api: "Api", place: Place) -> Iterator[Page]:
    """Ticket events with comments, by time: each page begins at the end of the last, so that some come twice."""
    start = _seconds(place)
    while True:
        body = api.get("incremental/ticket_events.json", start_time=start, include="comment_events").body
        end, ended = body.get("end_time"), bool(body.get("end_of_stream"))
        if not ended and (not isinstance(end, int) or end <= start):
            raise ApiProblem("Zendesk's export of ticket_events neither ends nor goes on. Run the command again.")
        start = end if isinstance(end, int) and end > start else start
        yield Page(body.get("ticket_events") or [], {"since": _at(start)})
        if ended:
            return


def rating_pages(api: "Api", place: Place) -> Iterator[Page]:
    """Satisfaction ratings, read again for four weeks; none where the account has no surveys."""
    bookmark = Bookmark(place, LATE_SECONDS)
    since = {"start_time": _seconds(place)} if place.get("since") else {}
    for objects, last in _listed(api, "satisfaction_ratings.json", "satisfaction_ratings", **since):
        changes = [one.get("updated_at") or one.get("created_at") for one in objects]
        yield Page(objects, bookmark.after(changes, last=last))


def group_pages(api: "Api", _place: Place) -> Iterator[Page]:
    """All groups."""
    yield from (Page(groups, {}) for groups, _ in _listed(api, "groups.json", "groups"))


def agent_pages(api: "Api", _place: Place) -> Iterator[Page]:
    """All users of the shop's own: agents and administrators."""
    for role in ("agent", "admin"):
        yield from (Page(users, {}) for users, _ in _listed(api, "users.json", "users", role=role))


def schedule_pages(api: "Api", _place: Place) -> Iterator[Page]:
    """All schedules with their holidays; none where the account has no opening hours."""
    for schedules, _ in _listed(api, "business_hours/schedules.json", "schedules"):
        for schedule in schedules:
            of_it = f"business_hours/schedules/{schedule['id']}/holidays.json"
            schedule["holidays"] = [one for holidays, _ in _listed(api, of_it, "holidays") for one in holidays]
        yield Page(schedules, {})


def _listed(api: "Api", path: str, name: str, **more: str | int) -> Iterator[tuple[list[VendorObject], bool]]:
    """The pages of a list, and whether each is the last; nothing where the account has no such thing."""
    try:
        body = api.get(path, **{"page[size]": PER_LIST_PAGE}, **more).body
    except NotThere:
        return
    while True:
        following = _next(body)
        yield body.get(name) or [], following is None
        if following is None:
            return
        body = api.get(following).body


def _next(body: VendorObject) -> str | None:
    """The address of the next page, in either of the manners of paging that Zendesk has."""
    if isinstance(meta := body.get("meta"), dict):
        return (body.get("links") or {}).get("next") if meta.get("has_more") else None
    told = body.get("next_page")
    return told if isinstance(told, str) else None


def _only_saved(_api: "Api", _place: Place) -> Iterator[Page]:
    """Live, these come with the tickets."""
    return iter(())


class _User(TypedDict, total=False):
    """What is read of a user."""

    id: Any
    role: Any
    active: Any
    name: Any
    email: Any
    phone: Any
    locale: Any
    default_group_id: Any


class _Rating(TypedDict, total=False):
    """What is read of a rating."""

    id: Any
    ticket_id: Any
    score: Any
    comment: Any
    created_at: Any
    updated_at: Any


class _Metrics(TypedDict, total=False):
    ticket_id: Any
    reply_time_in_minutes: Any
    first_resolution_time_in_minutes: Any
    full_resolution_time_in_minutes: Any


class _Ticket(TypedDict, total=False):
    """What is read of a ticket."""

    id: Any
    requester_id: Any
    submitter_id: Any
    raw_subject: Any
    subject: Any
    created_at: Any
    updated_at: Any
    status: Any
    via: Any
    metric_set: _Metrics | None


class _Child(TypedDict, total=False):
    """What is read of an event within an update; a comment's text comes in three forms."""

    id: Any
    event_type: Any
    type: Any
    via: Any
    via_reference_id: Any
    field_name: Any
    value: Any
    previous_value: Any
    status: Any
    assignee_id: Any
    group_id: Any
    tags: Any
    priority: Any
    added_tags: Any
    removed_tags: Any
    author_id: Any
    public: Any
    comment_public: Any
    plain_body: Any
    body: Any
    created_at: Any


class _Update(TypedDict, total=False):
    """What is read of a ticket event."""

    ticket_id: Any
    created_at: Any
    timestamp: Any
    updater_id: Any
    via: Any
    child_events: list[_Child] | None


TICKETS = Kind("tickets", ticket_pages, needs=_Ticket)
EVENTS = Kind("ticket_events", event_pages, needs=_Update)
RATINGS = Kind("satisfaction_ratings", rating_pages, needs=_Rating)
METRICS = (Kind("ticket_metrics", _only_saved), Kind("metric_sets", _only_saved))
GROUPS = Kind("groups", group_pages, whole=True)
SCHEDULES = Kind("schedules", schedule_pages, whole=True)

LIVE = (GROUPS, Kind("agents", agent_pages, whole=True), Kind("users", user_pages), TICKETS, EVENTS, RATINGS)
"""Who works here is asked for at every run; the customers, of whom there may be many, only what changed."""

SAVED = (GROUPS, Kind("users", user_pages, whole=True, needs=_User), SCHEDULES, TICKETS, *METRICS, EVENTS, RATINGS)
"""In a folder the users are read before all else, whichever page they are on."""
