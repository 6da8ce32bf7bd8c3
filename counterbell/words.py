"""A metric's figures in words: its name, long and short, its one number with its unit, and what stands beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from counterbell import formats
from counterbell.metrics._metric import THIN, Metric
from counterbell.metrics.report import Report, is_better

SHORT = {
    "tickets_created": later("Tickets"),
    "unresolved_tickets": later("Unre-\nsolved"),
    "resolution_time": later("Resolve\ntime"),
    "response_time": later("Reply\ntime"),
    "first_response_time": later("First\nreply"),
    "csat": later("CSAT"),
    "one_reply_rate": later("One\nreply"),
    "automated_resolution_rate": later("Auto"),
    "converted_tickets": later("Con-\nverted"),
    "tickets_closed": later("Closed"),
    "backlog_age": later("Backlog\nage"),
    "contact_rate": later("Contact\nrate"),
    "days_to_clear": later("Days to\nclear"),
    "first_resolution_time": later("First\nresolve"),
    "first_response_time_any": later("First,\nany"),
    "left_out": later("Left\nout"),
    "messages_per_ticket": later("Messages"),
    "net_flow": later("Net\nflow"),
    "reopen_rate": later("Reopen\nrate"),
    "reopened": later("Reopened"),
    "response_time_any": later("Reply,\nany"),
    "zero_touch_rate": later("Zero\ntouch"),
}
"""What a metric is called above a narrow column; one that is not here is called by its title."""

ACTORS = {"automation": later("automation"), "customer": later("customer"), "unknown": later("unknown")}
"""Who does something and is no agent."""

CHANNELS = {
    "email": later("E-mail"),
    "chat": later("Chat"),
    "contact_form": later("Contact form"),
    "phone": later("Phone"),
    "sms": later("SMS"),
    "whatsapp": "WhatsApp",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "api": "API",
}
STATUSES = {"open": later("open"), "pending": later("pending"), "snoozed": later("snoozed")}
REASONS = {"merged": later("merged"), "spam": later("spam"), "deleted": later("deleted")}

PRIORITIES = {
    "low": later("low"),
    "normal": later("normal"),
    "high": later("high"),
    "urgent": later("urgent"),
    "critical": later("critical"),
}

DIMENSIONS = {
    "channel": later("Channel"),
    "store": later("Store"),
    "agent": later("Agent"),
    "team": later("Team"),
    "tag": later("Tag"),
    "intent": later("Intent"),
    "language": later("Language"),
    "country": later("Country"),
    "priority": later("Priority"),
    "direction": later("Direction"),
}

UNITS = {
    "tickets": later("tickets"),
    "seconds": later("seconds"),
    "rating": later("points from 1 to 5"),
    "share": later("a share from 0 to 1"),
    "messages": later("messages"),
    "days": later("days"),
}

DIRECTIONS = {
    "lower": later("Lower is better."),
    "higher": later("Higher is better."),
    "neither": later("Neither more nor less is better."),
}

SHOWN_CLOSERS = 3


def title_of(one: Metric) -> str:
    """The metric's name in the reader's language."""
    return one.words.get(get_language() or "en", one.title)


def short(key: str, one: Metric) -> str:
    """The metric's name above a narrow column, in one line or two."""
    return _(SHORT[key]) if key in SHORT else title_of(one).replace(" ", "\n", 1)


def headline(one: Metric, value: Any) -> str:
    """The metric's one number with its unit."""
    return figure(one.headline(value), one.unit)


def figure(value: float | None, unit: str) -> str:
    """A figure with its unit: one of the metrics', or the code of a currency for an amount in its minor units."""
    if value is None:
        return formats.NOTHING
    match unit:
        case "seconds":
            return formats.duration(value)
        case "share":
            return formats.percent(value)
        case "rating":
            return formats.number(value, 2)
        case "messages" | "days":
            return formats.number(value, 1)
        case "tickets":
            return formats.number(value)
    return formats.money(round(value), unit)


def channel(name: str) -> str:
    """A channel in words; of one that is not known its own name."""
    return _(CHANNELS[name]) if name in CHANNELS else name


def priority(name: str) -> str:
    """A priority in words; of one that is not known its own name."""
    return _(PRIORITIES[name]) if name in PRIORITIES else name


def is_thin(one: Metric, value: Any) -> bool:
    """Whether the figure is there but stands on too few rows."""
    sample = None if value is None else one.sample(value)
    return sample is not None and 0 < sample < THIN


@dataclass(frozen=True)
class Change:
    """How a figure changed: with an arrow, and whether that is better (null where neither way is) in a word too."""

    text: str
    better: bool | None = None

    @property
    def word(self) -> str:
        """Better or worse; nothing where neither way is."""
        return {True: _("better"), False: _("worse"), None: ""}[self.better]


NO_CHANGE = Change(formats.NOTHING)


def change(one: Metric, now: float | None, then: float | None, *, may_rise: bool = False) -> Change:
    """The change of a metric's headline from then to now, which `may_rise` still by what is yet to come.

    Shares change by points, ratings and flows by their difference: a percentage of a percentage misleads, as does one
    of a figure that may be below nothing. What is too little to be shown is no change.
    """
    if now is None or then is None or (not then and not _by_difference(one)):
        return NO_CHANGE
    by = abs(now - then) if _by_difference(one) else abs((now - then) / then)
    if round(by, 2 if one.unit == "rating" else 3) == 0:
        return Change("=")
    match one.unit:
        case "share":
            amount = _("%(points)s pts") % {"points": formats.number(by * 100, 1)}
        case "rating":
            amount = formats.number(by, 2)
        case _other:
            amount = formats.number(by) if _by_difference(one) else formats.percent(by, 0 if by >= 0.1 else 1)
    return Change(f"{'▲' if now > then else '▼'} {amount}", is_better(one, then, now, may_rise=may_rise))


