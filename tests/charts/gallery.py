"""One chart of each kind about Ann's shop, for the tests and for looking at."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from counterbell import formats
from counterbell.charts import agents, backlog, breakdown, cohorts, flow, heatmap, histogram, labels, scores, trend
from counterbell.charts._chart import Chart
from counterbell.metrics import metric
from counterbell.metrics.periods import Grain, Period
from counterbell.words import title_of

AUGUST = Period.of(date(2026, 8, 1), date(2026, 8, 29), ZoneInfo("Europe/Paris"), Grain.DAY)
YEAR = Period.of(date(2025, 9, 1), date(2026, 9, 1), ZoneInfo("Europe/Paris"), Grain.MONTH)
DAYS = range(28)


def _named(period: Period) -> list[labels.Named]:
    return labels.named(period.buckets, period.grain)


def _trend() -> Chart:
    waits = [5400, 6100, 7500, 9000, 8200, 3900, 4100, 5200, 6000, None, None, 4800, 4300, 3700, 3500, 3300, 4700, 6900,
             8400, 9100, 8800, 7900, 8600, 9900, 9400, 8700, 8100, 7200]  # fmt: skip
    states: dict[int, trend.State] = {5: "thin", 26: "maturing", 27: "running"}
    points = [
        trend.Point(
            bucket.name, waits[place], bucket.tick, before=7600 - 90 * place + (place % 5) * 400,
            state=states.get(place, "settled"), n=40 + place, href=f"/ann/tickets/?day={place}",
            jump="+45%" if place == 16 else "",
        )
        for place, bucket in enumerate(_named(AUGUST))
    ]  # fmt: skip
    title = title_of(metric("first_response_time"))
    return trend.chart(title, "seconds", points, compared="Previous period", goal=3600)


def _ratings() -> Chart:
    means = [4.31, 4.42, 4.38, 4.5, 4.61, None, 4.55, 4.4, 4.22, 4.47, 4.58, 4.66]
    points = [trend.Point(b.name, means[place], b.tick) for place, b in enumerate(_named(YEAR))]
    return trend.chart(title_of(metric("csat")), "rating", points, goal=4.5)


def _flow() -> Chart:
    level, flows = 120, []
    for place, bucket in enumerate(_named(AUGUST)):
        created, closed = (
            48 + (place * 13) % 21 - 18 * (place % 7 in (0, 1)),
            46 + (place * 7) % 19 - 20 * (place % 7 in (0, 1)),
        )
        level += created - closed
        running = place == 27
        flows.append(flow.Flow(bucket.name, created, closed, level, bucket.tick, running, f"/ann/tickets/?d={place}"))
    return flow.chart("Tickets", flows)


def _histogram() -> Chart:
    counts = [12, 61, 140, 203, 260, 221, 160, 98, 40, 31, 22, 9, 3, 1]
    edges = [*histogram.EDGES_SECONDS, None]
    spans = [
        histogram.Span(start, end, count, f"/ann/tickets/?from={start}")
        for (start, end), count in zip(zip(histogram.EDGES_SECONDS, edges[1:], strict=True), counts, strict=True)
    ]
    marks = histogram.Marks(median=3100, p90=21_000, target=3600, within_target=0.536)
    return histogram.chart(title_of(metric("resolution_time")), spans, marks)


def _breakdown() -> Chart:
    bars = [
        breakdown.Bar("e-mail", 812, 760, href="/ann/tickets/?channel=email"),
        breakdown.Bar("chat", 455, 498),
        breakdown.Bar("Instagram direct messages of both shops", 131, 90),
        breakdown.Bar("WhatsApp", 84, 86),
        breakdown.Bar("phone", 7, 12, thin=True),
        breakdown.Bar("contact form", None, 3),
    ]
    return breakdown.chart(title_of(metric("tickets_created")), "tickets", "Channel", bars, compared="Previous period")


def _money() -> Chart:
    bars = [breakdown.Bar("Ann", 123_450), breakdown.Bar("Ben", 98_700), breakdown.Bar("Cleo", 4_990)]
    return breakdown.chart("Revenue", "EUR", "Agent", bars)


def _heatmap() -> Chart:
    cells = [
        heatmap.Cell(
            day, hour, max(0, 40 - abs(hour - 11) * 4 - abs(hour - 17) * 1.5 - 14 * (day > 4)), f"/ann/?h={hour}"
        )
        for day in range(7)
        for hour in range(24)
    ]
    return heatmap.chart(title_of(metric("tickets_created")), "tickets", cells)


def _scores() -> Chart:
    counts = {5: 610, 4: 221, 3: 60, 2: 31, 1: 44}
    return scores.chart(title_of(metric("csat")), counts, 4.37, {1: "/ann/satisfaction/?score=1"})


def _levels() -> Chart:
    levels = [
        backlog.Level(
            bucket.name,
            None if place == 3 else (60 + place % 9 * 4, 30 + place % 5 * 3, 12 + place % 4),
            bucket.tick,
            place == 27,
        )
        for place, bucket in enumerate(_named(AUGUST))
    ]
    return backlog.by_status(title_of(metric("unresolved_tickets")), levels)


def _ages() -> Chart:
    classes = [f"< {formats.duration(86400)}", "1 – 3", "3 – 7", "> 7"]
    levels = [
        backlog.Level(bucket.name, (50 + place % 6 * 5, 30 + place * 2, 14 + place, 4 + place // 2), bucket.tick)
        for place, bucket in enumerate(_named(YEAR))
    ]
    return backlog.by_age(title_of(metric("backlog_age")), classes, levels)


def _cohorts() -> Chart:
    rows = [
        cohorts.Cohort(
            bucket.name,
            400 + place * 9,
            22 + (place * 5) % 17,
            180 if place > 10 else 0,
            bucket.tick,
            f"/ann/revenue/?m={place}",
        )
        for place, bucket in enumerate(_named(YEAR))
    ]
    return cohorts.chart(title_of(metric("converted_tickets")), rows)


def _agents() -> Chart:
    rows = [
        agents.Agent("Ann", 4.61, 210, (4.52, 4.7), href="/ann/agents/ann/"),
        agents.Agent("Ben", 4.34, 180, (4.22, 4.46)),
        agents.Agent("Cleo", 4.8, 7, (4.3, 5.0), thin=True),
        agents.Agent("Marie-Antoinette de la Rochefoucauld", 3.92, 64, (3.7, 4.14)),
    ]
    return agents.chart(title_of(metric("csat")), "rating", rows, 4.45)


KINDS: dict[str, Callable[[], Chart]] = {
    "trend": _trend, "ratings": _ratings, "flow": _flow, "histogram": _histogram, "breakdown": _breakdown,
    "money": _money, "heatmap": _heatmap, "scores": _scores, "by_status": _levels, "by_age": _ages,
    "cohorts": _cohorts, "agents": _agents,
}  # fmt: skip
