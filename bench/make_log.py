"""Writes a big log file for measuring: python bench/make_log.py OUT.ndjson[.zst] --tickets 1000000 --months 24.

Each ticket has exactly six messages; on average it has three status changes and one and a half orders. Half of the
tickets are assigned, six in ten of the closed ones are surveyed. The file is written month by month, by the month in
which tickets were created; within a month the lines are in the order of time. The same arguments give the same file.

All columns are numpy arrays and all lines Arrow strings, so that nothing happens row by row. Times are microseconds
since 1970 UTC, as int64, until they become text.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import zstandard

ZONE = ZoneInfo("Europe/Paris")
FIRST_DAY = date(2024, 1, 1)
MARGIN = timedelta(days=120)
"""How far beyond the last month opening hours and dates are known: longer than any conversation."""

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR

AGENTS = 50
TEAMS = ("orders", "returns", "shipping", "products", "night")
CUSTOMERS_PER_TICKET = 0.4
ORDERS_PER_TICKET = 1.5
CONVERTING, REFUNDED = 0.08, 0.06
ASSIGNED, SURVEYED, RATED, COMMENTED = 0.55, 0.6, 0.3, 0.15
TAGGED, RECOGNISED, SPAM = 0.04, 0.03, 0.015
MERGED_EVERY = 100

CHANNELS = ("email", "chat", "contact_form", "whatsapp", "phone")
CHANNEL_SHARES = (0.45, 0.25, 0.12, 0.12, 0.06)
MINUTES_TO_REPLY = np.array((90.0, 2.0, 120.0, 25.0, 1.0))
"""Median opening minutes until an agent replies, by channel."""
SURVEY_AFTER = np.array((24 * HOUR, HOUR // 4, 24 * HOUR, HOUR // 4, 24 * HOUR))
LANGUAGES = ("en", "fr", "id")
COUNTRIES = ("GB", "FR", "ID", "DE", "US")
INTENTS = ("shipping/status", "return/request", "refund/status", "order/cancel", "product/question", "order/damaged")
TAGS = ("vip", "wholesale", "gift", "late", "quality")
SCORE_SHARES = (0.06, 0.04, 0.08, 0.2, 0.62)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPENING = dict.fromkeys(WEEKDAYS[:5], ("09:00", "18:00")) | {"sat": ("10:00", "16:00")}
BY_HOUR = np.array((3, 2, 1, 1, 1, 2, 4, 8, 16, 24, 26, 24, 22, 22, 22, 22, 20, 20, 18, 18, 18, 16, 10, 6))
BY_WEEKDAY = np.array((1.4, 1.2, 1.1, 1.0, 1.0, 0.7, 0.6))

CUSTOMER, AUTOMATION, AGENT, NOTE = range(4)
PATTERNS = np.array(
    (
        (CUSTOMER, AGENT, CUSTOMER, AGENT, CUSTOMER, AGENT),
        (CUSTOMER, AUTOMATION, CUSTOMER, AGENT, CUSTOMER, AGENT),
        (CUSTOMER, CUSTOMER, AGENT, CUSTOMER, AGENT, AGENT),
        (CUSTOMER, NOTE, AGENT, CUSTOMER, AGENT, CUSTOMER),
        (CUSTOMER, AUTOMATION, CUSTOMER, AUTOMATION, CUSTOMER, AUTOMATION),
    )
)
"""Who writes the six messages of a ticket."""
PATTERN_SHARES = (0.55, 0.15, 0.1, 0.1, 0.1)
UNTOUCHED = 4
"""The pattern of tickets that no agent sees."""

ROUTES: tuple[tuple[tuple[str, int], ...], ...] = (
    (("closed", 5),),
    (("pending", 1), ("open", 2), ("closed", 5)),
    (("closed", 1), ("open", 2), ("closed", 5)),
    (("pending", 1), ("open", 2), ("pending", 5)),
    (("pending", 1), ("open", 2), ("closed", 3), ("open", 4), ("closed", 5)),
)
"""Status changes, each with the message after which it happens; the mean length of the routes is three."""
ROUTE_SHARES = (0.1, 0.7, 0.08, 0.02, 0.1)
NEVER_CLOSED = 3
AFTER_THE_MESSAGE = {"open": 0, "pending": 2 * SECOND, "closed": 5 * SECOND}
SHORTEST_GAP = 10 * SECOND

WORDS = (
    *("order", "parcel", "refund", "return", "size", "colour", "delivery", "tracking", "number", "invoice", "address"),
    *("thanks", "hello", "please", "still", "waiting", "arrived", "damaged", "wrong", "exchange", "voucher", "payment"),
    *("card", "bank", "shop", "dress", "shirt", "coat", "shoes", "question", "answer", "today", "week", "where", "my"),
)
SENTENCES = 8192
SENTENCE_WORDS = 15

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Column = Any
"""An Arrow array of strings."""
Lines = tuple[Ints, Column]
"""The times of some lines, and the lines."""


@dataclass(frozen=True)
class Tickets:
    """The tickets of one month: one element a ticket, six messages a row of `said`."""

    number: Ints
    created: Ints
    customer: Ints
    channel: Ints
    pattern: Ints
    route: Ints
    agent: Ints
    said: Ints
    said_by: Ints

    def __len__(self) -> int:
        return len(self.number)


class OpenTime:
    """A clock that runs only while the shop is open."""

    def __init__(self, first: date, last: date) -> None:
        ranges = [(local(day, start), local(day, end)) for day, (start, end) in opening_days(first, last)]
        self._opens = np.array([start for start, _ in ranges])
        self._lengths = np.array([end - start for start, end in ranges])
        self._before = np.cumsum(self._lengths) - self._lengths

    def after(self, at: Ints, work: Ints) -> Ints:
        """The instants at which so much opening time has gone by since `at`."""
        place = np.maximum(np.searchsorted(self._opens, at, side="right") - 1, 0)
        gone = np.clip(at - self._opens[place], 0, self._lengths[place])
        target = self._before[place] + gone + work
        place = np.searchsorted(self._before, target, side="right") - 1
        passed: Ints = self._opens[place] + target - self._before[place]
        return passed


class Instants:
    """Writes instants as RFC 3339 text, from tables of the dates, the seconds of a day and their fractions."""

    def __init__(self, first: date, last: date) -> None:
        self._first = (first - date(1970, 1, 1)).days
        self._dates = pa.array([day.isoformat() for day in days_between(first, last)])
        seconds = range(24 * 3600)
        self._seconds = pa.array([f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in seconds])
        self._fractions = pa.array(["Z"] + [f".{fraction:06d}Z" for fraction in range(1, SECOND)])

    def __call__(self, at: Ints) -> Column:
        day, rest = np.divmod(at, DAY)
        second, fraction = np.divmod(rest, SECOND)
        return text(pick(self._dates, day - self._first), pick(self._seconds, second), pick(self._fractions, fraction))


def days_between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def opening_days(first: date, last: date) -> Iterator[tuple[date, tuple[str, str]]]:
    for day in days_between(first, last):
        weekday = WEEKDAYS[day.weekday()]
        if weekday in OPENING:
            yield day, OPENING[weekday]


def local(day: date, clock: str = "00:00") -> int:
    """A local date and time of day as microseconds since 1970 UTC."""
    moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)
    return round(moment.timestamp()) * SECOND


def month_starts(months: int) -> list[date]:
    """The first days of so many months and of the one after them."""
    numbers = range(FIRST_DAY.month - 1, FIRST_DAY.month + months)
    return [date(FIRST_DAY.year + number // 12, number % 12 + 1, 1) for number in numbers]


def text(*parts: Column | str) -> Column:
    """The parts one after the other, row by row."""
    return pc.binary_join_element_wise(*parts, "")


def pick(table: Column | Sequence[str], places: Ints) -> Column:
    """The strings of a table at those places."""
    return (table if isinstance(table, pa.Array) else pa.array(table)).take(pa.array(places))


def digits(numbers: Ints) -> Column:
    return pc.cast(pa.array(numbers), pa.string())


class Log:
    """Makes the lines of the log, month by month."""

    def __init__(self, *, tickets: int, months: int, seed: int) -> None:
        self._dice = np.random.default_rng(seed)
        self._starts = month_starts(months)
        days = np.array([(start - FIRST_DAY).days for start in self._starts])
        self._firsts = np.round(tickets * days / days[-1]).astype(np.int64)
        first, last = FIRST_DAY - timedelta(days=7), self._starts[-1] + MARGIN
        self._open_time = OpenTime(first, last)
        self._instants = Instants(first, last)
        words = self._dice.integers(len(WORDS), size=(SENTENCES, SENTENCE_WORDS))
        self._sentences = pa.array([" ".join(WORDS[word] for word in row) for row in words])

    def blocks(self) -> Iterator[Column]:
        """The lines as Arrow strings: the shop and its agents, then each month."""
        yield pa.array([shop_line(), *(agent_line(number) for number in range(AGENTS))])
        for (start, end), (first, after) in zip(pairwise(self._starts), pairwise(self._firsts), strict=True):
            if first == after:
                continue
            yield self._customers(int(CUSTOMERS_PER_TICKET * first), int(CUSTOMERS_PER_TICKET * after))
            tickets = self._tickets(start, end, first, after)
            yield in_order_of_time([*self._ticket_lines(tickets), *self._order_lines(tickets, start, end)])

    # what happens

    def _tickets(self, start: date, end: date, first: int, after: int) -> Tickets:
        count = after - first
        created = self._business_times(start, end, count)
        channel = self._drawn(CHANNEL_SHARES, count)
        pattern = self._drawn(PATTERN_SHARES, count)
        said_by = PATTERNS[pattern]
        return Tickets(
            number=np.arange(first, after),
            created=created,
            customer=self._known_customers(after, count),
            channel=channel,
            pattern=pattern,
            route=self._drawn(ROUTE_SHARES, count),
            agent=self._dice.integers(AGENTS, size=count),
            said=self._said(created, said_by, MINUTES_TO_REPLY[channel]),
            said_by=said_by,
        )

    def _business_times(self, start: date, end: date, count: int) -> Ints:
        """Instants within some dates: more on Mondays and by day, half of them in whole seconds; in order."""
        days = list(days_between(start, end - timedelta(days=1)))
        weights = BY_WEEKDAY[[day.weekday() for day in days]]
        midnights = np.array([local(day) for day in days])
        day = self._dice.choice(midnights, size=count, p=weights / weights.sum())
        hour = self._drawn(BY_HOUR / BY_HOUR.sum(), count)
        fraction = self._dice.integers(SECOND, size=count) * self._dice.integers(2, size=count)
        return np.sort(day + hour * HOUR + self._dice.integers(3600, size=count) * SECOND + fraction)

    def _said(self, created: Ints, said_by: Ints, minutes_to_reply: npt.NDArray[np.float64]) -> Ints:
        """The times of the six messages of each ticket."""
        said = np.empty_like(said_by)
        said[:, 0] = created
        for place in range(1, said_by.shape[1]):
            before, author = said[:, place - 1], said_by[:, place]
            by_agent = self._open_time.after(before + SHORTEST_GAP, self._spread(minutes_to_reply, len(created)))
            by_customer = before + SHORTEST_GAP + self._spread(150.0, len(created))
            by_automation = before + SHORTEST_GAP + self._dice.integers(20 * SECOND, size=len(created))
            said[:, place] = np.select(
                [author == CUSTOMER, author == AUTOMATION], [by_customer, by_automation], by_agent
            )
        in_seconds = created % SECOND == 0
        said[in_seconds] -= said[in_seconds] % SECOND
        return said

    def _spread(self, median_minutes: npt.NDArray[np.float64] | float, count: int) -> Ints:
        """Durations around a median, at most forty hours."""
        minutes = median_minutes * np.exp(0.9 * self._dice.standard_normal(count))
        return (np.minimum(minutes, 2400.0) * 60 * SECOND).astype(np.int64)

    def _drawn(self, shares: Sequence[float] | npt.NDArray[np.float64], count: int) -> Ints:
        return self._dice.choice(len(shares), size=count, p=shares)

    def _some(self, share: float, count: int) -> Bools:
        return self._dice.random(count) < share

    def _known_customers(self, tickets_so_far: int, count: int) -> Ints:
        return self._dice.integers(max(1, int(CUSTOMERS_PER_TICKET * tickets_so_far)), size=count)

    # how it is written

    def _customers(self, first: int, after: int) -> Column:
        """New customers; now and then one has the address of the one before, as guests do."""
        number = np.arange(first, after)
        return text(
            '{"type":"customer","id":"c',
            digits(number),
            '","email":"customer',
            digits(number - (number % 33 == 5)),
            '@example.com","country":"',
            pick(COUNTRIES, number % len(COUNTRIES)),
            '"}\n',
        )

    def _ticket_lines(self, tickets: Tickets) -> Iterator[Lines]:
        yield self._openings(tickets)
        for place in range(tickets.said.shape[1]):
            yield self._messages(tickets, place)
        for route, changes in enumerate(ROUTES):
            chosen = tickets.route == route
            for status, place in changes:
                yield self._statuses(tickets, chosen, status, place)
        yield self._assignments(tickets)
        yield from self._surveys(tickets)
        yield from self._marks(tickets)

    def _openings(self, tickets: Tickets) -> Lines:
        count = len(tickets)
        intents = ["", *(f',"intent":"{intent}"' for intent in INTENTS)]
        tags = ["", *(f',"tags":["{tag}"]' for tag in TAGS)]
        return tickets.created, text(
            '{"type":"ticket","id":"t',
            digits(tickets.number),
            '","channel":"',
            pick(CHANNELS, tickets.channel),
            '","created_at":"',
            self._instants(tickets.created),
            '","customer":"c',
            digits(tickets.customer),
            '","language":"',
            pick(LANGUAGES, tickets.customer % len(LANGUAGES)),
            '"',
            pick(intents, self._dice.integers(1, len(intents), size=count) * self._some(0.3, count)),
            pick(tags, self._dice.integers(1, len(tags), size=count) * self._some(0.05, count)),
            "}\n",
        )

    def _messages(self, tickets: Tickets, place: int) -> Lines:
        at, count = tickets.said[:, place], len(tickets)
        colleague = (tickets.agent + self._some(0.15, count)) % AGENTS
        authors = [author for kind in range(4) for author in author_texts(kind)]
        return at, text(
            '{"type":"message","id":"m',
            digits(tickets.number * 6 + place),
            '","ticket":"t',
            digits(tickets.number),
            '","at":"',
            self._instants(at),
            '","by":"',
            pick(authors, tickets.said_by[:, place] * AGENTS + colleague),
            ',"text":"',
            pick(self._sentences, self._dice.integers(SENTENCES, size=count)),
            '"}\n',
        )

    def _statuses(self, tickets: Tickets, chosen: Bools, status: str, place: int) -> Lines:
        at = tickets.said[chosen, place] + AFTER_THE_MESSAGE[status]
        return at, text(
            '{"type":"status","ticket":"t',
            digits(tickets.number[chosen]),
            '","at":"',
            self._instants(at),
            f'","to":"{status}"',
            pick(closers(), self._closer(tickets, chosen, status)),
            "}\n",
        )

    def _closer(self, tickets: Tickets, chosen: Bools, status: str) -> Ints:
        """Who it was, as places in `closers()`; some sources do not tell."""
        count = int(chosen.sum())
        if status == "open":
            return np.full(count, AGENTS + 1)
        by_agent = np.where(self._some(0.06, count), AGENTS + 2, tickets.agent[chosen])
        return np.where(tickets.pattern[chosen] == UNTOUCHED, AGENTS, by_agent)

    def _assignments(self, tickets: Tickets) -> Lines:
        chosen = self._some(ASSIGNED, len(tickets)) & (tickets.pattern != UNTOUCHED)
        at = (tickets.said[chosen, 0] + tickets.said[chosen, 1]) // 2
        agent = tickets.agent[chosen]
        return at, text(
            '{"type":"assignment","ticket":"t',
            digits(tickets.number[chosen]),
            '","at":"',
            self._instants(at),
            '","agent":"a',
            digits(agent),
            '","team":"',
            pick(TEAMS, agent % len(TEAMS)),
            '"}\n',
        )

    def _surveys(self, tickets: Tickets) -> Iterator[Lines]:
        chosen = (tickets.route != NEVER_CLOSED) & self._some(SURVEYED, len(tickets))
        at = tickets.said[chosen, 5] + AFTER_THE_MESSAGE["closed"] + SURVEY_AFTER[tickets.channel[chosen]]
        survey = digits(tickets.number[chosen])
        yield (
            at,
            text('{"type":"survey","id":"s', survey, '","ticket":"t', survey, '","at":"', self._instants(at), '"}\n'),
        )
        answered = self._some(RATED, len(at))
        yield self._ratings(tickets.number[chosen][answered], at[answered])

    def _ratings(self, survey: Ints, sent: Ints) -> Lines:
        count = len(survey)
        at = sent + SHORTEST_GAP + self._spread(120.0, count)
        comment = text(',"comment":"', pick(self._sentences, self._dice.integers(64, size=count)), '"')
        return at, text(
            '{"type":"rating","survey":"s',
            digits(survey),
            '","at":"',
            self._instants(at),
            '","score":',
            digits(self._drawn(SCORE_SHARES, count) + 1),
            pc.if_else(pa.array(self._some(COMMENTED, count)), comment, ""),
            "}\n",
        )

    def _marks(self, tickets: Tickets) -> Iterator[Lines]:
        """Tags, intents, flags and merges of a few tickets; a ticket is merged into the one that came before it."""
        tagged = self._some(TAGGED, len(tickets))
        tags = text(',"add":["', pick(TAGS, self._dice.integers(len(TAGS), size=tagged.sum())), '"]')
        yield self._mark("tags", tickets.number[tagged], tickets.said[tagged, 1], tags)
        recognised = self._some(RECOGNISED, len(tickets))
        intent = pick(INTENTS, self._dice.integers(len(INTENTS), size=recognised.sum()))
        said = text(',"name":"', intent, '","confidence":0.9')
        yield self._mark("intent", tickets.number[recognised], tickets.created[recognised] + SECOND, said)
        spam = self._some(SPAM, len(tickets))
        yield self._mark("flag", tickets.number[spam], tickets.created[spam] + 60 * SECOND, ',"flag":"spam"')
        merged = tickets.number % MERGED_EVERY == 7
        merged[0] = False
        into = text(',"into":"t', digits(tickets.number[merged] - 1), '"')
        yield self._mark("merge", tickets.number[merged], tickets.created[merged] + HOUR, into)

    def _mark(self, kind: str, ticket: Ints, at: Ints, rest: Column | str) -> Lines:
        instants = self._instants(at)
        return at, text(f'{{"type":"{kind}","ticket":"t', digits(ticket), '","at":"', instants, '"', rest, "}\n")

    def _order_lines(self, tickets: Tickets, start: date, end: date) -> Iterator[Lines]:
        first, after = (int(ORDERS_PER_TICKET * number) for number in (tickets.number[0], tickets.number[-1] + 1))
        order = np.arange(first, after)
        converting = np.flatnonzero(self._some(CONVERTING, len(tickets)))[: len(order)]
        at = self._business_times(start, end, len(order))
        at[: len(converting)] = tickets.created[converting] + self._dice.integers(1, 6 * DAY, size=len(converting))
        customer = self._known_customers(int(tickets.number[-1]) + 1, len(order))
        customer[: len(converting)] = tickets.customer[converting]
        paid = self._dice.integers(1500, 25000, size=len(order))
        yield self._orders(order, customer, at, paid)
        yield self._refunds(order, at, paid)

    def _orders(self, order: Ints, customer: Ints, at: Ints, paid: Ints) -> Lines:
        return at, text(
            '{"type":"order","id":"o',
            digits(order),
            '","customer":"c',
            digits(customer),
            '","at":"',
            self._instants(at),
            pick(('","currency":"EUR","paid":', '","currency":"USD","paid":'), (order % 20 == 0).astype(np.int64)),
            digits(paid),
            pick(("}\n", ',"test":true}\n'), (order % 1000 == 0).astype(np.int64)),
        )

    def _refunds(self, order: Ints, at: Ints, paid: Ints) -> Lines:
        chosen = self._some(REFUNDED, len(order))
        at = at[chosen] + DAY + self._dice.integers(20 * DAY, size=chosen.sum())
        amount = paid[chosen] // self._dice.integers(1, 4, size=chosen.sum())
        number = digits(order[chosen])
        return at, text(
            '{"type":"refund","id":"r',
            number,
            '","order":"o',
            number,
            '","at":"',
            self._instants(at),
            '","amount":',
            digits(amount),
            "}\n",
        )


def shop_line() -> str:
    week = ",".join(f'"{day}":[["{start}","{end}"]]' for day, (start, end) in OPENING.items())
    return f'{{"type":"shop","timezone":"{ZONE}","currency":"EUR","hours":[{{"week":{{{week}}}}}]}}\n'


def agent_line(number: int) -> str:
    return f'{{"type":"agent","id":"a{number}","name":"Agent {number}","team":"{TEAMS[number % len(TEAMS)]}"}}\n'


def author_texts(kind: int) -> list[str]:
    """How a message goes on after `"by":"`, for each agent."""
    if kind in (CUSTOMER, AUTOMATION):
        return [('customer"', 'automation"')[kind]] * AGENTS
    public = ',"public":false' if kind == NOTE else ""
    return [f'agent","agent":"a{number}"{public}' for number in range(AGENTS)]


def closers() -> list[str]:
    """Who made a status change: each agent, automation, the customer, nobody named."""
    agents = [f',"by":"agent","agent":"a{number}"' for number in range(AGENTS)]
    return [*agents, ',"by":"automation"', ',"by":"customer"', ""]


def in_order_of_time(parts: list[Lines]) -> Column:
    times = np.concatenate([at for at, _ in parts])
    return pa.concat_arrays([lines for _, lines in parts]).take(pa.array(np.argsort(times, kind="stable")))


def characters(lines: Column) -> memoryview:
    """The lines' own bytes, without a copy."""
    _, offsets, values = lines.buffers()
    ends = np.frombuffer(offsets, np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(values)[ends[0] : ends[-1]] if len(lines) else memoryview(b"")


def write(out: Path, log: Log) -> int:
    """Write the log, compressed if the name ends in .zst; the number of lines."""
    count = 0
    with ExitStack() as closing:
        file: Any = closing.enter_context(out.open("wb"))
        if out.suffix == ".zst":
            file = closing.enter_context(zstandard.ZstdCompressor(level=3).stream_writer(file))
        for lines in log.blocks():
            file.write(characters(lines))
            count += len(lines)
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the file to write; a name that ends in .zst is compressed")
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    began = time.perf_counter()
    lines = write(wanted.out, Log(tickets=wanted.tickets, months=wanted.months, seed=wanted.seed))
    seconds = time.perf_counter() - began
    print(f"{lines:,} lines, {wanted.out.stat().st_size / 1e6:,.0f} MB in {seconds:.1f} s: {wanted.out}")


if __name__ == "__main__":
    main()
