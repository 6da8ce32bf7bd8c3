"""The overview: ten metrics at a glance, what needs attention, and how tickets come and go."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from counterbell import formats, words
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.models import Role
from counterbell.charts._chart import Chart
from counterbell.charts.figure import Figure, by_address
from counterbell.charts.of_report import ReportCharts
from counterbell.goals.alert_cards import AlertCard
from counterbell.goals.sight import open_alerts
from counterbell.metrics import TEN, metric
from counterbell.metrics.attention import WaitingNow, moved
from counterbell.metrics.report import Report
from counterbell.words import figure

from .bar import Bar
from .charting import drawn
from .figures import Head
from .look import Look
from .spans import USUAL
from .tiles import Tile, Tiles

ALSO_MOVED = ("reopen_rate", "messages_per_ticket")
"""Asked for along with the ten at next to no cost, for what has moved most."""

FLOW = ("tickets_created", "tickets_closed", "unresolved_tickets")
MOST_ALERTS, MOST_WAITING, MOST_MOVED = 3, 8, 5


@dataclass(frozen=True)
class Waits:
    """A customer who waits, for the list."""

    ticket: str
    waited: str
    since: str
    about: str
    agent: str
    href: str


@dataclass(frozen=True)
class Mover:
    """A metric that moved."""

    title: str
    now: str
    before: str
    change: words.Change
    href: str


@dataclass(frozen=True)
class Overview:
    """What the template `dashboard/overview.html` shows."""

    look: Look

    @cached_property
    def found(self) -> Report:
        """All figures of the page, in one question."""
        return self.look.report((*TEN, *ALSO_MOVED))

    @property
    def tiles(self) -> list[Tile]:
        """The ten."""
        tiles = Tiles(self.look, self.found)
        return [tiles.tile(key) for key in TEN]

    @cached_property
    def waiting(self) -> list[Waits]:
        """Who waits longest."""
        return [
            Waits(
                each.ticket,
                formats.duration(each.waited_seconds),
                each.since.isoformat(),
                ", ".join(filter(None, [self.look.names.value("channel", each.channel), each.intent])),
                self.look.names.agent(each.agent) if each.agent else "",
                self.look.ticket(each.ticket),
            )
            for each in self._waiting.tickets
        ]

    @cached_property
    def _waiting(self) -> WaitingNow:
        return self.look.waiting(MOST_WAITING)

    @property
    def waiting_in_all(self) -> int:
        """How many wait."""
        return self._waiting.total

    @property
    def waiting_rows(self) -> str:
        """Where they are, who waits longest first; whatever the period, those who wait now."""
        view = self.look.view.changed(span=USUAL, custom=None).narrowed_to(waiting=0).changed(sort="waiting_since")
        return self.look.to("shop_metrics_one", "unresolved_tickets", view=view, fragment="rows")

    @cached_property
    def alerts(self) -> list[AlertCard]:
        """What has gone wrong lately and nobody has seen to yet, whatever the period and the filters."""
        return [AlertCard(self.look.shop, alert) for alert in open_alerts(self.look.membership)]

    @property
    def alerts_shown(self) -> list[AlertCard]:
        """The newest of them."""
        return self.alerts[:MOST_ALERTS]

    @cached_property
    def moved(self) -> list[Mover]:
        """The metrics that moved most."""
        found = moved(self.found.answer, most=MOST_MOVED, number=Head(self.look.view).number)
        return [
            Mover(
                words.title_of(metric(each.key)),
                figure(each.now, metric(each.key).unit),
                figure(each.before, metric(each.key).unit),
                words.change(metric(each.key), each.now, each.before),
                self.look.to("shop_metrics_one", each.key),
            )
            for each in found
        ]

    @cached_property
    def flow(self) -> Figure:
        """Created, closed and unresolved tickets."""
        source, picture = (self.look.to("overview_flow", format) for format in ("json", "svg"))
        return by_address(flow_chart(self.look, self.found), source, picture)

    @property
    def export(self) -> str:
        """Where the figures are as CSV."""
        return self.look.to("report_csv")

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happened in the period."""
        figures = self.found.total.metrics
        return not any(figures[key] if key != "tickets_closed" else figures[key]["total"] for key in FLOW)

    @property
    def ways_in(self) -> list[tuple[str, str]]:
        """Where the person may begin to fill a shop that has nothing yet: what it is called, and its address."""
        ways = [
            (Role.LEAD, _("Import a file"), "imports"),
            (Role.OWNER, _("Connect a mailbox"), "settings_mailboxes"),
            (Role.OWNER, _("Set time zone and currency"), "settings"),
        ]
        look = self.look
        return [(way, reverse(page, args=[look.shop.slug])) for least, way, page in ways if look.membership.may(least)]

    @property
    def has_tickets(self) -> bool:
        """Whether the shop has any ticket, whenever."""
        return any(self.look.choices.get("channel", ()))


def flow_chart(look: Look, found: Report) -> Chart:
    """The chart of created, closed and unresolved tickets; each bucket leads to its tickets."""
    link = look.link("shop_metrics_one", "tickets_created")
    charts = ReportCharts(found, lambda bucket: link(look.view.narrowed_to(bucket=bucket)) + "#tickets")
    return charts.flow(_("Created, closed and unresolved tickets"))


@shop_view()
def front(request: ShopRequest) -> HttpResponse:
    """The address of the shop itself, which people cut off to or type."""
    return redirect("overview", request.shop.slug)


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    look = Look.of(request)
    return render(
        request,
        "dashboard/overview.html",
        {"overview": Overview(look), "bar": Bar(look, "overview"), "look": look, "view": look.view},
    )


@shop_view()
def flow(request: ShopRequest, format: str) -> HttpResponse:
    look = Look.of(request)
    return drawn(flow_chart(look, look.report(FLOW, quantiles=False)), format)
