"""Zendesk: tickets, what was said and done in them, and ratings, from saved API pages or from its API.

The history comes from the incremental exports. docs/sources/zendesk.md says what is read and what is not.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from counterbell.errors import Problem
from counterbell.record.entries import Agent, Customer, Entry, Flag, Rating, Shop, Survey, Ticket

from ._decisions import Decision, Rule, Twin
from ._pages import beginning, exactly_one, saved
from ._rails_zones import zone_of
from ._stream import Beside, EntriesOf, Live, Mapping, Secret, Stream, VendorObject
from ._values import instant, key, present, text
from ._zendesk_events import SOURCE, People, of_event
from ._zendesk_hours import hours_of
from ._zendesk_pages import LIVE, SAVED, SCHEDULES
from ._zendesk_words import CHANNELS, SCORES, STATUSES, UNANSWERED, via_name, via_source

if TYPE_CHECKING:
    from ._api import Api

RATE = (10, 60.0)
"""Requests in so many seconds: what Zendesk allows for its exports."""

ROLES = ("agent", "admin")
SCRUBBED = "SCRUBBED"
"""The subject of a ticket whose content Zendesk has wiped."""

MINUTE = 60_000_000

DECISIONS = (
    Decision("agent", "a user with the role agent or admin (light agents too)", "an agent; team: the default group"),
    Decision("agent", "a user with the role end-user, or one who is not known", "a customer"),
    Decision("agent", "an internal comment by somebody who is not known as an agent", "an agent's note"),
    Decision("automation", "via of a rule, trigger, automation, the system or an answer bot", "automation"),
    Decision("automation", "updater or author -1", "automation"),
    Decision("automation", "an event AutomaticAnswerSend (articles suggested by the bot)", "a message by automation"),
    Decision("public", "comment: public", "true: the customer sees it; false: a note"),
    Decision("public", "a mail that a trigger sends (Notification)", "no message: most carry a comment that is one"),
    *(Decision("status", status, ours) for status, ours in STATUSES.items()),
    Decision("status", "open after new", "no change"),
    Decision("status", "closed after solved", "no new close (but one where the solving is from before what was read)"),
    Decision("status", "any other", "left out and counted as unknown"),
    Decision("closed", "who made the change to solved or closed", "the closer: agent, customer or automation"),
    Decision(
        "closed", "a comment and the close in one update", "the close a microsecond later, so that it is answered"
    ),
    Decision("deleted", "status deleted, and back from it", "the flag deleted, and its end"),
    Decision("merge", "the tag closed_by_merge is put on", "a merge into the ticket that via or the comment names"),
    Decision("merge", "closed by an update whose via is a merge (rel: merge)", "the same, without the tag"),
    Decision("merge", "the other ticket's comment (was closed and merged into this request)", "no second merge"),
    Decision("merge", "a comment that a merge wrote", "a note by automation"),
    Decision("assignment", "change of assignee_id (and group_id)", "an assignment; team: the group's name"),
    Decision("assignment", "change of group_id alone, from no group", "nobody assigned, in that team"),
    Decision(
        "assignment", "change of group_id alone, from another group", "left out and counted: who stays is not told"
    ),
    Decision("tags", "set at creation, added_tags, removed_tags", "tags put on and taken off at that time"),
    Decision("priority", "set at creation, changed: low, normal, high, urgent", "the same, from that time on"),
    Decision("priority", "tickets without their events", "none"),
    Decision("rating", "good, bad", "5, 1: the ends of the scale; the share of 4 and 5 is then Zendesk's own score"),
    Decision("rating", "a number from 1 to 5", "that score"),
    Decision("rating", "offered", "a survey that was sent, at its created_at"),
    Decision("rating", "unoffered", "nothing"),
    Decision("direction", "submitted by an agent for somebody else, or an outbound call", "outbound (never by api)"),
    *(Decision("channel", f"via.channel {via}", ours) for via, ours in CHANNELS.items()),
    Decision("channel", "any other", "kept by its name and counted as unknown"),
    Decision("same instant", "several changes of one thing in one update", "the last of them"),
)

_OPEN_NOW = Rule(
    "Ours is of tickets that are resolved now; this one is open, or not known in full.", lambda c: c.ours is None
)
_REOPENED = Rule(
    "Zendesk may count a solved status that lasted less than our record can tell, or one before what was read; "
    "compare the ticket's status changes.",
    lambda c: isinstance(c.ours, int),
)

VENDOR_FIGURES = {
    "reply_time": Twin(
        "first_response_us",
        (
            Rule(
                "Zendesk counts to any first public comment by an agent; ours needs a customer's message before it.",
                lambda c: c.ours is None,
            ),
            Rule(
                "Zendesk counts from the ticket's creation, ours from the customer's first message.",
                lambda c: int(c.theirs) > int(c.ours or 0),
            ),
            Rule(
                "Zendesk takes an agent's comment before the customer's, or one by automation, as the first reply; "
                "ours does not.",
                lambda c: int(c.theirs) < int(c.ours or 0),
            ),
        ),
        MINUTE,
    ),
    "first_resolution_time": Twin("first_resolution_us", (_OPEN_NOW, _REOPENED), MINUTE),
    "full_resolution_time": Twin("resolution_us", (_OPEN_NOW, _REOPENED), MINUTE),
}

SECRET = Secret("ZENDESK_KEY", "Your e-mail address in Zendesk and an API token, as EMAIL:TOKEN")


def stream(
    folder: Annotated[Path | None, "a folder of saved API pages (tickets, ticket_events, users, groups, ...)"] = None,
    domain: Annotated[
        str | None, "the account's subdomain, such as my-shop (of my-shop.zendesk.com), to read it"
    ] = None,
    since: Annotated[str | None, "with --domain: read what changed since then, such as 2025-01-01T00:00:00Z"] = None,
    currency: Annotated[
        str | None, "the shop's currency (EUR), to take over zone and opening hours of a schedule"
    ] = None,
    schedule: Annotated[str | None, "with --currency: the name of that schedule, where there are several"] = None,
) -> Stream | Live:
    """The history of a Zendesk account: a folder of API pages, or its API.

    E-mail address and API token come from the environment variable COUNTERBELL_ZENDESK_KEY (EMAIL:TOKEN), from the file
    that COUNTERBELL_ZENDESK_KEY_FILE names, or are asked for.
    """
    if schedule and not currency:
        raise Problem("--schedule needs --currency too: Zendesk does not tell it, and both are the shop's settings.")
    if exactly_one(since, folder=folder, domain=domain) == "folder":
        assert folder is not None
        return saved(folder, SAVED, mapping(currency, schedule))
    return live(_host(domain or ""), beginning(since), currency, schedule)


def live(host: str, since: str | None = None, currency: str | None = None, schedule: str | None = None) -> Live:
    """The API of the account at that address; schedules are read only where the shop takes one over."""
    kinds = (SCHEDULES, *LIVE) if currency else LIVE
    return Live(host, SECRET, kinds, mapping(currency, schedule), lambda secret: _api(host, secret), since)


def _host(domain: str) -> str:
    name = domain.strip().lower().removeprefix("https://").rstrip("/").removesuffix(".zendesk.com")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise Problem(f"{domain!r} is no subdomain of Zendesk. Give what stands before .zendesk.com.")
    return f"{name}.zendesk.com"


def _api(host: str, secret: str) -> "Api":
    from ._api import Api, Rate

    email, colon, token = secret.partition(":")
    if not colon or "@" not in email:
        raise Problem("The key of Zendesk has two parts. Give them as EMAIL:TOKEN (you@shop.example:...).")
    user = f"{email.removesuffix('/token')}/token"
    return Api(f"https://{host}/api/v2", rate=Rate(*RATE), secret=secret, auth=(user, token))


# ---- the mapping: what the API tells, to entries


def mapping(currency: str | None = None, schedule: str | None = None) -> Mapping:
    """The mapping of a run; with a currency, a schedule's zone and hours become the shop's."""

    def of_run(beside: Beside) -> EntriesOf:
        people, taken_over = People(), set[str]()

        def entries_of(kind: str, one: VendorObject) -> Iterable[Entry]:
            match kind:
                case "ticket_events":
                    return of_event(one, people, beside)
                case "tickets":
                    return of_ticket(one, people, beside)
                case "users" | "agents":
                    return of_user(one, people)
                case "satisfaction_ratings":
                    return of_rating(one, beside)
                case "groups":
                    people.teams[str(present(one, "id"))] = str(present(one, "name"))
                case "ticket_metrics" | "metric_sets":
                    _keep_figures(one, beside)
                case "schedules" if currency and schedule in (None, one.get("name")):
                    taken_over.add(str(one.get("id")))
                    if len(taken_over) == 1:
                        return [of_schedule(one, currency)]
                    beside.odd("another schedule, not taken over (name one with --schedule)", one.get("name"))
            return ()

        return entries_of

    return of_run


def of_user(user: VendorObject, people: People) -> Iterator[Entry]:
    """An agent or a customer; nothing of a customer who was deleted, so that what was known of them stays."""
    name = str(present(user, "id"))
    told = {"name": text(user.get("name")), "email": text(user.get("email"))}
    if user.get("role") in ROLES:
        people.agents.add(name)
        yield Agent(id=key(SOURCE, name), team=people.teams.get(str(user.get("default_group_id"))), **told)
    elif user.get("active") is not False:
        yield Customer(id=key(SOURCE, name), phone=text(user.get("phone")), language=text(user.get("locale")), **told)


def of_ticket(ticket: VendorObject, people: People, beside: Beside) -> Iterator[Entry]:
    """The ticket as it was made, whatever it is now: its course comes with its events."""
    name, requester = key(SOURCE, present(ticket, "id")), ticket.get("requester_id")
    subject = text(ticket.get("raw_subject")) or text(ticket.get("subject"))
    yield Ticket(
        id=name,
        channel=_channel(ticket.get("via"), beside),
        created_at=instant(present(ticket, "created_at"), "created_at"),
        customer=key(SOURCE, requester) if requester else None,
        direction="outbound" if _is_outbound(ticket, people) else "inbound",
        subject=None if subject == SCRUBBED else subject,
    )
    if ticket.get("status") == "deleted":
        yield Flag(ticket=name, at=instant(present(ticket, "updated_at"), "updated_at"), flag="deleted")
    elif ticket.get("status") not in STATUSES:
        beside.odd("unknown status of a ticket", ticket.get("status"))
    if isinstance(metrics := ticket.get("metric_set"), dict):
        _keep_figures({"ticket_id": ticket["id"], **metrics}, beside)


def _channel(via: object, beside: Beside) -> str:
    name = via_name(via) or "unknown"
    if name not in CHANNELS:
        beside.odd("unknown channel, kept by its name", name)
    return CHANNELS.get(name, name)


def _is_outbound(ticket: VendorObject, people: People) -> bool:
    via = ticket.get("via")
    if (rel := via_source(via).get("rel")) and via_name(via) in ("voice", "phone"):
        return bool(rel == "outbound")
    submitter = ticket.get("submitter_id")
    by_agent = str(submitter) in people.agents and submitter != ticket.get("requester_id")
    return by_agent and CHANNELS.get(via_name(via)) != "api"


def of_rating(rating: VendorObject, beside: Beside) -> Iterator[Entry]:
    """The survey of a rating, and the answer if there is one. A survey is asked at the rating's created_at."""
    score = rating.get("score")
    if score == "unoffered":
        return
    given = _score(score)
    if given is None and score not in UNANSWERED:
        beside.odd("unknown score, taken as not answered", score)
    survey, asked = key(SOURCE, present(rating, "id")), present(rating, "created_at")
    yield Survey(id=survey, ticket=key(SOURCE, present(rating, "ticket_id")), at=instant(asked, "created_at"))
    if given is not None:
        answered = instant(rating.get("updated_at") or asked, "updated_at")
        yield Rating(survey=survey, at=answered, score=given, comment=_comment(rating.get("comment")))


def _score(score: object) -> int | None:
    if isinstance(score, str) and score in SCORES:
        return SCORES[score]
    told = str(score).strip()
    return int(told) if re.fullmatch(r"[1-5]", told) else None


def _comment(told: Any) -> str | None:
    return text(told.get("body")) if isinstance(told, dict) else text(told)


def of_schedule(schedule: VendorObject, currency: str) -> Shop:
    """The shop's settings with the zone and the opening hours of a schedule."""
    zone = zone_of(str(present(schedule, "time_zone")))
    return Shop(timezone=zone, currency=currency.strip().upper(), hours=[hours_of(schedule)])


def _keep_figures(metrics: VendorObject, beside: Beside) -> None:
    """Zendesk's own durations of the ticket, calendar minutes, kept beside ours."""
    ticket = key(SOURCE, present(metrics, "ticket_id"))
    for name in VENDOR_FIGURES:
        minutes = (metrics.get(f"{name}_in_minutes") or {}).get("calendar")
        if isinstance(minutes, int) and not isinstance(minutes, bool):
            beside.figure(ticket, name, minutes * MINUTE)
