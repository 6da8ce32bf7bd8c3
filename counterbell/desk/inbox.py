"""What the page of the inbox shows: views with their counts, and the tickets of one of them, page by page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterbell import formats
from counterbell.accounts.models import Shop, User
from counterbell.record.models import Message, StatusName, Ticket

from . import folders, saved, search
from .folders import Filters
from .models import SavedView
from .names import STATUS_NAMES, URGENT, Names, customer_name, priorities
from .standing import Standing, standing
from .targets.models import ServiceTarget
from .targets.wording import Due, due_in_words
from .way import Way

TICKETS_A_PAGE = 40
NARROWINGS = {
    "channel": (later("Channel"), later("Every channel")),
    "tag": (later("Tag"), later("Every tag")),
    "intent": (later("Intent"), later("Every intent")),
    "priority": (later("Priority"), later("Every priority")),
    "team": (later("Team"), later("Every team")),
    "assignee": (later("Assigned to"), later("Whoever has it")),
}
"""By what the list can be narrowed, and the word for not doing so."""
PREVIEW = 140
UNREMARKABLE = (None, "", "normal")
"""Priorities that the list does not show."""


@dataclass(frozen=True)
class Place:
    """A view in the list of views."""

    title: str
    href: str
    count: str
    here: bool
    pk: int = 0


@dataclass(frozen=True)
class Narrowing:
    """Something by which the list can be narrowed; an option has a value, a name, a count and whether it is chosen."""

    field: str
    label: str
    every: str
    options: list[tuple[str, str, str, bool]]


@dataclass(frozen=True)
class Row:
    """A ticket in the list."""

    ticket: Ticket
    href: str
    customer: str
    channel: str
    preview: str
    assignee: str
    tags: tuple[str, ...]
    status: str
    status_name: str
    priority: str
    urgent: bool
    waited: str
    due: Due | None


@dataclass(frozen=True)
class Inbox:
    """The inbox as somebody looks at it at some time."""

    shop: Shop
    user: User
    agent: str
    at: datetime
    way: Way

    @property
    def view(self) -> str:
        """Which of the views it is."""
        return self.way.view

    @property
    def filters(self) -> Filters:
        """By what the view is narrowed."""
        return self.way.filters

    @property
    def asked(self) -> str:
        """What is searched for instead."""
        return self.way.asked

    @property
    def page(self) -> int:
        """Which page of the list it is, from 1 on."""
        return self.way.page

    @cached_property
    def names(self) -> Names:
        """What everything is called."""
        return Names(self.shop)

    @cached_property
    def standing(self) -> list[Standing]:
        """All unresolved tickets."""
        return standing(self.shop, self.at)

    @cached_property
    def by_number(self) -> dict[int, Standing]:
        """The unresolved tickets by their number."""
        return {one.pk: one for one in self.standing}

    # ---- views

    @property
    def places(self) -> list[Place]:
        """The views that everybody has."""
        counted = folders.counts(self.standing, self.agent)
        return [
            Place(
                str(title),
                self.address(view=name),
                formats.number(counted[name]) if name in counted else "",
                name == self.view and not self.filters.told and not self.asked,
            )
            for name, title in folders.TITLES.items()
            if name != "due" or self.has_targets
        ]

    @cached_property
    def has_targets(self) -> bool:
        """Whether the shop asks itself to answer or resolve within some time."""
        return ServiceTarget.objects.filter(shop=self.shop).exists()

    @property
    def own_views(self) -> list[Place]:
        """The views that the person has saved."""
        return [self._own(view) for view in saved.of(self.shop, self.user)]

    def _own(self, view: SavedView) -> Place:
        name, filters = saved.told(view)
        count = len(folders.folder(self.standing, name, self.agent, filters)) if name in folders.FOLDERS else None
        here = (name, filters) == (self.view, self.filters) and not self.asked
        told = formats.number(count) if count is not None else ""
        return Place(view.name, self.address(view=name, **filters.told), told, here, view.pk)

    @property
    def narrowings(self) -> list[Narrowing]:
        """By what the list can be narrowed; only what there is anything of."""
        found = folders.choices(self.standing)
        for field, others in (("team", self.names.teams), ("assignee", self.names.agents)):
            found[field] = [(value, dict(found[field]).get(value, 0)) for value in others]
        narrowings = [self._narrowing(field, found[field]) for field in NARROWINGS]
        return [one for one in narrowings if one.options]

    def _narrowing(self, field: str, counted: list[tuple[str, int]]) -> Narrowing:
        chosen: str = getattr(self.filters, field)
        counted = counted if chosen in ("", *dict(counted)) else [*counted, (chosen, 0)]
        called: Callable[[str], str] = _called(self.names).get(field, str)
        options = [(value, called(value), formats.number(count), value == chosen) for value, count in counted]
        label, every = NARROWINGS[field]
        return Narrowing(field, str(label), str(every), options)

    @property
    def priorities(self) -> list[tuple[str, str]]:
        """The priorities that can be given, with their names."""
        return self.names.of_priorities(priorities(one.priority for one in self.standing))

    @property
    def title(self) -> str:
        """The name of the view."""
        return str(folders.TITLES[self.view])

    # ---- tickets

    @property
    def awaits_its_first(self) -> bool:
        """Whether the shop has no ticket at all yet."""
        return not Ticket.objects.filter(shop=self.shop).exists()

    @cached_property
    def found(self) -> list[int]:
        """The numbers of the tickets in their order; of what has no end only as many as the page and one more need."""
        if self.asked:
            return search.tickets(self.shop, self.asked)
        if self.is_without_end:
            return list(self.without_end.values_list("pk", flat=True)[: self.page * TICKETS_A_PAGE + 1])
        return [one.pk for one in self.in_order]

    @property
    def in_order(self) -> list[Standing]:
        """The unresolved tickets of the view."""
        return folders.folder(self.standing, self.view, self.agent, self.filters)

    @property
    def is_without_end(self) -> bool:
        """Whether the view is one of tickets that are resolved or left out."""
        return self.view in folders.NOT_STANDING

    @property
    def without_end(self) -> QuerySet[Ticket]:
        """The tickets of such a view, the newest first."""
        tickets: QuerySet[Ticket] = Ticket.objects.filter(shop=self.shop, state__merged_into=None)
        if self.view == "spam":
            tickets = tickets.filter(state__spam=True)
        else:
            tickets = tickets.filter(state__status=StatusName.CLOSED, state__spam=False, state__deleted=False)
        for field, column in (("channel", "channel"), ("intent", "state__intent"), ("priority", "state__priority")):
            if value := getattr(self.filters, field):
                tickets = tickets.filter(**{column: value})
        if team := self.filters.team:
            to_nobodys = Q(state__team=None) | Q(state__team="")
            tickets = tickets.filter(Q(state__team=team) | (to_nobodys & Q(state__assignee__team=team)))
        if self.filters.tag:
            tickets = tickets.filter(state__tags__contains=f'"{self.filters.tag}"')
        if self.filters.assignee:
            tickets = tickets.filter(state__assignee__external_id=self.filters.assignee)
        return tickets.order_by("-created_at", "-pk")

    @cached_property
    def rows(self) -> list[Row]:
        """The tickets of the page."""
        first = (self.page - 1) * TICKETS_A_PAGE
        wanted = self.found[first : first + TICKETS_A_PAGE]
        last = Message.objects.filter(ticket=OuterRef("pk"), public=True).order_by("-happened_at", "-pk").values("text")
        known = Ticket.objects.filter(shop=self.shop, pk__in=wanted).select_related("customer", "state__assignee")
        by_number = {ticket.pk: ticket for ticket in known.annotate(preview=Subquery(last[:1]))}
        return [self._row(by_number[pk]) for pk in wanted]

    def _row(self, ticket: Ticket) -> Row:
        waits = self.by_number.get(ticket.pk)
        since = waits.since if waits else None
        state, status = ticket.state, str(StatusName(ticket.state.status).label)
        return Row(
            ticket,
            reverse("inbox_ticket", args=[self.shop.slug, ticket.pk]) + self.way_from(ticket.pk, self.found).tail,
            customer_name(ticket.customer),
            self.names.channel(ticket.channel),
            " ".join((getattr(ticket, "preview", "") or "").split())[:PREVIEW],
            self.names.agent(state.assignee.external_id) if state.assignee else (state.team or ""),
            waits.tags if waits else (),
            status,
            _(STATUS_NAMES[status]),
            self.names.priority(state.priority) if state.priority not in UNREMARKABLE else "",
            state.priority in URGENT,
            formats.duration((self.at - since).total_seconds()) if since else "",
            due_in_words(waits.due) if waits and waits.due else None,
        )

    # ---- addresses

    def way_from(self, number: int, in_order: list[int]) -> Way:
        """The way on from a ticket of the list: what leaves the list when it is dealt with tells what follows it."""
        if self.asked or self.is_without_end or self.way.is_plain:
            return replace(self.way, then=0)
        return replace(self.way, then=in_order[(in_order.index(number) + 1) % len(in_order)])

    def address(self, **told: str | int) -> str:
        """The address of the inbox with that in it."""
        return f"{reverse('inbox', args=[self.shop.slug])}?{urlencode({k: v for k, v in told.items() if v})}"

    @property
    def _told(self) -> dict[str, str]:
        return {"view": self.view, **self.filters.told} | ({"q": self.asked} if self.asked else {})

    @property
    def here(self) -> str:
        """The address of what is shown."""
        return self.address(**self._told, page=self.page if self.page > 1 else 0)

    @property
    def before(self) -> str:
        """The address of the page before, where there is one."""
        return self.address(**self._told, page=self.page - 1) if self.page > 1 else ""

    @property
    def following(self) -> str:
        """The address of the next page, where there is one."""
        more = len(self.found) > self.page * TICKETS_A_PAGE
        return self.address(**self._told, page=self.page + 1) if more else ""


def _called(names: Names) -> dict[str, Callable[[str], str]]:
    """How values are called that are not called what they are."""
    return {"channel": names.channel, "assignee": names.agent, "priority": names.priority}
