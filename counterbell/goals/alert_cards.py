"""An alert as a page shows it: its sentence, its figures, where to look, and what has become of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.accounts.models import Shop
from counterbell.metrics import metric
from counterbell.words import figure

from .cards import local, metric_page
from .models import Alert, RuleKind
from .scopes import Scope
from .sentences import jump_level, sentence, subject


@dataclass(frozen=True)
class AlertCard:
    """An alert."""

    shop: Shop
    alert: Alert

    @property
    def number(self) -> int:
        """By which it is acknowledged."""
        return self.alert.pk

    @property
    def subject(self) -> str:
        """What it is about."""
        return subject(self.alert)

    @property
    def sentence(self) -> str:
        """What has happened, and what to do about it."""
        return sentence(self.alert)

    @property
    def opened(self) -> str:
        """When it was raised."""
        return local(self.shop, self.alert.opened_at)

    @property
    def ended(self) -> str:
        """When it was over; empty while it is not."""
        return local(self.shop, self.alert.ended_at)

    @property
    def seen(self) -> str:
        """Who has seen to it and when; empty while nobody has."""
        if self.alert.acknowledged_at is None:
            return ""
        told = {"when": local(self.shop, self.alert.acknowledged_at), "who": self.alert.acknowledged_by}
        if self.alert.acknowledged_by is None:
            return _("Acknowledged at the command line, %(when)s") % told
        return _("Acknowledged by %(who)s, %(when)s") % told

    @property
    def href(self) -> str:
        """Where to look: the metric, or the tickets that wait longest."""
        values = self.alert.values
        scope = Scope(values["scope"], values["scope_value"])
        if self.alert.kind == RuleKind.WAITING:
            limit = str(int(values["limit"]))
            return metric_page(self.shop, "unresolved_tickets", scope, sort="waiting_since", waiting=limit) + "#rows"
        if self.alert.kind == RuleKind.GOAL:
            last = date.fromisoformat(values["end"]) - timedelta(days=1)
            return metric_page(self.shop, values["metric"], scope, first=values["start"], last=last.isoformat())
        return metric_page(self.shop, values["metric"], scope)

    @property
    def link(self) -> str:
        """What the link is called."""
        return _("The tickets that wait") if self.alert.kind == RuleKind.WAITING else _("The metric")

    @property
    def figures(self) -> list[tuple[str, str]]:
        """Its figures by name, as they were when it was raised."""
        return list(self._figures())

    def _figures(self) -> Iterator[tuple[str, str]]:
        values = self.alert.values
        match self.alert.kind:
            case RuleKind.WAITING:
                yield _("Tickets"), formats.number(values["tickets"])
                yield _("Longest"), formats.duration(values["seconds"])
                yield _("Limit"), formats.duration(values["limit"])
            case RuleKind.JUMP:
                yield _("Now"), jump_level(values["metric"], values["level"])
                yield _("Usually"), jump_level(values["metric"], values["usual"])
                yield _("Since"), formats.day(date.fromisoformat(values["began"]))
            case _threshold_or_goal:
                names = {"value": _("Value"), "limit": _("Limit"), "expected": _("Expected"), "target": _("Target")}
                for name, word in names.items():
                    if values.get(name) is not None:
                        yield word, figure(values[name], metric(values["metric"]).unit)
