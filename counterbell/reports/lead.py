"""The report for a lead: the agents beside each other, the backlog, and bad ratings with what customers wrote."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterbell import formats, words
from counterbell.charts import scores
from counterbell.metrics import metric
from counterbell.metrics.agents import NO_PERSONS, Agent, agents
from counterbell.metrics.attention import waiting
from counterbell.metrics.backlog import AGE_EDGES_SECONDS, Backlog, backlog
from counterbell.metrics.rows import Page
from counterbell.metrics.satisfaction import Rated, RatedPage, ratings
from counterbell.record.models import Agent as Person
from counterbell.words import figure

from .digest import Asked, Cell, Quote, Section, Table
from .shared import flow, goals_and_alerts, pictured, whole

BAD = (1, 2)
MOST_QUOTES = 8
LONGEST_QUOTE = 400
MOST_WAITING = 5
COLUMNS = ("first_response_time", "resolution_time", "one_reply_rate", "csat")


def sections(asked: Asked) -> tuple[Section, ...]:
    """What a lead reads."""
    known = Person.objects.filter(shop=asked.shop).values_list("external_id", "name")
    names = {agent: name for agent, name in known if name}
    return (
        _agents(asked, names),
        _backlog(asked),
        _waiting(asked),
        flow(asked),
        _scores(asked),
        _bad_ratings(asked, names),
        *goals_and_alerts(asked),
    )


# ---- agents


def _agents(asked: Asked, names: Mapping[str, str]) -> Section:
    found = agents(asked.shop, asked.period, as_of=asked.at, quantiles=asked.shop.headline_median)
    people = [row for row in found.rows if row.agent not in NO_PERSONS]
    if not people:
        return Section(_("Agents"), (_("No agent has answered or closed a ticket in this time."),))
    short = (words.SHORT[key] for key in COLUMNS)
    header = (_("Agent"), _("Closed"), *(_(text).replace("-\n", "").replace("\n", " ") for text in short))
    rows = [_agent_row(asked, row, names.get(row.agent or "") or row.agent or "") for row in people]
    rows.append(_agent_row(asked, found.total, _("Everybody")))
    return Section(
        _("Agents"),
        table=Table(header, tuple(rows)),
        href=asked.link("shop_metrics_one", "tickets_closed", by="agent"),
        link=_("The agents' figures"),
    )


def _agent_row(asked: Asked, row: Agent, name: str) -> tuple[Cell, ...]:
    return Cell(name), Cell(formats.number(row.closed)), *(Cell(_figure(asked, row.figures, key)) for key in COLUMNS)


def _figure(asked: Asked, figures: Mapping[str, Any], key: str) -> str:
    one = metric(key)
    told = figure(one.headed(figures[key], median=asked.shop.headline_median), one.unit)
    sample = one.sample(figures[key])
    return f"{told} (n {formats.number(sample)})" if key == "csat" and sample else told


# ---- backlog


def _backlog(asked: Asked) -> Section:
    found = backlog(asked.shop, asked.period.as_one(), as_of=asked.at)
    last = found.last
    if not last.unresolved:
        return Section(_("Backlog"), (_("No ticket was unresolved at the end."),))
    count = ngettext(
        "%(count)s ticket was unresolved at the end.", "%(count)s tickets were unresolved at the end.", last.unresolved
    ) % {"count": formats.number(last.unresolved)}
    age = _("The oldest had been there for %(oldest)s, half of them for %(median)s or more.") % {
        "oldest": formats.duration(last.oldest_seconds), "median": formats.duration(last.median_seconds)
    }  # fmt: skip
    return Section(_("Backlog"), (f"{count} {age}",), table=_ages(found))


def _ages(found: Backlog) -> Table:
    names = [_("up to %(time)s") % {"time": formats.duration(AGE_EDGES_SECONDS[0])}]
    names += [" – ".join(map(formats.duration, edges)) for edges in pairwise(AGE_EDGES_SECONDS)]
    names.append(_("over %(time)s") % {"time": formats.duration(AGE_EDGES_SECONDS[-1])})
    rows = zip(names, found.last.by_age or (), strict=True)
    return Table((_("Age"), _("Tickets")), tuple((Cell(name), Cell(formats.number(each.n))) for name, each in rows))


def _waiting(asked: Asked) -> Section:
    found = waiting(asked.shop, limit=MOST_WAITING, as_of=asked.at)
    if not found.total:
        return Section(_("Waiting longest"), (_("Nobody waits for an answer now."),))
    count = ngettext(
        "%(n)s customer waits for an answer now.", "%(n)s customers wait for an answer now.", found.total
    ) % {"n": formats.number(found.total)}
    rows = tuple((Cell(each.ticket), Cell(formats.duration(each.waited_seconds))) for each in found.tickets)
    address = asked.link("shop_metrics_one", "unresolved_tickets", sort="waiting_since", waiting="0", fragment="rows")
    table = Table((_("Ticket"), _("Waits")), rows)
    return Section(_("Waiting longest"), (count,), table=table, href=address, link=_("The tickets that wait"))


# ---- ratings


def _scores(asked: Asked) -> Section:
    """How many customers have given which score, as a picture."""
    csat = whole(asked, ("csat",)).total.metrics["csat"]
    counts = {int(score): count for score, count in csat["scores"].items()}
    return pictured(scores.chart(words.title_of(metric("csat")), counts, csat["mean"]))


def _bad_ratings(asked: Asked, names: Mapping[str, str]) -> Section:
    page = Page(limit=MOST_QUOTES, sort="rated_at", descending=True)
    every = ratings(asked.shop, asked.period, scores=BAD, commented=False, as_of=asked.at, page=Page(limit=1))
    found = ratings(asked.shop, asked.period, scores=BAD, as_of=asked.at, page=page)
    return Section(
        _("Bad ratings"),
        (_bad_in_words(every),),
        quotes=tuple(_quote(asked, each, names) for each in found.ratings if each.comment),
        href=asked.link("shop_metrics_one", "csat", score=BAD, fragment="rows") if every.total else "",
        link=_("All bad ratings"),
    )


def _bad_in_words(found: RatedPage) -> str:
    if not found.total:
        return _("No customer has given 1 or 2 of 5.")
    return ngettext(
        "%(count)s customer has given 1 or 2 of 5.", "%(count)s customers have given 1 or 2 of 5.", found.total
    ) % {"count": formats.number(found.total)}


def _quote(asked: Asked, each: Rated, names: Mapping[str, str]) -> Quote:
    who = names.get(each.agent or "") or words.actor(each.agent or "unknown")
    day = formats.short_day(each.rated_at.astimezone(asked.period.zone).date())
    head = _("%(score)s of 5, ticket %(ticket)s, %(agent)s, %(day)s") % {
        "score": each.score, "ticket": each.ticket, "agent": who, "day": day
    }  # fmt: skip
    text = " ".join((each.comment or "").split())
    return Quote(head, text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE].rstrip() + "…")