def _by_difference(one: Metric) -> bool:
    return one.unit in ("share", "rating") or one.rows == "flow"


def metric_of(key: str) -> Metric:
    """The metric of that key."""
    from counterbell.metrics import metric

    return metric(key)


def details(found: Report, key: str) -> list[str]:
    """What stands beside the headline: how it is spread, over how many rows, and whether these are too few."""
    one, value = metric_of(key), found.total.metrics[key]
    parts = list(_parts(key, value, found.total.metrics))
    sample = None if value is None else one.sample(value)
    if sample and "part" not in value:
        parts.append(f"n {formats.number(sample)}")
    if is_thin(one, value):
        parts.append(_("thin sample"))
    if unknown := partly_known(key, value, found.total.metrics):
        parts.append(_("left out, only partly known: %(count)s") % {"count": formats.number(unknown)})
    return parts


def partly_known(key: str, value: Any, figures: dict[str, Any]) -> int:
    """How many tickets a figure leaves out because their source does not tell enough of them."""
    return (value.get("partly_known") if isinstance(value, dict) else figures.get(f"{key}_partly_known")) or 0


def _parts(key: str, value: Any, figures: dict[str, Any]) -> Iterator[str]:
    match key:
        case "csat":
            yield from _of_csat(value)
        case "converted_tickets":
            yield from _of_converted(value)
        case "tickets_closed":
            yield from _of_closed(value)
        case "unresolved_tickets" if by_status := figures.get("unresolved_by_status"):
            yield from _counts(STATUSES, by_status)
        case "backlog_age" if value and value["oldest"] is not None:
            yield _("median; the oldest %(time)s") % {"time": formats.duration(value["oldest"])}
        case "left_out":
            yield from _counts(REASONS, value)
        case _other if isinstance(value, dict):
            yield from _of_duration(key, value, figures)
            yield from _of_ratio(value)


def _of_duration(key: str, value: dict[str, Any], figures: dict[str, Any]) -> Iterator[str]:
    if value.get("median") is None:
        return
    yield _("median %(time)s") % {"time": formats.duration(value["median"])}
    yield _("p90 %(time)s") % {"time": formats.duration(value["p90"])}
    business = figures.get(f"{key}_bh")
    if business and business["mean"] is not None:
        yield _("in opening hours %(time)s") % {"time": formats.duration(business["mean"])}
    if value.get("within_target") is not None:
        within, target = formats.percent(value["within_target"], 0), formats.duration(value["target"])
        yield _("%(share)s within %(target)s") % {"share": within, "target": target}


def _of_ratio(value: dict[str, Any]) -> Iterator[str]:
    if not value.get("whole"):
        return
    yield _of(value["part"], value["whole"])
    words = {"zero": _("no reply"), "several": _("several replies"), "silent": _("closed silently")}
    for name, word in words.items():
        if name in value:
            yield f"{word} {formats.number(value[name])}"


def _of(part: int, whole: int) -> str:
    return _("%(part)s of %(whole)s") % {"part": formats.number(part), "whole": formats.number(whole)}


def _of_csat(value: dict[str, Any]) -> Iterator[str]:
    if value["mean_interval"]:
        low, high = value["mean_interval"]
        yield f"± {formats.number((high - low) / 2, 2)}"
    if value["share_4_5"] is not None:
        yield _("%(share)s with 4 or 5") % {"share": formats.percent(value["share_4_5"], 0)}
    if value["sent"]:
        yield _("%(rate)s of %(sent)s surveys answered") % {
            "rate": formats.percent(value["response_rate"], 0), "sent": formats.number(value["sent"])
        }  # fmt: skip


def _of_converted(value: dict[str, Any]) -> Iterator[str]:
    if value["rate"] is not None:
        yield _("%(rate)s of all tickets") % {"rate": formats.percent(value["rate"])}
    yield from (formats.money(minor, currency) for currency, minor in value["revenue"].items())
    if value["maturing"]:
        yield _("%(count)s still maturing") % {"count": formats.number(value["maturing"])}


def _of_closed(value: dict[str, Any]) -> Iterator[str]:
    most_first = sorted(value["by_agent"].items(), key=lambda closed: -closed[1])
    for agent, count in most_first[:SHOWN_CLOSERS]:
        yield f"{actor(agent)} {formats.number(count)}"
    if len(most_first) > SHOWN_CLOSERS:
        yield _("others %(count)s") % {
            "count": formats.number(sum(count for _agent, count in most_first[SHOWN_CLOSERS:]))
        }


def actor(name: str) -> str:
    """Who did something: an agent by their id, others in a word."""
    return _(ACTORS[name]) if name in ACTORS else name


def value_of(dimension: str, value: str | None) -> str:
    """A value of a dimension in words; a dash for having none."""
    if value is None:
        return formats.NOTHING
    return actor(value) if dimension == "agent" else value


def _counts(words: dict[str, str], counts: dict[str, int]) -> Iterator[str]:
    return (f"{_(words[name])} {formats.number(count)}" for name, count in counts.items() if count)


def left_out(counts: dict[str, int]) -> str:
    """How many tickets a report left out, and why."""
    from django.utils.translation import ngettext

    total = sum(counts.values())
    if not total:
        return _("No ticket was left out.")
    sentence = ngettext(
        "Left out: %(count)s ticket that does not count (%(reasons)s).",
        "Left out: %(count)s tickets that do not count (%(reasons)s).",
        total,
    )
    return sentence % {"count": formats.number(total), "reasons": ", ".join(_counts(REASONS, counts))}
