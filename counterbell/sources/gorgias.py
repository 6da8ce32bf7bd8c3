"""Gorgias: tickets, messages, events and surveys, from saved API pages or from its API; or its CSV export of tickets.

Who closed a ticket, and that it was reopened, is told by events only. docs/sources/gorgias.md says what is read and
what is not.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from counterbell.errors import Problem

from . import _gorgias_decisions, _gorgias_figures
from ._files import Opened
from ._gorgias_csv import csv_stream, figures_stream
from ._gorgias_mapping import Given, mapping
from ._pages import ENDINGS, Bookmark, beginning, exactly_one, saved
from ._stream import Kind, Live, Page, Place, Secret, Stream, VendorObject
from ._values import earlier, instant

if TYPE_CHECKING:
    from ._api import Api

PER_PAGE = 100
OVERLAP_SECONDS = 300
"""The next run begins so long before the latest change that was seen."""

KEYS = re.compile(r'"(tickets|events|customers|users)"\s*:\s*\[')
"""Where a file that holds several kinds tells which."""

DECISIONS = _gorgias_decisions.DECISIONS
VENDOR_FIGURES = _gorgias_figures.VENDOR_FIGURES

SECRET = Secret("GORGIAS_KEY", "The REST API key of your Gorgias account, as EMAIL:KEY")


def stream(
    path: Annotated[Path | None, "the CSV export of tickets"] = None,
    folder: Annotated[Path | None, "a folder of saved API pages (tickets.json, messages.json, events.json ...)"] = None,
    domain: Annotated[str | None, "the account's address, such as my-shop.gorgias.com, to read its API"] = None,
    since: Annotated[str | None, "with --domain: read what changed since then, such as 2025-01-01T00:00:00Z"] = None,
    figures: Annotated[bool, "with a file: keep only Gorgias' own figures, for `counterbell compare-vendor`"] = False,
) -> Stream | Live:
    """The tickets of a Gorgias account: a folder of API pages, its API, or its CSV export (a summary, no messages).

    The API's key comes from the environment variable COUNTERBELL_GORGIAS_KEY (EMAIL:KEY), from the file that
    COUNTERBELL_GORGIAS_KEY_FILE names, or is asked for.
    """
    way = exactly_one(since, path=path, folder=folder, domain=domain)
    if figures and way != "path":
        raise Problem("--figures is for the CSV export; give its file.")
    if path is not None:
        return figures_stream(path) if figures else csv_stream(path)
    if folder is not None:
        given = _given(folder)
        pages = saved(folder, KINDS, mapping(given), apart="pages" if given.history else "present-state")
        return replace(pages, priority_now=True)
    return live(_account(domain or ""), beginning(since))


def live(account: str, since: str | None = None) -> Live:
    """The API of the account at that address."""
    return Live(
        account, SECRET, KINDS, mapping(Given()), lambda secret: _api(account, secret), since, priority_now=True
    )


def _given(folder: Path) -> Given:
    """What the folder has pages of, by the names of files and folders, or by what files of other names say."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    parts = {path: [part.lower() for part in path.relative_to(folder).parts] for path in files}
    kinds = [kind.name for kind in KINDS]
    named = {kind for kind in kinds for told in parts.values() if any(part.startswith(kind) for part in told)}
    for path, told in parts.items():
        if path.name.lower().endswith(ENDINGS) and not any(part.startswith(kind) for part in told for kind in kinds):
            with suppress(OSError, EOFError, zlib.error, Problem), Opened(path) as file:  # told when its turn comes
                named |= set(KEYS.findall(file.bytes.read().decode("utf-8", "replace")))
    return Given("events" in named or "tickets" not in named, "customers" in named, "users" in named)


def _account(domain: str) -> str:
    name = domain.strip().lower().removeprefix("https://").rstrip("/").removesuffix(".gorgias.com")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise Problem(f"{domain!r} is no address of a Gorgias account. Give the one that ends with .gorgias.com.")
    return f"{name}.gorgias.com"


def _api(account: str, secret: str) -> "Api":
    from ._api import Api, Rate

    user, colon, password = secret.rpartition(":")
    if not colon or "@" not in user:
        raise Problem("The key of Gorgias goes with the e-mail address of its user. Give them as EMAIL:KEY.")
    return Api(
        f"https://{account}/api",
        rate=Rate(40, 20, "X-Gorgias-Account-Api-Call-Limit"),
        secret=secret,
        auth=(user, password),
    )


# ---- pages, from cursor to cursor: the newest first, but for events


def _listed(api: "Api", path: str, cursor: str | None, **asked: str | int) -> tuple[list[VendorObject], str | None]:
    """A page of objects and the cursor of the next one."""
    from ._api import ApiProblem

    body = api.get(path, limit=PER_PAGE, **asked, **({"cursor": cursor} if cursor else {})).body
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        raise ApiProblem(f"Gorgias answered /api/{path} with something that is no page of objects. Try again later.")
    return body["data"], (body.get("meta") or {}).get("next_cursor")


def _resumed(
    api: "Api", path: str, place: Place, **asked: str | int
) -> Iterator[tuple[list[VendorObject], str | None]]:
    """All pages from the cursor on at which a run broke off; from the first one where that cursor holds no longer."""
    from ._api import ApiProblem

    cursor: str | None = place.get("cursor")
    try:
        page = _listed(api, path, cursor, **asked)
    except ApiProblem:
        if cursor is None:
            raise
        page = _listed(api, path, None, **asked)
    yield page
    while page[1] is not None:
        page = _listed(api, path, page[1], **asked)
        yield page


