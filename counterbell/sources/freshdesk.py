"""Freshdesk: tickets, what was said in them, and ratings, from saved API pages or from its API.

It has no history of statuses, so its tickets are known in part. docs/sources/freshdesk.md says what is read and what is
not.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from counterbell.errors import Problem
from counterbell.record.entries import Agent, Customer, Entry, Rating, Survey

from ._decisions import Decision, Rule, Twin
from ._freshdesk_hours import of_business_hours
from ._freshdesk_pages import HOURS, LIVE, SAVED
from ._freshdesk_tickets import SOURCE, of_conversation, of_ticket
from ._freshdesk_words import CHANNELS, CUSTOM_STATUSES, PRIORITIES, SCORES, STATUSES, Words
from ._pages import beginning, exactly_one, saved
from ._stream import Beside, EntriesOf, Live, Mapping, Secret, Stream, VendorObject
from ._values import instant, key, present, text

if TYPE_CHECKING:
    from ._api import Api

RATE = (100, 60.0)
"""Requests in so many seconds until Freshdesk's first answer tells what the account's plan allows."""

SECOND = 1_000_000

DECISIONS = (
    Decision("history", "stats: the latest time of each status, and no more", "a history known in part"),
    Decision("agent", "whoever is listed in agents", "an agent; team: the group, where it is only one"),
    Decision("agent", "a conversation that did not come in, by somebody who is listed nowhere", "an agent's"),
    Decision("automation", "automation_id, auto_response, or no user", "automation, unless it came in"),
    Decision("message", "the ticket's description", "the customer's first message; of an outbound e-mail an agent's"),
    Decision("message", "conversation: incoming", "a message by the customer, unless the user is an agent"),
    Decision("message", "conversation: private", "a note"),
    Decision("message", "a conversation that was forwarded (source 8)", "a note: the customer does not see it"),
    Decision("message", "the comment of a rating (source 6)", "no message; it comes with the rating"),
    *(Decision("status", f"{number}", ours) for number, ours in STATUSES.items()),
    *(Decision("status", f"one of the account's own: {name}", ours) for name, ours in CUSTOM_STATUSES.items()),
    Decision("status", "any other of the account's own", "open, and counted"),
    Decision(
        "closed", "resolved_at, else closed_at", "the close, a microsecond later, so that a reply with it answers"
    ),
    Decision("closed", "who closed", "is not told: the assignee is credited"),
    Decision("reopened", "reopened_at", "open since then"),
    Decision("assignment", "responder_id, group_id", "since the creation, the latest that was read"),
    Decision("tags", "tags", "since the creation, the latest that were read"),
    Decision("spam", "spam", "the flag spam, since the ticket's last change; its end where it is told no longer"),
    Decision("deleted", "deleted", "the flag deleted, likewise"),
    Decision("merge", 'a private note "... closed and merged into ticket 7" (English)', "a merge into that ticket"),
    Decision("direction", "source 10, an outbound e-mail", "outbound"),
    *(Decision("priority", f"{number}", ours) for number, ours in PRIORITIES.items()),
    Decision("priority", "when it was read first", "that of the ticket since its creation"),
    Decision("priority", "another one when it is read again", "changed at updated_at"),
    *(Decision("rating", f"default_question: {told}", f"{ours}") for told, ours in SCORES.items()),
    Decision("rating", "any other answer", "no rating, and counted"),
    Decision("rating", "when the survey was sent", "is not told: with its answer, so the response rate says nothing"),
    *(Decision("channel", f"source {number}", ours) for number, ours in CHANNELS.items()),
    Decision("channel", "any other", "kept by its name and counted as unknown"),
)

VENDOR_FIGURES = {
    "first response": Twin(
        "first_response_us",
        (
            Rule(
                "An agent began the ticket: we count from the customer's first message after that, Freshdesk does not.",
                lambda c: c.facts["direction"] == "outbound",
            ),
            Rule(
                "Ours needs a reply that is told with the conversations; there is none by an agent.",
                lambda c: c.ours is None,
            ),
            Rule(
                "Freshdesk takes what automation sent for a first response; ours does not.",
                lambda c: int(c.theirs) < int(c.ours or 0),
            ),
            Rule(
                "A public note by an agent is a reply of ours; Freshdesk counts replies only.",
                lambda c: int(c.theirs) > int(c.ours or 0),
            ),
        ),
        SECOND,
    ),
    "resolution": Twin(
        "resolution_us",
        (
            Rule("Ours is of tickets that are resolved now; this one is open.", lambda c: c.ours is None),
            Rule(
                "Freshdesk tells the latest resolution only; ours was read before, or is when the ticket was closed.",
                lambda c: isinstance(c.ours, int),
            ),
        ),
        SECOND,
    ),
}
"""Our columns beside theirs; Freshdesk tells whole seconds, and a close of ours is a microsecond later."""

SECRET = Secret("FRESHDESK_KEY", "The API key of your Freshdesk profile")


def stream(
    folder: Annotated[Path | None, "a folder of saved API pages (tickets, conversations, contacts, agents ...)"] = None,
    domain: Annotated[
        str | None, "the account's address, such as my-shop (of my-shop.freshdesk.com), to read its API"
    ] = None,
    since: Annotated[str | None, "with --domain: read what changed since then, such as 2025-01-01T00:00:00Z"] = None,
    currency: Annotated[
        str | None, "the shop's currency (EUR), to take over zone and opening hours of a calendar"
    ] = None,
    calendar: Annotated[str | None, "with --currency: the name of those business hours; else the default ones"] = None,
) -> Stream | Live:
    """The tickets of a Freshdesk account: a folder of API pages, or its API.

    The API key comes from the environment variable COUNTERBELL_FRESHDESK_KEY, from the file that
    COUNTERBELL_FRESHDESK_KEY_FILE names, or is asked for.
    """
    if calendar and not currency:
        raise Problem("--calendar needs --currency too: Freshdesk does not tell it, and both are the shop's settings.")
    if exactly_one(since, folder=folder, domain=domain) == "folder":
        assert folder is not None
        return replace(saved(folder, SAVED, mapping(currency, calendar)), priority_now=True)
    return live(_host(domain or ""), beginning(since), currency, calendar)


def live(host: str, since: str | None = None, currency: str | None = None, calendar: str | None = None) -> Live:
    """The API of the account at that address; business hours are read only where the shop takes them over."""
    kinds = (HOURS, *LIVE) if currency else LIVE
    read = mapping(currency, calendar)
    return Live(host, SECRET, kinds, read, lambda secret: _api(host, secret), since, priority_now=True)


def _host(domain: str) -> str:
    name = domain.strip().lower().removeprefix("https://").rstrip("/").removesuffix(".freshdesk.com")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise Problem(f"{domain!r} is no address of a Freshdesk account. Give the one that ends with .freshdesk.com.")
    return f"{name}.freshdesk.com"


def _api(host: str, secret: str) -> "Api":
    from ._api import Api, Rate

    rate = Rate(*RATE, allowed_header="X-RateLimit-Total", left_header="X-RateLimit-Remaining")
    return Api(f"https://{host}/api/v2", rate=rate, secret=secret, auth=(secret, "X"))


# ---- the mapping: what the API tells, to entries


def mapping(currency: str | None = None, calendar: str | None = None) -> Mapping:
    """The mapping of a run; with a currency, the zone and hours of a calendar become the shop's."""

    def of_run(beside: Beside) -> EntriesOf:
        words = Words()

        def entries_of(kind: str, one: VendorObject) -> Iterator[Entry]:
            match kind:
                case "groups":
                    _learn_group(one, words)
                case "ticket_fields":
                    words.learn(one)
                case "agents":
                    yield of_agent(one, words)
                case "contacts":
                    yield from of_contact(one)
                case "tickets" | "unwanted":
                    yield from of_ticket(one, words, beside)
                case "conversations":
                    yield from of_conversation(one, words, beside)
                case "satisfaction_ratings":
                    yield from of_rating(one, beside)
                case "business_hours" if currency and _is_wanted(one, calendar):
                    yield of_business_hours(one, currency)

        return entries_of

    return of_run


