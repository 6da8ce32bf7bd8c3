"""Chatwoot: conversations, what was said and done in them, and ratings, from saved API pages or from its API.

Who closed a conversation is told by messages that it writes into itself. docs/sources/chatwoot.md says what is read and
what is not.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from counterbell import instants
from counterbell.errors import Problem

from . import _chatwoot_decisions
from ._chatwoot_mapping import ALL_MESSAGES, mapping
from ._pages import beginning, exactly_one, saved
from ._stream import Kind, Live, Page, Place, Secret, Stream, VendorObject
from ._values import instant

if TYPE_CHECKING:
    from ._api import Api

HEADER = "api-access-token"
"""Documented as api_access_token, which is the same to Chatwoot; but some proxies drop names with an underscore."""

RATE = (600, 60.0)
"""Requests in so many seconds: a fifth of what Chatwoot lets through in its usual settings."""

OVERLAP_SECONDS = 300
"""The next run begins so long before the latest activity that was seen."""

MESSAGES_PER_PAGE = 20

LATELY_SECONDS = 86_400
"""Where the last run is not longer ago, all that changed since is asked for at once."""

DECISIONS = _chatwoot_decisions.DECISIONS
VENDOR_FIGURES = _chatwoot_decisions.VENDOR_FIGURES

SECRET = Secret("CHATWOOT_TOKEN", "The access token of an administrator of your Chatwoot account")


def stream(
    folder: Annotated[Path | None, "a folder of saved API pages (conversations, messages, agents, ...)"] = None,
    domain: Annotated[
        str | None, "where Chatwoot runs, such as app.chatwoot.com or chat.shop.example, to read its API"
    ] = None,
    account: Annotated[int | None, "with --domain: the account's number, as in its address (/app/accounts/1/)"] = None,
    since: Annotated[str | None, "with --domain: read what was active since then, such as 2025-01-01T00:00:00Z"] = None,
) -> Stream | Live:
    """The conversations of a Chatwoot account: a folder of API pages, or its API.

    The access token comes from the environment variable COUNTERBELL_CHATWOOT_TOKEN, from the file that
    COUNTERBELL_CHATWOOT_TOKEN_FILE names, or is asked for.
    """
    if exactly_one(since, folder=folder, domain=domain) == "folder":
        assert folder is not None
        if account is not None:
            raise Problem("--account is for an account that is read live (--domain); a folder is one account's.")
        return saved(folder, KINDS, mapping)
    if account is None:
        raise Problem("Give --account too: the number in Chatwoot's address, such as 1 in /app/accounts/1/.")
    return live(_address(domain or ""), account, beginning(since))


def live(address: str, account: int, since: str | None = None) -> Live:
    """The API of the account at that address (https://chat.shop.example)."""
    name = f"{address.partition('://')[2]}/{account}"
    return Live(name, SECRET, KINDS, mapping, lambda token: _api(address, account, token), since)


def _address(domain: str) -> str:
    """The address of the host; without encryption for this machine only."""
    from ._api import LOOPBACK

    found = re.fullmatch(r"(?:(https?)://)?([a-z0-9][a-z0-9.-]*)(:\d+)?/?", domain.strip().lower())
    if not found or (found[1] == "http" and found[2] not in LOOPBACK):
        raise Problem(f"{domain!r} is no host that is read over https. Give it like chat.shop.example.")
    return f"{found[1] or 'https'}://{found[2]}{found[3] or ''}"


def _api(address: str, account: int, token: str) -> "Api":
    from ._api import Api, Rate

    return Api(
        f"{address}/api/v1/accounts/{account}",
        rate=Rate(*RATE),
        secret=token,
        headers={HEADER: token},
    )


# ---- pages: by their number, the newest first


def _payload(body: Any, what: str) -> list[VendorObject]:
    """The objects of an answer, which lists them bare, under `payload`, or under `payload` in `data`."""
    from ._api import ApiProblem

    told = body.get("data", body) if isinstance(body, dict) else body
    listed = told.get("payload") if isinstance(told, dict) else told
    if not isinstance(listed, list):
        raise ApiProblem(f"Chatwoot lists its {what} in another way than documented. Look whether the address is its.")
    return listed


def _newest_first(
    api: "Api", path: str, field: str, place: Place, whole: Callable[[VendorObject], VendorObject], **asked: str
) -> Iterator[Page]:
    """The objects since the place, the newest first.

    What comes or becomes active meanwhile moves the others a place down, so that some are read twice and none is
    missed; a run that goes on begins a page earlier, since others may have been deleted. What moved to the front is
    read by the next run, which begins at the newest that this one has seen.
    """
    since, newest, number = place.get("since"), place.get("newest"), max(int(place.get("page", 1)) - 1, 1)
    first = _seconds(since)
    while True:
        body = api.get(path, page=number, **asked).body
        listed = _payload(body, path)
        newest = max([*(_time(one, field) for one in listed), *([newest] if newest else [])], default=None)
        recent = [one for one in listed if _time(one, field) >= first]
        if not listed or len(recent) < len(listed):
            yield Page(list(map(whole, recent)), _reached(newest, since))
            return
        number += 1
        resume = {"newest": newest, "page": number, **({"since": since} if since else {})}
        yield Page(list(map(whole, recent)), resume, _left(body, number, len(listed)))


def _left(body: Any, number: int, per_page: int) -> int | None:
    """How many pages follow, where the answer tells how many objects there are."""
    meta = ((body.get("data") or {}).get("meta") or {}) if isinstance(body, dict) else {}
    count = meta.get("all_count")
    return max(-(-count // per_page) - number + 1, 0) if isinstance(count, int) else None


def _seconds(since: str | None) -> int:
    return int(instant(since, "since").timestamp()) if since else 0


def _time(one: VendorObject, field: str) -> int:
    return int(one.get(field) or one["created_at"])


def _reached(newest: int | None, since: str | None) -> Place:
    """Where the next run begins."""
    if newest is None:
        return {"since": since} if since else {}
    begin = datetime.fromtimestamp(newest - OVERLAP_SECONDS, UTC)
    return {"since": instants.written(begin)}


def _conversation_pages(api: "Api", place: Place) -> Iterator[Page]:
    """The conversations that were active since the place, with all their messages and reporting events."""
    reading = _Whole(api)
    everything = {"status": "all", "assignee_type": "all"}
    age = int(time.time()) - _seconds(place.get("since"))
    if "page" in place or age > LATELY_SECONDS:
        asked = {**everything, "sort_by": "last_activity_at_desc"}
        yield from _newest_first(api, "conversations", "last_activity_at", place, reading.conversation, **asked)
        return
    body = api.get("conversations", updated_within=max(age, 0) + OVERLAP_SECONDS, **everything).body
    listed = _payload(body, "conversations")
    newest = max((_time(one, "last_activity_at") for one in listed), default=None)
    later = newest is not None and newest - OVERLAP_SECONDS > _seconds(place.get("since"))
    reached = _reached(newest, None) if later else {"since": place["since"]}
    yield Page(list(map(reading.conversation, listed)), reached)


class _Whole:
    """Reads what belongs to a conversation."""

    def __init__(self, api: "Api") -> None:
        self._api, self._has_events = api, True

    def conversation(self, conversation: VendorObject) -> VendorObject:
        """The conversation with all its messages, and with its reporting events where Chatwoot has them."""
        path = f"conversations/{conversation['id']}"
        return {**conversation, ALL_MESSAGES: self._messages(path), "reporting_events": self._events(path)}

    def _messages(self, path: str) -> list[VendorObject]:
        """All messages, read from the last one back."""
        found: dict[int, VendorObject] = {}
        page = _payload(self._api.get(f"{path}/messages").body, "messages")
        while any(int(one["id"]) not in found for one in page):
            found |= {int(one["id"]): one for one in page}
            if len(page) < MESSAGES_PER_PAGE:
                break
            page = _payload(self._api.get(f"{path}/messages", before=min(found)).body, "messages")
        return list(found.values())

    def _events(self, path: str) -> list[VendorObject]:
        """What Chatwoot counts of the conversation; older versions cannot be asked for it."""
        from ._api import NotThere

        if not self._has_events:
            return []
        try:
            return _payload(self._api.get(f"{path}/reporting_events").body, "reporting_events")
        except NotThere:
            self._has_events = False
            return []


def _rating_pages(api: "Api", place: Place) -> Iterator[Page]:
    yield from _newest_first(api, "csat_survey_responses", "created_at", place, lambda one: one, sort="-created_at")


def _all(path: str) -> Callable[["Api", Place], Iterator[Page]]:
    """All objects of a list without pages, at every run."""
    return lambda api, _place: iter([Page(_payload(api.get(path).body, path), {})])


def _team_pages(api: "Api", _place: Place) -> Iterator[Page]:
    """All teams with their members."""
    teams = _payload(api.get("teams").body, "teams")
    yield Page(
        [{**team, "members": _payload(api.get(f"teams/{team['id']}/team_members").body, "teams")} for team in teams], {}
    )


def _only_saved(_api: "Api", _place: Place) -> Iterator[Page]:
    """Live, these come with their conversations, or are not needed."""
    return iter(())


class _Conversation(TypedDict, total=False):
    """What is read of a conversation, which also carries its last message, twice."""

    id: Any
    meta: Any
    channel: Any
    inbox_id: Any
    created_at: Any
    last_activity_at: Any
    priority: Any
    timestamp: Any
    status: Any
    labels: Any
    additional_attributes: Any
    all_messages: Any
    reporting_events: Any


class _Sender(TypedDict, total=False):
    id: Any
    type: Any
    name: Any
    email: Any


class _Message(TypedDict, total=False):
    """What is read of a message."""

    id: Any
    conversation_id: Any
    message_type: Any
    content: Any
    content_type: Any
    content_attributes: Any
    additional_attributes: Any
    created_at: Any
    private: Any
    status: Any
    sender_type: Any
    sender_id: Any
    sender: _Sender | None


class _Response(TypedDict, total=False):
    """What is read of an answer to a survey."""

    message_id: Any
    rating: Any
    feedback_message: Any
    created_at: Any


KINDS = (
    Kind("teams", _team_pages, whole=True),
    Kind("agents", _all("agents"), whole=True),
    Kind("agent_bots", _all("agent_bots"), whole=True),
    Kind("inboxes", _all("inboxes"), whole=True),
    Kind("labels", _only_saved),
    Kind("contacts", _only_saved),
    Kind("conversations", _conversation_pages, needs=_Conversation),
    Kind("messages", _only_saved, needs=_Message),
    Kind("csat_survey_responses", _rating_pages, needs=_Response),
    Kind("reporting_events", _only_saved),
)