def _begun(place: Place) -> Place:
    """The place with `first`, the --since that the account is read from; the places of later runs have it."""
    return place if "first" in place else {**place, "first": place.get("since")}


def _changed(path: str, field: str, api: "Api", place: Place, **asked: str | int) -> Iterator[Page]:
    """The objects changed since the place, those changed last first.

    What changes meanwhile moves to the front and is read by the next run, which begins at the newest change that this
    one has seen; so does a run that goes on at the cursor where one was broken off.
    """
    place = _begun(place)
    since, first = place.get("since"), place["first"]
    newest: str | None = place.get("newest")
    for objects, cursor in _resumed(api, path, place, order_by=f"{field}:desc", **asked):
        times = [str(one[field]) for one in objects if one.get(field)]
        newest = max([*times, *([newest] if newest else [])], key=_instant, default=None)
        recent = [one for one in objects if not _before(one.get(field), since)]
        if cursor is None or not recent:
            reached = earlier(newest, OVERLAP_SECONDS) if newest else since
            yield Page(recent, {"since": reached, "first": first})
            return
        yield Page(recent, {"since": since, "first": first, "newest": newest, "cursor": cursor})


def _instant(time: str) -> Any:
    return instant(time, "time")


def _before(time: object, since: str | None) -> bool:
    return since is not None and bool(time) and _instant(str(time)) < _instant(since)


def _all(path: str, api: "Api", _place: Place) -> Iterator[Page]:
    """All objects, at every run."""
    for objects, _cursor in _resumed(api, path, {}):
        yield Page(objects, {})


def _customer_pages(api: "Api", place: Place) -> Iterator[Page]:
    """All customers at first, whatever --since says, since old ones write new tickets; then those that changed."""
    begun = place if "first" in place else {"first": place.get("since")}
    yield from _changed("customers", "updated_datetime", api, begun)


def _ticket_pages(api: "Api", place: Place) -> Iterator[Page]:
    """The tickets that changed; those from before --since with all their messages and events."""
    first = _begun(place)["first"]
    for page in _changed("tickets", "updated_datetime", api, place):
        tickets = [
            _with_its_past(api, one) if _before(one.get("created_datetime"), first) else one for one in page.objects
        ]
        yield Page(tickets, page.place)


def _with_its_past(api: "Api", ticket: VendorObject) -> VendorObject:
    of_ticket = {"object_type": "Ticket", "object_id": ticket["id"]}
    messages = [one for page, _ in _resumed(api, "messages", {}, ticket_id=ticket["id"]) for one in page]
    events = [one for page, _ in _resumed(api, "events", {}, **of_ticket) for one in page]
    return {**ticket, "messages": messages, "events": events}


def _event_pages(api: "Api", place: Place) -> Iterator[Page]:
    """The events of tickets since the place, the oldest first: a rule's own event stands before what the rule did."""
    since = place.get("since")
    bookmark, asked = Bookmark(place, OVERLAP_SECONDS), {"created_datetime[gte]": since} if since else {}
    order = "created_datetime:asc"
    for objects, cursor in _resumed(api, "events", {}, order_by=order, object_type="Ticket", **asked):
        recent = [one for one in objects if not _before(one.get("created_datetime"), since)]
        yield Page(recent, bookmark.after([one.get("created_datetime") for one in recent], last=cursor is None))


def _survey_pages(api: "Api", place: Place) -> Iterator[Page]:
    """All surveys at every run, because their scores arrive later and no change time tells of it."""
    first = _begun(place)["first"]
    for objects, cursor in _resumed(api, "satisfaction-surveys", place):
        known = [one for one in objects if not _before(one.get("created_datetime"), first)]
        yield Page(known, {"first": first, "cursor": cursor} if cursor else {"first": first})


class _Ticket(TypedDict, total=False):
    """What is read of a ticket."""

    id: Any
    channel: Any
    customer: Any
    requester: Any
    created_datetime: Any
    closed_datetime: Any
    updated_datetime: Any
    trashed_datetime: Any
    snooze_datetime: Any
    from_agent: Any
    subject: Any
    priority: Any
    language: Any
    status: Any
    spam: Any
    tags: Any
    assignee_user: Any
    assignee_team: Any
    messages: Any
    events: Any


class _Message(TypedDict, total=False):
    """What is read of a message; its text comes in four forms."""

    id: Any
    ticket_id: Any
    created_datetime: Any
    failed_datetime: Any
    channel: Any
    via: Any
    rule_id: Any
    from_agent: Any
    public: Any
    sender: Any
    stripped_text: Any
    body_text: Any
    intents: Any


KINDS = (
    Kind("teams", partial(_all, "teams"), whole=True),
    Kind("users", partial(_all, "users"), whole=True),
    Kind("tags", partial(_all, "tags"), whole=True),
    Kind("customers", _customer_pages),
    Kind("tickets", _ticket_pages, needs=_Ticket),
    Kind("messages", partial(_changed, "messages", "created_datetime"), needs=_Message),
    Kind("events", _event_pages, ordered_by="created_datetime"),
    Kind("satisfaction-surveys", _survey_pages),
)