def _is_wanted(told: VendorObject, calendar: str | None) -> bool:
    return told.get("is_default") is True if calendar is None else told.get("name") == calendar


def _learn_group(group: VendorObject, words: Words) -> None:
    name = str(present(group, "name"))
    words.groups[str(present(group, "id"))] = name
    for agent in group.get("agent_ids") or ():
        words.members.setdefault(str(agent), []).append(name)


def of_agent(agent: VendorObject, words: Words) -> Agent:
    """Somebody who works in the account; name and address are in a contact of their own."""
    number = str(present(agent, "id"))
    words.agents.add(number)
    contact = agent.get("contact") or {}
    teams = [words.groups.get(str(group), str(group)) for group in agent.get("group_ids") or ()]
    teams = teams or words.members.get(number, [])
    return Agent(
        id=key(SOURCE, number),
        name=text(contact.get("name")),
        email=text(contact.get("email")),
        team=teams[0] if len(teams) == 1 else None,
    )


def of_contact(contact: VendorObject) -> Iterator[Entry]:
    """A customer; nothing of one who was deleted, so that what was known of them stays."""
    if contact.get("deleted") is True:
        return
    yield Customer(
        id=key(SOURCE, present(contact, "id")),
        email=text(contact.get("email")),
        phone=text(contact.get("phone")) or text(contact.get("mobile")),
        name=text(contact.get("name")),
        language=text(contact.get("language")),
    )


def of_rating(rating: VendorObject, beside: Beside) -> Iterator[Entry]:
    """A rating, and its survey: Freshdesk tells of no survey without an answer, nor when one was sent."""
    answer = (rating.get("ratings") or {}).get("default_question")
    score = SCORES.get(answer) if isinstance(answer, int) else None
    if score is None:
        beside.odd("unknown answer to a survey, left out", answer)
        return
    survey = key(SOURCE, present(rating, "id"))
    asked = present(rating, "created_at")
    yield Survey(id=survey, ticket=key(SOURCE, present(rating, "ticket_id")), at=instant(asked, "created_at"))
    given = instant(rating.get("updated_at") or asked, "updated_at")
    yield Rating(survey=survey, at=given, score=score, comment=text(rating.get("feedback")))
