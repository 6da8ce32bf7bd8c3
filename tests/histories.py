"""Random valid logs for hypothesis, as lists of lines (docs/log_format.md).

Few tickets, few people and few instants, so that things happen at one instant, at the border of a window
and around a change of the clocks. Every line can be taken away on its own, so what fails shrinks to what matters.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

Line = dict[str, Any]
Lines = st.SearchStrategy[list[Line]]
Instants = st.SearchStrategy[datetime]

DAYS = {
    "UTC": [date(2025, 3, 3), date(2024, 2, 28)],
    "Europe/Paris": [date(2025, 3, 29), date(2025, 10, 25), date(2025, 2, 27)],
    "America/New_York": [date(2025, 3, 8), date(2025, 11, 1)],
    "Australia/Lord_Howe": [date(2025, 4, 5), date(2025, 10, 4)],
    "Asia/Kolkata": [date(2025, 3, 30)],
    "America/Sao_Paulo": [date(2018, 11, 3), date(2018, 2, 17)],
    "Africa/Casablanca": [date(2025, 2, 22), date(2025, 4, 5)],
}
"""The zones of shops, and the days around which their histories happen: mostly the eve of a change of the clocks."""

CLOCKS = ["09:00", "00:00", "01:30", "02:00", "02:15", "02:30", "03:00", "12:00", "13:00", "18:00", "23:30", "24:00"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MINUTES = [0, 1, 9 * 60, 11 * 60 + 50, 13 * 60, 23 * 60 + 30, 24 * 60, 60, 90, 120, 125, 150, 170, 180, 36 * 60]
OFFSETS = [UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-3, minutes=-30))]
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)

AGENTS = ["ann", "ben", "cleo"]
TEAMS = ["sales", "care"]
TAGS = ["vip", "refund", "late"]
INTENTS = ["order/status", "return/request"]
CUSTOMERS = ["c1", "c2", "c3", "c10"]
BUYERS = ["c1", "c1", "c1", *CUSTOMERS]
"""Who writes and who orders: often the same one."""
EMAILS = ["kim@example.com", " KIM@Example.com ", "dan@example.com", "", "weiß@example.com", "WEISS@example.com"]
PHONES = ["+33 1", " +33 1", "+33 2", "+331", " "]
CHANNELS = ["email", "chat", "contact_form", "phone", "whatsapp", "api", "instagram"]
STATUSES = ["open", "pending", "snoozed", "closed"]
AUTHORS = ["customer", "agent", "automation"]
CURRENCIES = ["EUR", "USD", "JPY"]


@st.composite
def histories(draw: st.DrawFn) -> list[Line]:
    """A valid log: one shop, up to three agents, four customers and six tickets, and what happened to them."""
    zone = draw(st.sampled_from(list(DAYS)))
    first_day = draw(st.sampled_from(DAYS[zone]))
    shop = draw(shops(zone, first_day))
    at = st.sampled_from(draw(few_instants(zone, first_day, timedelta(days=shop.get("conversion_days", 5)))))
    tickets = numbered("t", draw(st.lists(ticket_lines(at), min_size=1, max_size=6)))
    ids = [ticket["id"] for ticket in tickets]
    stories = [draw(stories_of(ticket, at)) for ticket in tickets]
    lines = [
        shop,
        *draw(unique_lines(agent_lines(), "id", most=3)),
        *draw(unique_lines(customer_lines(), "id", most=5)),
        *tickets,
        *numbered("m", [message for messages, _ in stories for message in messages]),
        *[event for _, events in stories for event in events],
        *draw(merges(ids, at)),
        *draw(surveys_with_ratings(ids, at)),
        *draw(orders_with_refunds(at)),
    ]
    return written_in(draw(st.sampled_from(OFFSETS)), lines)


def written_in(offset: tzinfo, lines: Iterable[Line]) -> list[Line]:
    """The lines with their times as text, as a source at that offset from UTC writes them."""
    return [
        {
            name: part.astimezone(offset).isoformat() if isinstance(part, datetime) else part
            for name, part in line.items()
        }
        for line in lines
    ]


def numbered(letter: str, lines: list[Line]) -> list[Line]:
    """The lines with ids whose order as text is neither that of the lines nor that of the numbers in them."""
    return [line | {"id": f"{letter}{(place * 7 + 9) % 101}"} for place, line in enumerate(lines)]


def shuffled(lines: list[Line]) -> Lines:
    """The same lines in any order."""
    return st.permutations(lines)


def as_ofs(lines: Iterable[Line]) -> st.SearchStrategy[datetime | None]:
    """An instant at which to read a log: never mind (None), when something happened, or a microsecond beside it."""
    happened = sorted(instants_of(lines))
    beside = [instant + shift for shift in (timedelta(0), -MICROSECOND, MICROSECOND) for instant in happened]
    return st.none() | st.sampled_from(beside)


@st.composite
def periods(draw: st.DrawFn, lines: list[Line]) -> tuple[date, date, str]:
    """A period of some days within one year around what happened, and the grain in which to report it."""
    zone = ZoneInfo(next(line["timezone"] for line in lines if line["type"] == "shop"))
    start = draw(st.sampled_from(sorted({instant.astimezone(zone).date() for instant in instants_of(lines)})))
    start -= timedelta(days=draw(st.integers(0, 2)))
    end = min(start + timedelta(days=draw(st.integers(1, 9))), date(start.year + 1, 1, 1))
    return start, end, draw(st.sampled_from(["day", "hour", "week", "month", "quarter", "year"]))


def wheres() -> st.SearchStrategy[dict[str, str]]:
    """Filters of a report: one value of one or two dimensions."""
    return st.dictionaries(st.sampled_from(list(VALUES)), st.just(None), max_size=2).flatmap(
        lambda asked: st.fixed_dictionaries({dimension: st.sampled_from(VALUES[dimension]) for dimension in asked})
    )


VALUES = {
    "channel": CHANNELS,
    "store": ["paris", "lyon"],
    "agent": [*AGENTS, "automation", "customer", "unknown"],
    "team": TEAMS,
    "tag": TAGS,
    "intent": INTENTS,
    "language": ["en", "fr"],
    "country": ["FR", "ID"],
    "priority": ["high", "low"],
    "direction": ["inbound", "outbound"],
}


def instants_of(lines: Iterable[Line]) -> set[datetime]:
    """When something happened in a log."""
    told = [line.get("created_at") or line.get("at") for line in lines]
    return {datetime.fromisoformat(text) for text in told if text is not None}


# --- The shop and its hours -------------------------------------------------------------------------------------------


def shops(zone: str, first_day: date) -> st.SearchStrategy[Line]:
    """A shop with or without opening hours."""
    return st.fixed_dictionaries(
        {"type": st.just("shop"), "timezone": st.just(zone), "currency": st.just("EUR")},
        optional={
            "week_starts": st.sampled_from(["monday", "sunday"]),
            "conversion_days": st.sampled_from([1, 2, 30]),
            "hours": schedules(first_day),
        },
    )


@st.composite
def schedules(draw: st.DrawFn, first_day: date) -> list[Line]:
    """Opening hours of one season, or of two that follow each other or leave days between them."""
    bounds = draw(st.sampled_from(SEASONS))
    return [draw(schedule(first_day, first, last)) for first, last in bounds]


SEASONS: list[list[tuple[int | None, int | None]]] = [
    [(None, None)],
    [(0, None)],
    [(None, 1), (1, None)],
    [(2, None), (None, 1)],
]
"""From and until, in days after the first day of the history."""


def schedule(first_day: date, first: int | None, last: int | None) -> st.SearchStrategy[Line]:
    """Opening hours from one day until another."""
    bounds = {"from": first, "until": last}
    return st.fixed_dictionaries(
        {
            name: st.just((first_day + timedelta(days=days)).isoformat())
            for name, days in bounds.items()
            if days is not None
        }
        | {"week": weeks()},
        optional={
            "holidays": st.lists(
                st.integers(0, 3).map(lambda days: (first_day + timedelta(days=days)).isoformat()),
                max_size=2,
                unique=True,
            )
        },
    )


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """A week in which most days are open alike; a day that is not named is closed."""
    named = draw(st.lists(st.sampled_from(WEEKDAYS), max_size=7, unique=True)) or WEEKDAYS
    return dict.fromkeys(named, draw(ranges())) | draw(st.dictionaries(st.sampled_from(WEEKDAYS), ranges(), max_size=2))


@st.composite
def ranges(draw: st.DrawFn) -> list[list[str]]:
    """The ranges of one day: all day, some that lie apart, or some of which each begins where the last one ends."""
    if draw(st.booleans()):
        return [["00:00", "24:00"]]
    clocks = sorted(draw(st.lists(st.sampled_from(CLOCKS), max_size=4, unique=True)))
    apart = list(zip(clocks[::2], clocks[1::2], strict=False))
    touching = list(pairwise(clocks))
    return [list(opens_closes) for opens_closes in draw(st.sampled_from([apart, touching]))]


# --- When -------------------------------------------------------------------------------------------------------------


@st.composite
def few_instants(draw: st.DrawFn, zone: str, first_day: date, window: timedelta) -> list[datetime]:
    """Four to ten instants: some moments around a day, and others just a window later than these."""
    midnight = datetime.combine(first_day, time(0), ZoneInfo(zone)).astimezone(UTC)
    moments = st.sampled_from(MINUTES).map(lambda minutes: midnight + timedelta(minutes=minutes))
    later = st.sampled_from([timedelta(0), DAY, window, timedelta(days=2)])
    beside = st.sampled_from([timedelta(0), MICROSECOND, -MICROSECOND, timedelta(microseconds=333_333)])
    instant = st.builds(lambda moment, shift, little: moment + shift + little, moments, later, beside)
    return draw(st.lists(instant, min_size=4, max_size=10, unique=True))


# --- Lines ------------------------------------------------------------------------------------------------------------


def unique_lines(line: st.SearchStrategy[Line], *key: str, most: int) -> Lines:
    """Lines of which no two have the same key."""
    return st.lists(line, max_size=most, unique_by=lambda line: tuple(line.get(part) for part in key))


def agent_lines() -> st.SearchStrategy[Line]:
    """An agent, in a team or in none."""
    return st.fixed_dictionaries(
        {"type": st.just("agent"), "id": st.sampled_from(AGENTS)}, optional={"team": st.sampled_from(TEAMS)}
    )


def customer_lines() -> st.SearchStrategy[Line]:
    """A customer who may share an address, a number or a person with another."""
    return st.fixed_dictionaries(
        {"type": st.just("customer"), "id": st.sampled_from(CUSTOMERS)},
        optional={
            "email": st.sampled_from(EMAILS),
            "phone": st.sampled_from(PHONES),
            "person": st.sampled_from(["p1", "p2"]),
            "country": st.sampled_from(VALUES["country"]),
        },
    )


def ticket_lines(at: Instants) -> st.SearchStrategy[Line]:
    """A ticket without an id."""
    return st.fixed_dictionaries(
        {
            "type": st.just("ticket"),
            "channel": st.sampled_from(CHANNELS),
            "created_at": at,
            "customer": st.sampled_from(BUYERS),
        },
        optional={
            "direction": st.sampled_from(VALUES["direction"]),
            "store": st.sampled_from(VALUES["store"]),
            "priority": st.sampled_from(VALUES["priority"]),
            "language": st.sampled_from(VALUES["language"]),
            "tags": st.lists(st.sampled_from(TAGS), max_size=2, unique=True),
            "intent": st.sampled_from(INTENTS),
            "status": st.sampled_from(["open", *STATUSES]),
            "history": st.sampled_from(["partial", "summary"]),
        },
    ) | st.fixed_dictionaries({"type": st.just("ticket"), "channel": st.sampled_from(CHANNELS), "created_at": at})


@st.composite
def stories_of(draw: st.DrawFn, ticket: Line, at: Instants) -> tuple[list[Line], list[Line]]:
    """What happened to a ticket: its messages, without ids, and everything else."""
    since_created = at.filter(lambda instant: instant >= ticket["created_at"])
    authors = draw(st.sampled_from([AUTHORS, AUTHORS, ["customer", "automation"]]))
    messages = draw(st.lists(message_lines(ticket["id"], at, authors), max_size=14))
    statuses = draw(unique_lines(status_lines(ticket["id"], since_created), "at", "to", most=6))
    return messages, statuses + draw(unique_lines(other_event_lines(ticket["id"], at), "type", "at", "flag", most=5))


def event(kind: str, ticket: str, at: Instants, optional: dict[str, Any], **fields: Any) -> st.SearchStrategy[Line]:
    """Something that happened to a ticket, with the further fields of its type."""
    return st.fixed_dictionaries(
        {"type": st.just(kind), "ticket": st.just(ticket), "at": at} | fields, optional=optional
    )


def message_lines(ticket: str, at: Instants, authors: list[str]) -> st.SearchStrategy[Line]:
    """A message or a note by one of the authors, without an id."""
    optional = {"agent": st.sampled_from(AGENTS), "public": st.sampled_from([True, True, False])}
    return event("message", ticket, at, optional, by=st.sampled_from(authors))


def status_lines(ticket: str, at: Instants) -> st.SearchStrategy[Line]:
    """A change of status, or a line that repeats the present one."""
    optional = {"by": st.sampled_from(AUTHORS), "agent": st.sampled_from(AGENTS)}
    return event("status", ticket, at, optional, to=st.sampled_from(["closed", *STATUSES]))


def other_event_lines(ticket: str, at: Instants) -> st.SearchStrategy[Line]:
    """An assignment, a change of tags, an intent, a priority or (more rarely) a flag."""
    some_tags = st.lists(st.sampled_from(TAGS), max_size=2, unique=True)
    assignment = event(
        "assignment", ticket, at, {"team": st.sampled_from(TEAMS)}, agent=st.none() | st.sampled_from(AGENTS)
    )
    tags = event("tags", ticket, at, {"add": some_tags, "remove": some_tags})
    intent = event("intent", ticket, at, {"confidence": st.just(0.5)}, name=st.sampled_from(INTENTS))
    priority = event("priority", ticket, at, {}, to=st.none() | st.sampled_from(VALUES["priority"]))
    flag = event("flag", ticket, at, {"value": st.booleans()}, flag=st.sampled_from(["spam", "deleted"]))
    return st.one_of(assignment, assignment, assignment, tags, tags, intent, intent, priority, priority, flag)


@st.composite
def merges(draw: st.DrawFn, tickets: list[str], at: Instants) -> list[Line]:
    """Merges without a circle: a ticket goes into one that stands before it in the log."""
    if len(tickets) == 1:
        return []
    away = draw(st.lists(st.integers(1, len(tickets) - 1), max_size=2, unique=True))
    return [
        {"type": "merge", "ticket": tickets[place], "into": tickets[draw(st.integers(0, place - 1))], "at": draw(at)}
        for place in away
    ]


@st.composite
def surveys_with_ratings(draw: st.DrawFn, tickets: list[str], at: Instants) -> list[Line]:
    """Surveys and the answers to them, among them changes of mind and robots."""
    survey = st.fixed_dictionaries({"type": st.just("survey"), "ticket": st.sampled_from(tickets), "at": at})
    surveys = numbered("s", draw(st.lists(survey, max_size=5)))
    if not surveys:
        return []
    rating = st.fixed_dictionaries(
        {
            "type": st.just("rating"),
            "survey": st.sampled_from([survey["id"] for survey in surveys]),
            "at": at,
            "score": st.integers(1, 5),
        },
        optional={
            "suspected_robot": st.sampled_from([False, False, True]),
            "comment": st.sampled_from(["", "Merci !"]),
        },
    )
    return surveys + draw(unique_lines(rating, "survey", "at", most=8))


@st.composite
def orders_with_refunds(draw: st.DrawFn, at: Instants) -> list[Line]:
    """Orders, among them tests and unpaid ones, and the money given back for them."""
    order = st.fixed_dictionaries(
        {
            "type": st.just("order"),
            "customer": st.sampled_from(BUYERS),
            "at": at,
            "currency": st.sampled_from(CURRENCIES),
            "paid": st.sampled_from([1000, 1, 250_000, 1000, 0]),
        },
        optional={"test": st.sampled_from([False, False, True])},
    )
    orders = numbered("o", draw(st.lists(order, max_size=6)))
    if not orders:
        return []
    refund = st.fixed_dictionaries(
        {
            "type": st.just("refund"),
            "order": st.sampled_from([order["id"] for order in orders]),
            "at": at,
            "amount": st.sampled_from([500, 1]),
        }
    )
    return orders + numbered("r", draw(st.lists(refund, max_size=3)))
