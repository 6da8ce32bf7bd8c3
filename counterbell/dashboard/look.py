"""A person's look at the figures of a shop: the one way on which pages and exports ask, and what they may not see."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from counterbell.accounts.access import ShopRequest
from counterbell.accounts.models import Membership, Role, Shop
from counterbell.metrics import agents, attention, backlog, choices, heatmap, rows, satisfaction, spread
from counterbell.metrics.query import Answer, Answered, Question
from counterbell.metrics.report import Report, report
from counterbell.metrics.rows import Page

from . import sight
from .names import Names
from .view import View


@dataclass(frozen=True)
class Look:
    """What is asked (`view`) and by whom (`membership`)."""

    membership: Membership
    view: View

    @classmethod
    def of(cls, request: ShopRequest, *, also: tuple[str, ...] = ()) -> Self:
        """The look that a request's address asks for; `also` are words of the address that only this page knows."""
        asked = View.read(request.GET, request.shop, now(), also=also)
        seen = replace(asked, where=sight.own_only(request.membership, asked.where))
        request.view_query = seen.of_the_whole().query
        return cls(request.membership, seen)

    @property
    def shop(self) -> Shop:
        """The shop that is looked at."""
        return self.view.shop

    @cached_property
    def names(self) -> Names:
        """What the shop's agents and other values are called."""
        return Names(self.shop)

    @property
    def asking(self) -> dict[str, Any]:
        """What the questions of `counterbell.metrics` take alike: filters, and the instant of the look."""
        return {"where": self.view.where, "as_of": self.view.at}

    # ---- questions

    def report(
        self, keys: tuple[str, ...], *, by: str | None = None, quantiles: bool = True, whole: bool = False
    ) -> Report:
        """The figures of these metrics by bucket and in all, and (`by`) of each value of a dimension.

        With `whole`, only those of the whole period.
        """
        where = sight.own_only(self.membership, self.view.where, by)
        period = self.view.period.as_one() if whole else self.view.period
        question = Question(period, keys, by, where, self.view.at, quantiles)
        found = report(self.shop, question, self.view.comparison)
        return found if self.membership.sees_colleagues else replace(found, answer=self._seen(found.answer))

    def rows(self, key: str, page: rows.Page, *, narrowed: bool = True) -> rows.Rows:
        """The rows behind a metric; `narrowed` as the address says."""
        if page.sort and not sight.may_sort(self.membership, page.sort):
            raise PermissionDenied
        only = self.view.narrowed if narrowed else None
        found = rows.rows(self.shop, self.view.period, key, narrowed=only, page=page, **self.asking)
        return sight.rows_without_colleagues(self.membership, found)

    def spread(self, key: str) -> spread.Spread:
        """How a duration spreads."""
        return spread.spread(self.shop, self.view.period, key, business=self.view.business, **self.asking)

    def heatmap(self, key: str) -> heatmap.Heatmap:
        """When in the week it happens."""
        return heatmap.heatmap(self.shop, self.view.period, key, business=self.view.business, **self.asking)

    def waiting(self, limit: int) -> attention.WaitingNow:
        """The customers who wait now, longest first."""
        found = attention.waiting(self.shop, limit=limit, **self.asking)
        if self.membership.sees_colleagues:
            return found
        seen = (None, self.membership.agent)
        return replace(
            found, tickets=tuple(each if each.agent in seen else replace(each, agent=None) for each in found.tickets)
        )

    def agents(self) -> agents.Agents:
        """The figures of each agent whom the person may see, and of all together."""
        quantiles = self.view.stat != "mean"
        found = agents.agents(
            self.shop, self.view.period, compare=self.view.comparison, quantiles=quantiles, **self.asking
        )
        return sight.agents_without_colleagues(self.membership, found)

    def ratings(self, page: Page, *, commented: bool) -> satisfaction.RatedPage:
        """The ratings of the scores that the address says, with their comments."""
        scores = self.view.narrowed.scores
        found = satisfaction.ratings(
            self.shop, self.view.period, scores=scores, commented=commented, page=page, **self.asking
        )
        seen = tuple(
            each if sight.may_see(self.membership, each.agent or "") else replace(each, agent=sight.HIDDEN)
            for each in found.ratings
        )
        return replace(found, ratings=seen)

    def backlog(self) -> backlog.Backlog:
        """The unresolved tickets over time, by status and age."""
        return backlog.backlog(self.shop, self.view.period, **self.asking)

    @cached_property
    def choices(self) -> dict[str, tuple[choices.Choice, ...]]:
        """The values of each dimension that can be chosen."""
        found = choices.choices(self.shop, as_of=self.view.at)
        if self.membership.sees_colleagues:
            return found
        return found | {"agent": tuple(each for each in found["agent"] if each.value == self.membership.agent)}

    def _seen(self, answer: Answer) -> Answer:
        def seen(answered: Answered) -> Answered:
            by = {value: sight.without_colleagues(self.membership, each) for value, each in answered.by.items()}
            return replace(answered, metrics=sight.without_colleagues(self.membership, answered.metrics), by=by)

        return replace(
            answer,
            buckets=[seen(each) for each in answer.buckets],
            total=seen(answer.total),
            before=self._seen(answer.before) if answer.before else None,
        )

    # ---- addresses

    def to(self, page: str, *args: str, view: View | None = None, fragment: str = "") -> str:
        """The address of a page of the shop with this view, or another one."""
        query = (view or self.view).query
        address = reverse(page, args=[self.shop.slug, *args])
        return f"{address}{f'?{query}' if query else ''}{f'#{fragment}' if fragment else ''}"

    def ticket(self, ticket_id: str) -> str:
        """Where the ticket's conversation is; nothing for whoever may only see figures."""
        if not self.membership.may(Role.AGENT):
            return ""
        return reverse("inbox_of", args=[self.shop.slug, ticket_id])

    def link(self, page: str, *args: str) -> Callable[[View], str]:
        """Addresses of that page with the views given."""
        return lambda view: self.to(page, *args, view=view)
